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

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link HandledFloor}.
 */
class HandledFloorTests {

	private final HandledFloor floor = new HandledFloor();

	@Test
	void beginsWhereTheConsumerBegins() {
		this.floor.forget(41);
		assertThat(this.floor.handledUpTo()).isEqualTo(41);
		assertThat(this.floor.isHandled(42)).isFalse();
	}

	@Test
	void staysBelowWhatIsNotHandled() {
		arrive(1, 1, 2, 5);
		this.floor.handled(2);
		this.floor.handled(5);
		assertThat(this.floor.handledUpTo()).isZero();
		assertThat(this.floor.isHandled(1)).isFalse();
		assertThat(this.floor.isHandled(5)).isTrue();
		this.floor.handled(1);
		assertThat(this.floor.handledUpTo()).isEqualTo(5);
	}

	@Test
	void countsWhatWasLostOnItsWayAsNotHandledUntilTheServerSaysMore() {
		arrive(1, 1, 2);
		// Two to four were lost, whatever they were
		arrive(5, 9);
		List.of(1L, 2L, 9L).forEach(this.floor::handled);
		assertThat(this.floor.handledUpTo()).isEqualTo(2);
		assertThat(this.floor.isHandled(7)).isFalse();
		assertThat(this.floor.hasHoles()).isTrue();
		arrive(6, 7);
		this.floor.handled(7);
		assertThat(this.floor.handledUpTo()).isEqualTo(2);
		this.floor.filled(7);
		assertThat(this.floor.hasHoles()).isTrue();
		this.floor.filled(8);
		assertThat(this.floor.hasHoles()).isFalse();
		assertThat(this.floor.handledUpTo()).isEqualTo(9);
	}

	@Test
	void seesALossThatShowsOnlyInARedelivery() {
		arrive(1, 1, 2);
		this.floor.handled(2);
		// Three and four were lost, and the first comes again
		this.floor.arrived(5, 1, true);
		this.floor.handled(1);
		assertThat(this.floor.handledUpTo()).isEqualTo(2);
		arrive(6, 10);
		this.floor.handled(10);
		assertThat(this.floor.handledUpTo()).isEqualTo(2);
		assertThat(this.floor.isHandled(4)).isFalse();
	}

	@Test
	void seesALossThatOneOfTheLostOvertakes() {
		arrive(1, 1);
		// Two and three were lost, and two comes again
		this.floor.arrived(4, 2, true);
		arrive(5, 4);
		List.of(1L, 2L, 4L).forEach(this.floor::handled);
		assertThat(this.floor.handledUpTo()).isEqualTo(2);
		assertThat(this.floor.isHandled(3)).isFalse();
	}

	@Test
	void forgetsWhatTheServerHasAsAcknowledged() {
		arrive(1, 1, 2, 3);
		// Such as a message that was deleted from the stream
		this.floor.acknowledged(2);
		assertThat(this.floor.handledUpTo()).isEqualTo(2);
	}

	@Test
	void knowsWhatWasHandledWhenAnotherConsumerDeliversItAgain() {
		arrive(1, 1, 2, 3);
		this.floor.handled(2);
		this.floor.begun();
		arrive(1, 1, 2, 3, 4);
		assertThat(this.floor.isHandled(1)).isFalse();
		assertThat(this.floor.isHandled(2)).isTrue();
		assertThat(this.floor.isHandled(4)).isFalse();
		assertThat(this.floor.hasHoles()).isFalse();
	}

	private void arrive(long delivery, long... sequences) {
		for (int i = 0; i < sequences.length; i++) {
			this.floor.arrived(delivery + i, sequences[i], false);
		}
	}

	@ParameterizedTest
	@ValueSource(longs = { 1, 2, 3, 4, 5, 6, 7, 8 })
	void neverTakesForHandledWhatWasNot(long seed) {
		Random random = new Random(seed);
		for (int run = 0; run < 300; run++) {
			Server server = new Server(random);
			for (int step = 0; step < 200; step++) {
				server.step();
			}
		}
	}

	/**
	 * A consumer that delivers over a connection that loses messages, and is gone from
	 * time to time.
	 */
	private static final class Server {

		private final HandledFloor floor = new HandledFloor();

		private final Random random;

		private final Set<Long> handled = new HashSet<>();

		private final TreeSet<Long> pending = new TreeSet<>();

		private final Set<Long> delivered = new HashSet<>();

		private final List<Long> here = new ArrayList<>();

		private long next = 1;

		private long delivery;

		private long ackFloor;

		Server(Random random) {
			this.random = random;
		}

		void step() {
			switch (this.random.nextInt(12)) {
				case 0, 1, 2, 3 -> {
					// A filter passes over some
					this.next += (this.next % 3 == 0) ? 1 : 0;
					this.pending.add(this.next);
					deliver(this.next++);
				}
				case 4 -> {
					if (!this.pending.isEmpty()) {
						deliver(new ArrayList<>(this.pending).get(this.random.nextInt(this.pending.size())));
					}
				}
				case 5, 6, 7, 8 -> handle();
				case 9 -> this.floor.filled(this.ackFloor);
				case 10 -> this.floor.acknowledged(this.ackFloor);
				default -> begin();
			}
			check();
		}

		private void deliver(long sequence) {
			this.delivery++;
			boolean again = !this.delivered.add(sequence);
			if (this.random.nextInt(5) > 0) {
				this.floor.arrived(this.delivery, sequence, again);
				this.here.add(sequence);
			}
		}

		private void handle() {
			if (this.here.isEmpty()) {
				return;
			}
			long sequence = this.here.remove(this.random.nextInt(this.here.size()));
			// Else it failed, and comes again
			if (this.random.nextInt(4) > 0) {
				this.floor.handled(sequence);
				this.handled.add(sequence);
				this.pending.remove(sequence);
				this.ackFloor = this.pending.isEmpty() ? this.next - 1 : this.pending.first() - 1;
			}
		}

		private void begin() {
			this.next = this.floor.handledUpTo() + 1;
			this.ackFloor = this.next - 1;
			this.pending.clear();
			this.delivered.clear();
			this.here.clear();
			this.delivery = 0;
			this.floor.begun();
		}

		private void check() {
			for (long sequence : this.pending) {
				if (!this.handled.contains(sequence)) {
					assertThat(this.floor.handledUpTo()).isLessThan(sequence);
					assertThat(this.floor.isHandled(sequence)).as("%d", sequence).isFalse();
				}
			}
		}

	}

}
