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
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.nats.client.impl.NatsMessage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.core.task.SimpleAsyncTaskExecutor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for runs of a {@link Lane} that go on without a thread.
 */
@Timeout(60)
class PendingRunTests {

	private final Settler settler = new Settler(new NoPermits(), Duration.ofSeconds(1));

	private final List<Delivery> started = new CopyOnWriteArrayList<>();

	private final Map<Delivery, CompletableFuture<Void>> results = new ConcurrentHashMap<>();

	private final List<Delivery> ended = new CopyOnWriteArrayList<>();

	private final Set<String> endThreads = ConcurrentHashMap.newKeySet();

	private final List<Throwable> failures = new CopyOnWriteArrayList<>();

	private final AtomicInteger recovered = new AtomicInteger();

	private final AtomicInteger threads = new AtomicInteger();

	private volatile Delivery again;

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
	void waitsAtTheEndForWhatIsPendingAndGivesBackTheRest() throws InterruptedException {
		Lane lane = lane(2, 1);
		List<Delivery> deliveries = add(lane, 10);
		await().until(() -> this.started.size() == 2);
		List<Delivery> unstarted = lane.close().stream().filter(Delivery::endUnstarted).toList();
		assertThat(unstarted).hasSize(8);
		assertThat(lane.end().await(TimeUnit.MILLISECONDS.toNanos(50))).isFalse();
		this.started.forEach((delivery) -> this.results.get(delivery).complete(null));
		assertThat(lane.end().await(TimeUnit.SECONDS.toNanos(5))).isTrue();
		assertThat(this.ended).hasSize(2);
		assertThat(this.started).hasSize(2);
		assertThat(deliveries).containsAll(this.started);
	}

	@Test
	void endsWhatIsPendingWhileHeldAndStartsNothing() {
		Lane lane = lane(1, 1);
		List<Delivery> deliveries = add(lane, 2);
		await().until(() -> this.started.size() == 1);
		lane.hold().forEach(Delivery::endUnstarted);
		await().until(() -> this.threads.get() == 0);
		this.results.get(deliveries.get(0)).complete(null);
		await().until(() -> this.ended.size() == 1);
		lane.release();
		Delivery next = add(lane, 1).get(0);
		await().until(() -> this.started.contains(next));
		assertThat(this.started).containsExactly(deliveries.get(0), next);
		lane.close();
	}

	@Test
	void endsWhatIsPendingWhenTheExecutorRefusesAfterTheLaneIsClosed() throws InterruptedException {
		AtomicBoolean down = new AtomicBoolean();
		Executor executor = executor();
		Lane lane = new Lane(1, (task) -> {
			if (down.get()) {
				throw new RejectedExecutionException("shut down");
			}
			executor.execute(task);
		}, handler());
		Delivery delivery = add(lane, 1).get(0);
		await().until(() -> this.started.size() == 1 && this.threads.get() == 0);
		lane.close();
		down.set(true);
		this.results.get(delivery).complete(null);
		assertThat(lane.end().await(TimeUnit.SECONDS.toNanos(5))).isTrue();
		assertThat(this.ended).containsExactly(delivery);
	}

	@Test
	void givesUpOneThatHangsAndLetsAnotherTakeItsPlace() {
		Lane lane = lane(1, 1);
		List<Delivery> deliveries = add(lane, 3);
		await().until(() -> this.started.size() == 1 && this.threads.get() == 0);
		List<LaneRun> runs = new ArrayList<>();
		lane.scan((waiting) -> {
		}, runs::add);
		assertThat(runs).singleElement().satisfies((run) -> {
			assertThat(run.current()).isSameAs(deliveries.get(0));
			assertThat(run.progress(TimeUnit.MINUTES.toNanos(1))).isEqualTo(RunClock.Progress.RUNS);
			assertThat(run.progress(1)).isEqualTo(RunClock.Progress.HANGS);
			assertThat(run.progress(1)).isEqualTo(RunClock.Progress.UNCHANGED);
			assertThat(run.describePosition()).contains("what it returned does not complete");
		});
		assertThat(lane.giveUp(runs.get(0), true)).containsExactly(deliveries.get(1), deliveries.get(2));
		Delivery next = add(lane, 1).get(0);
		await().until(() -> this.started.contains(next));
		assertThat(this.recovered).hasValue(0);
		this.results.get(deliveries.get(0)).complete(null);
		await().until(() -> this.recovered.get() == 1);
		assertThat(this.ended).containsExactly(deliveries.get(0));
		complete(List.of(next));
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

	private void complete(List<Delivery> deliveries) {
		for (Delivery delivery : deliveries) {
			await().pollInterval(Duration.ofMillis(1)).until(() -> this.results.containsKey(delivery));
			this.results.get(delivery).complete(null);
		}
		await().until(() -> this.ended.containsAll(deliveries));
	}

	private Lane lane(int places, int batchSize) {
		return new Lane(places, executor(), handler(), new LaneTurns(false), batchSize, Duration.ofMillis(50));
	}

	private Executor executor() {
		SimpleAsyncTaskExecutor executor = new SimpleAsyncTaskExecutor("lane-");
		return (task) -> executor.execute(() -> {
			this.threads.incrementAndGet();
			try {
				task.run();
			}
			finally {
				this.threads.decrementAndGet();
			}
		});
	}

	private LaneHandler handler() {
		return new Handler() {

			@Override
			public PendingRun run(Delivery delivery, Lane lane) {
				return delivery.start(System.nanoTime()) ? begin(List.of(delivery), delivery, lane) : null;
			}

			@Override
			public PendingRun runBatch(List<Delivery> deliveries, Lane lane) {
				deliveries.forEach((delivery) -> delivery.start(System.nanoTime()));
				return each(deliveries, 0, lane);
			}

			@Override
			public void recovered() {
				PendingRunTests.this.recovered.incrementAndGet();
			}

		};
	}

	private PendingRun begin(List<Delivery> deliveries, Delivery delivery, Lane lane) {
		CompletableFuture<Void> result = new CompletableFuture<>();
		this.results.put(delivery, result);
		this.started.add(delivery);
		return new PendingRun(deliveries, result, (ex) -> {
			ended(delivery, ex);
			if (delivery == this.again) {
				delivery.park();
				lane.park(delivery);
			}
			return null;
		}, System.nanoTime());
	}

	/**
	 * One after the other, as a batch is run again that failed.
	 */
	private PendingRun each(List<Delivery> deliveries, int index, Lane lane) {
		if (index == deliveries.size()) {
			return null;
		}
		CompletableFuture<Void> result = new CompletableFuture<>();
		this.results.put(deliveries.get(index), result);
		return new PendingRun(deliveries, result, (ex) -> {
			ended(deliveries.get(index), ex);
			return each(deliveries, index + 1, lane);
		}, System.nanoTime());
	}

	private void ended(Delivery delivery, Throwable ex) {
		this.endThreads.add(Thread.currentThread().getName());
		if (ex != null) {
			this.failures.add(ex);
		}
		this.ended.add(delivery);
	}

	private List<Delivery> add(Lane lane, int count) {
		List<Delivery> deliveries = IntStream.range(0, count)
			.mapToObj((i) -> new Delivery(NatsMessage.builder().subject("orders").build(), this.settler,
					System.nanoTime(), TimeUnit.HOURS.toNanos(1)))
			.toList();
		deliveries.forEach((delivery) -> assertThat(lane.add(delivery)).isTrue());
		return deliveries;
	}

	private abstract static class Handler implements LaneHandler {

		@Override
		public PendingRun runBatch(List<Delivery> deliveries, Lane lane) {
			return null;
		}

		@Override
		public void recovered() {
		}

		@Override
		public void refused(Lane lane, Throwable ex) {
		}

		@Override
		public void accepted() {
		}

	}

	private static final class NoPermits implements Settler.Permits {

		@Override
		public void settled(Delivery delivery) {
		}

		@Override
		public void unconfirmed(Delivery delivery) {
		}

	}

}
