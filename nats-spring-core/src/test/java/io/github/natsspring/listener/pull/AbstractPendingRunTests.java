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
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.nats.client.impl.NatsMessage;
import org.junit.jupiter.api.Timeout;

import org.springframework.core.task.SimpleAsyncTaskExecutor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Base of the tests for {@link PendingRun}: lanes whose runs go on without a thread until
 * the test completes them.
 */
@Timeout(60)
abstract class AbstractPendingRunTests {

	final Settler settler = new Settler((delivery) -> {
	}, Duration.ofSeconds(1), 1);

	final List<Delivery> started = new CopyOnWriteArrayList<>();

	final Map<Delivery, CompletableFuture<Void>> results = new ConcurrentHashMap<>();

	final List<Delivery> ended = new CopyOnWriteArrayList<>();

	final Set<String> endThreads = ConcurrentHashMap.newKeySet();

	final List<Throwable> failures = new CopyOnWriteArrayList<>();

	final AtomicInteger recovered = new AtomicInteger();

	final AtomicInteger threads = new AtomicInteger();

	volatile Delivery again;

	void complete(List<Delivery> deliveries) {
		for (Delivery delivery : deliveries) {
			await().pollInterval(Duration.ofMillis(1)).until(() -> this.results.containsKey(delivery));
			this.results.get(delivery).complete(null);
		}
		await().until(() -> this.ended.containsAll(deliveries));
	}

	Lane lane(int places, int batchSize) {
		return new Lane(places, executor(), handler(), new LaneTurns(false), batchSize, Duration.ofMillis(50));
	}

	Executor executor() {
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

	LaneHandler handler() {
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
				AbstractPendingRunTests.this.recovered.incrementAndGet();
			}

		};
	}

	PendingRun begin(List<Delivery> deliveries, Delivery delivery, Lane lane) {
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
	PendingRun each(List<Delivery> deliveries, int index, Lane lane) {
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

	void ended(Delivery delivery, Throwable ex) {
		this.endThreads.add(Thread.currentThread().getName());
		if (ex != null) {
			this.failures.add(ex);
		}
		this.ended.add(delivery);
	}

	List<Delivery> add(Lane lane, int count) {
		List<Delivery> deliveries = IntStream.range(0, count)
			.mapToObj((i) -> new Delivery(NatsMessage.builder().subject("orders").build(), this.settler,
					System.nanoTime(), TimeUnit.HOURS.toNanos(1)))
			.toList();
		deliveries.forEach((delivery) -> assertThat(lane.add(delivery)).isTrue());
		return deliveries;
	}

	abstract static class Handler implements LaneHandler {

		@Override
		public PendingRun runBatch(List<Delivery> deliveries, Lane lane) {
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
		}

		@Override
		public void accepted() {
		}

	}

}
