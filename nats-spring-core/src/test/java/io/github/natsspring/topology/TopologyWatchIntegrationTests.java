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

package io.github.natsspring.topology;

import java.time.Duration;
import java.util.List;

import ch.qos.logback.classic.Level;
import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.connection.ConnectionSettings;
import io.github.natsspring.connection.StartupMode;
import io.github.natsspring.test.NatsServer;
import io.nats.client.JetStreamManagement;
import io.nats.client.JetStreamOptions;
import io.nats.client.Options;
import io.nats.client.api.StreamConfiguration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link TopologyWatch} with a server that comes back.
 */
class TopologyWatchIntegrationTests {

	private static final Duration LONG = Duration.ofSeconds(20);

	private NatsServer server;

	private ConnectionHolder holder;

	private TopologyWatch watch;

	private TopologyApplier applier;

	@BeforeEach
	void start() {
		this.server = NatsServer.builder().start();
	}

	@AfterEach
	void stop() {
		this.watch.destroy();
		this.holder.destroy();
		this.server.close();
	}

	private void connect(ProvisioningMode mode, Object... definitions) {
		TopologyDefinition declared = Definitions.topology(definitions);
		this.applier = new TopologyApplier(() -> declared, mode, JetStreamOptions.defaultOptions());
		this.holder = new ConnectionHolder(new ConnectionSettings("test",
				() -> Options.builder()
					.server(this.server.url())
					.reconnectWait(Duration.ofMillis(50))
					.maxReconnects(-1),
				StartupMode.FAIL_FAST, Duration.ofSeconds(5), Duration.ofSeconds(1), List.of(), List.of()));
		this.holder.addInitializer(this.applier);
		this.watch = new TopologyWatch(this.holder, this.applier);
		this.watch.afterPropertiesSet();
		this.holder.start();
	}

	@Test
	void makesAgainWhatWentWithTheStore() throws Exception {
		connect(ProvisioningMode.CREATE, Definitions.stream("ORDERS", (stream) -> stream.subjects("orders.>")),
				Definitions.consumer("ORDERS", "billing", (consumer) -> consumer.maxAckPending(7)),
				Definitions.keyValue("profiles", (bucket) -> bucket.maxHistoryPerKey(5)));
		JetStreamManagement management = this.holder.get().jetStreamManagement();
		try (LogLines log = new LogLines()) {
			this.server.restartWithoutStore();
			await().atMost(LONG)
				.ignoreExceptions()
				.until(() -> management.getConsumerInfo("ORDERS", "billing")
					.getConsumerConfiguration()
					.getMaxAckPending() == 7);
			assertThat(management.getStreamNames()).containsExactlyInAnyOrder("ORDERS", "KV_profiles");
			assertThat(log.at(Level.WARN)).contains("The server has lost streams or consumers since the connection was "
					+ "made: [KV_profiles, ORDERS, ORDERS/billing]");
			await().until(() -> log.at(Level.INFO).contains("Everything that was declared is on the server again"));
		}
		assertThat(this.applier.missing()).isEmpty();
	}

	@Test
	void asksOnceAndChangesNothingWhenEverythingIsStillThere() throws Exception {
		connect(ProvisioningMode.UPDATE, Definitions.stream("ORDERS", (stream) -> stream.subjects("orders.>")),
				Definitions.consumer("ORDERS", "billing", (consumer) -> consumer));
		try (ApiAudit audit = new ApiAudit(this.holder.get(), "ORDERS")) {
			this.holder.get().forceReconnect();
			await().atMost(LONG).until(() -> audit.requests().size() == 2);
			this.holder.get().forceReconnect();
			await().atMost(LONG).until(() -> audit.requests().size() == 4);
			assertThat(audit.changes()).isEmpty();
		}
	}

	@Test
	void leavesAConsumerThatWasDeletedFromALivingStreamToItsListener() throws Exception {
		connect(ProvisioningMode.CREATE, Definitions.stream("ORDERS", (stream) -> stream.subjects("orders.>")),
				Definitions.consumer("ORDERS", "billing", (consumer) -> consumer));
		JetStreamManagement management = this.holder.get().jetStreamManagement();
		management.deleteConsumer("ORDERS", "billing");
		try (ApiAudit audit = new ApiAudit(this.holder.get(), "ORDERS")) {
			this.holder.get().forceReconnect();
			await().atMost(LONG).until(() -> audit.requests().contains("CONSUMER.INFO.ORDERS.billing"));
			this.holder.get().forceReconnect();
			await().atMost(LONG)
				.until(() -> audit.requests().stream().filter("CONSUMER.INFO.ORDERS.billing"::equals).count() == 2);
			assertThat(audit.changes()).isEmpty();
		}
		assertThat(management.getConsumerNames("ORDERS")).isEmpty();
	}

	@Test
	void makesConsumersAgainWhoseStreamAnotherInstanceMadeAgain() throws Exception {
		connect(ProvisioningMode.CREATE, Definitions.stream("ORDERS", (stream) -> stream.subjects("orders.>")),
				Definitions.consumer("ORDERS", "billing", (consumer) -> consumer));
		JetStreamManagement management = this.holder.get().jetStreamManagement();
		management.deleteStream("ORDERS");
		management.addStream(StreamConfiguration.builder().name("ORDERS").subjects("orders.>").build());
		this.holder.get().forceReconnect();
		await().atMost(LONG).ignoreExceptions().until(() -> management.getConsumerNames("ORDERS").contains("billing"));
	}

	@Test
	void onlyReportsWhereNothingMayBeMade() throws Exception {
		try (LogLines log = new LogLines()) {
			connect(ProvisioningMode.CREATE, Definitions.stream("ORDERS", (stream) -> stream.subjects("orders.>"))
				.with(new ProvisioningPolicy(ProvisioningMode.CREATE, false, false)));
			this.watch.destroy();
			this.holder.destroy();
			connect(ProvisioningMode.VALIDATE, Definitions.stream("ORDERS", (stream) -> stream.subjects("orders.>")));
			this.server.restartWithoutStore();
			await().atMost(LONG).until(() -> this.applier.missing().contains("ORDERS"));
			assertThat(log.at(Level.WARN)).last()
				.isEqualTo("The server has lost streams or consumers since the connection was made: [ORDERS]");
		}
		assertThat(this.holder.get().jetStreamManagement().getStreamNames()).isEmpty();
	}

}
