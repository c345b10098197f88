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

package io.github.natsspring.config;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;

import io.github.natsspring.listener.adapter.ListenerMethodSettings;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.InitializingBean;
import org.springframework.core.convert.ConversionService;
import org.springframework.messaging.handler.invocation.HandlerMethodArgumentResolver;
import org.springframework.validation.Validator;

/**
 * Takes listeners that are added in code, and settings for the methods of all listeners.
 */
public class NatsListenerEndpointRegistrar implements InitializingBean {

	private final NatsListenerEndpointRegistry registry;

	private final Supplier<NatsListenerContainerFactory> defaultFactory;

	private final Queue<Runnable> pending = new ConcurrentLinkedQueue<>();

	private volatile boolean configured;

	private volatile @Nullable Validator validator;

	private volatile List<HandlerMethodArgumentResolver> argumentResolvers = List.of();

	private volatile @Nullable ConversionService conversionService;

	/**
	 * Create a registrar.
	 * @param registry where endpoints are registered
	 * @param defaultFactory makes the containers of endpoints that come without a factory
	 */
	public NatsListenerEndpointRegistrar(NatsListenerEndpointRegistry registry,
			Supplier<NatsListenerContainerFactory> defaultFactory) {
		this.registry = registry;
		this.defaultFactory = defaultFactory;
	}

	/**
	 * Set what validates payloads with {@code @Valid} or {@code @Validated}, for all
	 * listeners.
	 * @param validator the validator, or {@code null} for that of the container factory:
	 * with Spring Boot the only or primary bean of that type
	 */
	public void setValidator(@Nullable Validator validator) {
		this.validator = validator;
	}

	/**
	 * Set what is asked for each parameter before the built-in ways, for all listeners.
	 * @param argumentResolvers the resolvers, asked in their order and before those that
	 * are beans
	 */
	public void setCustomMethodArgumentResolvers(HandlerMethodArgumentResolver... argumentResolvers) {
		this.argumentResolvers = List.of(argumentResolvers);
	}

	/**
	 * Set what converts headers and variables of the subject, for all listeners.
	 * @param conversionService the conversion service, or {@code null} for that of the
	 * container factory
	 */
	public void setConversionService(@Nullable ConversionService conversionService) {
		this.conversionService = conversionService;
	}

	/**
	 * Add a listener whose container the default factory makes.
	 * @param endpoint the listener
	 */
	public void registerEndpoint(NatsListenerEndpoint endpoint) {
		registerEndpoint(endpoint, null);
	}

	/**
	 * Add a listener. It is registered behind the annotated ones, when all configurers
	 * have been called.
	 * @param endpoint the listener
	 * @param factory makes the container, or {@code null} for the default factory
	 */
	public void registerEndpoint(NatsListenerEndpoint endpoint, @Nullable NatsListenerContainerFactory factory) {
		if (this.configured) {
			register(endpoint, factory);
		}
		else {
			this.pending.add(() -> register(endpoint, factory));
		}
	}

	private void register(NatsListenerEndpoint endpoint, @Nullable NatsListenerContainerFactory factory) {
		this.registry.registerListener(configure(endpoint), (factory != null) ? factory : this.defaultFactory.get());
	}

	/**
	 * Give a listener the settings that were made here, unless it has its own.
	 * @param endpoint the listener
	 * @return the listener with settings
	 */
	public NatsListenerEndpoint configure(NatsListenerEndpoint endpoint) {
		boolean unset = this.validator == null && this.conversionService == null && this.argumentResolvers.isEmpty();
		if (unset || endpoint.getMethodSettings() != null) {
			return endpoint;
		}
		return endpoint.mutate()
			.methodSettings(new ListenerMethodSettings(this.validator, this.argumentResolvers, this.conversionService))
			.build();
	}

	/**
	 * Register what was added so far; what is added from now on is registered at once.
	 */
	@Override
	public void afterPropertiesSet() {
		this.configured = true;
		Runnable next = this.pending.poll();
		while (next != null) {
			next.run();
			next = this.pending.poll();
		}
	}

}
