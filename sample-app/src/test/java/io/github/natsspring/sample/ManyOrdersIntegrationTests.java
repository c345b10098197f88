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

package io.github.natsspring.sample;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

import io.github.natsspring.core.JetStreamTemplate;
import io.github.natsspring.test.NatsServer;
import io.nats.client.Connection;
import io.nats.client.Dispatcher;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.KeyValue;
import io.nats.client.Nats;
import io.nats.client.api.ConsumerInfo;
import io.nats.client.api.KeyValueEntry;
import io.nats.client.api.ObjectInfo;
import io.nats.client.api.PublishAck;
import org.junit.jupiter.api.Test;

import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Many orders, counted from outside of the application.
 */
class ManyOrdersIntegrationTests {

	private static final int ORDERS = 10_000;

	private static final Duration PATIENCE = Duration.ofMinutes(3);

	private static final Duration INTERVAL = Duration.ofMillis(200);

	@Test
	void billsEachOfManyOrdersOnceWhileTheyArePublished() throws Exception {
		try (NatsServer server = NatsServer.builder().start(); Connection connection = Nats.connect(server.url())) {
			Map<String, AtomicInteger> runs = countRuns(connection);
			try (ConfigurableApplicationContext application = start(server)) {
				JetStreamTemplate jetStream = application.getBean(JetStreamTemplate.class);
				List<UUID> orders = new ArrayList<>();
				List<CompletableFuture<PublishAck>> stored = new ArrayList<>();
				for (int i = 0; i < ORDERS; i++) {
					UUID id = UUID.randomUUID();
					orders.add(id);
					stored.add(jetStream.publishAsync("orders.eu.created", new Order.Created(id, sku(id), 2)));
				}
				CompletableFuture.allOf(stored.toArray(CompletableFuture[]::new)).join();
				awaitBilling(connection);
				assertThat(runs).hasSize(ORDERS).allSatisfy((sku, count) -> assertThat(count).hasValue(1));
				assertBilledOnce(connection, orders);
			}
		}
	}

	@Test
	void losesNoOrderWhenTheApplicationIsStoppedAndStartedInBetween() throws Exception {
		try (NatsServer server = NatsServer.builder().start(); Connection connection = Nats.connect(server.url())) {
			List<UUID> orders = new ArrayList<>();
			CompletableFuture<Void> publishing;
			try (ConfigurableApplicationContext application = start(server)) {
				publishing = CompletableFuture.runAsync(() -> publish(connection, orders));
				await().atMost(PATIENCE).pollInterval(INTERVAL).until(() -> billed(connection) > ORDERS / 5);
			}
			assertThat(billed(connection)).as("billed at the stop").isLessThan(ORDERS);
			try (ConfigurableApplicationContext application = start(server)) {
				await().atMost(PATIENCE).until(publishing::isDone);
				publishing.join();
				awaitBilling(connection);
				assertBilledOnce(connection, orders);
			}
		}
	}

	private static ConfigurableApplicationContext start(NatsServer server) {
		return SpringApplication.run(SampleApplication.class, "--nats.servers=" + server.url(), "--server.port=0");
	}

	private static String sku(UUID id) {
		return "sku-" + id;
	}

	// Each run of the listener asks for the price of its order
	private static Map<String, AtomicInteger> countRuns(Connection connection) throws Exception {
		Map<String, AtomicInteger> runs = new ConcurrentHashMap<>();
		Dispatcher dispatcher = connection
			.createDispatcher((message) -> runs.computeIfAbsent(message.getSubject(), (subject) -> new AtomicInteger())
				.incrementAndGet());
		dispatcher.subscribe("price.*");
		connection.flush(Duration.ofSeconds(5));
		return runs;
	}

	// Raw, as another application would
	private static void publish(Connection connection, List<UUID> orders) {
		try {
			for (int i = 0; i < ORDERS; i++) {
				UUID id = UUID.randomUUID();
				String event = "{\"id\": \"%s\", \"sku\": \"%s\", \"quantity\": 2}".formatted(id, sku(id));
				connection.jetStream().publish("orders.eu.created", event.getBytes(StandardCharsets.UTF_8));
				orders.add(id);
			}
		}
		catch (IOException | JetStreamApiException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static void awaitBilling(Connection connection) {
		await().atMost(PATIENCE).pollInterval(INTERVAL).until(() -> {
			ConsumerInfo info = connection.jetStreamManagement().getConsumerInfo("ORDERS", "billing");
			return info.getNumPending() == 0 && info.getNumAckPending() == 0;
		});
	}

	private static long billed(Connection connection) throws IOException, JetStreamApiException {
		return connection.jetStreamManagement().getStreamInfo("KV_order-status").getStreamState().getMsgCount();
	}

	private static void assertBilledOnce(Connection connection, List<UUID> orders) throws Exception {
		JetStreamManagement management = connection.jetStreamManagement();
		assertThat(management.getStreamInfo("ORDERS").getStreamState().getMsgCount()).isEqualTo(ORDERS);
		Set<String> ids = orders.stream().map(UUID::toString).collect(Collectors.toSet());
		// One write for each order: nothing was billed a second time
		assertThat(management.getStreamInfo("KV_order-status").getStreamState().getLastSequence()).isEqualTo(ORDERS);
		KeyValue orderStatus = connection.keyValue("order-status");
		assertThat(new HashSet<>(orderStatus.keys())).isEqualTo(ids);
		for (String id : ids) {
			KeyValueEntry entry = orderStatus.get(id);
			assertThat(new String(entry.getValue(), StandardCharsets.UTF_8)).contains("\"BILLED\"");
		}
		assertThat(connection.objectStore("invoices").getList()).extracting(ObjectInfo::getObjectName)
			.containsExactlyInAnyOrderElementsOf(ids);
	}

}
