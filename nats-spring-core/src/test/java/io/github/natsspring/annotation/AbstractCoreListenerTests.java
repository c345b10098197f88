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

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.github.natsspring.test.NatsServer;
import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.Nats;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

import org.springframework.messaging.handler.annotation.DestinationVariable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Base of the tests for {@link NatsListener} methods on core NATS, against a real server.
 */
@Timeout(60)
abstract class AbstractCoreListenerTests {

	static final Duration ANSWER = Duration.ofSeconds(20);

	static NatsServer server;

	Connection client;

	@BeforeAll
	static void startServer() {
		server = NatsServer.builder().start();
	}

	@AfterAll
	static void stopServer() {
		server.close();
	}

	@BeforeEach
	void connect() throws Exception {
		this.client = Nats.connect(server.url());
	}

	@AfterEach
	void disconnect() throws Exception {
		this.client.close();
	}

	Message request(String subject, String text) throws Exception {
		Message reply = this.client.request(subject, text.getBytes(StandardCharsets.UTF_8), ANSWER);
		assertThat(reply).isNotNull();
		return reply;
	}

	void publish(String subject, String text) {
		this.client.publish(subject, text.getBytes(StandardCharsets.UTF_8));
	}

	static String text(Message message) {
		return new String(message.getData(), StandardCharsets.UTF_8);
	}

	record Price(String sku, int price) {
	}

	static class Prices {

		@NatsListener(subjects = "${test}.price.{sku}", queue = "pricing")
		Price quote(@DestinationVariable String sku) {
			return switch (sku) {
				case "nothing" -> null;
				case "broken" -> throw new IllegalStateException("password=secret");
				case "error" -> throw new AssertionError("password=secret");
				default -> new Price(sku, 42);
			};
		}

		@NatsListener("${test}.order")
		Price order(Price price) {
			return price;
		}

	}

	static class Worker {

		final Queue<String> seen = new ConcurrentLinkedQueue<>();

		@NatsListener(subjects = "${test}.work", queue = "workers")
		void on(String payload) {
			this.seen.add(payload);
		}

	}

	static class Slow {

		final CountDownLatch gate = new CountDownLatch(1);

		final Queue<String> started = new ConcurrentLinkedQueue<>();

		final Queue<String> seen = new ConcurrentLinkedQueue<>();

		final Queue<String> threads = new ConcurrentLinkedQueue<>();

		@NatsListener("${test}.slow")
		void on(String payload) throws InterruptedException {
			this.threads.add(Thread.currentThread().getName());
			this.started.add(payload);
			assertThat(this.gate.await(30, TimeUnit.SECONDS)).isTrue();
			this.seen.add(payload);
		}

	}

}
