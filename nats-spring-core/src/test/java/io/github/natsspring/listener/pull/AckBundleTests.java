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
import java.util.concurrent.TimeUnit;

import io.nats.client.impl.NatsMessage;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link AckBundle}.
 */
class AckBundleTests {

	private static final long QUICK = 1_000;

	private static final Duration LONG = Duration.ofSeconds(20);

	private final List<List<Delivery>> written = new CopyOnWriteArrayList<>();

	private final List<Long> nanos = new CopyOnWriteArrayList<>();

	private final List<Delivery> ended = new CopyOnWriteArrayList<>();

	private final List<Delivery> free = new CopyOnWriteArrayList<>();

	private volatile CountDownLatch writing = new CountDownLatch(0);

	private volatile CountDownLatch freeing = new CountDownLatch(0);

	private final Permits permits = new Permits() {

		@Override
		public void settled(Delivery delivery) {
		}

		@Override
		public void ended(Delivery delivery) {
			AckBundleTests.this.ended.add(delivery);
		}

		@Override
		public void free(List<Delivery> deliveries, long nanos) {
			hold(AckBundleTests.this.freeing);
			AckBundleTests.this.free.addAll(deliveries);
			AckBundleTests.this.nanos.add(nanos);
		}

	};

	private final AckBundle bundle = new AckBundle(1, (deliveries) -> {
		hold(this.writing);
		this.written.add(List.copyOf(deliveries));
	}, this.permits);

	private final Settler settler = new Settler((delivery) -> {
	}, Duration.ofSeconds(1), 1);

	private long now;

	@Test
	void takesNothingUntilTheListenerIsKnownToBeQuick() {
		Delivery first = started();
		assertThat(this.bundle.add(first, QUICK, this.now)).isFalse();
		assertThat(first.isSettled()).isFalse();
		becomeQuick();
		assertThat(this.bundle.add(first, QUICK, this.now)).isTrue();
		assertThat(first.isSettled()).isTrue();
	}

	@Test
	void writesTogetherWhatWasTakenBefore() {
		becomeQuick();
		List<Delivery> added = add(3);
		assertThat(this.written).isEmpty();
		this.bundle.flush();
		assertThat(this.written).containsExactly(added);
		assertThat(this.nanos).containsExactly(3 * QUICK);
		this.bundle.flush();
		assertThat(this.written).hasSize(1);
	}

	@Test
	void writesWhenThereAreMany() {
		becomeQuick();
		List<Delivery> added = add(64);
		assertThat(this.written).containsExactly(added);
	}

	@Test
	void writesWhenTheFirstHasBeenThereForLong() {
		becomeQuick();
		List<Delivery> added = new ArrayList<>(add(2));
		this.now += Duration.ofMillis(2).toNanos();
		added.addAll(add(1));
		assertThat(this.written).containsExactly(added);
	}

	@Test
	void isOldWhenNothingComesAfterwards() {
		becomeQuick();
		assertThat(this.bundle.isOld(this.now + Duration.ofSeconds(1).toNanos())).isFalse();
		add(1);
		assertThat(this.bundle.isOld(this.now)).isFalse();
		assertThat(this.bundle.isOld(this.now + Duration.ofSeconds(1).toNanos())).isTrue();
	}

	@Test
	void writesAtOnceAfterASlowRun() {
		becomeQuick();
		List<Delivery> added = add(2);
		Delivery slow = started();
		assertThat(this.bundle.add(slow, Duration.ofSeconds(1).toNanos(), this.now)).isFalse();
		assertThat(slow.isSettled()).isFalse();
		assertThat(this.written).containsExactly(added);
	}

	@Test
	void takesOfManyThatRunAtOnceWhatTakesLonger() {
		AckBundle shared = new AckBundle(256, (deliveries) -> this.written.add(List.copyOf(deliveries)), this.permits);
		long millisecond = Duration.ofMillis(1).toNanos();
		for (int i = 0; i < 100; i++) {
			this.bundle.add(started(), millisecond, this.now);
			shared.add(started(), millisecond, this.now);
		}
		assertThat(this.bundle.add(started(), millisecond, this.now)).isFalse();
		assertThat(shared.add(started(), millisecond, this.now)).isTrue();
	}

	@Test
	void takesNothingThatHasEnded() {
		becomeQuick();
		Delivery ended = started();
		ended.end();
		assertThat(this.bundle.add(ended, QUICK, this.now)).isFalse();
		this.bundle.flush();
		assertThat(this.written).isEmpty();
	}

	@Test
	void keepsNothingThatCouldNotBeWritten() {
		AckBundle failing = new AckBundle(1, (deliveries) -> {
			throw new IllegalStateException("expected");
		}, this.permits);
		while (!failing.add(started(), QUICK, this.now)) {
			this.now += QUICK;
		}
		assertThatIllegalStateException().isThrownBy(failing::flush);
		assertThat(this.free).hasSize(1).isEqualTo(this.ended);
		failing.flush();
	}

	@Test
	void returnsPermitsOnlyOfWhatIsWritten() {
		becomeQuick();
		List<Delivery> added = add(3);
		assertThat(this.ended).isEqualTo(added);
		assertThat(this.free).isEmpty();
		this.bundle.flush();
		assertThat(this.free).isEqualTo(added);
	}

	@Test
	void doesNotReturnFromAFlushWhileAnotherThreadWrites() {
		becomeQuick();
		List<Delivery> added = add(2);
		this.writing = new CountDownLatch(1);
		CompletableFuture<Void> writes = run(this.bundle::flush);
		Awaitility.await().until(() -> !this.bundle.isOld(this.now + Duration.ofSeconds(1).toNanos()));
		CompletableFuture<Void> flushes = run(this.bundle::flush);
		Awaitility.await().during(Duration.ofMillis(100)).until(() -> !flushes.isDone());
		this.writing.countDown();
		assertThat(flushes).succeedsWithin(LONG);
		assertThat(this.written).containsExactly(added);
		assertThat(writes).succeedsWithin(LONG);
	}

	@Test
	void takesAndWritesWhileAnotherThreadReturnsPermits() {
		becomeQuick();
		List<Delivery> first = add(2);
		CountDownLatch held = new CountDownLatch(1);
		this.freeing = held;
		CompletableFuture<Void> returns = run(this.bundle::flush);
		Awaitility.await().until(() -> this.written.size() == 1);
		this.freeing = new CountDownLatch(0);
		List<Delivery> second = new ArrayList<>();
		CompletableFuture<Void> others = run(() -> {
			second.addAll(add(2));
			this.bundle.flush();
		});
		assertThat(others).succeedsWithin(LONG);
		assertThat(this.written).containsExactly(first, second);
		assertThat(this.free).isEqualTo(second);
		held.countDown();
		assertThat(returns).succeedsWithin(LONG);
		assertThat(this.free).hasSize(4).containsAll(first);
	}

	private static CompletableFuture<Void> run(Runnable task) {
		CompletableFuture<Void> end = new CompletableFuture<>();
		Thread thread = new Thread(() -> {
			task.run();
			end.complete(null);
		});
		thread.setDaemon(true);
		thread.start();
		return end;
	}

	private static void hold(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private void becomeQuick() {
		for (int i = 0; i < 100; i++) {
			this.bundle.add(started(), QUICK, this.now);
		}
		this.bundle.flush();
		this.written.clear();
		this.nanos.clear();
		this.ended.clear();
		this.free.clear();
	}

	private List<Delivery> add(int count) {
		List<Delivery> added = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			Delivery delivery = started();
			added.add(delivery);
			assertThat(this.bundle.add(delivery, QUICK, this.now)).isTrue();
		}
		return added;
	}

	private Delivery started() {
		Delivery delivery = new Delivery(NatsMessage.builder().subject("orders").build(), this.settler,
				System.nanoTime(), TimeUnit.HOURS.toNanos(1));
		delivery.start(System.nanoTime());
		return delivery;
	}

}
