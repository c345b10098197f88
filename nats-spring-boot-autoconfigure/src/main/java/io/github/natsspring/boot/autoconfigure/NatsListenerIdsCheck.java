/*
 * Copyright 2026-present the original author or authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

package io.github.natsspring.boot.autoconfigure;

import java.util.List;
import java.util.Set;

import io.github.natsspring.config.ConfiguredListeners;
import io.github.natsspring.config.NatsListenerEndpointRegistry;
import io.github.natsspring.config.NatsListenerRegistry;
import io.github.natsspring.support.Suggestions;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.util.StringUtils;

/**
 * Finds, before listeners start, what is said for ids that none of them has. A listener
 * of a lazy bean, or one that is registered while the application runs, may have it later
 * and then is served; so it is a warning, unless properties are strict and no lazy bean
 * is left that might listen.
 */
class NatsListenerIdsCheck implements SmartLifecycle {

	private static final Log logger = LogFactory.getLog(NatsListenerIdsCheck.class);

	private final ConfiguredListeners configured;

	private final boolean strict;

	private final ConfigurableListableBeanFactory beanFactory;

	private volatile boolean running;

	NatsListenerIdsCheck(ConfiguredListeners configured, boolean strict, ConfigurableListableBeanFactory beanFactory) {
		this.configured = configured;
		this.strict = strict;
		this.beanFactory = beanFactory;
	}

	@Override
	public void start() {
		this.running = true;
		// Not injected: Spring would stop this bean as one that depends on the registry,
		// and
		// then take the registry's listeners for stopped, too, and close their connection
		Set<String> known = this.beanFactory.getBean(NatsListenerRegistry.class).getListenerContainerIds();
		List<String> unknown = this.configured.unknown(known);
		if (unknown.isEmpty()) {
			return;
		}
		boolean lazy = mayListenLater();
		for (String id : unknown) {
			String property = NatsListenerOverridesMapper.PREFIX + id;
			String advice = StringUtils.capitalize(
					Suggestions.didYouMean(id, known, "correct the id, remove the entry, or register the listener"));
			if (this.strict && !lazy) {
				throw new InvalidNatsPropertyException(property, null, "is for a listener that there is not", advice
						+ ". The listeners are %s; one that is added later cannot be configured with nats.strict."
							.formatted(known));
			}
			logger.warn("%s is for a listener that there is not%s. %s. The listeners are %s".formatted(property,
					lazy ? ", unless a lazy bean has it" : " yet", advice, known));
		}
	}

	private boolean mayListenLater() {
		for (String name : this.beanFactory.getBeanDefinitionNames()) {
			BeanDefinition definition = this.beanFactory.getMergedBeanDefinition(name);
			if (definition.isLazyInit() && definition.isSingleton() && !this.beanFactory.containsSingleton(name)) {
				Class<?> type = this.beanFactory.getType(name, false);
				if (type != null && NatsListenerLazyInitializationExcludeFilter.isListening(type)) {
					return true;
				}
			}
		}
		return false;
	}

	@Override
	public void stop() {
		this.running = false;
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public int getPhase() {
		return NatsListenerEndpointRegistry.PHASE - 1;
	}

}
