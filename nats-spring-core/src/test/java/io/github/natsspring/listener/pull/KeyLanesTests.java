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

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import io.nats.client.impl.NatsMessage;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link KeyLanes}.
 */
class KeyLanesTests {

	private static final int LANES = 4;

	private final Settler settler = new Settler((delivery) -> {
	}, Duration.ofSeconds(1), LANES);

	private final Set<Integer> blocked = new HashSet<>();

	private final KeyLanes keys = new KeyLanes(LANES, (message) -> Integer.valueOf(message.getSubject()),
			this.blocked::contains);

	@Test
	void aKeyStaysInItsLaneWhileSomethingOfItIsHere() {
		Delivery first = delivery(1);
		int lane = this.keys.assign(first);
		Delivery second = delivery(1);
		assertThat(this.keys.assign(second)).isEqualTo(lane);
		first.leave();
		assertThat(this.keys.assign(delivery(1))).isEqualTo(lane);
		assertThat(this.keys.load(lane)).isEqualTo(2);
	}

	@Test
	void aKeyGoesToTheLaneWithTheLeastToDoWhenNothingOfItIsHere() {
		List<Integer> lanes = IntStream.range(0, LANES).mapToObj((key) -> this.keys.assign(delivery(key))).toList();
		Delivery second = delivery(2);
		assertThat(this.keys.assign(second)).isEqualTo(lanes.get(2));
		IntStream.of(0, 1, 3).forEach((key) -> this.keys.assign(delivery(key)));
		second.leave();
		assertThat(this.keys.assign(delivery(LANES))).isEqualTo(lanes.get(2));
	}

	@Test
	void asManyKeysAsLanesHaveALaneEach() {
		assertThat(IntStream.range(0, LANES).map((key) -> this.keys.assign(delivery(key * LANES))))
			.doesNotHaveDuplicates();
	}

	@Test
	void lanesWithTheSameLoadTakeTurns() {
		List<Integer> lanes = IntStream.range(0, 3 * LANES).mapToObj((key) -> this.keys.assign(delivery(key))).toList();
		assertThat(lanes).containsExactly(0, 1, 2, 3, 3, 0, 1, 2, 2, 3, 0, 1);
	}

	@Test
	void wakesNoOtherThreadWhileTheLastLaneHasNothingToDo() {
		Delivery first = delivery(0);
		Delivery second = delivery(1);
		this.keys.assign(first);
		int lane = this.keys.assign(second);
		first.leave();
		second.leave();
		for (int key = 2; key < 10; key++) {
			Delivery delivery = delivery(key);
			assertThat(this.keys.assign(delivery)).isEqualTo(lane);
			delivery.leave();
		}
	}

	@Test
	void takesABlockedLaneOnlyIfThereIsNoOther() {
		this.blocked.addAll(Set.of(0, 1, 3));
		assertThat(IntStream.range(0, 5).map((key) -> this.keys.assign(delivery(key)))).containsOnly(2);
		this.blocked.add(2);
		assertThat(this.keys.assign(delivery(5))).isNotEqualTo(2);
	}

	@Test
	void aDeliveryLeavesOnce() {
		Delivery first = delivery(1);
		int lane = this.keys.assign(first);
		this.keys.assign(delivery(1));
		assertThat(first.hasLeft()).isFalse();
		first.leave();
		first.leave();
		first.over();
		assertThat(first.hasLeft()).isTrue();
		assertThat(this.keys.load(lane)).isOne();
		assertThat(this.keys.isEmpty()).isFalse();
	}

	@Test
	void aDeliveryThatWaitsForAnotherRunIsNotOver() {
		Delivery delivery = delivery(1);
		this.keys.assign(delivery);
		delivery.start(System.nanoTime());
		delivery.park();
		delivery.over();
		assertThat(this.keys.isEmpty()).isFalse();
		delivery.start(System.nanoTime());
		delivery.over();
		assertThat(this.keys.isEmpty()).isTrue();
	}

	@Test
	void aDeliveryThatBlocksWhatIsBehindItIsNotOver() {
		Delivery delivery = delivery(1);
		this.keys.assign(delivery);
		delivery.start(System.nanoTime());
		delivery.blocking(true);
		delivery.end();
		delivery.over();
		assertThat(this.keys.isEmpty()).isFalse();
		delivery.blocking(false);
		delivery.over();
		assertThat(this.keys.isEmpty()).isTrue();
	}

	@Test
	void aDeliveryThatIsSettledWhileItRunsIsNotOver() {
		Delivery delivery = delivery(1);
		this.keys.assign(delivery);
		delivery.start(System.nanoTime());
		delivery.end();
		assertThat(this.keys.isEmpty()).isFalse();
		delivery.over();
		assertThat(this.keys.isEmpty()).isTrue();
	}

	@Test
	void aDeliveryThatExpiresWhileItRunsIsNotOver() {
		Delivery delivery = delivery(1);
		this.keys.assign(delivery);
		delivery.start(System.nanoTime());
		delivery.expire();
		assertThat(this.keys.isEmpty()).isFalse();
		delivery.over();
		assertThat(this.keys.isEmpty()).isTrue();
	}

	@Test
	void aDeliveryLeavesWhenItEndsWithoutARun() {
		Delivery delivery = delivery(1);
		this.keys.assign(delivery);
		assertThat(delivery.endUnstarted()).isTrue();
		assertThat(this.keys.isEmpty()).isTrue();
	}

	@Test
	void whatHasNoReadableKeyStaysTogether() {
		IntStream.range(1, LANES).forEach((key) -> this.keys.assign(delivery(key)));
		int lane = this.keys.assign(delivery("none"));
		assertThat(IntStream.range(0, 10).map((i) -> this.keys.assign(delivery("none" + i)))).containsOnly(lane);
	}

	@Test
	void hashesThatFollowEachOtherHaveSlotsOfTheirOwn() {
		assertThat(IntStream.range(0, 1000).map(KeyLanes::slot)).doesNotHaveDuplicates();
		assertThat(IntStream.range(0, 1000).map((i) -> KeyLanes.slot(i * 1024))).doesNotHaveDuplicates();
	}

	@Test
	void whatIsHereOfAKeyIsInOneLaneWhateverComesAndLeaves() {
		for (int seed = 0; seed < 2000; seed++) {
			new Sequence(seed).run();
		}
	}

	private Delivery delivery(int key) {
		return delivery(String.valueOf(key));
	}

	private Delivery delivery(String subject) {
		return new Delivery(NatsMessage.builder().subject(subject).data("", StandardCharsets.UTF_8).build(),
				this.settler, System.nanoTime(), TimeUnit.HOURS.toNanos(1));
	}

	/**
	 * What comes and leaves at random, beside a simple count of the same.
	 */
	private final class Sequence {

		private final Random random;

		private final int lanes;

		private final KeyLanes keys;

		private final List<Here> here = new ArrayList<>();

		private final List<Delivery> gone = new ArrayList<>();

		Sequence(int seed) {
			this.random = new Random(seed);
			this.lanes = 1 + this.random.nextInt(8);
			this.keys = new KeyLanes(this.lanes, (message) -> Integer.valueOf(message.getSubject()), (lane) -> false);
		}

		void run() {
			int arrivals = 1 + this.random.nextInt(9);
			for (int i = 0; i < 200; i++) {
				if (this.random.nextInt(10) < arrivals) {
					arrive();
				}
				else if (!this.here.isEmpty()) {
					leave(this.here.remove(this.random.nextInt(this.here.size())));
				}
				if (!this.gone.isEmpty()) {
					this.gone.get(this.random.nextInt(this.gone.size())).leave();
				}
				for (int lane = 0; lane < this.lanes; lane++) {
					assertThat(this.keys.load(lane)).isEqualTo(load(lane));
				}
			}
			this.here.forEach(this::leave);
			assertThat(this.keys.isEmpty()).isTrue();
		}

		private void arrive() {
			int key = this.random.nextInt(20);
			Delivery delivery = delivery(key);
			long least = IntStream.range(0, this.lanes).mapToLong(this::load).min().orElseThrow();
			int lane = this.keys.assign(delivery);
			List<Integer> before = this.here.stream().filter((other) -> other.key == key).map(Here::lane).toList();
			if (before.isEmpty()) {
				assertThat(load(lane)).isEqualTo(least);
			}
			else {
				assertThat(before).containsOnly(lane);
			}
			this.here.add(new Here(delivery, key, lane));
		}

		private void leave(Here left) {
			if (this.random.nextBoolean()) {
				left.delivery.endUnstarted();
			}
			else {
				left.delivery.start(System.nanoTime());
				left.delivery.end();
				left.delivery.over();
			}
			this.gone.add(left.delivery);
		}

		private long load(int lane) {
			return this.here.stream().filter((other) -> other.lane == lane).count();
		}

	}

	private record Here(Delivery delivery, int key, int lane) {
	}

}
