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
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

import io.github.natsspring.listener.AckMessageException;
import io.github.natsspring.listener.AckMode;
import io.github.natsspring.listener.Acknowledgment;
import io.github.natsspring.listener.ContainerStatus.State;
import io.github.natsspring.listener.Decision;
import io.github.natsspring.listener.FailedRun;
import io.github.natsspring.listener.NakMessageException;
import io.github.natsspring.listener.TermMessageException;
import io.github.natsspring.test.NatsServer;
import io.nats.client.Message;
import io.nats.client.api.AckPolicy;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.core.task.TaskRejectedException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * Tests for how deliveries are settled, against a real server.
 */
@Timeout(120)
class SettlementIntegrationTests {

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
	void confirmsAcknowledgementsInAPipeline() throws Exception {
		try (PullFixture fixture = new PullFixture(server.url()).create()) {
			fixture.publish(0, 2000);
			JetStreamListenerContainer container = fixture
				.start((settings) -> settings.ackMode(AckMode.AUTO_CONFIRMED).maxInFlight(200), this::handle);
			await().until(() -> this.handled.size() == 2000 && container.getStatus().inFlight() == 0);
			// Every permit came back with a confirmation, so the server has them all
			assertThat(fixture.consumer().getNumAckPending()).isZero();
			assertThat(fixture.consumer().getAckFloor().getStreamSequence()).isEqualTo(2000);
		}
	}

	@Test
	void leavesTheSettlementToTheListenerInManualModeAlsoLaterAndFromAnotherThread() throws Exception {
		Map<Integer, Acknowledgment> acknowledgments = new ConcurrentHashMap<>();
		try (PullFixture fixture = new PullFixture(server.url()).create()) {
			JetStreamListenerContainer container = fixture.startListener((settings) -> settings.ackMode(AckMode.MANUAL),
					(message, acknowledgment) -> acknowledgments.put(number(message), acknowledgment));
			fixture.publish(0, 3);
			await().until(() -> acknowledgments.size() == 3);
			assertThat(container.getStatus().inFlight()).isEqualTo(3);
			acknowledgments.get(0).ack();
			acknowledgments.get(1).ackSync();
			acknowledgments.get(2).term("enough");
			await().untilAsserted(() -> assertThat(fixture.consumer().getNumAckPending()).isZero());
			assertThat(container.getStatus().inFlight()).isZero();
			for (Acknowledgment acknowledgment : acknowledgments.values()) {
				assertThat(acknowledgment.isSettled()).isTrue();
				assertThatIllegalStateException().isThrownBy(acknowledgment::ack);
				assertThatIllegalStateException().isThrownBy(acknowledgment::ackSync);
				assertThatIllegalStateException().isThrownBy(acknowledgment::nak);
				assertThatIllegalStateException().isThrownBy(acknowledgment::term);
				assertThatIllegalStateException().isThrownBy(acknowledgment::inProgress);
			}
		}
	}

	@Test
	void deliversAgainWhatTheListenerNaksItself() throws Exception {
		List<Long> deliveries = new CopyOnWriteArrayList<>();
		try (PullFixture fixture = new PullFixture(server.url()).create()) {
			fixture.startListener((settings) -> settings, (message, acknowledgment) -> {
				deliveries.add(message.metaData().deliveredCount());
				if (deliveries.size() == 1) {
					acknowledgment.nak(Duration.ofMillis(100));
				}
			});
			fixture.publish(0, 1);
			await().untilAsserted(() -> assertThat(deliveries).containsExactly(1L, 2L));
			await().untilAsserted(() -> assertThat(fixture.consumer().getNumAckPending()).isZero());
		}
	}

	@Test
	void extendsWhatAManualListenerHasNotSettledYet() throws Exception {
		Queue<Acknowledgment> acknowledgments = new ConcurrentLinkedQueue<>();
		try (PullFixture fixture = new PullFixture(server.url())
			.create((consumer) -> consumer.ackWait(Duration.ofSeconds(1)))) {
			fixture.startListener((settings) -> settings.ackMode(AckMode.MANUAL),
					(message, acknowledgment) -> acknowledgments.add(acknowledgment));
			fixture.publish(0, 1);
			await().until(() -> !acknowledgments.isEmpty());
			await().during(Duration.ofSeconds(3)).until(() -> acknowledgments.size() == 1);
			acknowledgments.peek().ack();
			await().untilAsserted(() -> assertThat(fixture.consumer().getNumAckPending()).isZero());
		}
	}

	@Test
	void settlesByExceptionsFromAnyDepth() throws Exception {
		Queue<Integer> runs = new ConcurrentLinkedQueue<>();
		AtomicBoolean failed = new AtomicBoolean();
		AtomicBoolean first = new AtomicBoolean(true);
		try (PullFixture fixture = new PullFixture(server.url()).failureHandler((failure) -> {
			failed.set(true);
			return new Decision.Redeliver(Duration.ZERO);
		}).create()) {
			fixture.start(10, (message) -> {
				runs.add(number(message));
				switch (number(message)) {
					case 0 -> throw new AckMessageException("done");
					case 1 -> throw new TermMessageException("never");
					default -> {
						if (first.compareAndSet(true, false)) {
							throw new NakMessageException(Duration.ofMillis(50));
						}
					}
				}
			});
			fixture.publish(0, 3);
			await().untilAsserted(() -> assertThat(runs).containsExactly(0, 1, 2, 2));
			await().untilAsserted(() -> assertThat(fixture.consumer().getNumAckPending()).isZero());
			assertThat(failed).isFalse();
		}
	}

	@Test
	void acknowledgesNothingInModeNone() throws Exception {
		try (PullFixture fixture = new PullFixture(server.url())
			.create((consumer) -> consumer.ackPolicy(AckPolicy.None))) {
			JetStreamListenerContainer container = fixture
				.start((settings) -> settings.ackMode(AckMode.NONE).maxInFlight(10), (message) -> {
					handle(message);
					throw new IllegalStateException("is logged");
				});
			fixture.publish(0, 100);
			await().until(() -> this.handled.size() == 100 && container.getStatus().inFlight() == 0);
		}
	}

	@Test
	void keepsTheOrderOfTheStreamWhenItRetriesInPlace() throws Exception {
		Queue<Integer> succeeded = new ConcurrentLinkedQueue<>();
		try (PullFixture fixture = new PullFixture(server.url())
			.failureHandler((failure) -> new Decision.RetryInPlace(Duration.ofMillis(20 * failure.attempts())))
			.create()) {
			AtomicInteger failures = new AtomicInteger();
			fixture.start(50, (message) -> {
				int number = number(message);
				if (number % 10 == 3 && failures.getAndIncrement() % 3 != 2) {
					throw new IllegalStateException("not yet");
				}
				succeeded.add(number);
			});
			fixture.publish(0, 100);
			await().until(() -> succeeded.size() == 100);
			assertThat(succeeded).containsExactlyElementsOf(IntStream.range(0, 100).boxed().toList());
			await().untilAsserted(() -> assertThat(fixture.consumer().getNumAckPending()).isZero());
			assertThat(fixture.consumer().getRedelivered()).isZero();
		}
	}

	@Test
	void keepsWhatWaitsForARetryInPlaceAliveBeyondAckWait() throws Exception {
		List<Long> deliveries = new CopyOnWriteArrayList<>();
		try (PullFixture fixture = new PullFixture(server.url())
			.failureHandler((failure) -> new Decision.RetryInPlace(Duration.ofMillis(2500)))
			.create((consumer) -> consumer.ackWait(Duration.ofSeconds(1)))) {
			fixture.start(10, (message) -> {
				deliveries.add(message.metaData().deliveredCount());
				if (deliveries.size() == 1) {
					throw new IllegalStateException("not yet");
				}
			});
			fixture.publish(0, 3);
			await().until(() -> deliveries.size() == 4);
			assertThat(deliveries).containsOnly(1L);
		}
	}

	@Test
	void handsBackWhatWaitsForARetryInPlaceWhenItStops() throws Exception {
		Queue<Integer> byFirst = new ConcurrentLinkedQueue<>();
		try (PullFixture fixture = new PullFixture(server.url())
			.failureHandler((failure) -> new Decision.RetryInPlace(Duration.ofMinutes(1)))
			.create()) {
			JetStreamListenerContainer first = fixture.start(10, (message) -> {
				byFirst.add(number(message));
				throw new IllegalStateException("never");
			});
			fixture.publish(0, 5);
			await().until(() -> byFirst.size() == 1 && first.getStatus().inFlight() == 5);
			first.stop();
			fixture.start(10, this::handle);
			await().atMost(Duration.ofSeconds(3)).until(() -> this.handled.size() == 5);
		}
	}

	@Test
	void keepsWhatWaitsForARetryInPlaceAliveAlsoBesideOtherHandlers() throws Exception {
		try (PullFixture fixture = new PullFixture(server.url())
			.failureHandler((failure) -> new Decision.RetryInPlace(Duration.ofSeconds(3)))
			.create((consumer) -> consumer.ackWait(Duration.ofSeconds(1)))) {
			fixture.publish(0, 20);
			fixture.start((settings) -> settings.concurrency(4), (message) -> {
				handle(message);
				if (number(message) == 5 && this.handled.stream().filter((number) -> number == 5).count() == 1) {
					throw new IllegalStateException("first run");
				}
			});
			await().until(() -> this.handled.size() == 21);
			await().untilAsserted(() -> assertThat(fixture.consumer().getNumAckPending()).isZero());
			assertThat(fixture.consumer().getDelivered().getConsumerSequence()).isEqualTo(20);
		}
	}

	@Test
	void handsBackAtOnceWhatFailsWhileTheContainerStops() throws Exception {
		CountDownLatch running = new CountDownLatch(1);
		CountDownLatch fail = new CountDownLatch(1);
		try (PullFixture fixture = new PullFixture(server.url())
			.failureHandler((failure) -> new Decision.RetryInPlace(Duration.ofMillis(10)))
			.create()) {
			JetStreamListenerContainer container = fixture.start(10, (message) -> {
				running.countDown();
				fail.await();
				throw new IllegalStateException("too late to try again here");
			});
			fixture.publish(0, 2);
			running.await();
			CountDownLatch stopped = new CountDownLatch(1);
			container.stop(stopped::countDown);
			// What has not started is handed back first
			await().untilAsserted(() -> assertThat(fixture.consumer().getNumPending()).isZero());
			await().pollDelay(Duration.ofMillis(300)).until(() -> true);
			fail.countDown();
			stopped.await();
			fixture.start(10, this::handle);
			await().atMost(Duration.ofSeconds(5)).until(() -> this.handled.size() == 2);
		}
	}

	@Test
	void goesOnWhenAMessageIsSettledWhileItsFailureIsDecidedOn() throws Exception {
		AtomicReference<Acknowledgment> acknowledgments = new AtomicReference<>();
		try (PullFixture fixture = new PullFixture(server.url()).failureHandler((failure) -> {
			acknowledgments.get().ack();
			return new Decision.RetryInPlace(Duration.ofMillis(10));
		}).create()) {
			fixture.startListener((settings) -> settings.ackMode(AckMode.MANUAL), (message, acknowledgment) -> {
				handle(message);
				acknowledgments.set(acknowledgment);
				if (number(message) == 0) {
					throw new IllegalStateException("settled elsewhere");
				}
				acknowledgment.ack();
			});
			fixture.publish(0, 2);
			await().atMost(Duration.ofSeconds(5)).until(() -> this.handled.size() == 2);
			await().untilAsserted(() -> assertThat(fixture.consumer().getNumAckPending()).isZero());
		}
	}

	@Test
	void keepsTheOrderOfEachKeyAndRunsKeysAtOnce() throws Exception {
		int keys = 20;
		int messages = 2000;
		Map<Integer, Queue<Integer>> byKey = new ConcurrentHashMap<>();
		try (PullFixture fixture = new PullFixture(server.url())
			.failureHandler((failure) -> new Decision.RetryInPlace(Duration.ofMillis(5)))
			.create()) {
			fixture.publish(0, messages);
			AtomicInteger running = new AtomicInteger();
			AtomicInteger most = new AtomicInteger();
			fixture.start((settings) -> settings.concurrency(8).orderingKey((message) -> number(message) % keys),
					(message) -> {
						most.accumulateAndGet(running.incrementAndGet(), Math::max);
						try {
							LockSupport.parkNanos(ThreadLocalRandom.current().nextInt(1_000_000));
							if (ThreadLocalRandom.current().nextInt(100) == 0) {
								throw new IllegalStateException("1 %");
							}
							byKey.computeIfAbsent(number(message) % keys, (key) -> new ConcurrentLinkedQueue<>())
								.add(number(message));
						}
						finally {
							running.decrementAndGet();
						}
					});
			await().atMost(Duration.ofSeconds(30))
				.until(() -> byKey.values().stream().mapToInt(Queue::size).sum() == messages);
			byKey.values().forEach((numbers) -> assertThat(List.copyOf(numbers)).isSorted().doesNotHaveDuplicates());
			assertThat(most.get()).isBetween(2, 8);
		}
	}

	@Test
	void runsAsManyHandlersAtOnceAsAllowed() throws Exception {
		CountDownLatch handler = new CountDownLatch(1);
		AtomicInteger running = new AtomicInteger();
		try (PullFixture fixture = new PullFixture(server.url()).create()) {
			fixture.publish(0, 50);
			fixture.start((settings) -> settings.concurrency(5), (message) -> {
				running.incrementAndGet();
				handler.await();
				handle(message);
			});
			await().until(() -> running.get() == 5);
			await().during(Duration.ofMillis(300)).until(() -> running.get() == 5);
			handler.countDown();
			await().until(() -> this.handled.size() == 50);
		}
	}

	@Test
	void doesNotDeliverAgainWhatRunsOrWaitsLongerThanAckWait() throws Exception {
		try (PullFixture fixture = new PullFixture(server.url())
			.create((consumer) -> consumer.ackWait(Duration.ofMillis(500)))) {
			fixture.publish(0, 4);
			fixture.start(4, (message) -> {
				await().pollDelay(Duration.ofMillis(1500)).until(() -> true);
				handle(message);
			});
			await().atMost(Duration.ofSeconds(20)).until(() -> this.handled.size() >= 4);
			await().untilAsserted(() -> assertThat(fixture.consumer().getNumAckPending()).isZero());
			assertThat(this.handled).containsExactly(0, 1, 2, 3);
			assertThat(fixture.consumer().getDelivered().getConsumerSequence()).isEqualTo(4);
		}
	}

	@Test
	void deliversAgainWithoutExtension() throws Exception {
		List<Long> deliveries = new CopyOnWriteArrayList<>();
		try (PullFixture fixture = new PullFixture(server.url())
			.create((consumer) -> consumer.ackWait(Duration.ofMillis(500)))) {
			fixture.publish(0, 1);
			fixture.start((settings) -> settings.extendAcks(false).concurrency(2), (message) -> {
				deliveries.add(message.metaData().deliveredCount());
				if (deliveries.size() == 1) {
					await().pollDelay(Duration.ofMillis(1500)).until(() -> true);
				}
			});
			await().until(() -> deliveries.contains(2L));
		}
	}

	@Test
	void goesOnInOtherLanesWhenAHandlerHangs() throws Exception {
		CountDownLatch hangs = new CountDownLatch(1);
		try (PullFixture fixture = new PullFixture(server.url()).shutdownTimeout(Duration.ofMillis(100))
			.create((consumer) -> consumer.ackWait(Duration.ofSeconds(1)))) {
			fixture.start((settings) -> settings.concurrency(4)
				.orderingKey((message) -> number(message) % 4)
				.longestExtension(Duration.ofSeconds(2)), (message) -> {
					if (number(message) == 0) {
						hangs.await();
					}
					handle(message);
				});
			fixture.publish(0, 100);
			// All but the one that hangs, those behind it, too
			await().atMost(Duration.ofSeconds(15))
				.until(() -> List.copyOf(this.handled).stream().distinct().count() == 99);
			hangs.countDown();
			await().until(() -> this.handled.contains(0));
		}
	}

	@Test
	void saysThatTheOnlyHandlerHangsAndResumesWhenItEnds() throws Exception {
		CountDownLatch hangs = new CountDownLatch(1);
		AtomicBoolean first = new AtomicBoolean(true);
		try (PullFixture fixture = new PullFixture(server.url()).shutdownTimeout(Duration.ofMillis(100))
			.create((consumer) -> consumer.ackWait(Duration.ofSeconds(1)))) {
			JetStreamListenerContainer container = fixture
				.start((settings) -> settings.longestExtension(Duration.ofSeconds(1)), (message) -> {
					if (first.compareAndSet(true, false)) {
						hangs.await();
					}
					handle(message);
				});
			fixture.publish(0, 10);
			await().until(() -> container.getStatus().state() == State.STALLED);
			assertThat(container.getStatus().detail()).contains("hangs");
			hangs.countDown();
			await().atMost(Duration.ofSeconds(20))
				.until(() -> List.copyOf(this.handled).stream().distinct().count() == 10);
			await().until(() -> container.getStatus().state() == State.RUNNING);
		}
	}

	@Test
	void keepsNothingFromOthersWhileItsOnlyHandlerHangs() throws Exception {
		CountDownLatch hang = new CountDownLatch(1);
		try (PullFixture fixture = new PullFixture(server.url())
			.create((consumer) -> consumer.ackWait(Duration.ofSeconds(1)))) {
			JetStreamListenerContainer hanging = fixture
				.start((settings) -> settings.longestExtension(Duration.ofMillis(300)), (message) -> hang.await());
			fixture.publish(0, 3);
			await().until(() -> hanging.getStatus().state() == State.STALLED);
			await().until(() -> hanging.getStatus().inFlight() == 1);
			fixture.start(10, this::handle);
			fixture.publish(3, 20);
			await().atMost(Duration.ofSeconds(8))
				.until(() -> this.handled.containsAll(IntStream.range(0, 20).boxed().toList()));
			assertThat(hanging.getStatus().state()).isEqualTo(State.STALLED);
			hang.countDown();
			await().until(() -> hanging.getStatus().state() == State.RUNNING);
		}
	}

	@Test
	void doesNotTakeARetryForAHandlerThatHangs() throws Exception {
		try (PullFixture fixture = new PullFixture(server.url())
			.failureHandler((failure) -> new Decision.RetryInPlace(Duration.ofMillis(300)))
			.create((consumer) -> consumer.ackWait(Duration.ofSeconds(1)))) {
			JetStreamListenerContainer container = fixture
				.start((settings) -> settings.longestExtension(Duration.ofSeconds(1)), (message) -> {
					handle(message);
					await().pollDelay(Duration.ofMillis(500)).until(() -> true);
					if (this.handled.size() < 6) {
						throw new IllegalStateException("not yet");
					}
				});
			fixture.publish(0, 1);
			await().until(() -> {
				assertThat(container.getStatus().state()).isNotEqualTo(State.STALLED);
				return this.handled.size() == 6;
			});
			await().untilAsserted(() -> assertThat(fixture.consumer().getNumAckPending()).isZero());
			assertThat(fixture.consumer().getDelivered().getConsumerSequence()).isEqualTo(1);
		}
	}

	@Test
	void terminatesADeadLetterOnlyWhenItIsStored() throws Exception {
		List<FailedRun> letters = new CopyOnWriteArrayList<>();
		AtomicInteger tries = new AtomicInteger();
		try (PullFixture fixture = new PullFixture(server.url()).failureHandler((failure) -> new Decision.DeadLetter())
			.create()) {
			fixture.start((settings) -> settings.retry(Duration.ofMillis(50), Duration.ofMillis(200))
				.deadLetters((failure) -> {
					if (tries.incrementAndGet() < 3) {
						throw new IllegalStateException("the stream is gone");
					}
					letters.add(failure);
					return true;
				}), (message) -> {
					throw new IllegalArgumentException("poison");
				});
			fixture.publish(0, 1);
			await().until(() -> letters.size() == 1);
			assertThat(letters.get(0).deliveries()).isEqualTo(3);
			assertThat(letters.get(0).attempts()).isEqualTo(3);
			await().untilAsserted(() -> assertThat(fixture.consumer().getNumAckPending()).isZero());
		}
	}

	@Test
	void retriesAtTheLongestIntervalWithoutADestinationForDeadLetters() throws Exception {
		List<Long> times = new CopyOnWriteArrayList<>();
		try (PullFixture fixture = new PullFixture(server.url()).failureHandler((failure) -> new Decision.DeadLetter())
			.create()) {
			fixture.start((settings) -> settings.retry(Duration.ofMillis(50), Duration.ofMillis(600)), (message) -> {
				times.add(System.nanoTime());
				throw new IllegalArgumentException("poison");
			});
			fixture.publish(0, 1);
			await().until(() -> times.size() == 3);
			assertThat(Duration.ofNanos(times.get(2) - times.get(0))).isGreaterThan(Duration.ofMillis(1100));
		}
	}

	@Test
	void discardsWhenThatWasDecided() throws Exception {
		try (PullFixture fixture = new PullFixture(server.url()).failureHandler((failure) -> new Decision.Discard())
			.create()) {
			fixture.start(10, (message) -> {
				handle(message);
				throw new IllegalArgumentException("poison");
			});
			fixture.publish(0, 3);
			await().untilAsserted(() -> assertThat(fixture.consumer().getAckFloor().getStreamSequence()).isEqualTo(3));
			assertThat(this.handled).containsExactly(0, 1, 2);
		}
	}

	@Test
	void doesNotRunWhatWasDeliveredTooOften() throws Exception {
		List<FailedRun> letters = new CopyOnWriteArrayList<>();
		try (PullFixture fixture = new PullFixture(server.url())
			.failureHandler(
					(failure) -> failure.isFatal() ? new Decision.DeadLetter() : new Decision.Redeliver(Duration.ZERO))
			.create()) {
			fixture.start((settings) -> settings.maxDeliveries(3).deadLetters((failure) -> letters.add(failure)),
					(message) -> {
						handle(message);
						throw new IllegalStateException("again");
					});
			fixture.publish(0, 1);
			await().until(() -> letters.size() == 1);
			assertThat(this.handled).hasSize(3);
			assertThat(letters.get(0).exception()).hasMessageContaining("max-deliveries");
		}
	}

	@Test
	void cutsDelaysWhenTooManyMessagesWaitForOne() throws Exception {
		try (PullFixture fixture = new PullFixture(server.url())
			.failureHandler((failure) -> new Decision.Redeliver(Duration.ofMinutes(1)))
			.create((consumer) -> consumer.maxAckPending(4))) {
			fixture.start((settings) -> settings.maxInFlight(4).retry(Duration.ofMillis(100), Duration.ofMinutes(1)),
					(message) -> {
						if (number(message) < 4 && message.metaData().deliveredCount() == 1) {
							throw new IllegalStateException("at first");
						}
						handle(message);
					});
			fixture.publish(0, 10);
			// With four of four waiting for a minute, the server would deliver nothing
			// else;
			// so only half of them do
			await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> assertThat(this.handled).hasSize(8));
		}
	}

	@Test
	void dividesTheWorkWithVirtualOrPlatformThreadsAlike() throws Exception {
		UnaryOperator<PullContainerSettings.Builder> wide = (settings) -> settings.concurrency(64);
		try (PullFixture fixture = new PullFixture(server.url()).create()) {
			fixture.publish(0, 1000);
			fixture.start(wide, (message) -> {
				LockSupport.parkNanos(1_000_000);
				handle(message);
			});
			await().until(() -> this.handled.size() == 1000);
			assertThat(this.handled).doesNotHaveDuplicates();
		}
	}

	@Test
	void usesUpFewDeliveriesWhileTheExecutorIsFull() throws Exception {
		AtomicBoolean full = new AtomicBoolean(true);
		Map<Integer, Long> deliveries = new ConcurrentHashMap<>();
		SimpleAsyncTaskExecutor threads = new SimpleAsyncTaskExecutor("listener-");
		try (PullFixture fixture = new PullFixture(server.url()).executor((task) -> {
			if (full.get()) {
				throw new TaskRejectedException("full");
			}
			threads.execute(task);
		}).create()) {
			JetStreamListenerContainer container = fixture.start(10,
					(message) -> deliveries.put(number(message), message.metaData().deliveredCount()));
			fixture.publish(0, 2);
			await().until(() -> container.getStatus().detail() != null);
			await().pollDelay(Duration.ofSeconds(5)).until(() -> true);
			full.set(false);
			await().atMost(Duration.ofSeconds(15)).until(() -> deliveries.size() == 2);
			// Above retry.max-deliveries, ten more than the attempts, it would be a dead
			// letter
			assertThat(deliveries.values()).allMatch((count) -> count < 10);
			await().untilAsserted(() -> assertThat(container.getStatus().detail()).isNull());
		}
	}

	private void handle(Message message) {
		this.handled.add(number(message));
	}

	private static int number(Message message) {
		return Integer.parseInt(new String(message.getData()).strip());
	}

}
