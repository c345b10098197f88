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
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.github.natsspring.listener.AckMessageException;
import io.github.natsspring.listener.BatchListenerFailedException;
import io.github.natsspring.listener.ContainerStatus;
import io.github.natsspring.listener.Decision;
import io.github.natsspring.listener.NakMessageException;
import io.github.natsspring.listener.PartialBatchException;
import io.github.natsspring.listener.TermMessageException;
import io.github.natsspring.test.NatsServer;
import io.nats.client.Message;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for batches, against a real server.
 */
@Timeout(60)
class BatchIntegrationTests {

	private static NatsServer server;

	private final List<List<Integer>> batches = new CopyOnWriteArrayList<>();

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
	void handlesFullBatchesInOrderAndTheRestAfterTheTimeout() throws Exception {
		try (PullFixture fixture = new PullFixture(server.url()).create()) {
			fixture.publish(0, 250);
			fixture.startBatch(100, Duration.ofMillis(300), (messages) -> this.batches.add(numbers(messages)));
			await().until(() -> this.batches.stream().mapToInt(List::size).sum() == 250);
			assertThat(this.batches.stream().flatMap(List::stream))
				.containsExactlyElementsOf(IntStream.range(0, 250).boxed().toList());
			assertThat(this.batches).allMatch((batch) -> batch.size() <= 100);
			assertThat(this.batches.get(0)).hasSize(100);
			await().untilAsserted(() -> assertThat(fixture.consumer().getNumAckPending()).isZero());
		}
	}

	@Test
	void retriesOnlyTheMessageThatIsNamedAndHandlesThoseBehindItAgain() throws Exception {
		AtomicBoolean failed = new AtomicBoolean();
		try (PullFixture fixture = new PullFixture(server.url()).create()) {
			fixture.publish(0, 10);
			fixture.startBatch(10, Duration.ofMillis(300), (messages) -> {
				this.batches.add(numbers(messages));
				if (messages.size() == 10 && failed.compareAndSet(false, true)) {
					throw new BatchListenerFailedException(4, new IllegalStateException("the fifth"));
				}
			});
			await().until(() -> this.batches.size() == 3);
			assertThat(this.batches.get(0)).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
			assertThat(this.batches.get(1)).containsExactly(5, 6, 7, 8, 9);
			assertThat(this.batches.get(2)).containsExactly(4);
			await().untilAsserted(() -> assertThat(fixture.consumer().getNumAckPending()).isZero());
			assertThat(fixture.consumer().getDelivered().getConsumerSequence()).isEqualTo(11);
		}
	}

	@Test
	void runsABatchOneByOneWhenItDoesNotSayWhatFailedSoThatOnlyThePoisonIsRetried() throws Exception {
		List<Long> poison = new CopyOnWriteArrayList<>();
		try (PullFixture fixture = new PullFixture(server.url()).failureHandler((failure) -> (failure.attempts() < 3)
				? new Decision.Redeliver(Duration.ofMillis(50)) : new Decision.Discard())
			.create()) {
			fixture.publish(0, 10);
			fixture.startBatch(10, Duration.ofMillis(300), (messages) -> {
				if (numbers(messages).contains(6)) {
					if (messages.size() == 1) {
						poison.add(messages.get(0).metaData().deliveredCount());
					}
					throw new IllegalStateException("one of them");
				}
				this.handled.addAll(numbers(messages));
			});
			await().untilAsserted(() -> assertThat(fixture.consumer().getNumAckPending()).isZero());
			await().untilAsserted(() -> assertThat(fixture.consumer().getAckFloor().getStreamSequence()).isEqualTo(10));
			assertThat(this.handled).containsExactly(0, 1, 2, 3, 4, 5, 7, 8, 9);
			assertThat(poison).containsExactly(1L, 2L, 3L);
		}
	}

	@Test
	void settlesTheWholeBatchByAnExceptionThatSaysHow() throws Exception {
		AtomicInteger naks = new AtomicInteger();
		try (PullFixture fixture = new PullFixture(server.url()).create()) {
			fixture.publish(0, 15);
			fixture.startBatch(5, Duration.ofMillis(300), (messages) -> {
				this.batches.add(numbers(messages));
				int first = numbers(messages).get(0);
				if (first < 5) {
					throw new AckMessageException("done");
				}
				if (first < 10) {
					throw new TermMessageException("of no use");
				}
				if (naks.getAndIncrement() == 0) {
					throw new NakMessageException(Duration.ofMillis(500));
				}
			});
			await().untilAsserted(() -> assertThat(fixture.consumer().getAckFloor().getStreamSequence()).isEqualTo(15));
			// Nothing ran but the three batches, and the last of them once more
			assertThat(this.batches).hasSize(4).allSatisfy((batch) -> assertThat(batch).hasSize(5));
			assertThat(this.batches.get(3)).containsExactlyInAnyOrder(10, 11, 12, 13, 14);
			assertThat(fixture.consumer().getDelivered().getConsumerSequence()).isEqualTo(20);
		}
	}

	@Test
	void handsBackTheRestOfABatchThatRunsOneByOneWhenItStops() throws Exception {
		CountDownLatch third = new CountDownLatch(1);
		CountDownLatch go = new CountDownLatch(1);
		try (PullFixture fixture = new PullFixture(server.url()).create()) {
			fixture.publish(0, 20);
			JetStreamListenerContainer first = fixture.startBatch(20, Duration.ofMillis(300), (messages) -> {
				if (messages.size() > 1) {
					throw new IllegalStateException("one of them");
				}
				if (numbers(messages).contains(2)) {
					third.countDown();
					go.await();
				}
				this.handled.addAll(numbers(messages));
			});
			third.await();
			CountDownLatch stopped = new CountDownLatch(1);
			first.stop(stopped::countDown);
			await().pollDelay(Duration.ofMillis(300)).until(() -> !first.isRunning());
			go.countDown();
			stopped.await();
			assertThat(this.handled).containsExactly(0, 1, 2);
			fixture.startBatch(20, Duration.ofMillis(100), (messages) -> this.handled.addAll(numbers(messages)));
			// Long before ack-wait
			await().atMost(Duration.ofSeconds(15)).until(() -> this.handled.size() == 20);
			assertThat(this.handled).doesNotHaveDuplicates();
		}
	}

	@Test
	void handlesThoseBeforeAndBehindAMessageThatCannotBeRead() throws Exception {
		List<Integer> unreadable = new CopyOnWriteArrayList<>();
		try (PullFixture fixture = new PullFixture(server.url()).failureHandler((failure) -> {
			unreadable.add(Account.number(failure.message()));
			return new Decision.Discard();
		}).create()) {
			fixture.publish(0, 10);
			// As the adapter of annotated methods does
			fixture.startBatch(10, Duration.ofMillis(300), (messages) -> {
				List<Integer> numbers = numbers(messages);
				int bad = IntStream.range(0, numbers.size())
					.filter((index) -> numbers.get(index) == 3 || numbers.get(index) == 7)
					.findFirst()
					.orElse(-1);
				this.handled.addAll((bad < 0) ? numbers : numbers.subList(0, bad));
				if (bad == 3) {
					throw new PartialBatchException(bad, new AckMessageException("done"));
				}
				if (bad >= 0) {
					throw new BatchListenerFailedException(bad, new IllegalStateException("cannot be read"));
				}
			});
			await().untilAsserted(() -> assertThat(fixture.consumer().getAckFloor().getStreamSequence()).isEqualTo(10));
			assertThat(this.handled).startsWith(0, 1, 2).hasSize(8).doesNotHaveDuplicates().doesNotContain(3, 7);
			assertThat(unreadable).containsExactly(3, 7);
			assertThat(fixture.consumer().getDelivered().getConsumerSequence()).isEqualTo(10);
		}
	}

	@Test
	void doesNotDeliverABatchAgainThatRunsLongerThanAckWait() throws Exception {
		try (PullFixture fixture = new PullFixture(server.url())
			.create((consumer) -> consumer.ackWait(Duration.ofMillis(500)))) {
			fixture.publish(0, 20);
			fixture.startBatch(10, Duration.ofMillis(100), (messages) -> {
				await().pollDelay(Duration.ofMillis(1500)).until(() -> true);
				this.handled.addAll(numbers(messages));
			});
			await().until(() -> this.handled.size() >= 20);
			await().untilAsserted(() -> assertThat(fixture.consumer().getNumAckPending()).isZero());
			assertThat(fixture.consumer().getDelivered().getConsumerSequence()).isEqualTo(20);
		}
	}

	@Test
	void keepsAllThatWaitForARetryInPlaceAlive() throws Exception {
		AtomicBoolean recovered = new AtomicBoolean();
		try (PullFixture fixture = new PullFixture(server.url())
			.failureHandler((failure) -> new Decision.RetryInPlace(Duration.ofSeconds(2)))
			.create((consumer) -> consumer.ackWait(Duration.ofMillis(800)))) {
			fixture.publish(0, 10);
			fixture.startBatch(10, Duration.ofMillis(300), (messages) -> {
				if (!recovered.get() && messages.size() > 1) {
					throw new IllegalStateException("one of them");
				}
				if (!recovered.get() && numbers(messages).get(0) % 3 == 0) {
					recovered.set(numbers(messages).get(0) == 9);
					throw new IllegalStateException("the first run of 0, 3, 6 and 9");
				}
				this.handled.addAll(numbers(messages));
			});
			await().until(() -> this.handled.size() >= 10);
			await().untilAsserted(() -> assertThat(fixture.consumer().getNumAckPending()).isZero());
			assertThat(this.handled).doesNotHaveDuplicates();
			assertThat(fixture.consumer().getDelivered().getConsumerSequence()).isEqualTo(10);
		}
	}

	@Test
	void doesNotRunWhatWasDeliveredTooOften() throws Exception {
		List<Throwable> failures = new CopyOnWriteArrayList<>();
		try (PullFixture fixture = new PullFixture(server.url()).failureHandler((failure) -> {
			failures.add(failure.exception());
			return new Decision.Discard();
		}).create()) {
			fixture.startBatch((settings) -> settings.batch(10, Duration.ofMillis(100)).maxDeliveries(2),
					(messages) -> {
						int index = numbers(messages).indexOf(1);
						if (index >= 0) {
							this.handled.addAll(numbers(messages).subList(0, index));
							throw new BatchListenerFailedException(index, new NakMessageException(Duration.ZERO));
						}
						this.handled.addAll(numbers(messages));
					});
			fixture.publish(0, 3);
			await().untilAsserted(() -> assertThat(fixture.consumer().getAckFloor().getStreamSequence()).isEqualTo(3));
			assertThat(this.handled).containsExactlyInAnyOrder(0, 2);
			assertThat(failures).singleElement().isInstanceOf(TooManyDeliveriesException.class);
		}
	}

	@Test
	void goesOnAfterABatchThatHung() throws Exception {
		AtomicBoolean hung = new AtomicBoolean();
		try (PullFixture fixture = new PullFixture(server.url())
			.create((consumer) -> consumer.ackWait(Duration.ofSeconds(1)))) {
			JetStreamListenerContainer container = fixture.startBatch(
					(settings) -> settings.batch(10, Duration.ofMillis(100)).longestExtension(Duration.ofMillis(300)),
					(messages) -> {
						if (hung.compareAndSet(false, true)) {
							await().pollDelay(Duration.ofSeconds(2)).until(() -> true);
						}
						this.handled.addAll(numbers(messages));
					});
			fixture.publish(0, 5);
			await().until(() -> container.getStatus().state() == ContainerStatus.State.STALLED);
			await().until(() -> container.getStatus().state() == ContainerStatus.State.RUNNING);
			fixture.publish(5, 200);
			await().until(() -> this.handled.containsAll(IntStream.range(0, 200).boxed().toList()));
		}
	}

	@Test
	void finishesTheRunningBatchAndHandsBackTheRestWhenItStops() throws Exception {
		CountDownLatch running = new CountDownLatch(1);
		try (PullFixture fixture = new PullFixture(server.url()).create()) {
			fixture.publish(0, 60);
			JetStreamListenerContainer first = fixture.startBatch(10, Duration.ofMillis(100), (messages) -> {
				running.countDown();
				await().pollDelay(Duration.ofMillis(300)).until(() -> true);
				this.handled.addAll(numbers(messages));
			});
			running.await();
			first.stop();
			assertThat(this.handled.size()).isBetween(10, 50);
			fixture.startBatch(10, Duration.ofMillis(100), (messages) -> this.handled.addAll(numbers(messages)));
			await().atMost(Duration.ofSeconds(15)).until(() -> this.handled.size() == 60);
			assertThat(this.handled).doesNotHaveDuplicates();
		}
	}

	private static List<Integer> numbers(List<Message> messages) {
		return messages.stream().map((message) -> Integer.parseInt(new String(message.getData()))).toList();
	}

}
