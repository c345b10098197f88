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
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.nats.client.impl.NatsMessage;

import org.springframework.core.task.SimpleAsyncTaskExecutor;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Base of the tests for {@link Lane}.
 */
abstract class AbstractLaneTests {

	private final Settler settler = new Settler((delivery) -> {
	}, Duration.ofSeconds(1), 1);

	final List<Delivery> started = new CopyOnWriteArrayList<>();

	final AtomicInteger refusals = new AtomicInteger();

	final AtomicInteger acceptances = new AtomicInteger();

	final List<List<Delivery>> batches = new CopyOnWriteArrayList<>();

	volatile CountDownLatch handler = new CountDownLatch(0);

	volatile Delivery parks;

	volatile Runnable afterPark = () -> {
	};

	volatile Runnable afterAcceptance = () -> {
	};

	volatile Runnable beforeStart = () -> {
	};

	Lane lane(int workers) {
		return lane(workers, new SimpleAsyncTaskExecutor("lane-"));
	}

	Lane lane(int workers, Executor executor) {
		return new Lane(workers, executor, handler());
	}

	LaneHandler handler() {
		return new LaneHandler() {

			@Override
			public PendingRun run(Delivery delivery, Lane lane) {
				AbstractLaneTests.this.beforeStart.run();
				if (!delivery.start(System.nanoTime())) {
					return null;
				}
				AbstractLaneTests.this.started.add(delivery);
				if (delivery == AbstractLaneTests.this.parks) {
					delivery.park();
					lane.park(delivery);
					AbstractLaneTests.this.afterPark.run();
					return null;
				}
				hold();
				return null;
			}

			@Override
			public PendingRun runBatch(List<Delivery> deliveries, Lane lane) {
				AbstractLaneTests.this.batches.add(deliveries);
				return null;
			}

			@Override
			public void idle() {
			}

			@Override
			public void recovered() {
			}

			@Override
			public void refused(Lane lane, Throwable ex) {
				AbstractLaneTests.this.refusals.incrementAndGet();
			}

			@Override
			public void accepted() {
				AbstractLaneTests.this.acceptances.incrementAndGet();
				AbstractLaneTests.this.afterAcceptance.run();
			}

		};
	}

	private void hold() {
		try {
			this.handler.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	List<Delivery> add(Lane lane, int count) {
		List<Delivery> deliveries = IntStream.range(0, count).mapToObj((i) -> delivery()).toList();
		deliveries.forEach((delivery) -> assertThat(lane.add(delivery)).isTrue());
		return deliveries;
	}

	Delivery delivery() {
		return new Delivery(NatsMessage.builder().subject("orders").build(), this.settler, System.nanoTime(),
				TimeUnit.HOURS.toNanos(1));
	}

}
