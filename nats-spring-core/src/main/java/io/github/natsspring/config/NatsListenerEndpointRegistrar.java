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

import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * Takes listeners that are added in code.
 */
public class NatsListenerEndpointRegistrar {

	private final NatsListenerEndpointRegistry registry;

	private final Supplier<NatsListenerContainerFactory> defaultFactory;

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
	 * Add a listener whose container the default factory makes.
	 * @param endpoint the listener
	 */
	public void registerEndpoint(NatsListenerEndpoint endpoint) {
		registerEndpoint(endpoint, null);
	}

	/**
	 * Add a listener.
	 * @param endpoint the listener
	 * @param factory makes the container, or {@code null} for the default factory
	 */
	public void registerEndpoint(NatsListenerEndpoint endpoint, @Nullable NatsListenerContainerFactory factory) {
		this.registry.registerListener(endpoint, (factory != null) ? factory : this.defaultFactory.get());
	}

}
