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

import io.github.natsspring.annotation.EnableNats;
import io.github.natsspring.config.DefaultNatsListenerContainerFactory;
import io.github.natsspring.config.NatsListenerBeanNames;
import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.listener.FailureHandler;
import io.github.natsspring.listener.NatsErrorHandler;
import io.github.natsspring.listener.RetrySettings;
import io.github.natsspring.support.NatsMessageConverter;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.PropertyMapper;
import org.springframework.boot.thread.Threading;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.core.task.VirtualThreadTaskExecutor;
import org.springframework.messaging.handler.invocation.HandlerMethodArgumentResolver;
import org.springframework.validation.Validator;

/**
 * Configuration for listeners.
 */
@Configuration(proxyBeanMethods = false)
class NatsAnnotationDrivenConfiguration {

	private final NatsProperties properties;

	NatsAnnotationDrivenConfiguration(NatsProperties properties) {
		this.properties = properties;
	}

	@Bean
	@ConditionalOnMissingBean
	NatsTopology natsTopology(ListableBeanFactory beanFactory) {
		return new NatsTopology(this.properties, beanFactory);
	}

	@Bean(NatsListenerBeanNames.CONTAINER_FACTORY)
	@ConditionalOnMissingBean(name = NatsListenerBeanNames.CONTAINER_FACTORY)
	DefaultNatsListenerContainerFactory natsListenerContainerFactory(ConnectionHolder holder,
			NatsOptionsMapper optionsMapper, @Qualifier("natsMessageConverter") NatsMessageConverter messageConverter,
			ObjectProvider<FailureHandler> failureHandler, ObjectProvider<NatsErrorHandler> errorHandler,
			NatsTopology topology, ObjectProvider<Validator> validator,
			ObjectProvider<HandlerMethodArgumentResolver> argumentResolvers, Environment environment) {
		DefaultNatsListenerContainerFactory factory = new DefaultNatsListenerContainerFactory(holder, messageConverter);
		NatsProperties.Listener listener = this.properties.getListener();
		NatsProperties.JetStream jetStream = this.properties.getJetstream();
		factory.setRetry(retry(listener.getRetry()));
		factory.setErrorHandler(errorHandler.getIfUnique());
		failureHandler.ifUnique(factory::setFailureHandler);
		factory.setTopology(topology::get);
		factory.setJetStreamOptions(optionsMapper.jetStreamOptions());
		factory.setArgumentResolvers(argumentResolvers.orderedStream().toList());
		factory.setValidator(validator.getIfUnique());
		PropertyMapper map = PropertyMapper.get();
		map.from(listener::isAutoStartup).to(factory::setAutoStartup);
		map.from(listener::getMaxInFlight).to(factory::setMaxInFlight);
		map.from(listener::getShutdownTimeout).to(factory::setShutdownTimeout);
		map.from(listener::getStallTimeout).to(factory::setStallTimeout);
		map.from(jetStream::getProvisioning).to(factory::setProvisioningMode);
		if (!jetStream.isEnabled()) {
			factory.setJetStreamDisabledBy("nats.jetstream.enabled=false");
		}
		if (Threading.VIRTUAL.isActive(environment)) {
			factory.setExecutor(new VirtualThreadTaskExecutor("nats-listener-"));
		}
		return factory;
	}

	private static RetrySettings retry(NatsProperties.Retry retry) {
		return new RetrySettings(RetrySettings.Mode.REDELIVER, 0, retry.getInitialInterval(), retry.getMultiplier(),
				retry.getMaxInterval(), retry.getJitter(), List.of(), RetrySettings.OnExhausted.DEAD_LETTER);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableNats
	@ConditionalOnMissingBean(name = NatsListenerBeanNames.ANNOTATION_PROCESSOR)
	static class EnableNatsConfiguration {

	}

}
