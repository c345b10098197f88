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

import java.io.IOException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.natsspring.connection.NatsException;
import io.github.natsspring.listener.ContainerStatus;
import io.github.natsspring.listener.ContainerStatus.State;
import io.github.natsspring.listener.Decision;
import io.github.natsspring.listener.FailedRun;
import io.github.natsspring.test.NatsServer;
import io.github.natsspring.test.TcpProxy;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.api.DeliverPolicy;
import io.nats.client.api.StreamConfiguration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for consumers, streams and stores that disappear under a running container.
 */
@Timeout(120)
class DisappearanceIntegrationTests {

	private static final Duration LONG = Duration.ofSeconds(20);

	private static NatsServer server;

	private final LogCapture log = new LogCapture();

	private final Account account = new Account();

	private int faults = 1;

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
		this.log.assertPaced(this.faults);
		this.log.close();
		this.account.close();
	}

	@Test
	void continuesWhereItWasWhenSomebodyElseRecreatesItsConsumer() throws Exception {
		CountDownLatch finish = new CountDownLatch(1);
		try (PullFixture fixture = new PullFixture(server.url()).create()) {
			JetStreamListenerContainer container = fixture.start(20, (message) -> {
				if (Account.number(message) == 50 && finish.getCount() > 0) {
					finish.await(30, TimeUnit.SECONDS);
				}
				this.account.see(message);
			});
			this.account.publish(fixture, 0, 60);
			await().until(() -> container.getStatus().inFlight() == 10 && this.account.different() == 50);
			await().untilAsserted(() -> assertThat(ackFloor(fixture)).isEqualTo(50));
			fixture.management().deleteConsumer(fixture.stream(), "worker");
			awaitStalled(container, "consumer 'worker'", fixture.stream(), "does not exist");
			this.account.publish(fixture, 60, 100);
			finish.countDown();
			await().during(Duration.ofSeconds(3)).until(() -> container.getStatus().state() == State.STALLED);
			fixture.addConsumer((consumer) -> consumer.deliverPolicy(DeliverPolicy.ByStartSequence).startSequence(51));
			await().atMost(LONG).until(() -> this.account.different() == 100);
			awaitRunning(container);
			await().untilAsserted(() -> assertThat(ackFloor(fixture)).isEqualTo(100));
			// Nothing that the server knew to be settled came again
			assertThat(this.account.assertNothingLost().duplicates().keySet())
				.allSatisfy((id) -> assertThat(Integer.parseInt(id)).isBetween(50, 59));
		}
	}

	@Test
	void saysThatItsStreamIsGoneAndHandlesTheOneThatIsMadeAgain() throws Exception {
		try (PullFixture fixture = new PullFixture(server.url()).create()) {
			JetStreamListenerContainer container = fixture.start(20, this.account::see);
			this.account.publish(fixture, 0, 50);
			await().until(() -> this.account.different() == 50);
			fixture.management().deleteStream(fixture.stream());
			awaitStalled(container, fixture.stream(), "does not exist", "stream not found");
			await().during(Duration.ofSeconds(3)).until(() -> container.getStatus().state() == State.STALLED);
			fixture.create();
			this.account.publish(fixture, 50, 100);
			await().atMost(LONG).until(() -> this.account.different() == 100);
			awaitRunning(container);
			await().untilAsserted(() -> assertThat(ackFloor(fixture)).isEqualTo(50));
			this.account.assertEachSeenOnce();
		}
	}

	@Test
	void handlesAStreamThatIsDeletedAndMadeAgainAtOnce() throws Exception {
		try (PullFixture fixture = new PullFixture(server.url()).create()) {
			JetStreamListenerContainer container = fixture.start(20, this.account::see);
			for (int round = 0; round < 5; round++) {
				int end = (round + 1) * 50;
				this.account.publish(fixture, end - 50, end);
				await().atMost(LONG).until(() -> this.account.different() == end);
				awaitRunning(container);
				fixture.management().deleteStream(fixture.stream());
				fixture.create();
				this.faults++;
			}
			this.account.assertEachSeenOnce();
		}
	}

	@Test
	void doesNotSettleMessagesOfAStreamThatWasMadeAgainByThoseOfTheFormerOne() throws Exception {
		CountDownLatch finish = new CountDownLatch(1);
		AtomicInteger failures = new AtomicInteger();
		try (PullFixture fixture = new PullFixture(server.url()).create()) {
			JetStreamListenerContainer container = fixture.start(20, (message) -> {
				int number = Account.number(message);
				if (number == 0) {
					finish.await(30, TimeUnit.SECONDS);
				}
				else if (number == 10 && failures.getAndIncrement() == 0) {
					throw new IllegalStateException("at first");
				}
				this.account.see(message);
			});
			this.account.publish(fixture, 0, 1);
			await().until(() -> container.getStatus().inFlight() == 1);
			fixture.management().deleteStream(fixture.stream());
			awaitStalled(container, "does not exist");
			fixture.create();
			// Has the sequence of the one that runs, which is acknowledged while it waits
			this.account.publish(fixture, 10, 15);
			await().atMost(LONG).until(() -> container.getStatus().inFlight() == 6);
			finish.countDown();
			await().atMost(LONG).until(() -> this.account.different() == 6);
			this.account.assertEachSeenOnce();
			assertThat(failures).hasValue(2);
			await().untilAsserted(() -> assertThat(ackFloor(fixture)).isEqualTo(5));
		}
	}

	@Test
	void doesNotSettleMessagesOfAStreamThatWasMadeAgainDuringAnOutage() throws Exception {
		CountDownLatch finish = new CountDownLatch(1);
		AtomicInteger failures = new AtomicInteger();
		try (NatsServer mortal = NatsServer.builder().start();
				TcpProxy proxy = TcpProxy.to(mortal.url());
				PullFixture fixture = new PullFixture(proxy.url()).create();
				PullFixture other = PullFixture.of(fixture.stream(), (options) -> options.server(mortal.url()))) {
			JetStreamListenerContainer container = fixture.start(20, (message) -> {
				int number = Account.number(message);
				if (number == 0) {
					finish.await(30, TimeUnit.SECONDS);
				}
				else if (number == 10 && failures.getAndIncrement() == 0) {
					throw new IllegalStateException("at first");
				}
				this.account.see(message);
			});
			this.account.publish(other, 0, 1);
			await().until(() -> container.getStatus().inFlight() == 1);
			proxy.cut();
			await().until(() -> fixture.connection().getStatus() != Connection.Status.CONNECTED);
			other.management().deleteStream(other.stream());
			other.create();
			this.account.publish(other, 10, 15);
			proxy.pass();
			await().atMost(LONG).until(() -> container.getStatus().inFlight() == 6);
			finish.countDown();
			await().atMost(LONG).until(() -> this.account.different() == 6);
			this.account.assertEachSeenOnce();
			await().untilAsserted(() -> assertThat(ackFloor(other)).isEqualTo(5));
		}
	}

	@Test
	void goesOnWhenItsStreamIsPurged() throws Exception {
		CountDownLatch finish = new CountDownLatch(1);
		try (PullFixture fixture = new PullFixture(server.url()).create()) {
			JetStreamListenerContainer container = fixture.start(10, (message) -> {
				finish.await(30, TimeUnit.SECONDS);
				this.account.see(message);
			});
			fixture.publish(1000, 1100);
			await().until(() -> container.getStatus().inFlight() == 10);
			fixture.management().purgeStream(fixture.stream());
			finish.countDown();
			await().until(() -> container.getStatus().inFlight() == 0);
			this.account.publish(fixture, 0, 50);
			await().atMost(LONG).until(() -> this.account.hasSeen(49));
			awaitRunning(container);
			assertThat(this.account.total()).isEqualTo(60);
			assertThat(this.log.lines()).isEmpty();
			await().untilAsserted(() -> assertThat(fixture.consumer().getNumAckPending()).isZero());
		}
	}

	@Test
	void staysQuietWhileItsConsumerIsPausedAndGoesOnAfterwards() throws Exception {
		try (PullFixture fixture = new PullFixture(server.url()).create()) {
			JetStreamListenerContainer container = fixture.start(20, this.account::see);
			this.account.publish(fixture, 0, 50);
			await().until(() -> this.account.different() == 50);
			fixture.management().pauseConsumer(fixture.stream(), "worker", ZonedDateTime.now().plusHours(1));
			this.account.publish(fixture, 50, 100);
			// Longer than it would take to miss the heartbeats of the pulls, 6.25 s
			await().during(Duration.ofSeconds(8))
				.atMost(LONG)
				.until(() -> this.account.different() == 50 && container.getStatus().state() != State.STALLED);
			// It is on purpose, and whoever asks is told so
			assertThat(container.getStatus().state()).isEqualTo(State.PAUSED);
			assertThat(this.log.lines()).isEmpty();
			fixture.management().resumeConsumer(fixture.stream(), "worker");
			await().atMost(LONG).until(() -> this.account.different() == 100);
			awaitRunning(container);
			this.account.assertEachSeenOnce();
		}
	}

	@Test
	void saysThatTheStoreWasWipedAtARestartAndHandlesTheNewOne() throws Exception {
		CountDownLatch finish = new CountDownLatch(1);
		try (NatsServer mortal = NatsServer.builder().start();
				PullFixture fixture = new PullFixture(mortal.url()).create()) {
			JetStreamListenerContainer container = fixture.start(20, (message) -> {
				if (Account.number(message) == 49) {
					finish.await(30, TimeUnit.SECONDS);
				}
				this.account.see(message);
			});
			this.account.publish(fixture, 0, 50);
			await().until(() -> this.account.different() == 49);
			mortal.restartWithoutStore();
			await().until(() -> fixture.connection().getStatus() == Connection.Status.CONNECTED);
			awaitStalled(container, "does not exist");
			await().during(Duration.ofSeconds(3)).until(() -> container.getStatus().state() == State.STALLED);
			fixture.create();
			finish.countDown();
			this.account.publish(fixture, 50, 100);
			await().atMost(LONG).until(() -> this.account.different() == 100);
			awaitRunning(container);
			this.account.assertEachSeenOnce();
			await().untilAsserted(() -> assertThat(ackFloor(fixture)).isEqualTo(50));
		}
	}

	@Test
	void keepsWhatCannotBeDeadLetteredWhileTheAccountIsFull() throws Exception {
		CountDownLatch full = new CountDownLatch(1);
		try (NatsServer limited = NatsServer.builder()
			.config("no_auth_user: app",
					"accounts { APP { users: [{user: app, password: app}], jetstream { max_file: 600KB } } }")
			.start();
				PullFixture fixture = new PullFixture(limited.url())
					.failureHandler((failure) -> new Decision.DeadLetter())
					.create()) {
			fixture.management().addStream(StreamConfiguration.builder().name("FILL").subjects("fill").build());
			fixture.management().addStream(StreamConfiguration.builder().name("DLQ").subjects("dlq").build());
			JetStreamListenerContainer container = fixture
				.start((settings) -> settings.retry(Duration.ofMillis(200), Duration.ofMillis(500))
					.deadLetters((failure) -> deadLetter(fixture, failure)), (message) -> {
						full.await(60, TimeUnit.SECONDS);
						if (Account.number(message) == 25) {
							throw new IllegalArgumentException("poison");
						}
						this.account.see(message);
					});
			this.account.publish(fixture, 0, 50);
			fillTheAccount(fixture);
			full.countDown();
			await().atMost(LONG).until(() -> this.account.different() == 49);
			// Tried again and again, and kept
			await().atMost(LONG)
				.untilAsserted(() -> assertThat(this.log.lines())
					.anySatisfy((line) -> assertThat(line).contains("could not be dead-lettered")));
			await().during(Duration.ofSeconds(3))
				.until(() -> container.getStatus().state() == State.RUNNING
						&& fixture.consumer().getNumAckPending() == 1);
			fixture.management().purgeStream("FILL");
			await().atMost(LONG)
				.until(() -> fixture.management().getStreamInfo("DLQ").getStreamState().getMsgCount() == 1);
			await().atMost(LONG).until(() -> fixture.consumer().getNumAckPending() == 0);
			this.account.publish(fixture, 50, 100);
			await().atMost(LONG).until(() -> this.account.different() == 99);
			assertThat(this.account.verdict().lost()).containsExactly("25");
			assertThat(this.account.verdict().duplicates()).isEmpty();
			awaitRunning(container);
		}
	}

	private static boolean deadLetter(PullFixture fixture, FailedRun failure) {
		try {
			fixture.connection().jetStream().publish("dlq", failure.message().getData());
			return true;
		}
		catch (IOException | JetStreamApiException ex) {
			throw new NatsException("Not stored: " + ex.getMessage(), ex);
		}
	}

	private static void fillTheAccount(PullFixture fixture) throws IOException {
		byte[] large = new byte[50_000];
		byte[] small = new byte[10];
		for (byte[] data : List.of(large, small)) {
			await().atMost(LONG).pollInterval(Duration.ofMillis(1)).until(() -> {
				try {
					fixture.connection().jetStream().publish("fill", data);
					return false;
				}
				catch (JetStreamApiException ex) {
					return true;
				}
			});
		}
	}

	private static long ackFloor(PullFixture fixture) throws Exception {
		return fixture.consumer().getAckFloor().getStreamSequence();
	}

	private static void awaitStalled(JetStreamListenerContainer container, String... detail) {
		await().atMost(LONG).untilAsserted(() -> {
			ContainerStatus status = container.getStatus();
			assertThat(status.state()).isEqualTo(State.STALLED);
			assertThat(status.detail()).contains(detail);
		});
	}

	private static void awaitRunning(JetStreamListenerContainer container) {
		await().atMost(LONG).untilAsserted(() -> {
			assertThat(container.getStatus().state()).isEqualTo(State.RUNNING);
			assertThat(container.getStatus().detail()).isNull();
		});
	}

}
