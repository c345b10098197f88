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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;

import org.junit.jupiter.api.Test;

import org.springframework.core.task.SimpleAsyncTaskExecutor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for runs of a {@link Lane} that go on without a thread.
 */
class PendingRunTests extends AbstractPendingRunTests {

	@Test
	void runsOneAtATimeAndInOrder() {
		Lane lane = lane(1, 1);
		List<Delivery> deliveries = add(lane, 50);
		for (int i = 0; i < 50; i++) {
			int expected = i + 1;
			await().pollInterval(Duration.ofMillis(1)).until(() -> this.started.size() == expected);
			assertThat(this.ended).hasSize(i);
			this.results.get(deliveries.get(i)).complete(null);
		}
		await().until(() -> this.ended.size() == 50);
		assertThat(this.started).containsExactlyElementsOf(deliveries);
		assertThat(this.ended).containsExactlyElementsOf(deliveries);
		lane.close();
	}

	@Test
	void runsAsManyAtOnceAsItHasPlaces() {
		Lane lane = lane(4, 1);
		List<Delivery> deliveries = add(lane, 100);
		await().until(() -> this.started.size() == 4);
		await().during(Duration.ofMillis(100)).until(() -> this.started.size() == 4);
		this.results.get(this.started.get(2)).complete(null);
		await().until(() -> this.started.size() == 5);
		await().during(Duration.ofMillis(100)).until(() -> this.started.size() == 5);
		complete(deliveries);
		lane.close();
	}

	@Test
	void keepsNoThreadForLong() {
		Lane lane = lane(8, 1);
		List<Delivery> deliveries = add(lane, 8);
		await().until(() -> this.started.size() == 8);
		await().atMost(Duration.ofSeconds(20)).until(() -> this.threads.get() == 0);
		complete(deliveries);
		lane.close();
	}

	@Test
	void endsOnAThreadOfTheExecutorAndNotOnTheOneThatCompletes() throws InterruptedException {
		Lane lane = lane(1, 1);
		Delivery delivery = add(lane, 1).get(0);
		await().until(() -> this.results.containsKey(delivery));
		Thread other = new Thread(() -> this.results.get(delivery).complete(null), "foreign");
		other.start();
		other.join();
		await().until(() -> this.ended.size() == 1);
		assertThat(this.endThreads).allMatch((name) -> name.startsWith("lane-"));
		lane.close();
	}

	@Test
	void tellsWhatItFailedWith() {
		Lane lane = lane(1, 1);
		Delivery delivery = add(lane, 1).get(0);
		await().until(() -> this.results.containsKey(delivery));
		IllegalStateException failure = new IllegalStateException("expected by the test");
		this.results.get(delivery).completeExceptionally(new CompletionException(failure));
		await().until(() -> this.ended.size() == 1);
		assertThat(this.failures).containsExactly(failure);
		lane.close();
	}

	@Test
	void endsWhatCannotBeWaitedFor() {
		LinkageError failure = new LinkageError("expected by the test");
		Lane lane = new Lane(1, executor(), new Handler() {

			@Override
			public PendingRun run(Delivery delivery, Lane lane) {
				return new PendingRun(List.of(delivery), new CompletableFuture<>() {

					@Override
					public CompletableFuture<Object> whenComplete(
							BiConsumer<? super Object, ? super Throwable> action) {
						throw failure;
					}

				}, (ex) -> {
					ended(delivery, ex);
					return null;
				}, System.nanoTime());
			}

		});
		List<Delivery> deliveries = add(lane, 3);
		await().until(() -> this.ended.size() == 3);
		assertThat(this.ended).containsExactlyElementsOf(deliveries);
		assertThat(this.failures).containsOnly(failure);
		lane.close();
	}

	@Test
	void runsNothingBehindOneThatIsParkedAtItsEnd() {
		Lane lane = lane(1, 1);
		List<Delivery> deliveries = add(lane, 3);
		this.again = deliveries.get(0);
		await().until(() -> this.started.size() == 1);
		this.results.remove(deliveries.get(0)).complete(null);
		await().until(lane::isParked);
		await().during(Duration.ofMillis(100)).until(() -> this.started.size() == 1);
		this.again = null;
		lane.unpark(deliveries.get(0));
		await().until(() -> this.started.size() == 2);
		complete(deliveries);
		assertThat(this.started).containsExactly(deliveries.get(0), deliveries.get(0), deliveries.get(1),
				deliveries.get(2));
		lane.close();
	}

	@Test
	void goesOnWithWhatFollowsTheEnd() {
		Lane lane = lane(1, 3);
		List<Delivery> deliveries = add(lane, 6);
		complete(deliveries);
		assertThat(this.ended).containsExactlyElementsOf(deliveries);
		lane.close();
	}

	@Test
	void goesOnWhenItsWorkerGivesWayToAnotherLane() throws InterruptedException {
		LaneTurns turns = new LaneTurns(true);
		// Another lane waits for a thread
		turns.await();
		CountDownLatch added = new CountDownLatch(1);
		Executor executor = executor();
		Lane lane = new Lane(1, (task) -> executor.execute(() -> {
			hold(added, Duration.ofSeconds(10));
			task.run();
		}), new Handler() {

			@Override
			public PendingRun run(Delivery delivery, Lane lane) {
				delivery.start(System.nanoTime());
				// Longer than a turn
				hold(new CountDownLatch(1), Duration.ofMillis(30));
				return begin(List.of(delivery), delivery, lane);
			}

		}, turns, 1, Duration.ZERO);
		List<Delivery> deliveries = add(lane, 10);
		added.countDown();
		complete(deliveries);
		assertThat(this.started).containsExactlyElementsOf(deliveries);
		lane.close();
		assertThat(lane.end().await(TimeUnit.SECONDS.toNanos(10))).isTrue();
	}

	private static void hold(CountDownLatch latch, Duration patience) {
		try {
			latch.await(patience.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Test
	void losesNothingWhateverCompletesWhen() throws InterruptedException {
		int count = 20_000;
		AtomicInteger running = new AtomicInteger();
		AtomicInteger most = new AtomicInteger();
		AtomicInteger done = new AtomicInteger();
		SimpleAsyncTaskExecutor foreign = new SimpleAsyncTaskExecutor("foreign-");
		Lane lane = new Lane(5, executor(), new Handler() {

			@Override
			public PendingRun run(Delivery delivery, Lane lane) {
				if (!delivery.start(System.nanoTime())) {
					return null;
				}
				most.accumulateAndGet(running.incrementAndGet(), Math::max);
				CompletableFuture<Void> result = new CompletableFuture<>();
				int kind = ThreadLocalRandom.current().nextInt(100);
				if (kind < 30) {
					running.decrementAndGet();
					done.incrementAndGet();
					return null;
				}
				if (kind < 60) {
					result.complete(null);
				}
				else if (kind < 99) {
					CompletableFuture.runAsync(() -> result.complete(null));
				}
				else {
					CompletableFuture.delayedExecutor(kind % 20, TimeUnit.MILLISECONDS, foreign)
						.execute(() -> result.complete(null));
				}
				return new PendingRun(List.of(delivery), result, (ex) -> {
					running.decrementAndGet();
					done.incrementAndGet();
					return null;
				}, System.nanoTime());
			}

		});
		add(lane, count);
		await().atMost(Duration.ofSeconds(40)).until(() -> done.get() == count);
		assertThat(most).hasValueBetween(2, 5);
		lane.close();
		assertThat(lane.end().await(TimeUnit.SECONDS.toNanos(10))).isTrue();
	}

}
