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

import io.github.natsspring.annotation.EnableNats;
import io.github.natsspring.config.DefaultNatsListenerContainerFactory;
import io.github.natsspring.config.NatsListenerBeanNames;
import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.deadletter.DeadLetters;
import io.github.natsspring.listener.FailureHandler;
import io.github.natsspring.listener.NatsErrorHandler;
import io.github.natsspring.listener.NatsMessageInterceptor;
import io.github.natsspring.support.NatsHeaderMapper;
import io.github.natsspring.support.NatsMessageConverter;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
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
	static NatsListenerLazyInitializationExcludeFilter natsListenerLazyInitializationExcludeFilter() {
		return new NatsListenerLazyInitializationExcludeFilter();
	}

	@Bean
	@ConditionalOnMissingBean
	NatsTopology natsTopology(NatsConnectionBeans beans) {
		return beans.topology();
	}

	@Bean
	NatsListenerContainerFactories natsListenerContainerFactories(
			@Qualifier("natsMessageConverter") NatsMessageConverter messageConverter, Environment environment,
			ObjectProvider<FailureHandler> failureHandler, ObjectProvider<NatsErrorHandler> errorHandler,
			ObjectProvider<Validator> validator, ObjectProvider<HandlerMethodArgumentResolver> argumentResolvers,
			ObjectProvider<NatsListenerContainerFactoryCustomizer> customizers,
			ObjectProvider<NatsMessageInterceptor> interceptors, ObjectProvider<NatsHeaderMapper> headerMapper,
			ListableBeanFactory beanFactory) {
		return new NatsListenerContainerFactories(this.properties, messageConverter, environment, failureHandler,
				errorHandler, validator, argumentResolvers, customizers, interceptors, headerMapper, beanFactory);
	}

	@Bean
	@ConditionalOnMissingBean
	NatsListenerContainerFactoryConfigurer natsListenerContainerFactoryConfigurer(
			NatsListenerContainerFactories factories, BeanFactory beanFactory) {
		return new NatsListenerContainerFactoryConfigurer(factories, beanFactory);
	}

	@Bean
	NatsListenerIdsCheck natsListenerIdsCheck(NatsListenerContainerFactories factories,
			ConfigurableListableBeanFactory beanFactory) {
		return new NatsListenerIdsCheck(factories.listeners(), this.properties.isStrict(), beanFactory);
	}

	@Bean(NatsListenerBeanNames.CONTAINER_FACTORY)
	@ConditionalOnMissingBean(name = NatsListenerBeanNames.CONTAINER_FACTORY)
	DefaultNatsListenerContainerFactory natsListenerContainerFactory(NatsListenerContainerFactories factories,
			NatsConnectionBeans beans, ConnectionHolder holder, NatsTopology topology,
			ObjectProvider<DeadLetters> deadLetters) {
		return factories.create(beans, holder, topology, deadLetters.getIfAvailable());
	}

	@Configuration(proxyBeanMethods = false)
	@EnableNats
	@ConditionalOnMissingBean(name = NatsListenerBeanNames.ANNOTATION_PROCESSOR)
	static class EnableNatsConfiguration {

	}

}
