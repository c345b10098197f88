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

package io.github.natsspring.annotation;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;

import io.github.natsspring.config.DefaultNatsListenerContainerFactory;
import io.github.natsspring.config.NatsListenerBeanNames;
import io.github.natsspring.config.NatsListenerEndpointRegistry;
import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.connection.ConnectionSettings;
import io.github.natsspring.connection.StartupMode;
import io.github.natsspring.listener.MessageListenerContainer;
import io.github.natsspring.support.CompositeNatsMessageConverter;
import io.github.natsspring.support.JacksonNatsMessageConverter;
import io.github.natsspring.support.NatsMessageConverter;
import io.nats.client.Options;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.MapPropertySource;

/**
 * An application with listeners, without Spring Boot.
 */
final class ListenerContext implements AutoCloseable {

	private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();

	/**
	 * Different for each context, for subjects and names as <code>${test}</code>.
	 */
	private final String unique = "t" + UUID.randomUUID().toString().replace("-", "");

	private Consumer<DefaultNatsListenerContainerFactory> customizer = (factory) -> {
	};

	private StartupMode startupMode = StartupMode.FAIL_FAST;

	ListenerContext(String url) {
		this.context.getEnvironment()
			.getPropertySources()
			.addFirst(new MapPropertySource("test", Map.of("test", this.unique)));
		this.context.registerBean(ConnectionHolder.class, () -> holder(url));
		this.context.registerBean(NatsListenerBeanNames.CONTAINER_FACTORY, DefaultNatsListenerContainerFactory.class,
				() -> {
					DefaultNatsListenerContainerFactory factory = new DefaultNatsListenerContainerFactory(
							this.context.getBean(ConnectionHolder.class), converter());
					this.customizer.accept(factory);
					return factory;
				});
		this.context.register(EnableConfiguration.class);
	}

	private ConnectionHolder holder(String url) {
		return new ConnectionHolder(new ConnectionSettings("test",
				() -> Options.builder().server(url).maxReconnects(-1).reconnectWait(Duration.ofMillis(100)),
				this.startupMode, Duration.ofSeconds(10), Duration.ofSeconds(5), List.of(), List.of()));
	}

	static NatsMessageConverter converter() {
		return CompositeNatsMessageConverter.withDefaults(List.of(),
				new JacksonNatsMessageConverter(JsonMapper.builder().build()));
	}

	ListenerContext factory(Consumer<DefaultNatsListenerContainerFactory> customizer) {
		this.customizer = this.customizer.andThen(customizer);
		return this;
	}

	ListenerContext background() {
		this.startupMode = StartupMode.BACKGROUND;
		return this;
	}

	/**
	 * Use the same unique text as another application.
	 */
	ListenerContext beside(ListenerContext other) {
		this.context.getEnvironment()
			.getPropertySources()
			.addFirst(new MapPropertySource("beside", Map.of("test", other.unique)));
		return this;
	}

	<T> ListenerContext bean(String name, Class<T> type) {
		this.context.registerBean(name, type);
		return this;
	}

	ListenerContext start() {
		this.context.refresh();
		return this;
	}

	String unique() {
		return this.context.getEnvironment().getRequiredProperty("test");
	}

	<T> T get(Class<T> type) {
		return this.context.getBean(type);
	}

	AnnotationConfigApplicationContext context() {
		return this.context;
	}

	MessageListenerContainer container(String id) {
		MessageListenerContainer container = get(NatsListenerEndpointRegistry.class).getListenerContainer(id);
		if (container == null) {
			throw new AssertionError("No container " + id);
		}
		return container;
	}

	@Override
	public void close() {
		this.context.close();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableNats
	static class EnableConfiguration {

	}

}
