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

package io.github.natsspring.connection;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.github.natsspring.test.NatsServer;
import io.nats.client.Connection;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.Subscription;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link WriteGate} against a real server.
 */
@Timeout(60)
class WriteGateIntegrationTests {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private static NatsServer server;

	@BeforeAll
	static void startServer() {
		server = NatsServer.builder().start();
	}

	@AfterAll
	static void stopServer() {
		server.close();
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void keepsTheWriterUntilAllIsPublished(boolean writeTimeout) throws Exception {
		try (Connection receiver = Nats.connect(server.url());
				Connection connection = connect(
						new Options.Builder().socketWriteTimeout(writeTimeout ? PATIENCE : null))) {
			Subscription received = subscribe(receiver);
			WriteGate gate = WriteGate.of(connection);
			gate.longest(PATIENCE);
			gate.together(() -> {
				connection.publish("gate", bytes(0));
				await().until(gate::isAwaited);
				connection.publish("gate", bytes(1));
				connection.publish("gate", bytes(2));
				assertThat(received.getPendingMessageCount()).isZero();
			});
			for (int i = 0; i < 3; i++) {
				assertThat(received.nextMessage(PATIENCE).getData()).isEqualTo(bytes(i));
			}
		}
	}

	@Test
	void keepsTheWriterForAMomentOnly() throws Exception {
		try (Connection receiver = Nats.connect(server.url()); Connection connection = connect(new Options.Builder())) {
			Subscription received = subscribe(receiver);
			WriteGate.of(connection).together(() -> {
				connection.publish("gate", bytes(0));
				await().until(() -> received.getPendingMessageCount() == 1);
			});
		}
	}

	@Test
	void keepsTheWriterOnceForAllOfABundle() throws Exception {
		try (Connection receiver = Nats.connect(server.url()); Connection connection = connect(new Options.Builder())) {
			Subscription received = subscribe(receiver);
			WriteGate gate = WriteGate.of(connection);
			gate.together(() -> {
				connection.publish("gate", bytes(0));
				await().until(() -> received.getPendingMessageCount() == 1);
				// It would not come before the end
				gate.longest(Duration.ofHours(1));
				connection.publish("gate", bytes(1));
				await().until(() -> received.getPendingMessageCount() == 2);
			});
		}
	}

	@Test
	void waitsForRoomInTheQueueOfTheWriter() throws Exception {
		int messages = 1000;
		try (Connection receiver = Nats.connect(server.url());
				Connection connection = connect(new Options.Builder().maxMessagesInOutgoingQueue(10))) {
			Subscription received = subscribe(receiver);
			WriteGate.of(connection).together(() -> {
				for (int i = 0; i < messages; i++) {
					connection.publish("gate", bytes(i));
				}
			});
			await().until(() -> received.getPendingMessageCount() == messages);
		}
	}

	@Test
	void keepsNoPublisherForAnother() throws Exception {
		try (Connection connection = connect(new Options.Builder())) {
			WriteGate gate = WriteGate.of(connection);
			CountDownLatch end = new CountDownLatch(1);
			CompletableFuture<Void> first = new CompletableFuture<>();
			CompletableFuture<Void> both = CompletableFuture.runAsync(() -> gate.together(() -> {
				first.complete(null);
				await().until(() -> end.getCount() == 0);
			}));
			first.get(30, TimeUnit.SECONDS);
			gate.together(end::countDown);
			both.get(30, TimeUnit.SECONDS);
		}
	}

	private static Subscription subscribe(Connection receiver) throws Exception {
		Subscription subscription = receiver.subscribe("gate");
		receiver.flush(PATIENCE);
		return subscription;
	}

	private static Connection connect(Options.Builder builder) throws Exception {
		builder.server(server.url());
		DataPorts.use(builder, builder.build());
		return Nats.connect(builder.build());
	}

	private static byte[] bytes(int number) {
		return new byte[] { (byte) number };
	}

}
