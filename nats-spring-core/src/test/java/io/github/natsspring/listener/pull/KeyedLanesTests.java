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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.nats.client.Message;
import io.nats.client.impl.NatsMessage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.beans.DirectFieldAccessor;
import org.springframework.core.task.SimpleAsyncTaskExecutor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link LaneGroup} with lanes by key: order whatever becomes of a delivery,
 * and that nothing is counted for ever.
 */
@Timeout(120)
class KeyedLanesTests {

	private final Settler settler = new Settler((delivery) -> {
	}, Duration.ofSeconds(1), 2);

	private final List<String> started = new CopyOnWriteArrayList<>();

	private final CountDownLatch handler = new CountDownLatch(1);

	private final CompletableFuture<Void> result = new CompletableFuture<>();

	private final Handler laneHandler = new Handler();

	private final LaneGroup group = LaneGroup.of(
			PullContainerSettings.builder().concurrency(2).orderingKey(KeyedLanesTests::key).build(),
			new SimpleAsyncTaskExecutor("lane-"), this.laneHandler);

	private final KeyLanes keys = keys(this.group);

	@AfterEach
	void close() {
		this.handler.countDown();
		this.group.close().forEach(Delivery::endUnstarted);
		await().until(this.keys::isEmpty);
	}

	@Test
	void noKeyRunsTwiceAtOnceAndNoneOutOfOrderWhateverBecomesOfItsDeliveries() {
		for (int seed = 0; seed < 15; seed++) {
			new KeyedRuns(seed, false).run();
		}
	}

	@Test
	void theSameHoldsWhenItIsPausedAndResumed() {
		for (int seed = 0; seed < 15; seed++) {
			new KeyedRuns(seed, true).run();
		}
	}

	@Test
	void whatHangsAndIsReplacedKeepsItsKeyOnlyUntilThen() {
		this.group.add(delivery("hang-a1"));
		await().until(() -> this.started.contains("hang-a1"));
		this.group.add(delivery("a2"));
		List<Delivery> unstarted = giveUp();
		assertThat(unstarted).extracting((delivery) -> delivery.message().getSubject()).contains("a2");
		unstarted.forEach(Delivery::endUnstarted);
		assertThat(this.keys.isEmpty()).isTrue();
		this.group.add(delivery("a3"));
		await().until(() -> this.started.contains("a3"));
		this.handler.countDown();
		await().until(() -> this.laneHandler.ended);
		await().until(this.keys::isEmpty);
	}

	@Test
	void whatWasReplacedIsNotKeptForAnotherRun() {
		Delivery delivery = delivery("hang-park-a1");
		this.group.add(delivery);
		await().until(() -> this.started.contains("hang-park-a1"));
		giveUp();
		this.handler.countDown();
		await().until(() -> this.laneHandler.ended);
		assertThat(this.laneHandler.parked).isFalse();
		assertThat(this.keys.isEmpty()).isTrue();
	}

	@Test
	void whatGoesOnWithoutAThreadKeepsItsKeyAndNotForEver() {
		this.group.add(delivery("pending-a1"));
		await().until(() -> this.started.contains("pending-a1"));
		await().during(Duration.ofMillis(50)).until(() -> !this.keys.isEmpty());
		giveUp();
		// It may never complete
		assertThat(this.keys.isEmpty()).isTrue();
		this.result.complete(null);
		await().until(() -> this.laneHandler.ended);
		assertThat(this.keys.isEmpty()).isTrue();
	}

	@Test
	void whatNoLaneTakesIsNotCounted() {
		assertThat(this.group.hold()).isEmpty();
		assertThat(this.group.add(delivery("a1"))).isFalse();
		assertThat(this.keys.isEmpty()).isTrue();
		this.group.release();
		assertThat(this.group.add(delivery("a2"))).isTrue();
		await().until(() -> this.started.contains("a2"));
	}

	@Test
	void aKeyDoesNotWaitBehindAnotherThatIsParked() {
		this.group.add(delivery("park-a1"));
		await().until(() -> this.laneHandler.parked);
		this.group.add(delivery("a2"));
		for (int i = 0; i < 20; i++) {
			this.group.add(delivery("b" + i));
			this.group.add(delivery("c" + i));
		}
		await().until(() -> this.started.contains("b19") && this.started.contains("c19"));
		assertThat(this.started).doesNotContain("a2");
	}

	private List<Delivery> giveUp() {
		List<Delivery> unstarted = new CopyOnWriteArrayList<>();
		this.group.forEach((lane) -> lane.scan((waiting) -> {
		}, (run) -> unstarted.addAll(lane.giveUp(run, true))));
		return unstarted;
	}

	private Delivery delivery(String name) {
		return new Delivery(NatsMessage.builder().subject(name).build(), this.settler, System.nanoTime(),
				TimeUnit.HOURS.toNanos(1));
	}

	private static Object key(Message message) {
		String name = message.getSubject();
		return name.charAt(name.lastIndexOf('-') + 1);
	}

	static KeyLanes keys(LaneGroup group) {
		return (KeyLanes) new DirectFieldAccessor(group).getPropertyValue("keys");
	}

	/**
	 * Does what the name of a delivery says.
	 */
	private final class Handler extends AbstractPendingRunTests.Handler {

		private volatile boolean parked;

		private volatile boolean ended;

		@Override
		public @Nullable PendingRun run(Delivery delivery, Lane lane) {
			if (!delivery.start(System.nanoTime())) {
				return null;
			}
			String name = delivery.message().getSubject();
			KeyedLanesTests.this.started.add(name);
			if (name.contains("hang")) {
				hang();
			}
			if (name.contains("park")) {
				delivery.park();
				this.parked = lane.park(delivery);
			}
			else if (name.contains("pending")) {
				return new PendingRun(List.of(delivery), KeyedLanesTests.this.result, (ex) -> {
					delivery.end();
					this.ended = true;
					return null;
				}, System.nanoTime());
			}
			else {
				delivery.end();
			}
			this.ended |= name.contains("hang");
			return null;
		}

		private void hang() {
			try {
				KeyedLanesTests.this.handler.await();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}

	}

}
