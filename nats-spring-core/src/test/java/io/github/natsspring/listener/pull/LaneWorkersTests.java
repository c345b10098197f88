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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import org.springframework.core.task.SimpleAsyncTaskExecutor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

/**
 * Tests for {@link Lane} and its workers: executors, hanging ones, batches.
 */
class LaneWorkersTests extends AbstractLaneTests {

	@Test
	void hasAnotherRunWhatAWorkerHadTakenAndNotBegunWhenItWasReplaced() throws InterruptedException {
		CountDownLatch late = new CountDownLatch(1);
		AtomicBoolean first = new AtomicBoolean(true);
		this.beforeStart = () -> {
			if (first.getAndSet(false)) {
				Awaitility.await().until(() -> late.getCount() == 0);
			}
		};
		Lane lane = lane(2);
		Delivery taken = add(lane, 1).get(0);
		List<LaneRun> workers = new ArrayList<>();
		Awaitility.await().until(() -> {
			lane.scan((waiting) -> {
			}, workers::add);
			return !workers.isEmpty();
		});
		lane.giveUp(workers.get(0), true);
		Awaitility.await().until(() -> this.started.size() == 1);
		late.countDown();
		lane.close();
		assertThat(lane.end().await(TimeUnit.SECONDS.toNanos(5))).isTrue();
		assertThat(this.started).containsExactly(taken);
	}

	@Test
	void goesOnWithoutAHangingWorkerThatWasReplaced() throws InterruptedException {
		this.handler = new CountDownLatch(1);
		Lane lane = lane(1);
		Delivery hanging = delivery();
		lane.add(hanging);
		Awaitility.await().until(() -> this.started.size() == 1);
		List<Delivery> behind = add(lane, 3);
		List<LaneRun> workers = new ArrayList<>();
		lane.scan((waiting) -> {
		}, workers::add);
		assertThat(lane.giveUp(workers.get(0), true)).containsAll(behind);
		CountDownLatch hangs = this.handler;
		this.handler = new CountDownLatch(0);
		Delivery next = delivery();
		lane.add(next);
		Awaitility.await().until(() -> this.started.contains(next));
		hangs.countDown();
		lane.close();
		assertThat(lane.end().await(TimeUnit.SECONDS.toNanos(5))).isTrue();
	}

	@Test
	void keepsWhatTheExecutorRefusesUntilItIsTriedAgain() {
		AtomicBoolean full = new AtomicBoolean(true);
		Lane lane = lane(1, refusingWhile(full));
		List<Delivery> deliveries = add(lane, 2);
		Awaitility.await().until(() -> this.refusals.get() == 1);
		// It does not work on them, so they must not be kept from others
		lane.scan((waiting) -> fail("extended"), (worker) -> {
		});
		lane.retry();
		Awaitility.await().until(() -> this.refusals.get() == 2);
		full.set(false);
		lane.retry();
		Awaitility.await().untilAsserted(() -> assertThat(this.started).containsExactlyElementsOf(deliveries));
		assertThat(this.acceptances).hasValue(1);
		lane.close();
	}

	@Test
	void replacesAWorkerThatEndsUnexpectedly() throws InterruptedException {
		AtomicBoolean full = new AtomicBoolean(true);
		Lane lane = lane(1, refusingWhile(full));
		List<Delivery> deliveries = add(lane, 100);
		Awaitility.await().until(() -> this.refusals.get() == 1);
		full.set(false);
		this.afterAcceptance = () -> {
			throw new IllegalStateException("expected by the test");
		};
		lane.retry();
		Awaitility.await().until(() -> this.started.size() == 100);
		assertThat(this.started).containsExactlyElementsOf(deliveries);
		assertThat(this.acceptances).hasValue(1);
		lane.close();
		assertThat(lane.end().await(TimeUnit.SECONDS.toNanos(5))).isTrue();
	}

	@Test
	void goesOnWhenTheExecutorBlocks() {
		SimpleAsyncTaskExecutor one = new SimpleAsyncTaskExecutor("lane-");
		one.setConcurrencyLimit(1);
		this.handler = new CountDownLatch(1);
		Lane lane = lane(2, one);
		lane.add(delivery());
		Awaitility.await().until(() -> this.started.size() == 1);
		// The thread of the client, which must not wait for a handler
		CompletableFuture<Void> added = CompletableFuture.runAsync(() -> add(lane, 2));
		assertThat(added).succeedsWithin(Duration.ofSeconds(20));
		this.handler.countDown();
		Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> this.started.size() == 3);
		lane.close();
	}

	@Test
	void doesNotWaitAtTheEndForWorkersThatTheExecutorHasNotRun() throws InterruptedException {
		List<Runnable> tasks = new CopyOnWriteArrayList<>();
		Lane lane = lane(1, tasks::add);
		List<Delivery> deliveries = add(lane, 2);
		Awaitility.await().until(() -> tasks.size() == 1);
		assertThat(lane.close()).containsExactlyElementsOf(deliveries);
		assertThat(lane.end().await(TimeUnit.SECONDS.toNanos(1))).isTrue();
		tasks.get(0).run();
		assertThat(this.started).isEmpty();
	}

	@Test
	void runsNothingOnTheThreadThatAdds() {
		Lane lane = lane(1, Runnable::run);
		this.handler = new CountDownLatch(1);
		CompletableFuture<Void> added = CompletableFuture.runAsync(() -> add(lane, 2));
		assertThat(added).succeedsWithin(Duration.ofSeconds(20));
		this.handler.countDown();
		Awaitility.await().until(() -> this.started.size() == 2);
		lane.close();
	}

	@Test
	void collectsBatchesBySizeAndByTime() {
		Lane lane = new Lane(1, new SimpleAsyncTaskExecutor("lane-"), handler(), new LaneTurns(false), 10,
				Duration.ofMillis(200));
		List<Delivery> deliveries = add(lane, 25);
		Awaitility.await().until(() -> this.batches.size() == 3);
		assertThat(this.batches.get(0)).containsExactlyElementsOf(deliveries.subList(0, 10));
		assertThat(this.batches.get(1)).containsExactlyElementsOf(deliveries.subList(10, 20));
		assertThat(this.batches.get(2)).containsExactlyElementsOf(deliveries.subList(20, 25));
		lane.close();
	}

	@Test
	void runsABatchAtOnceWhenItIsFull() {
		Lane lane = new Lane(1, new SimpleAsyncTaskExecutor("lane-"), handler(), new LaneTurns(false), 10,
				Duration.ofMinutes(1));
		lane.add(delivery());
		// The worker is there and collects
		Awaitility.await().during(Duration.ofMillis(200)).until(this.batches::isEmpty);
		add(lane, 9);
		Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> this.batches.size() == 1);
		lane.close();
	}

	@Test
	void collectsBatchesWithSeveralWorkers() throws InterruptedException {
		Lane lane = new Lane(4, new SimpleAsyncTaskExecutor("lane-"), handler(), new LaneTurns(false), 10,
				Duration.ofMillis(50));
		for (int i = 1; i <= 20; i++) {
			int expected = 3 * i;
			add(lane, 3);
			Awaitility.await().until(() -> this.batches.stream().mapToInt(List::size).sum() == expected);
		}
		assertThat(this.batches).allMatch((batch) -> !batch.isEmpty());
		lane.close();
		assertThat(lane.end().await(TimeUnit.SECONDS.toNanos(5))).isTrue();
	}

	@Test
	void goesOnWhenItWasHeldWhileAWorkerWasToGiveWay() throws InterruptedException {
		LaneTurns turns = new LaneTurns(true);
		Lane lane = new Lane(1, new SimpleAsyncTaskExecutor("lane-"), handler(), turns, 1, Duration.ZERO);
		this.handler = new CountDownLatch(1);
		lane.add(delivery());
		Awaitility.await().until(() -> this.started.size() == 1);
		// Another lane waits for a thread for longer than a turn
		turns.await();
		Awaitility.await().during(Duration.ofMillis(50)).until(() -> this.started.size() == 1);
		assertThat(lane.hold()).noneMatch(Delivery::endUnstarted);
		this.handler.countDown();
		assertThat(lane.end().await(TimeUnit.SECONDS.toNanos(5))).isTrue();
		lane.release();
		add(lane, 1);
		Awaitility.await().until(() -> this.started.size() == 2);
		lane.close();
	}

	private static Executor refusingWhile(AtomicBoolean full) {
		SimpleAsyncTaskExecutor executor = new SimpleAsyncTaskExecutor("lane-");
		return (task) -> {
			if (full.get()) {
				throw new RejectedExecutionException("full");
			}
			executor.execute(task);
		};
	}

}
