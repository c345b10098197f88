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

import io.github.natsspring.config.NatsListenerEndpointRegistry;
import io.github.natsspring.config.NatsPermissions;
import io.github.natsspring.deadletter.DeadLetterSettings;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.beans.factory.config.EmbeddedValueResolver;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Tells which permissions on the server the application needs.
 */
@Configuration(proxyBeanMethods = false)
class NatsPermissionsConfiguration {

	private static final Log logger = LogFactory.getLog(NatsPermissions.class);

	@Bean
	@ConditionalOnMissingBean
	NatsPermissions natsPermissions(NatsProperties properties, NatsTopology topology, NatsConnectionBeans beans,
			ObjectProvider<NatsListenerEndpointRegistry> registry, ConfigurableBeanFactory beanFactory) {
		NatsProperties.DeadLetter letters = properties.getListener().getDeadLetter();
		return new NatsPermissions(topology::get, properties.getJetstream().getProvisioning(),
				() -> registry.getObject().getEndpoints(),
				new NatsPermissions.Settings(beans.jetStreamOptions(), beans.inboxPrefix(),
						Boolean.FALSE.equals(letters.getEnabled()) ? null
								: new DeadLetterSettings(letters.getEnabled(), letters.getSubject(),
										letters.getStream(), letters.isIncludeStackTrace()),
						(value) -> resolve(beanFactory, value)));
	}

	private static String resolve(ConfigurableBeanFactory beanFactory, String value) {
		String resolved = new EmbeddedValueResolver(beanFactory).resolveStringValue(value);
		return (resolved != null) ? resolved : value;
	}

	@Bean
	@ConditionalOnBooleanProperty("nats.jetstream.print-permissions")
	Printer natsPermissionsPrinter(NatsPermissions permissions) {
		return new Printer(permissions);
	}

	/**
	 * Logs before the connection is made, so that it is known what is missing when it
	 * fails.
	 */
	static final class Printer implements SmartLifecycle {

		private final NatsPermissions permissions;

		private volatile boolean running;

		Printer(NatsPermissions permissions) {
			this.permissions = permissions;
		}

		@Override
		public int getPhase() {
			return Integer.MIN_VALUE;
		}

		@Override
		public void start() {
			this.running = true;
			logger.info("Permissions that this application needs, beside what else it publishes:%n%s"
				.formatted(this.permissions));
		}

		@Override
		public void stop() {
			this.running = false;
		}

		@Override
		public boolean isRunning() {
			return this.running;
		}

	}

}
