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
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

import io.github.natsspring.listener.AckMode;
import io.github.natsspring.listener.Acknowledgment;
import io.github.natsspring.listener.ContainerStatus.State;
import io.github.natsspring.test.NatsServer;
import io.github.natsspring.test.TcpProxy;
import io.nats.client.Connection;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for servers and networks that fail under a running container.
 */
@Timeout(180)
class OutageIntegrationTests {

	private static final Log logger = LogFactory.getLog(OutageIntegrationTests.class);

	private static final Duration ACK_WAIT = Duration.ofSeconds(3);

	private static final Duration LONG = Duration.ofSeconds(30);

	private final LogCapture log = new LogCapture();

	private final Account account = new Account();

	@AfterEach
	void close() {
		this.log.close();
		this.account.close();
	}

	@Test
	void goesOnAfterTheServerEndedInLameDuckMode() throws Exception {
		try (NatsServer mortal = NatsServer.builder().start();
				PullFixture fixture = new PullFixture(mortal.url()).create()) {
			JetStreamListenerContainer container = fixture.start(20, this.account::see);
			this.account.publish(fixture, 0, 100);
			await().until(() -> this.account.different() == 100 && container.getStatus().inFlight() == 0);
			mortal.lameDuck();
			assertThat(mortal.awaitEnd(LONG)).isTrue();
			await().atMost(LONG).until(() -> container.getStatus().state() == State.STALLED);
			mortal.start();
			this.account.publishOverFaults(fixture, 100, 200);
			await().atMost(LONG).until(() -> this.account.different() == 200);
			await().atMost(LONG).until(() -> container.getStatus().state() == State.RUNNING);
			this.account.assertEachSeenOnce();
			this.log.assertPaced(1);
		}
	}

	@Test
	void noticesAConnectionThatIsOpenAndDeadAndGoesOnAfterwards() throws Exception {
		try (NatsServer server = NatsServer.builder().start();
				TcpProxy proxy = TcpProxy.to(server.url());
				PullFixture publisher = new PullFixture(server.url()).create((consumer) -> consumer.ackWait(ACK_WAIT));
				PullFixture fixture = PullFixture.of(publisher.stream(),
						(options) -> options.server(proxy.url())
							.pingInterval(Duration.ofMillis(500))
							.maxPingsOut(2)
							.connectionTimeout(Duration.ofSeconds(1)))) {
			JetStreamListenerContainer container = fixture.start(20, (message) -> {
				LockSupport.parkNanos(1_000_000);
				this.account.see(message);
			});
			this.account.publish(publisher, 0, 300);
			await().until(() -> this.account.different() > 50);
			long stalled = System.nanoTime();
			proxy.stall();
			await().atMost(LONG).until(() -> fixture.connection().getStatus() != Connection.Status.CONNECTED);
			double noticed = (System.nanoTime() - stalled) / 1e9;
			assertThat(noticed).isLessThan(15);
			await().atMost(LONG).until(() -> container.getStatus().state() == State.STALLED);
			assertThat(container.getStatus().detail()).contains("connection is lost");
			this.account.publish(publisher, 300, 400);
			proxy.pass();
			await().atMost(LONG.multipliedBy(2)).until(() -> this.account.different() == 400);
			await().atMost(LONG).until(() -> container.getStatus().state() == State.RUNNING);
			await().atMost(LONG.multipliedBy(2))
				.untilAsserted(() -> assertThat(publisher.consumer().getNumAckPending()).isZero());
			logger.info("Half-open: noticed after %.1f s, %s".formatted(noticed, this.account.assertNothingLost()));
			// At most what it held when the network went
			assertThat(this.account.verdict().redeliveries()).isLessThanOrEqualTo(20);
			this.log.assertPaced(1);
		}
	}

	@ParameterizedTest
	@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
	void losesNothingWhenTheServerIsKilled(AckMode mode) throws Exception {
		killTheServer(mode, 2, 400);
	}

	@ParameterizedTest
	@Tag("slow")
	@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
	void losesNothingWhenTheServerIsKilledManyTimes(AckMode mode) throws Exception {
		killTheServer(mode, 20, 2500);
	}

	private void killTheServer(AckMode mode, int kills, int messagesBetween) throws Exception {
		try (NatsServer mortal = NatsServer.builder().start();
				PullFixture fixture = new PullFixture(mortal.url()).create((consumer) -> consumer.ackWait(ACK_WAIT))) {
			JetStreamListenerContainer container = fixture
				.startListener((settings) -> settings.ackMode(mode).maxInFlight(50).concurrency(4), (message, ack) -> {
					this.account.see(message);
					if (mode == AckMode.MANUAL) {
						settleLater(ack);
					}
				});
			int published = 0;
			for (int kill = 0; kill < kills; kill++) {
				for (int half = 0; half < 2; half++) {
					this.account.publishOverFaults(fixture, published, published + messagesBetween / 2);
					published += messagesBetween / 2;
					if (half == 0) {
						mortal.kill();
						mortal.start();
					}
				}
			}
			int all = published;
			await().atMost(LONG).until(() -> this.account.different() == all);
			await().atMost(LONG).until(() -> container.getStatus().state() == State.RUNNING);
			await().atMost(LONG).ignoreExceptions().until(() -> fixture.consumer().getNumAckPending() == 0);
			// A confirmation that was lost with the server is waited for
			await().atMost(LONG).until(() -> container.getStatus().inFlight() == 0);
			logger.info("%s over %d kills: %s".formatted(mode, kills, this.account.assertNothingLost()));
			this.log.assertPaced(kills);
		}
	}

	private static void settleLater(Acknowledgment acknowledgment) {
		ContainerThreads.schedule(acknowledgment::ack, Duration.ofMillis(20));
	}

	@Test
	void losesNothingWhenItIsConnectedAgainAndAgain() throws Exception {
		AtomicInteger most = new AtomicInteger();
		Set<Integer> running = ConcurrentHashMap.newKeySet();
		try (NatsServer server = NatsServer.builder().start();
				TcpProxy proxy = TcpProxy.to(server.url());
				PullFixture publisher = new PullFixture(server.url()).create((consumer) -> consumer.ackWait(ACK_WAIT));
				PullFixture fixture = PullFixture.of(publisher.stream(), (options) -> options.server(proxy.url()))) {
			this.account.publish(publisher, 0, 5000);
			fixture.start((settings) -> settings.maxInFlight(50).concurrency(4), (message) -> {
				running.add(Account.number(message));
				most.accumulateAndGet(running.size(), Math::max);
				LockSupport.parkNanos(1_000_000);
				this.account.see(message);
				running.remove(Account.number(message));
			});
			for (int cut = 1; cut <= 5; cut++) {
				int number = cut;
				await().atMost(LONG).until(() -> this.account.different() > number * 800);
				proxy.cut();
				await().until(() -> fixture.connection().getStatus() != Connection.Status.CONNECTED);
				proxy.pass();
				await().atMost(LONG).until(() -> fixture.connection().getStatus() == Connection.Status.CONNECTED);
			}
			await().atMost(LONG.multipliedBy(2)).until(() -> this.account.different() == 5000);
			assertThat(most.get()).isLessThanOrEqualTo(4);
			// What was on its way when the connection was cut
			assertThat(this.account.assertNothingLost().redeliveries()).isLessThanOrEqualTo(5 * 50);
			logger.info("Cut five times: " + this.account.verdict());
			this.log.assertPaced(5);
		}
	}

}
