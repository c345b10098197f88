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

package io.github.natsspring.test;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.PublishOptions;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.StreamConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The parts of the harness together: a publisher and a listener of plain jnats over
 * faults of server, network and application.
 */
@DisabledOnOs(OS.WINDOWS)
class FaultHarnessIntegrationTests {

	private static final Duration LONG = Duration.ofSeconds(60);

	private final String stream = "S" + UUID.randomUUID().toString().replace("-", "");

	private final PublishLedger ledger = new PublishLedger();

	private final AtomicInteger ids = new AtomicInteger();

	@Test
	void losesNothingOverFaultsOfServerNetworkAndApplication(@TempDir Path directory) throws Exception {
		Path file = directory.resolve("seen");
		try (NatsServer server = NatsServer.builder().start();
				TcpProxy proxy = TcpProxy.to(server.url());
				Connection connection = connect(proxy.url())) {
			prepare(connection);
			try (ApplicationProcess first = listener(server, file)) {
				publish(connection, 300);
				await().atMost(LONG).until(() -> SeenFile.read(file).size() >= 100);
				first.kill();
			}
			try (ApplicationProcess second = listener(server, file)) {
				server.kill();
				server.start();
				awaitConnected(connection);
				publish(connection, 100);
				proxy.stall(TcpProxy.Direction.TO_CLIENT);
				publish(connection, 2);
				proxy.pass();
				awaitConnected(connection);
				publish(connection, 100);
				await().atMost(LONG)
					.untilAsserted(() -> assertThat(DeliveryVerdict.of(this.ledger, file).lost()).isEmpty());
				second.terminate(LONG);
			}
			DeliveryVerdict verdict = DeliveryVerdict.of(this.ledger, file);
			assertThat(verdict.ok()).as(verdict.toString()).isGreaterThanOrEqualTo(500);
			assertThat(verdict.unknown()).as(verdict.toString()).isPositive();
			assertThat(verdict.lost()).isEmpty();
			assertThat(verdict.unexpected()).isEmpty();
		}
	}

	@Test
	void noticesALossWhenTheStoreIsGone(@TempDir Path directory) throws Exception {
		Path file = directory.resolve("seen");
		try (NatsServer server = NatsServer.builder().start(); Connection connection = connect(server.url())) {
			prepare(connection);
			publish(connection, 10);
			server.restartWithoutStore();
			awaitConnected(connection);
			prepare(connection);
			publish(connection, 10);
			try (ApplicationProcess listener = listener(server, file)) {
				await().atMost(LONG).until(() -> SeenFile.read(file).size() >= 10);
				assertThat(listener.isRunning()).isTrue();
			}
			assertThat(DeliveryVerdict.of(this.ledger, file).lost()).hasSize(10);
		}
	}

	private ApplicationProcess listener(NatsServer server, Path file) {
		return ApplicationProcess.builder(ListenMain.class)
			.args(server.url(), this.stream, "work", file.toString())
			.readyWhenOutput("listening")
			.start();
	}

	private void prepare(Connection connection) throws Exception {
		connection.jetStreamManagement()
			.addStream(StreamConfiguration.builder().name(this.stream).subjects(this.stream).build());
		connection.jetStreamManagement()
			.addOrUpdateConsumer(this.stream,
					ConsumerConfiguration.builder().durable("work").ackWait(Duration.ofSeconds(2)).build());
	}

	private void publish(Connection connection, int count) {
		for (int i = 0; i < count; i++) {
			String id = "m" + this.ids.incrementAndGet();
			this.ledger.sending(id);
			try {
				connection.jetStream()
					.publish(this.stream, id.getBytes(StandardCharsets.UTF_8),
							PublishOptions.builder().messageId(id).build());
				this.ledger.ok(id);
			}
			catch (JetStreamApiException ex) {
				this.ledger.failed(id);
			}
			catch (IOException | IllegalStateException ex) {
				this.ledger.unknown(id);
			}
		}
	}

	private void awaitConnected(Connection connection) {
		// By a request: a flush while jnats reconnects may leave a pong too few, and
		// every
		// later flush of that connection then waits in vain
		await().atMost(LONG)
			.ignoreExceptions()
			.until(() -> connection.jetStreamManagement().getAccountStatistics() != null);
	}

	private static Connection connect(String url) throws Exception {
		return Nats
			.connect(Options.builder().server(url).maxReconnects(-1).reconnectWait(Duration.ofMillis(100)).build());
	}

}
