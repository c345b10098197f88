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

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.github.natsspring.annotation.NatsListener;
import io.github.natsspring.config.NatsListenerEndpointRegistry;
import io.github.natsspring.listener.MessageListenerContainer;
import io.github.natsspring.test.NatsServer;
import io.nats.client.Connection;
import io.nats.client.Message;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for listeners in applications whose beans are made when they are needed.
 */
@Timeout(60)
class LazyInitializationIntegrationTests {

	private static NatsServer server;

	private final String subject = "t" + UUID.randomUUID().toString().replace("-", "");

	// What spring.main.lazy-initialization=true adds to an application
	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class, NatsAutoConfiguration.class,
				NatsJetStreamAutoConfiguration.class))
		.withInitializer(
				(context) -> context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
		.withPropertyValues("nats.servers=" + server.url(), "test=" + this.subject);

	@BeforeAll
	static void startServer() {
		server = NatsServer.builder().start();
	}

	@AfterAll
	static void stopServer() {
		server.close();
	}

	@Test
	void listenersRunAlthoughNobodyAsksForTheirBeans() {
		this.contextRunner.withUserConfiguration(Shop.class).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(context.getBean(NatsListenerEndpointRegistry.class).getListenerContainers())
				.extracting(MessageListenerContainer::getListenerId)
				.containsExactlyInAnyOrder("direct", "composed");
			Connection connection = context.getBean(Connection.class);
			connection.publish(this.subject + ".direct", "a".getBytes(StandardCharsets.UTF_8));
			connection.publish(this.subject + ".composed", "b".getBytes(StandardCharsets.UTF_8));
			await().untilAsserted(() -> assertThat(Shop.seen).contains(this.subject + " a", this.subject + " b"));
		});
	}

	@Test
	void theTopologyIsWatchedAlthoughNobodyAsksForThat() {
		this.contextRunner.run((context) -> assertThat(
				context.getSourceApplicationContext().getBeanFactory().containsSingleton("natsTopologyWatch"))
			.isTrue());
	}

	@Test
	void otherBeansAreStillMadeWhenTheyAreNeeded() {
		this.contextRunner.withUserConfiguration(Shop.class).run((context) -> {
			assertThat(context.getSourceApplicationContext().getBeanFactory().containsSingleton("other")).isFalse();
			assertThat(context.getBean(Other.class)).isNotNull();
		});
	}

	@Test
	void aBeanThatIsItselfLazyListensOnceItIsMade() {
		this.contextRunner.withUserConfiguration(ItselfLazy.class).run((context) -> {
			NatsListenerEndpointRegistry registry = context.getBean(NatsListenerEndpointRegistry.class);
			assertThat(registry.getListenerContainers()).isEmpty();
			context.getBean(Direct.class);
			assertThat(registry.getListenerContainers()).singleElement()
				.satisfies((container) -> assertThat(container.isRunning()).isTrue());
		});
	}

	@Configuration(proxyBeanMethods = false)
	static class Shop {

		private static final Queue<String> seen = new ConcurrentLinkedQueue<>();

		@Bean
		Direct direct() {
			return new Direct();
		}

		@Bean
		Composed composed() {
			return new Composed();
		}

		@Bean
		Other other() {
			return new Other();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ItselfLazy {

		@Bean
		@Lazy
		Direct direct() {
			return new Direct();
		}

	}

	static class Direct {

		@NatsListener(id = "direct", subjects = "${test}.direct")
		void on(String text, Message message) {
			Shop.seen.add(message.getSubject().replace(".direct", " ") + text);
		}

	}

	static class Composed {

		@Everything
		void on(String text, Message message) {
			Shop.seen.add(message.getSubject().replace(".composed", " ") + text);
		}

	}

	static class Other {

	}

	@Target(ElementType.METHOD)
	@Retention(RetentionPolicy.RUNTIME)
	@NatsListener(id = "composed", subjects = "${test}.composed")
	@interface Everything {

	}

}
