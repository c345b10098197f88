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

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.natsspring.annotation.NatsListener;
import io.github.natsspring.deadletter.DeadLetter;
import io.github.natsspring.deadletter.DeadLetterOperations;
import io.github.natsspring.deadletter.DeadLetterQuery;
import io.github.natsspring.test.NatsServer;
import io.nats.client.Connection;
import io.nats.client.JetStreamManagement;
import io.nats.client.Nats;
import io.nats.client.api.ConsumerInfo;
import io.nats.client.impl.Headers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.messaging.handler.annotation.DestinationVariable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Base of the tests of what becomes of messages of listeners, from annotation and
 * properties to a real server.
 */
@Timeout(60)
abstract class AbstractListenerDeliveryTests {

	static NatsServer server;

	final String stream = "T" + UUID.randomUUID().toString().replace("-", "");

	Connection client;

	JetStreamManagement management;

	ApplicationContextRunner contextRunner;

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
		this.management = this.client.jetStreamManagement();
		this.contextRunner = new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class, NatsAutoConfiguration.class,
					NatsJetStreamAutoConfiguration.class))
			.withPropertyValues("nats.servers=" + server.url(), "test=" + this.stream,
					"nats.jetstream.streams.%s.subjects=%s.>".formatted(this.stream, this.stream),
					"nats.jetstream.streams.%s.storage-type=memory".formatted(this.stream),
					"nats.listener.retry.initial-interval=20ms", "nats.listener.retry.max-interval=100ms");
	}

	@AfterEach
	void disconnect() throws Exception {
		this.client.close();
	}

	ApplicationContextRunner withDeadLetters() {
		return this.contextRunner.withPropertyValues("nats.listener.dead-letter.enabled=true");
	}

	List<DeadLetter> letters(DeadLetterOperations operations) {
		return operations.list(DeadLetterQuery.ofStream(this.stream));
	}

	void assertSettled(String consumer) throws Exception {
		long last = this.management.getStreamInfo(this.stream).getStreamState().getLastSequence();
		await().untilAsserted(() -> {
			ConsumerInfo info = info(consumer);
			assertThat(info.getNumAckPending()).isZero();
			assertThat(info.getAckFloor().getStreamSequence()).isEqualTo(last);
		});
	}

	ConsumerInfo info(String consumer) throws Exception {
		return this.management.getConsumerInfo(this.stream, consumer);
	}

	void publish(String region, String sku) throws Exception {
		this.client.jetStream()
			.publish(this.stream + "." + region, new Headers().put("Content-Type", "application/json"), json(sku));
	}

	static byte[] json(String sku) {
		return "{\"sku\":\"%s\"}".formatted(sku).getBytes(StandardCharsets.UTF_8);
	}

	record Order(String sku) {
	}

	static class Orders {

		final Queue<String> seen = new ConcurrentLinkedQueue<>();

		final Queue<String> regions = new ConcurrentLinkedQueue<>();

		final AtomicInteger runs = new AtomicInteger();

		volatile boolean repaired;

		@NatsListener(stream = "${test}", consumer = "orders", subjects = "${test}.{region}")
		void on(Order order, @DestinationVariable String region) {
			this.regions.add(region);
			this.runs.incrementAndGet();
			if (order.sku().equals("broken") && !this.repaired) {
				throw new IllegalStateException("broken");
			}
			this.seen.add(order.sku());
		}

	}

}
