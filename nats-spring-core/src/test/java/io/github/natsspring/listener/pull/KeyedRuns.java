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
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import io.nats.client.impl.NatsMessage;
import org.jspecify.annotations.Nullable;

import org.springframework.core.task.SimpleAsyncTaskExecutor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Has lanes by key run deliveries to which anything happens that may happen, at random,
 * and watches over the order of each key.
 */
final class KeyedRuns extends AbstractPendingRunTests.Handler {

	private static final int MESSAGES = 400;

	private static final int IN_FLIGHT = 50;

	private final Settler settler = new Settler((delivery) -> {
	}, Duration.ofSeconds(1), 4);

	private final int seed;

	private final boolean pauses;

	// Used by the thread that adds
	private final Random random;

	private final LaneGroup group;

	private final KeyLanes keys;

	// What is neither done nor handed back
	private final Map<Delivery, Item> items = new ConcurrentHashMap<>();

	private final Map<Integer, Item> running = new ConcurrentHashMap<>();

	private final Map<Integer, Integer> last = new ConcurrentHashMap<>();

	private final Queue<String> errors = new ConcurrentLinkedQueue<>();

	private final Queue<Item> handedBack = new ConcurrentLinkedQueue<>();

	private final AtomicInteger done = new AtomicInteger();

	KeyedRuns(int seed, boolean pauses) {
		this.seed = seed;
		this.pauses = pauses;
		this.random = new Random(seed);
		this.group = LaneGroup.of(PullContainerSettings.builder()
			.concurrency(2 + this.random.nextInt(5))
			.orderingKey((message) -> Integer.valueOf(message.getSubject()))
			.build(), new SimpleAsyncTaskExecutor("lane-"), this);
		this.keys = KeyedLanesTests.keys(this.group);
	}

	void run() {
		int keys = 1 + this.random.nextInt(12);
		for (int i = 0; i < MESSAGES; i++) {
			add(new Item(this.random.nextInt(keys), i));
			int added = i + 1;
			waitUntil(() -> added - this.done.get() < IN_FLIGHT);
			if (this.pauses && this.random.nextInt(40) == 0) {
				pause();
			}
		}
		waitUntil(() -> this.done.get() == MESSAGES);
		assertThat(this.errors).as("seed " + this.seed).isEmpty();
		await().until(this.keys::isEmpty);
		assertThat(this.group.close()).noneMatch(Delivery::endUnstarted);
	}

	/**
	 * A parked message may hold up all others, so this is no matter of rounds.
	 */
	private void waitUntil(BooleanSupplier condition) {
		long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
		while (!condition.getAsBoolean()) {
			assertThat(this.errors).as("seed " + this.seed).isEmpty();
			assertThat(System.nanoTime()).as("seed %d, %d done", this.seed, this.done.get()).isLessThan(deadline);
			LockSupport.parkNanos(50_000);
		}
	}

	private void add(Item item) {
		Delivery delivery = new Delivery(NatsMessage.builder().subject(String.valueOf(item.key)).build(), this.settler,
				System.nanoTime(), TimeUnit.HOURS.toNanos(1));
		this.items.put(delivery, item);
		assertThat(this.group.add(delivery)).isTrue();
	}

	/**
	 * What has not started comes again, behind what runs.
	 */
	private void pause() {
		this.group.hold().forEach(this::handBack);
		waitUntil(this.items::isEmpty);
		List<Item> again = new ArrayList<>(this.handedBack);
		this.handedBack.clear();
		this.group.release();
		again.stream().sorted(Comparator.comparingInt(Item::number)).forEach(this::add);
	}

	private void handBack(Delivery delivery) {
		if (delivery.endUnstarted()) {
			this.handedBack.add(this.items.get(delivery));
			this.items.remove(delivery);
		}
	}

	@Override
	public @Nullable PendingRun run(Delivery delivery, Lane lane) {
		if (!delivery.start(System.nanoTime())) {
			return null;
		}
		Item item = this.items.get(delivery);
		begin(item);
		// Another one for each run
		Random random = new Random(this.seed * 31L + item.number * 17L + item.runs.incrementAndGet());
		boolean early = random.nextInt(4) == 0;
		if (early) {
			// As with an acknowledgement in the middle of the handler
			delivery.end();
		}
		LockSupport.parkNanos(random.nextInt(200_000));
		if (random.nextInt(3) > 0) {
			end(delivery, lane, item, random, early);
			return null;
		}
		CompletableFuture<Void> result = new CompletableFuture<>();
		ContainerThreads.schedule(() -> result.complete(null), Duration.ofNanos(random.nextInt(500_000)));
		return new PendingRun(List.of(delivery), result, (ex) -> {
			end(delivery, lane, item, random, early);
			return null;
		}, System.nanoTime());
	}

	private void begin(Item item) {
		Item other = this.running.putIfAbsent(item.key, item);
		if (other != null) {
			this.errors.add("%s runs beside %s".formatted(item, other));
		}
		Integer last = this.last.get(item.key);
		if (last != null && last >= item.number) {
			this.errors.add("%s runs behind %s".formatted(item, last));
		}
	}

	private void end(Delivery delivery, Lane lane, Item item, Random random, boolean settled) {
		int outcome = settled ? 0 : random.nextInt(5);
		if (outcome == 0 || outcome == 1) {
			done(delivery, item);
		}
		else if (outcome == 2 && lane.park(delivery)) {
			// It is still the turn of its key until the letter is stored
			ContainerThreads.schedule(() -> {
				done(delivery, item);
				lane.unblock(delivery);
			}, Duration.ofNanos(random.nextInt(800_000)));
		}
		else if (outcome == 3) {
			retry(delivery, lane, item, random);
		}
		else {
			done(delivery, item);
		}
	}

	private void retry(Delivery delivery, Lane lane, Item item, Random random) {
		this.running.remove(item.key);
		delivery.park();
		if (lane.park(delivery)) {
			Duration delay = Duration.ofNanos(random.nextBoolean() ? 0 : random.nextInt(800_000));
			ContainerThreads.schedule(() -> lane.unpark(delivery), delay);
			// So that it may be back before the worker takes its next
			LockSupport.parkNanos(random.nextInt(100_000));
		}
		else {
			handBack(delivery);
		}
	}

	private void done(Delivery delivery, Item item) {
		this.items.remove(delivery);
		this.last.put(item.key, item.number);
		this.running.remove(item.key);
		delivery.end();
		this.done.incrementAndGet();
	}

	/**
	 * A message.
	 *
	 * @param number the numbers of a key rise
	 * @param runs how many times it has run
	 */
	private record Item(int key, int number, AtomicInteger runs) {

		Item(int key, int number) {
			this(key, number, new AtomicInteger());
		}

		@Override
		public String toString() {
			return "number %d of key %d".formatted(this.number, this.key);
		}

	}

}
