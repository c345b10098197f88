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

package io.github.natsspring.listener.pull;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import io.github.natsspring.test.ApplicationProcess;
import io.github.natsspring.test.NatsServer;
import io.github.natsspring.test.SeenFile;
import io.github.natsspring.test.TcpProxy;
import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.PriorityPolicy;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Faults around a consumer with the ack policy {@code all}: whatever happens, nothing is
 * acknowledged that nobody has handled.
 */
@Timeout(180)
class AckAllFaultsIntegrationTests {

	private static final Log logger = LogFactory.getLog(AckAllFaultsIntegrationTests.class);

	private static final Duration LONG = Duration.ofSeconds(60);

	private static final Consumer<ConsumerConfiguration.Builder> ALL = (consumer) -> consumer.ackPolicy(AckPolicy.All)
		.ackWait(Duration.ofSeconds(2))
		.priorityPolicy(PriorityPolicy.PinnedClient)
		.priorityGroups("active")
		.priorityTimeout(Duration.ofMillis(500));

	private static NatsServer server;

	private final Account account = new Account();

	@BeforeAll
	static void startServer() {
		server = NatsServer.builder().start();
	}

	@AfterAll
	static void stopServer() {
		server.close();
	}

	@AfterEach
	void close() {
		this.account.close();
	}

	@Test
	void losesNothingWhenTheActiveInstanceIsKilled() throws Exception {
		int round = 1500;
		int messages = 4 * round;
		try (PullFixture fixture = new PullFixture(server.url()).create(ALL)) {
			for (int first = 0; first < messages; first += round) {
				int before = ids().size();
				// The next one is there when the first dies, and gets new messages before
				// those that the first held are delivered again
				try (ApplicationProcess active = instance(fixture); ApplicationProcess next = instance(fixture)) {
					this.account.publish(fixture, first, first + round);
					await().atMost(LONG).until(() -> ids().size() > before + 300);
					// One of them is active
					active.kill();
					assertThatNothingUnhandledIsAcknowledged(fixture);
					int killed = ids().size();
					await().atMost(LONG).until(() -> ids().size() > killed + 100);
					next.kill();
				}
				assertThatNothingUnhandledIsAcknowledged(fixture);
			}
			fixture.start(100, this.account::see);
			await().atMost(LONG).until(() -> fixture.consumer().getAckFloor().getStreamSequence() == messages);
			assertThat(fixture.consumer().getNumAckPending()).isZero();
			logger.info("Killed eight times: " + this.account.assertNothingLost());
		}
	}

	@Test
	void losesNothingWhenTheServerIsKilled() throws Exception {
		try (NatsServer mortal = NatsServer.builder().start();
				PullFixture fixture = new PullFixture(mortal.url()).create(ALL)) {
			fixture.start(50, this::handle);
			int published = 0;
			for (int kill = 0; kill < 4; kill++) {
				this.account.publishOverFaults(fixture, published, published + 300);
				mortal.kill();
				mortal.start();
				this.account.publishOverFaults(fixture, published + 300, published + 600);
				assertThatNothingUnhandledIsAcknowledged(fixture);
				published += 600;
			}
			int all = published;
			await().atMost(LONG)
				.ignoreExceptions()
				.until(() -> fixture.consumer().getAckFloor().getStreamSequence() >= all
						&& fixture.consumer().getNumAckPending() == 0);
			logger.info("Server killed four times: " + this.account.assertNothingLost());
		}
	}

	@Test
	void losesNothingWhenTheConnectionIsCut() throws Exception {
		int messages = 5000;
		try (TcpProxy proxy = TcpProxy.to(server.url());
				PullFixture publisher = new PullFixture(server.url()).create(ALL);
				PullFixture fixture = PullFixture.of(publisher.stream(), (options) -> options.server(proxy.url()))) {
			this.account.publish(publisher, 0, messages);
			fixture.start(50, this::handle);
			for (int cut = 1; cut <= 5; cut++) {
				int number = cut;
				await().atMost(LONG).until(() -> this.account.different() > number * 800);
				proxy.cut();
				await().until(() -> fixture.connection().getStatus() != Connection.Status.CONNECTED);
				assertThatNothingUnhandledIsAcknowledged(publisher);
				proxy.pass();
				await().atMost(LONG).until(() -> fixture.connection().getStatus() == Connection.Status.CONNECTED);
			}
			await().atMost(LONG).until(() -> publisher.consumer().getAckFloor().getStreamSequence() == messages);
			logger.info("Cut five times: " + this.account.assertNothingLost());
		}
	}

	private void assertThatNothingUnhandledIsAcknowledged(PullFixture fixture) {
		long floor = await().atMost(LONG)
			.ignoreExceptions()
			.until(() -> fixture.consumer().getAckFloor().getStreamSequence(), (sequence) -> true);
		Set<String> seen = ids();
		for (int number = 0; number < floor; number++) {
			assertThat(seen).contains(String.valueOf(number));
		}
	}

	private void handle(Message message) {
		LockSupport.parkNanos(500_000);
		this.account.see(message);
	}

	private Set<String> ids() {
		return SeenFile.read(this.account.file()).stream().map(SeenFile.Seen::id).collect(Collectors.toSet());
	}

	private ApplicationProcess instance(PullFixture fixture) {
		return ApplicationProcess.builder(InstanceMain.class)
			.args(server.url(), fixture.stream(), this.account.file().toString(), "50", "3")
			.readyWhenOutput("listening")
			.start();
	}

}
