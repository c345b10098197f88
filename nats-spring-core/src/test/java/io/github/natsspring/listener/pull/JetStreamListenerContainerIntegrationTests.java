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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;

import io.github.natsspring.listener.ContainerStatus.State;
import io.github.natsspring.listener.Decision;
import io.github.natsspring.listener.MissingConsumer;
import io.github.natsspring.test.NatsServer;
import io.nats.client.Connection;
import io.nats.client.Message;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link JetStreamListenerContainer} against a real server.
 */
@Timeout(120)
class JetStreamListenerContainerIntegrationTests {

	private static NatsServer server;

	private final Queue<Integer> handled = new ConcurrentLinkedQueue<>();

	@BeforeAll
	static void startServer() {
		server = NatsServer.builder().start();
	}

	@AfterAll
	static void stopServer() {
		server.close();
	}

	@Test
	void handlesInOrderAndAcknowledges() throws Exception {
		try (PullFixture fixture = new PullFixture(server.url()).create()) {
			fixture.publish(0, 1000);
			fixture.start(100, this::handle);
			await().until(() -> this.handled.size() == 1000);
			assertThat(this.handled).containsExactlyElementsOf(IntStream.range(0, 1000).boxed().toList());
			await().untilAsserted(() -> assertThat(fixture.consumer().getNumAckPending()).isZero());
			assertThat(fixture.consumer().getRedelivered()).isZero();
			assertThat(fixture.consumer().getNumWaiting()).isLessThanOrEqualTo(3);
		}
	}

	@Test
	void runsListenersOnTheExecutorAndNotOnAThreadOfTheClient() throws Exception {
		Queue<String> threads = new ConcurrentLinkedQueue<>();
		try (PullFixture fixture = new PullFixture(server.url()).create()) {
			fixture.start(10, (message) -> threads.add(Thread.currentThread().getName()));
			fixture.publish(0, 10);
			await().until(() -> threads.size() == 10);
			assertThat(threads).allMatch((name) -> name.startsWith("listener-"));
		}
	}

	@Test
	void redeliversAfterDelayWhenHandlerThrows() throws Exception {
		List<Long> times = new CopyOnWriteArrayList<>();
		List<Long> deliveries = new CopyOnWriteArrayList<>();
		try (PullFixture fixture = new PullFixture(server.url())
			.failureHandler((failure) -> new Decision.Redeliver(Duration.ofMillis(300 * failure.deliveries())))
			.create()) {
			fixture.start(10, (message) -> {
				times.add(System.nanoTime());
				deliveries.add(message.metaData().deliveredCount());
				if (times.size() < 3) {
					throw new IllegalStateException("not yet");
				}
			});
			fixture.publish(0, 1);
			await().until(() -> times.size() == 3);
			assertThat(deliveries).containsExactly(1L, 2L, 3L);
			assertThat(Duration.ofNanos(times.get(1) - times.get(0))).isGreaterThanOrEqualTo(Duration.ofMillis(295));
			assertThat(Duration.ofNanos(times.get(2) - times.get(1))).isGreaterThanOrEqualTo(Duration.ofMillis(595));
			await().untilAsserted(() -> assertThat(fixture.consumer().getNumAckPending()).isZero());
		}
	}

	@Test
	void settlesOnAThreadThatTheHandlerLeftInterrupted() throws Exception {
		AtomicInteger runs = new AtomicInteger();
		try (PullFixture fixture = new PullFixture(server.url()).create()) {
			fixture.start(10, (message) -> {
				Thread.currentThread().interrupt();
				if (runs.incrementAndGet() == 1) {
					throw new IllegalStateException("interrupted");
				}
			});
			fixture.publish(0, 1);
			await().atMost(Duration.ofSeconds(5)).until(() -> runs.get() == 2);
			await().untilAsserted(() -> assertThat(fixture.consumer().getNumAckPending()).isZero());
		}
	}

	@Test
	void keepsTheMessageAndRunsOnWhenTheHandlerThrowsAnError() throws Exception {
		AtomicBoolean thrown = new AtomicBoolean();
		try (PullFixture fixture = new PullFixture(server.url()).create()) {
			fixture.start(10, (message) -> {
				if (thrown.compareAndSet(false, true)) {
					throw new StackOverflowError();
				}
				handle(message);
			});
			fixture.publish(0, 3);
			await().untilAsserted(() -> assertThat(this.handled).containsExactlyInAnyOrder(0, 1, 2));
		}
	}

	@Test
	void keepsTheMessageWhenTheDecisionFails() throws Exception {
		AtomicInteger runs = new AtomicInteger();
		try (PullFixture fixture = new PullFixture(server.url()).failureHandler((failure) -> {
			throw new IllegalStateException("no decision");
		}).create()) {
			fixture.start(10, (message) -> {
				runs.incrementAndGet();
				throw new IllegalArgumentException("no");
			});
			fixture.publish(0, 1);
			await().until(() -> runs.get() == 1);
			await().during(Duration.ofMillis(500))
				.untilAsserted(() -> assertThat(fixture.consumer().getNumAckPending()).isOne());
		}
	}

	@Test
	void neverHoldsMoreThanMaxInFlight() throws Exception {
		CountDownLatch handler = new CountDownLatch(1);
		try (PullFixture fixture = new PullFixture(server.url()).create()) {
			fixture.publish(0, 100);
			JetStreamListenerContainer container = fixture.start(7, (message) -> {
				handler.await();
				handle(message);
			});
			await().until(() -> container.getStatus().inFlight() == 7);
			await().during(Duration.ofMillis(700))
				.untilAsserted(() -> assertThat(fixture.consumer().getNumAckPending()).isEqualTo(7));
			handler.countDown();
			await().until(() -> this.handled.size() == 100);
		}
	}

	@Test
	void deliversNoMoreThanThePermitsOfAnOpenPullAfterAReconnect() throws Exception {
		CountDownLatch handler = new CountDownLatch(1);
		try (PullFixture fixture = new PullFixture(server.url()).create()) {
			JetStreamListenerContainer container = fixture.start(10, (message) -> {
				handler.await();
				handle(message);
			});
			await().until(() -> fixture.consumer().getNumWaiting() == 1);
			for (int i = 0; i < 3; i++) {
				fixture.connection().forceReconnect();
			}
			await().until(() -> fixture.connection().getStatus() == Connection.Status.CONNECTED);
			fixture.publish(0, 100);
			await().until(() -> container.getStatus().inFlight() == 10);
			await().during(Duration.ofSeconds(2)).atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
				assertThat(fixture.consumer().getNumAckPending()).isEqualTo(10);
				assertThat(container.getStatus().inFlight()).isEqualTo(10);
			});
			handler.countDown();
			await().until(() -> this.handled.size() == 100);
			assertThat(fixture.consumer().getRedelivered()).isZero();
		}
	}

	@Test
	void consumesAgainWithinThreeSecondsAfterTheServerWasKilled() throws Exception {
		try (NatsServer mortal = NatsServer.builder().start();
				PullFixture fixture = new PullFixture(mortal.url()).create()) {
			JetStreamListenerContainer container = fixture.start(100, this::handle);
			for (int round = 0; round < 3; round++) {
				int number = round;
				mortal.kill();
				await().until(() -> fixture.connection().getStatus() != Connection.Status.CONNECTED);
				mortal.restart();
				long ready = System.nanoTime();
				await().ignoreExceptions().until(() -> {
					fixture.publish(number, number + 1);
					return true;
				});
				await().until(() -> this.handled.contains(number));
				assertThat(Duration.ofNanos(System.nanoTime() - ready)).isLessThan(Duration.ofSeconds(3));
			}
			assertThat(container.getStatus().state()).isEqualTo(State.RUNNING);
		}
	}

	@Test
	void acknowledgesAfterTheReconnectWhatEndedWhileTheConnectionWasLost() throws Exception {
		CountDownLatch running = new CountDownLatch(1);
		CountDownLatch handler = new CountDownLatch(1);
		try (NatsServer mortal = NatsServer.builder().start();
				PullFixture fixture = new PullFixture(mortal.url()).create()) {
			fixture.start(10, (message) -> {
				running.countDown();
				handler.await();
				handle(message);
			});
			fixture.publish(0, 5);
			running.await();
			// In order: a killed server forgets what it delivered in its last 100 ms
			mortal.stop();
			await().until(() -> fixture.connection().getStatus() != Connection.Status.CONNECTED);
			handler.countDown();
			await().until(() -> this.handled.size() == 5);
			mortal.start();
			await().ignoreExceptions().untilAsserted(() -> {
				assertThat(fixture.consumer().getNumAckPending()).isZero();
				assertThat(fixture.consumer().getAckFloor().getStreamSequence()).isEqualTo(5);
			});
			assertThat(this.handled).hasSize(5);
		}
	}

	@Test
	void handsBackWhatHasNotStartedAndFinishesWhatRunsWhenItStops() throws Exception {
		ConcurrentMap<Integer, LongAdder> finished = new ConcurrentHashMap<>();
		try (PullFixture fixture = new PullFixture(server.url()).create()) {
			fixture.publish(0, 100);
			JetStreamListenerContainer first = fixture.start(100, (message) -> {
				await().pollDelay(Duration.ofMillis(50)).until(() -> true);
				finished.computeIfAbsent(number(message), (key) -> new LongAdder()).increment();
			});
			await().until(() -> finished.size() >= 20);
			await().until(() -> first.getStatus().inFlight() > 10);
			long stopped = System.nanoTime();
			first.stop();
			assertThat(Duration.ofNanos(System.nanoTime() - stopped)).isLessThan(Duration.ofSeconds(2));
			Map<Integer, LongAdder> byFirst = Map.copyOf(finished);
			fixture.start(100,
					(message) -> finished.computeIfAbsent(number(message), (key) -> new LongAdder()).increment());
			await().atMost(Duration.ofSeconds(2)).until(() -> finished.size() == 100);
			assertThat(byFirst.size()).isBetween(20, 99);
			await().untilAsserted(() -> assertThat(fixture.consumer().getNumAckPending()).isZero());
			assertThat(finished.values()).allMatch((count) -> count.sum() == 1);
		}
	}

	@Test
	void doesNotWaitForAHandlerLongerThanTheShutdownTimeout() throws Exception {
		CountDownLatch running = new CountDownLatch(1);
		CountDownLatch handler = new CountDownLatch(1);
		try (PullFixture fixture = new PullFixture(server.url()).shutdownTimeout(Duration.ofMillis(500)).create()) {
			JetStreamListenerContainer container = fixture.start(10, (message) -> {
				running.countDown();
				handler.await();
			});
			fixture.publish(0, 1);
			running.await();
			long started = System.nanoTime();
			container.stop();
			assertThat(Duration.ofNanos(System.nanoTime() - started)).isBetween(Duration.ofMillis(450),
					Duration.ofSeconds(3));
			assertThat(container.isRunning()).isFalse();
			handler.countDown();
		}
	}

	@Test
	void consumesAgainWhenItIsStartedAgain() throws Exception {
		// What the server sends in the moment of the stop is lost on its way, until
		// ack-wait
		try (PullFixture fixture = new PullFixture(server.url())
			.create((consumer) -> consumer.ackWait(Duration.ofSeconds(3)))) {
			JetStreamListenerContainer container = fixture.container(100, this::handle);
			for (int round = 0; round < 5; round++) {
				container.start();
				fixture.publish(round * 100, round * 100 + 50);
				container.stop();
				fixture.publish(round * 100 + 50, round * 100 + 100);
				assertThat(container.getStatus().state()).isEqualTo(State.STOPPED);
			}
			container.start();
			await().until(() -> this.handled.size() >= 500);
			assertThat(this.handled).containsExactlyInAnyOrderElementsOf(IntStream.range(0, 500).boxed().toList());
		}
	}

	@Test
	void leavesNothingBehindWhenOneOfTwoLoadedContainersStopsAgainAndAgain() throws Exception {
		try (PullFixture fixture = new PullFixture(server.url())
			.create((consumer) -> consumer.ackWait(Duration.ofSeconds(3)))) {
			fixture.start(50, this::handle);
			JetStreamListenerContainer other = fixture.container(50, this::handle);
			for (int round = 0; round < 20; round++) {
				other.start();
				fixture.publish(round * 50, round * 50 + 50);
				other.stop();
			}
			await().until(() -> this.handled.size() >= 1000);
			await().untilAsserted(() -> assertThat(fixture.consumer().getNumAckPending()).isZero());
			assertThat(this.handled).hasSize(1000);
		}
	}

	@Test
	void handsEverythingBackWhenItStopsUnderAFastListener() throws Exception {
		try (PullFixture fixture = new PullFixture(server.url()).create()) {
			JetStreamListenerContainer container = fixture.container(500, this::handle);
			int published = 0;
			for (int round = 0; round < 20; round++) {
				int before = this.handled.size();
				for (int i = 0; i < 2000; i++) {
					fixture.connection().publish(fixture.stream() + ".m", String.valueOf(published++).getBytes());
				}
				container.start();
				await().pollInterval(Duration.ofMillis(1)).until(() -> this.handled.size() > before);
				container.stop();
			}
			container.start();
			int all = published;
			// Far less than ack-wait
			await().atMost(Duration.ofSeconds(10)).until(() -> Set.copyOf(this.handled).size() == all);
			assertThat(this.handled).hasSize(all);
		}
	}

	@Test
	void manyContainersAttachAndStopAtOnceWithoutAnotherReconnect() throws Exception {
		try (NatsServer mortal = NatsServer.builder().start();
				PullFixture fixture = new PullFixture(mortal.url()).create()) {
			List<JetStreamListenerContainer> containers = new ArrayList<>();
			for (int i = 0; i < 20; i++) {
				containers.add(fixture.start(10, this::handle));
			}
			await().until(() -> fixture.consumer().getNumWaiting() == containers.size());
			mortal.restart();
			await().ignoreExceptions().until(() -> fixture.consumer().getNumWaiting() == containers.size());
			CountDownLatch stopped = new CountDownLatch(containers.size());
			containers.forEach((container) -> container.stop(stopped::countDown));
			assertThat(stopped.await(10, TimeUnit.SECONDS)).isTrue();
			// jnats takes more than two flushes at once for a server that does not answer
			assertThat(fixture.connection().getStatistics().getReconnects()).isOne();
		}
	}

	@Test
	void keepsUpWithAConsumerThatLetsOnlyOnePullWait() throws Exception {
		try (PullFixture fixture = new PullFixture(server.url()).create((consumer) -> consumer.maxPullWaiting(1))) {
			fixture.start(20, this::handle);
			for (int round = 0; round < 20; round++) {
				int number = round * 13;
				fixture.publish(number, number + 13);
				// A pull that the server discarded would only be missed after 12.5 s
				await().atMost(Duration.ofSeconds(5)).until(() -> this.handled.size() == number + 13);
			}
		}
	}

	@Test
	void ignoresWhatSomebodyElsePublishesToItsInbox() throws Exception {
		try (PullFixture fixture = new PullFixture(server.url()).create()) {
			fixture.start(10, this::handle);
			await().until(() -> fixture.consumer().getNumWaiting() == 1);
			List<String> inboxes = new CopyOnWriteArrayList<>();
			fixture.connection().createDispatcher((message) -> {
				if (message.getReplyTo() != null) {
					inboxes.add(message.getReplyTo());
				}
			}).subscribe("$JS.API.CONSUMER.MSG.NEXT." + fixture.stream() + ".worker");
			fixture.connection().flush(Duration.ofSeconds(5));
			fixture.publish(0, 10);
			await().until(() -> this.handled.size() == 10 && !inboxes.isEmpty());
			fixture.connection().publish(inboxes.get(inboxes.size() - 1), "10".getBytes());
			fixture.publish(11, 31);
			await().until(() -> this.handled.size() == 30);
			assertThat(this.handled).doesNotContain(10);
		}
	}

	@Test
	void waitsForADeletedConsumerAndResumesWhenItIsBack() throws Exception {
		try (PullFixture fixture = new PullFixture(server.url()).create()) {
			JetStreamListenerContainer container = fixture.start(10, this::handle);
			await().until(() -> fixture.consumer().getNumWaiting() == 1);
			fixture.management().deleteConsumer(fixture.stream(), "worker");
			await().until(() -> container.getStatus().state() == State.STALLED);
			assertThat(container.getStatus().detail()).contains("worker", fixture.stream(), "does not exist");
			fixture.addConsumer((consumer) -> {
			});
			fixture.publish(0, 3);
			await().untilAsserted(() -> assertThat(this.handled).containsExactly(0, 1, 2));
			await().until(() -> container.getStatus().state() == State.RUNNING);
		}
	}

	@Test
	void makesADeletedConsumerAgainBehindWhatTheServerHasSeenAcknowledged() throws Exception {
		try (PullFixture fixture = new PullFixture(server.url()).create()) {
			fixture.publish(0, 5);
			JetStreamListenerContainer earlier = fixture.start(10, this::handle);
			await().until(() -> fixture.consumer().getAckFloor().getStreamSequence() == 5);
			earlier.stop();
			// It knows of the ack floor of its start
			JetStreamListenerContainer container = fixture
				.start((settings) -> settings.missingConsumer(MissingConsumer.RECREATE), this::handle);
			await().until(() -> fixture.consumer().getNumWaiting() == 1);
			fixture.management().deleteConsumer(fixture.stream(), "worker");
			fixture.publish(5, 10);
			await().untilAsserted(() -> assertThat(this.handled).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9));
			await().until(() -> container.getStatus().state() == State.RUNNING);
		}
	}

	@Test
	void givesUpWhenItsConsumerIsDeletedAndThatIsItsPolicy() throws Exception {
		try (PullFixture fixture = new PullFixture(server.url()).create()) {
			JetStreamListenerContainer container = fixture
				.start((settings) -> settings.missingConsumer(MissingConsumer.FAIL), this::handle);
			await().until(() -> fixture.consumer().getNumWaiting() == 1);
			fixture.management().deleteConsumer(fixture.stream(), "worker");
			await().until(() -> container.getStatus().state() == State.FAILED);
			assertThat(container.getStatus().detail()).contains("worker", "does not exist");
			fixture.addConsumer((consumer) -> {
			});
			fixture.publish(0, 1);
			await().during(Duration.ofSeconds(1)).until(() -> this.handled.isEmpty());
			container.stop();
			container.start();
			await().until(() -> this.handled.size() == 1);
		}
	}

	@Test
	void sendsNoNakWhenTheServerMayHaveDeliveredTheMessageAgain() throws Exception {
		List<Long> deliveries = new CopyOnWriteArrayList<>();
		List<Integer> running = new CopyOnWriteArrayList<>();
		try (PullFixture fixture = new PullFixture(server.url())
			.failureHandler((failure) -> new Decision.Redeliver(Duration.ZERO))
			.create((consumer) -> consumer.ackWait(Duration.ofSeconds(1)))) {
			fixture.start(1, (message) -> {
				deliveries.add(message.metaData().deliveredCount());
				running.add(1);
				if (deliveries.size() == 1) {
					await().pollDelay(Duration.ofMillis(1500)).until(() -> true);
					throw new IllegalStateException("too late");
				}
			});
			fixture.publish(0, 1);
			await().until(() -> deliveries.size() == 2);
			await().during(Duration.ofSeconds(2)).untilAsserted(() -> assertThat(deliveries).containsExactly(1L, 2L));
		}
	}

	@Test
	void doesNotRunWhatWaitedLongerThanAckWait() throws Exception {
		AtomicBoolean first = new AtomicBoolean(true);
		try (PullFixture fixture = new PullFixture(server.url())
			.create((consumer) -> consumer.ackWait(Duration.ofSeconds(1)))) {
			fixture.publish(0, 2);
			fixture.start(10, (message) -> {
				if (first.compareAndSet(true, false)) {
					await().pollDelay(Duration.ofMillis(1200)).until(() -> true);
				}
				handle(message);
			});
			await().until(() -> this.handled.contains(1));
			await().untilAsserted(() -> assertThat(fixture.consumer().getNumAckPending()).isZero());
			assertThat(this.handled.stream().filter((number) -> number == 1)).hasSize(1);
		}
	}

	@Test
	void respectsTheLimitsOfTheConsumer() throws Exception {
		try (PullFixture fixture = new PullFixture(server.url())
			.create((consumer) -> consumer.maxBatch(3).maxExpires(Duration.ofSeconds(1)).maxBytes(400))) {
			JetStreamListenerContainer container = fixture.start(100, this::handle);
			fixture.publish(0, 50);
			fixture.connection().jetStream().publish(fixture.stream() + ".m", (" ".repeat(1000) + 50).getBytes());
			await().until(() -> this.handled.size() == 51);
			await().during(Duration.ofSeconds(2)).until(() -> container.getStatus().state() == State.RUNNING);
			fixture.publish(51, 52);
			await().until(() -> this.handled.size() == 52);
		}
	}

	@Test
	void failsToStartWithoutItsConsumer() throws Exception {
		try (PullFixture fixture = new PullFixture(server.url())) {
			JetStreamListenerContainer container = fixture.container(10, this::handle);
			assertThatExceptionOfType(RuntimeException.class).isThrownBy(container::start);
			assertThat(container.isRunning()).isFalse();
			assertThat(container.getStatus().state()).isEqualTo(State.FAILED);
		}
	}

	@Test
	void sharesAConsumerWithAnotherContainerWithoutHandlingAMessageTwice() throws Exception {
		try (PullFixture fixture = new PullFixture(server.url()).create()) {
			List<Integer> byFirst = new ArrayList<>();
			List<Integer> bySecond = new ArrayList<>();
			fixture.start(20, (message) -> byFirst.add(number(message)));
			fixture.start(20, (message) -> bySecond.add(number(message)));
			fixture.publish(0, 500);
			await().until(() -> fixture.consumer().getAckFloor().getStreamSequence() == 500);
			assertThat(byFirst.size() + bySecond.size()).isEqualTo(500);
			assertThat(byFirst).isNotEmpty();
			assertThat(bySecond).isNotEmpty();
		}
	}

	private void handle(Message message) {
		this.handled.add(number(message));
	}

	private static int number(Message message) {
		return Integer.parseInt(new String(message.getData()).strip());
	}

	static {
		// Awaitility's default is too long for a queue that fills in microseconds
		Awaitility.setDefaultPollInterval(20, TimeUnit.MILLISECONDS);
	}

}
