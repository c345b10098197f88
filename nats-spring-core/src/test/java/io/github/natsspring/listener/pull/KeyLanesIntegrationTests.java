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
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

import io.github.natsspring.listener.AckMode;
import io.github.natsspring.listener.Acknowledgment;
import io.github.natsspring.listener.Decision;
import io.github.natsspring.listener.NatsMessageListener;
import io.github.natsspring.test.DeliveryVerdict;
import io.nats.client.Message;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.DirectFieldAccessor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for lanes by key, of which there are as many as keys or fewer: each key has a
 * lane of its own where there is one, and its order whatever happens to its messages.
 */
class KeyLanesIntegrationTests extends AbstractPullContainerTests {

	private static final int LANES = 4;

	private static final int MESSAGES = 600;

	private final Account account = new Account();

	private final Set<Integer> running = ConcurrentHashMap.newKeySet();

	private final Queue<String> overlaps = new ConcurrentLinkedQueue<>();

	@AfterEach
	void closeAccount() {
		this.account.close();
	}

	@Test
	void asManyKeysAsLanesRunAtOnce() throws Exception {
		CyclicBarrier all = new CyclicBarrier(LANES);
		try (PullFixture fixture = new PullFixture(server.url()).create()) {
			this.account.publish(fixture, 0, MESSAGES);
			// Their hashes are multiples of the number of lanes
			JetStreamListenerContainer container = fixture.start(keyed(LANES), (message) -> {
				all.await(60, TimeUnit.SECONDS);
				handled(message, LANES);
			});
			awaitInOrder(container);
			assertThat(all.isBroken()).isFalse();
		}
	}

	@Test
	void keepsTheOrderOverRetriesInPlaceAndDeadLetters() throws Exception {
		Set<Integer> failed = ConcurrentHashMap.newKeySet();
		AtomicInteger letters = new AtomicInteger();
		try (PullFixture fixture = new PullFixture(server.url())
			.failureHandler((failure) -> isHopeless(number(failure.message())) ? new Decision.DeadLetter()
					: new Decision.RetryInPlace(Duration.ofMillis(1)))
			.create()) {
			this.account.publish(fixture, 0, MESSAGES);
			JetStreamListenerContainer container = fixture
				.start((settings) -> keyed(7).apply(settings).keepOrder(true).deadLetters((failure) -> {
					run(failure.message(), 7, () -> LockSupport.parkNanos(1_000_000));
					letters.incrementAndGet();
					return true;
				}), (message) -> {
					int number = number(message);
					if (isHopeless(number) || (number % 10 == 0 && failed.add(number))) {
						throw new IllegalStateException("for a test");
					}
					run(message, 7, () -> LockSupport.parkNanos(scatter(number) % 500_000));
				});
			awaitInOrder(container);
			assertThat(letters).hasValue(MESSAGES / 20);
			assertThat(failed).hasSize(MESSAGES / 10);
		}
	}

	private static boolean isHopeless(int number) {
		return number % 20 == 7;
	}

	@Test
	void keepsTheOrderOfWhatGoesOnWithoutItsThread() throws Exception {
		Set<Integer> failed = ConcurrentHashMap.newKeySet();
		try (PullFixture fixture = new PullFixture(server.url())
			.failureHandler((failure) -> new Decision.RetryInPlace(Duration.ZERO))
			.create()) {
			this.account.publish(fixture, 0, MESSAGES);
			JetStreamListenerContainer container = fixture.startListener(keyed(7), new AsyncListener((message) -> {
				begin(message, 7);
				int number = number(message);
				CompletableFuture<Void> result = new CompletableFuture<>();
				ContainerThreads.schedule(() -> {
					if (number % 10 == 0 && failed.add(number)) {
						this.running.remove(number % 7);
						result.completeExceptionally(new IllegalStateException("for a test"));
					}
					else {
						end(message, 7);
						result.complete(null);
					}
				}, Duration.ofNanos(scatter(number) % 1_000_000));
				return result;
			}));
			awaitInOrder(container);
			assertThat(failed).hasSize(MESSAGES / 10);
		}
	}

	@Test
	void keepsTheOrderOfWhatIsAcknowledgedBeforeItsHandlerEnds() throws Exception {
		try (PullFixture fixture = new PullFixture(server.url()).create()) {
			this.account.publish(fixture, 0, MESSAGES);
			JetStreamListenerContainer container = fixture.startListener(
					(settings) -> keyed(7).apply(settings).ackMode(AckMode.MANUAL), (message, acknowledgment) -> {
						begin(message, 7);
						acknowledgment.ack();
						LockSupport.parkNanos(scatter(number(message)) % 1_000_000);
						end(message, 7);
					});
			awaitInOrder(container);
		}
	}

	@Test
	void keepsTheOrderInBatches() throws Exception {
		try (PullFixture fixture = new PullFixture(server.url()).create()) {
			this.account.publish(fixture, 0, MESSAGES);
			JetStreamListenerContainer container = fixture
				.startBatch((settings) -> keyed(7).apply(settings).batch(10, Duration.ofMillis(1)), (messages) -> {
					List<Integer> keys = messages.stream().map((message) -> number(message) % 7).distinct().toList();
					keys.forEach(this::begin);
					LockSupport.parkNanos(scatter(number(messages.get(0))) % 1_000_000);
					messages.forEach((message) -> this.account.see(message, "key" + number(message) % 7));
					keys.forEach(this.running::remove);
				});
			awaitInOrder(container);
		}
	}

	@Test
	void keepsTheOrderOverPauses() throws Exception {
		try (PullFixture fixture = new PullFixture(server.url()).create()) {
			this.account.publish(fixture, 0, MESSAGES);
			JetStreamListenerContainer container = fixture.start((settings) -> keyed(7).apply(settings).maxInFlight(40),
					(message) -> run(message, 7,
							() -> LockSupport.parkNanos(500_000 + scatter(number(message)) % 500_000)));
			KeyLanes keys = keys(container);
			for (int i = 1; i <= 3; i++) {
				int expected = i * MESSAGES / 5;
				await().until(() -> this.account.different() >= expected);
				container.pause();
				await().until(() -> container.getStatus().inFlight() == 0);
				await().until(keys::isEmpty);
				container.resume();
			}
			awaitInOrder(container);
		}
	}

	@Test
	void countsNothingThatHandlersLeaveBehindThatNeverEnd() throws Exception {
		CountDownLatch hangs = new CountDownLatch(1);
		List<CompletableFuture<Void>> results = new ArrayList<>();
		try (PullFixture fixture = new PullFixture(server.url())
			.create((consumer) -> consumer.ackWait(Duration.ofSeconds(1)))) {
			this.account.publish(fixture, 0, 40);
			JetStreamListenerContainer container = fixture.startListener(
					(settings) -> keyed(7).apply(settings).longestExtension(Duration.ofMillis(300)),
					new AsyncListener((message) -> {
						if (number(message) == 9 && results.isEmpty()) {
							results.add(new CompletableFuture<>());
							return results.get(0);
						}
						if (number(message) == 10 && hangs.getCount() > 0 && !this.account.hasSeen(10)) {
							this.account.see(message);
							hangs.await(60, TimeUnit.SECONDS);
						}
						this.account.see(message);
						return null;
					}));
			KeyLanes keys = keys(container);
			await().atMost(Duration.ofSeconds(60)).until(() -> this.account.different() == 40);
			await().until(keys::isEmpty);
			hangs.countDown();
			results.get(0).complete(null);
			this.account.assertNothingLost();
			await().until(keys::isEmpty);
		}
	}

	@Test
	void countsNothingWhenItHasStopped() throws Exception {
		CountDownLatch handler = new CountDownLatch(1);
		AtomicInteger started = new AtomicInteger();
		KeyLanes keys;
		try (PullFixture fixture = new PullFixture(server.url())
			.failureHandler((failure) -> new Decision.RetryInPlace(Duration.ofHours(1)))
			.create()) {
			this.account.publish(fixture, 0, 100);
			JetStreamListenerContainer container = fixture.start(keyed(7), (message) -> {
				started.incrementAndGet();
				if (number(message) % 7 == 0) {
					throw new IllegalStateException("for a test");
				}
				handler.await();
			});
			keys = keys(container);
			// One of them failed
			await().until(() -> started.get() >= LANES && fixture.consumer().getNumAckPending() > 2 * LANES);
			assertThat(keys.isEmpty()).isFalse();
			CompletableFuture<Void> stopped = CompletableFuture.runAsync(container::stop);
			// What waits, in its lane or for another run, is handed back at once
			KeyLanes here = keys;
			await().until(() -> IntStream.range(0, LANES).map(here::load).sum() == LANES - 1);
			handler.countDown();
			assertThat(stopped).succeedsWithin(Duration.ofSeconds(30));
		}
		await().until(keys::isEmpty);
	}

	private static UnaryOperator<PullContainerSettings.Builder> keyed(int keys) {
		return (settings) -> settings.concurrency(LANES).orderingKey((message) -> number(message) % keys * LANES);
	}

	private static KeyLanes keys(JetStreamListenerContainer container) {
		return (KeyLanes) new DirectFieldAccessor(container).getPropertyValue("session.lanes.keys");
	}

	private void run(Message message, int keys, Runnable work) {
		begin(message, keys);
		work.run();
		end(message, keys);
	}

	private void begin(Message message, int keys) {
		begin(number(message) % keys);
	}

	private void begin(int key) {
		if (!this.running.add(key)) {
			this.overlaps.add("Two messages of key %d run at once".formatted(key));
		}
	}

	private void end(Message message, int keys) {
		handled(message, keys);
		this.running.remove(number(message) % keys);
	}

	private void handled(Message message, int keys) {
		this.account.see(message, "key" + number(message) % keys);
	}

	private void awaitInOrder(JetStreamListenerContainer container) {
		await().atMost(Duration.ofSeconds(60)).until(() -> this.account.different() == MESSAGES);
		DeliveryVerdict verdict = this.account.assertNothingLost();
		assertThat(verdict.disorder()).as(verdict.toString()).isEmpty();
		assertThat(verdict.duplicates()).as(verdict.toString()).isEmpty();
		assertThat(this.overlaps).isEmpty();
		await().until(keys(container)::isEmpty);
	}

	private static int scatter(int number) {
		int hash = number * 0x9E3779B9;
		return (hash ^ (hash >>> 15)) >>> 1;
	}

	/**
	 * A listener whose work goes on without its thread.
	 */
	private record AsyncListener(AsyncHandler handler) implements NatsMessageListener {

		@Override
		public void onMessage(Message message, Acknowledgment acknowledgment) {
			throw new UnsupportedOperationException();
		}

		@Override
		public @Nullable CompletionStage<?> handle(Message message, Acknowledgment acknowledgment) throws Exception {
			return this.handler.handle(message);
		}

	}

	@FunctionalInterface
	private interface AsyncHandler {

		@Nullable CompletionStage<?> handle(Message message) throws Exception;

	}

}
