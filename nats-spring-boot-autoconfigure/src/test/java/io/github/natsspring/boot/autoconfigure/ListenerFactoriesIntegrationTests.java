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

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.github.natsspring.annotation.NatsListener;
import io.github.natsspring.config.DefaultNatsListenerContainerFactory;
import io.github.natsspring.config.NatsListenerRegistry;
import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.connection.ConnectionSettings;
import io.github.natsspring.connection.StartupMode;
import io.github.natsspring.event.NatsListenerEvent;
import io.github.natsspring.event.NatsListenerFailedEvent;
import io.github.natsspring.event.NatsListenerStartedEvent;
import io.github.natsspring.support.NatsMessageConverter;
import io.nats.client.Options;
import io.nats.client.api.StreamConfiguration;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.core.annotation.Order;
import org.springframework.test.util.ReflectionTestUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

/**
 * Container factories of the application beside that of Spring Boot, and customizers.
 */
class ListenerFactoriesIntegrationTests extends AbstractListenerIntegrationTests {

	@Test
	void customizersAreCalledInTheirOrderForEveryFactory() throws Exception {
		addStream();
		this.contextRunner.withUserConfiguration(Factories.class, Customizers.class).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(context.getBean(Calls.class).names).hasSize(6)
				.containsSubsequence("default first", "default second")
				.startsWith("default first");
			NatsListenerRegistry registry = context.getBean(NatsListenerRegistry.class);
			// The second customizer wins over the first, the bean method over both
			assertThat(setting(registry, "plain", "concurrency")).isEqualTo(5);
			assertThat(setting(registry, "slow", "concurrency")).isEqualTo(2);
			assertThat(setting(registry, "configured", "concurrency")).isEqualTo(5);
		});
	}

	@Test
	void factoriesHaveThePropertiesOfAllListenersAndOfEach() throws Exception {
		addStream();
		this.contextRunner.withUserConfiguration(Factories.class)
			.withPropertyValues("nats.listener.stall-timeout=7s", "nats.listeners.slow.stall-timeout=8s")
			.run((context) -> {
				NatsListenerRegistry registry = context.getBean(NatsListenerRegistry.class);
				assertThat(setting(registry, "plain", "stallTimeout")).isEqualTo(Duration.ofSeconds(7));
				assertThat(setting(registry, "configured", "stallTimeout")).isEqualTo(Duration.ofSeconds(7));
				assertThat(setting(registry, "slow", "stallTimeout")).isEqualTo(Duration.ofSeconds(8));
				Listeners listeners = context.getBean(Listeners.class);
				for (String id : List.of("plain", "slow", "configured")) {
					this.client.jetStream().publish(this.stream + "." + id, id.getBytes());
				}
				await().until(() -> listeners.seen.size() == 3);
			});
	}

	@Test
	void listenersOfEachFactoryPublishEvents() throws Exception {
		addStream();
		this.contextRunner.withUserConfiguration(Factories.class).withBean(Events.class).run((context) -> {
			Events events = context.getBean(Events.class);
			await().until(() -> events.seen.size() == 3);
			assertThat(events.seen).allMatch(NatsListenerStartedEvent.class::isInstance)
				.extracting(NatsListenerEvent::getListenerId)
				.containsExactlyInAnyOrder("plain", "slow", "configured");
		});
	}

	@Test
	void aConsumerThatGoesAwayFailsTheListenerWhoseIdSaysSo() throws Exception {
		addStream();
		this.contextRunner.withUserConfiguration(Factories.class)
			.withBean(Events.class)
			.withPropertyValues("nats.listeners.slow.missing-consumer=fail")
			.run((context) -> {
				Events events = context.getBean(Events.class);
				await().until(() -> info("slow").getNumWaiting() > 0);
				this.management.deleteConsumer(this.stream, "slow");
				await().until(() -> events.seen.stream().anyMatch(NatsListenerFailedEvent.class::isInstance));
				assertThat(events.seen).filteredOn(NatsListenerFailedEvent.class::isInstance)
					.extracting(NatsListenerEvent::getListenerId)
					.containsExactly("slow");
				// It makes its consumer again
				context.getBean(NatsListenerRegistry.class).start("slow");
				this.client.jetStream().publish(this.stream + ".slow", "again".getBytes());
				await().until(() -> context.getBean(Listeners.class).seen.contains("again"));
			});
	}

	@Test
	void aFactoryOverAConnectionThatThereIsNotIsRefused() {
		this.contextRunner.run((context) -> {
			ConnectionHolder foreign = new ConnectionHolder(new ConnectionSettings("elsewhere",
					() -> Options.builder().server(server.url()), StartupMode.BACKGROUND, Duration.ofSeconds(1),
					Duration.ofSeconds(1), List.of(), List.of()));
			assertThatIllegalArgumentException()
				.isThrownBy(() -> context.getBean(NatsListenerContainerFactoryConfigurer.class).create(foreign))
				.withMessageContaining("'elsewhere', which nats.connections does not declare");
		});
	}

	@Test
	void aFactoryOverANamedConnectionUsesIt() {
		this.contextRunner.withUserConfiguration(Named.class)
			.withPropertyValues("nats.connections.eu.servers=" + server.url())
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(context.getBean("euBulk", DefaultNatsListenerContainerFactory.class).getConnectionName())
					.isEqualTo("eu");
				this.client.publish(this.stream + ".eu", "x".getBytes());
				await().until(() -> context.getBean(NamedListener.class).seen.size() == 1);
			});
	}

	private void addStream() throws Exception {
		this.management.addStream(StreamConfiguration.builder().name(this.stream).subjects(this.stream + ".>").build());
	}

	private static Object setting(NatsListenerRegistry registry, String id, String name) {
		Object settings = ReflectionTestUtils.getField(registry.getListenerContainer(id), "settings");
		return ReflectionTestUtils.getField(settings, name);
	}

	@Configuration(proxyBeanMethods = false)
	static class Factories {

		@Bean
		DefaultNatsListenerContainerFactory slowFactory(NatsListenerContainerFactoryConfigurer configurer) {
			DefaultNatsListenerContainerFactory factory = configurer.create();
			factory.setConcurrency(2);
			return factory;
		}

		@Bean
		DefaultNatsListenerContainerFactory configuredFactory(NatsListenerContainerFactoryConfigurer configurer,
				ConnectionHolder connection, @Qualifier("natsMessageConverter") NatsMessageConverter converter) {
			DefaultNatsListenerContainerFactory factory = new DefaultNatsListenerContainerFactory(connection,
					converter);
			configurer.configure(factory);
			return factory;
		}

		@Bean
		Listeners listeners() {
			return new Listeners();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Customizers {

		@Bean
		@Order(2)
		NatsListenerContainerFactoryCustomizer second(Calls calls) {
			return (factory) -> {
				calls.names.add(factory.getConnectionName() + " second");
				factory.setConcurrency(5);
			};
		}

		@Bean
		@Order(1)
		NatsListenerContainerFactoryCustomizer first(Calls calls) {
			return (factory) -> {
				calls.names.add(factory.getConnectionName() + " first");
				factory.setConcurrency(3);
			};
		}

		@Bean
		Calls calls() {
			return new Calls();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Named {

		@Bean
		DefaultNatsListenerContainerFactory euBulk(NatsListenerContainerFactoryConfigurer configurer,
				@Qualifier("eu") ConnectionHolder connection) {
			return configurer.create(connection);
		}

		@Bean
		NamedListener namedListener() {
			return new NamedListener();
		}

	}

	static class Calls {

		final Queue<String> names = new ConcurrentLinkedQueue<>();

	}

	static class Events {

		final Queue<NatsListenerEvent> seen = new ConcurrentLinkedQueue<>();

		@EventListener
		void on(NatsListenerEvent event) {
			this.seen.add(event);
		}

	}

	static class Listeners {

		final Queue<String> seen = new ConcurrentLinkedQueue<>();

		@NatsListener(id = "plain", stream = "${test}", consumer = "plain", subjects = "${test}.plain")
		void plain(String text) {
			this.seen.add(text);
		}

		@NatsListener(id = "slow", stream = "${test}", consumer = "slow", subjects = "${test}.slow",
				containerFactory = "slowFactory")
		void slow(String text) {
			this.seen.add(text);
		}

		@NatsListener(id = "configured", stream = "${test}", consumer = "configured", subjects = "${test}.configured",
				containerFactory = "configuredFactory")
		void configured(String text) {
			this.seen.add(text);
		}

	}

	static class NamedListener {

		final Queue<String> seen = new ConcurrentLinkedQueue<>();

		@NatsListener(id = "eu", subjects = "${test}.eu", containerFactory = "euBulk")
		void on(String text) {
			this.seen.add(text);
		}

	}

}
