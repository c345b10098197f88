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
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import io.nats.client.impl.NatsMessage;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import org.springframework.core.task.SimpleAsyncTaskExecutor;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Lane}.
 */
class LaneTests {

	private final Settler settler = new Settler(new NoPermits(), Duration.ofSeconds(1));

	private final List<Delivery> started = new CopyOnWriteArrayList<>();

	private final List<Delivery> refused = new CopyOnWriteArrayList<>();

	private volatile CountDownLatch handler = new CountDownLatch(0);

	private volatile Delivery parks;

	private volatile boolean unparkedAtOnce;

	@Test
	void runsDeliveriesInOrder() {
		Lane lane = lane(1);
		List<Delivery> deliveries = add(lane, 1000);
		Awaitility.await().until(() -> this.started.size() == 1000);
		assertThat(this.started).containsExactlyElementsOf(deliveries);
		lane.close();
	}

	@Test
	void runsAsManyAtOnceAsItHasWorkers() {
		this.handler = new CountDownLatch(1);
		Lane lane = lane(4);
		add(lane, 100);
		Awaitility.await().until(() -> this.started.size() == 4);
		Awaitility.await().during(Duration.ofMillis(200)).until(() -> this.started.size() == 4);
		this.handler.countDown();
		Awaitility.await().until(() -> this.started.size() == 100);
		lane.close();
	}

	@Test
	void givesBackEverythingThatHasNotStartedWhenClosed() throws InterruptedException {
		this.handler = new CountDownLatch(1);
		Lane lane = lane(1);
		List<Delivery> deliveries = add(lane, 200);
		Awaitility.await().until(() -> this.started.size() == 1);
		List<Delivery> unstarted = lane.close().stream().filter(Delivery::endUnstarted).toList();
		this.handler.countDown();
		assertThat(lane.awaitEnd(TimeUnit.SECONDS.toNanos(5))).isTrue();
		assertThat(this.started).containsExactly(deliveries.get(0));
		assertThat(unstarted).containsExactlyInAnyOrderElementsOf(deliveries.subList(1, 200));
	}

	@Test
	void takesNothingWhenClosed() {
		Lane lane = lane(1);
		lane.close();
		assertThat(lane.add(delivery())).isFalse();
	}

	@Test
	void runsNothingBehindAParkedDeliveryUntilThatHasRunAgain() {
		Lane lane = lane(1);
		Delivery first = delivery();
		this.parks = first;
		assertThat(lane.add(first)).isTrue();
		List<Delivery> behind = add(lane, 100);
		Awaitility.await().until(() -> lane.isParked());
		Awaitility.await().during(Duration.ofMillis(200)).until(() -> this.started.size() == 1);
		this.parks = null;
		lane.unpark(first);
		Awaitility.await().until(() -> this.started.size() == 102);
		List<Delivery> expected = new ArrayList<>(List.of(first, first));
		expected.addAll(behind);
		assertThat(this.started).containsExactlyElementsOf(expected);
		lane.close();
	}

	@Test
	void runsNothingBehindAParkedDeliveryThatMayRunAgainAtOnce() {
		this.handler = new CountDownLatch(1);
		Lane lane = lane(1);
		Delivery first = delivery();
		lane.add(first);
		Awaitility.await().until(() -> this.started.size() == 1);
		// These are taken together, and the first of them may run again before its worker
		// has noticed that it was parked
		List<Delivery> behind = add(lane, 10);
		this.parks = behind.get(0);
		this.unparkedAtOnce = true;
		this.handler.countDown();
		Awaitility.await().until(() -> this.started.size() == 12);
		List<Delivery> expected = new ArrayList<>(List.of(first, behind.get(0)));
		expected.addAll(behind);
		assertThat(this.started).containsExactlyElementsOf(expected);
		lane.close();
	}

	@Test
	void handsOutAParkedDeliveryWhenClosed() {
		Lane lane = lane(1);
		Delivery first = delivery();
		this.parks = first;
		lane.add(first);
		Awaitility.await().until(lane::isParked);
		assertThat(lane.close()).contains(first);
	}

	@Test
	void goesOnWithoutAHangingWorkerThatWasReplaced() throws InterruptedException {
		this.handler = new CountDownLatch(1);
		Lane lane = lane(1);
		Delivery hanging = delivery();
		lane.add(hanging);
		Awaitility.await().until(() -> this.started.size() == 1);
		List<Delivery> behind = add(lane, 3);
		List<LaneWorker> workers = new ArrayList<>();
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
		assertThat(lane.awaitEnd(TimeUnit.SECONDS.toNanos(5))).isTrue();
	}

	@Test
	void handsOutWhatTheExecutorRefuses() {
		Lane lane = lane(1, (task) -> {
			throw new RejectedExecutionException("full");
		});
		List<Delivery> deliveries = add(lane, 2);
		assertThat(this.refused).containsExactlyElementsOf(deliveries);
	}

	private Lane lane(int workers) {
		return lane(workers, new SimpleAsyncTaskExecutor("lane-"));
	}

	private Lane lane(int workers, Executor executor) {
		return new Lane(workers, executor, new Lane.Handler() {

			@Override
			public void run(Delivery delivery, Lane lane) {
				if (!delivery.start(System.nanoTime())) {
					return;
				}
				LaneTests.this.started.add(delivery);
				if (delivery == LaneTests.this.parks) {
					lane.park(delivery);
					delivery.park();
					if (LaneTests.this.unparkedAtOnce) {
						LaneTests.this.parks = null;
						lane.unpark(delivery);
					}
					return;
				}
				hold();
			}

			@Override
			public void refused(List<Delivery> deliveries, RuntimeException ex) {
				LaneTests.this.refused.addAll(deliveries);
			}

		});
	}

	private void hold() {
		try {
			this.handler.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private List<Delivery> add(Lane lane, int count) {
		List<Delivery> deliveries = IntStream.range(0, count).mapToObj((i) -> delivery()).toList();
		deliveries.forEach((delivery) -> assertThat(lane.add(delivery)).isTrue());
		return deliveries;
	}

	private Delivery delivery() {
		return new Delivery(NatsMessage.builder().subject("orders").build(), this.settler, System.nanoTime(),
				TimeUnit.HOURS.toNanos(1));
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
