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

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.github.natsspring.annotation.NatsListener;
import io.github.natsspring.core.JetStreamTemplate;
import io.github.natsspring.support.NatsHeaders;
import io.github.natsspring.test.NatsServer;
import io.nats.client.JetStreamManagement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.messaging.handler.annotation.Header;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for messages by which somebody wants more than to be handled.
 */
@Timeout(60)
class UntrustedMessagesIntegrationTests {

	private static NatsServer server;

	private final String stream = "S" + System.nanoTime();

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class, NatsAutoConfiguration.class,
				NatsJetStreamAutoConfiguration.class))
		.withUserConfiguration(Failing.class)
		.withPropertyValues("nats.servers=" + server.url(), "stream=" + this.stream,
				"nats.jetstream.streams.%s.subjects=%s.>".formatted(this.stream, this.stream),
				"nats.jetstream.streams.%s.consumers.c.ack-wait=30s".formatted(this.stream),
				"nats.listener.dead-letter.enabled=true", "nats.listener.retry.max-attempts=3",
				"nats.listener.retry.initial-interval=10ms");

	@BeforeAll
	static void startServer() {
		server = NatsServer.builder().start();
	}

	@AfterAll
	static void stopServer() {
		server.close();
	}

	@Test
	void countsAttemptsAsTheServerDoesWhateverHeadersSay() {
		this.contextRunner.run((context) -> {
			Failing failing = context.getBean(Failing.class);
			context.getBean(JetStreamTemplate.class)
				.publish(this.stream + ".a", new Order("fails"),
						(options) -> options.header("x-attempts", "2147483648")
							.header("x-retry-at", "9999-01-01T00:00:00Z")
							.header("Nats-Num-Delivered", "4711")
							.header(NatsHeaders.DELIVERY_COUNT, "4711"));
			await().untilAsserted(() -> assertThat(deadLetters(context.getBean(JetStreamManagement.class))).isOne());
			assertThat(failing.deliveries).containsExactly(1L, 2L, 3L);
		});
	}

	@Test
	void deadLettersAPayloadThatWouldOverflowTheStackAndGoesOn() {
		this.contextRunner.run((context) -> {
			Failing failing = context.getBean(Failing.class);
			JetStreamTemplate template = context.getBean(JetStreamTemplate.class);
			String json = "{\"sku\":" + "[".repeat(50_000) + "]".repeat(50_000) + "}";
			template.publish(this.stream + ".a", json, (options) -> options.contentType("application/json"));
			template.publish(this.stream + ".a", new Order("good"));
			await().untilAsserted(() -> assertThat(failing.handled).containsExactly("good"));
			await().untilAsserted(() -> assertThat(deadLetters(context.getBean(JetStreamManagement.class))).isOne());
			assertThat(failing.deliveries).containsExactly(1L);
		});
	}

	private long deadLetters(JetStreamManagement management) throws Exception {
		return management.getStreamInfo(this.stream + "_DLQ").getStreamState().getMsgCount();
	}

	record Order(String sku) {
	}

	@Configuration(proxyBeanMethods = false)
	static class Failing {

		private final Queue<Long> deliveries = new ConcurrentLinkedQueue<>();

		private final Queue<String> handled = new ConcurrentLinkedQueue<>();

		@NatsListener(stream = "${stream}", consumer = "c")
		void on(Order order, @Header(NatsHeaders.DELIVERY_COUNT) long delivery) {
			this.deliveries.add(delivery);
			if (order.sku().equals("fails")) {
				throw new IllegalStateException("expected by the test");
			}
			this.handled.add(order.sku());
		}

	}

}
