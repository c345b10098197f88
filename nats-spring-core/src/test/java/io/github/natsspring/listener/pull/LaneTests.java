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
import java.util.stream.IntStream;

import io.nats.client.impl.NatsMessage;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Lane}.
 */
class LaneTests {

	private final List<Delivery> started = new CopyOnWriteArrayList<>();

	@Test
	void runsDeliveriesInOrder() {
		Lane lane = lane(null);
		List<Delivery> deliveries = add(lane, 1000);
		Awaitility.await().until(() -> this.started.size() == 1000);
		assertThat(this.started).containsExactlyElementsOf(deliveries);
		lane.close();
	}

	@Test
	void givesBackEverythingThatHasNotStartedWhenClosed() throws InterruptedException {
		CountDownLatch handler = new CountDownLatch(1);
		Lane lane = lane(handler);
		List<Delivery> deliveries = add(lane, 200);
		Awaitility.await().until(() -> this.started.size() == 1);
		List<Delivery> unstarted = lane.close().stream().filter(Delivery::endUnstarted).toList();
		handler.countDown();
		assertThat(lane.awaitEnd(Duration.ofSeconds(5).toNanos())).isTrue();
		assertThat(this.started).containsExactly(deliveries.get(0));
		assertThat(unstarted).containsExactlyInAnyOrderElementsOf(deliveries.subList(1, 200));
	}

	@Test
	void takesNothingWhenClosed() {
		Lane lane = lane(null);
		lane.close();
		assertThat(lane.add(delivery())).isFalse();
	}

	private Lane lane(CountDownLatch handler) {
		Lane lane = new Lane((delivery) -> {
			if (delivery.start()) {
				this.started.add(delivery);
				await(handler);
			}
		});
		Thread thread = new Thread(lane);
		thread.setDaemon(true);
		thread.start();
		return lane;
	}

	private static void await(CountDownLatch latch) {
		try {
			if (latch != null) {
				latch.await();
			}
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

	private static Delivery delivery() {
		return new Delivery(NatsMessage.builder().subject("orders").build(), Long.MAX_VALUE);
	}

}
