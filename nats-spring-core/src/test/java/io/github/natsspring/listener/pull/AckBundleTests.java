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
import java.util.concurrent.TimeUnit;

import io.nats.client.impl.NatsMessage;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link AckBundle}.
 */
class AckBundleTests {

	private static final long QUICK = 1_000;

	private final List<List<Delivery>> written = new ArrayList<>();

	private final List<Long> nanos = new ArrayList<>();

	private final AckBundle bundle = new AckBundle(1, (deliveries, nanos) -> {
		this.written.add(List.copyOf(deliveries));
		this.nanos.add(nanos);
	});

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
		AckBundle shared = new AckBundle(256, (deliveries, nanos) -> this.written.add(List.copyOf(deliveries)));
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
		AckBundle failing = new AckBundle(1, (deliveries, nanos) -> {
			throw new IllegalStateException("expected");
		});
		while (!failing.add(started(), QUICK, this.now)) {
			this.now += QUICK;
		}
		assertThatIllegalStateException().isThrownBy(failing::flush);
		failing.flush();
	}

	private void becomeQuick() {
		for (int i = 0; i < 100; i++) {
			this.bundle.add(started(), QUICK, this.now);
		}
		this.bundle.flush();
		this.written.clear();
		this.nanos.clear();
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
