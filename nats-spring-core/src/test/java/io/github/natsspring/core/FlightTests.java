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

package io.github.natsspring.core;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link Flight}.
 */
@Timeout(60)
class FlightTests {

	private static final long LONG = TimeUnit.SECONDS.toNanos(30);

	private final ExecutorService executor = Executors.newCachedThreadPool();

	@AfterEach
	void shutdown() {
		this.executor.shutdownNow();
	}

	@Test
	void hasSoManyPlacesAndNoMore() throws Exception {
		Flight flight = new Flight(2);
		assertThat(flight.tryEnter()).isTrue();
		assertThat(flight.tryEnter(0)).isTrue();
		assertThat(flight.tryEnter()).isFalse();
		assertThat(flight.tryEnter(TimeUnit.MILLISECONDS.toNanos(20))).isFalse();
		assertThat(flight.taken()).isEqualTo(2);
		flight.leave();
		assertThat(flight.tryEnter()).isTrue();
	}

	@Test
	void letsInWhoWaitsAlthoughOneOfManyPlacesIsFree() throws Exception {
		Flight flight = new Flight(1000);
		for (int i = 0; i < 1000; i++) {
			assertThat(flight.tryEnter()).isTrue();
		}
		CompletableFuture<Boolean> waiting = CompletableFuture.supplyAsync(() -> enter(flight), this.executor);
		flight.leave();
		assertThat(waiting.get(30, TimeUnit.SECONDS)).isTrue();
		assertThat(flight.taken()).isEqualTo(1000);
	}

	@Test
	void neverHasMoreInsideAndLetsEverybodyIn() throws Exception {
		Flight flight = new Flight(3);
		AtomicInteger inside = new AtomicInteger();
		AtomicInteger most = new AtomicInteger();
		List<CompletableFuture<Void>> threads = new ArrayList<>();
		for (int thread = 0; thread < 8; thread++) {
			threads.add(CompletableFuture.runAsync(() -> {
				for (int i = 0; i < 2000; i++) {
					assertThat(enter(flight)).isTrue();
					most.accumulateAndGet(inside.incrementAndGet(), Math::max);
					inside.decrementAndGet();
					flight.leave();
				}
			}, this.executor));
		}
		for (CompletableFuture<Void> thread : threads) {
			thread.get(50, TimeUnit.SECONDS);
		}
		assertThat(most.get()).isBetween(1, 3);
		assertThat(flight.taken()).isZero();
	}

	@Test
	void waitsNoLongerWhenItIsInterrupted() {
		Flight flight = new Flight(1);
		assertThat(flight.tryEnter()).isTrue();
		Thread.currentThread().interrupt();
		assertThatExceptionOfType(InterruptedException.class).isThrownBy(() -> flight.tryEnter(LONG));
		assertThat(flight.taken()).isEqualTo(1);
	}

	private static boolean enter(Flight flight) {
		try {
			return flight.tryEnter(LONG);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
