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

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

import io.github.natsspring.listener.pull.PullWindow.Demand;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link PullWindow}.
 */
class PullWindowTests {

	private static final int MANY = Integer.MAX_VALUE;

	@Test
	void asksForTheWholeWindowAtFirst() {
		assertThat(batch(new PullWindow(10, 0), MANY, true)).isEqualTo(10);
	}

	@Test
	void asksForNoMoreThanTheConsumerAllowsInOnePull() {
		assertThat(batch(new PullWindow(10, 0), 4, true)).isEqualTo(4);
	}

	@Test
	void waitsUntilHalfOfASmallWindowIsFree() {
		PullWindow window = new PullWindow(4, 0);
		window.requested(1, new Demand(0, 4, 0));
		receive(window, 4);
		window.settled(window.time(), 1);
		assertThat(batch(window, MANY, true)).isZero();
		window.settled(window.time(), 1);
		assertThat(batch(window, MANY, true)).isEqualTo(2);
	}

	@ParameterizedTest
	@CsvSource({ "40, 20", "100, 32", "500, 62", "1000, 125", "4000, 1000" })
	void asksForALargeWindowInParts(int limit, int part) {
		PullWindow window = new PullWindow(limit, 0);
		window.requested(1, new Demand(0, limit, 0));
		receive(window, limit);
		for (int i = 0; i < part - 1; i++) {
			window.settled(window.time(), 1);
		}
		assertThat(batch(window, MANY, true)).isZero();
		window.settled(window.time(), 1);
		assertThat(batch(window, MANY, true)).isEqualTo(part);
	}

	@Test
	void sendsOnePullAtATimeWhenTheConsumerLetsFewWait() {
		PullWindow window = new PullWindow(4, 0);
		window.maxPulls(3);
		window.requested(1, new Demand(0, 2, 0));
		assertThat(batch(window, MANY, false)).isZero();
		receive(window, 2);
		assertThat(batch(window, MANY, false)).isEqualTo(2);
	}

	@Test
	void asksForWhatIsFreeWhenImpatient() {
		PullWindow window = new PullWindow(4, 0);
		window.requested(1, new Demand(0, 4, 0));
		receive(window, 4);
		window.settled(window.time(), 1);
		assertThat(batch(window, MANY, false)).isEqualTo(1);
	}

	@Test
	void worksWithAWindowOfOne() {
		PullWindow window = new PullWindow(1, 0);
		assertThat(batch(window, MANY, true)).isEqualTo(1);
		window.requested(1, new Demand(0, 1, 0));
		assertThat(batch(window, MANY, true)).isZero();
		receive(window, 1);
		assertThat(batch(window, MANY, true)).isZero();
		window.settled(window.time(), 1);
		assertThat(batch(window, MANY, true)).isEqualTo(1);
	}

	@Test
	void hasNoMoreThanTwoPullsOutstanding() {
		PullWindow window = new PullWindow(100, 0);
		window.requested(1, new Demand(0, 10, 0));
		window.requested(2, new Demand(1, 10, 0));
		assertThat(batch(window, MANY, false)).isZero();
	}

	@Test
	void countsWhatAPullDidNotDeliverAsFree() {
		PullWindow window = new PullWindow(10, 0);
		window.requested(1, new Demand(0, 10, 0));
		receive(window, 3);
		window.ended(1, 7);
		assertThat(window.outstanding()).isZero();
		assertThat(batch(window, MANY, true)).isEqualTo(7);
	}

	@Test
	void countsARejectedPullAsFree() {
		PullWindow window = new PullWindow(10, 0);
		window.requested(1, new Demand(0, 10, 0));
		window.rejected(1);
		assertThat(batch(window, MANY, true)).isEqualTo(10);
	}

	@Test
	void keepsWhatIsInFlightWhenPullsAreForgotten() {
		PullWindow window = new PullWindow(10, 0);
		window.requested(1, new Demand(0, 10, 0));
		receive(window, 4);
		window.forget();
		assertThat(batch(window, MANY, true)).isEqualTo(6);
	}

	@Test
	void countsLateMessagesOfAnOlderInbox() {
		PullWindow window = new PullWindow(10, 0);
		window.requested(1, new Demand(0, 10, 0));
		window.forget();
		window.received(-1, 1);
		assertThat(batch(window, MANY, true)).isEqualTo(9);
	}

	@Test
	void asksForNothingWhenTheLimitShrinksBelowWhatIsInFlight() {
		PullWindow window = new PullWindow(10, 0);
		window.requested(1, new Demand(0, 10, 0));
		receive(window, 10);
		window.limit(2);
		window.settled(window.time(), 1);
		assertThat(batch(window, MANY, false)).isZero();
	}

	@Test
	void whatStaysForLongTakesNoPartInTheHalfThatHasToBeFree() {
		PullWindow window = new PullWindow(8, 0);
		window.requested(1, new Demand(0, 8, 0));
		receive(window, 6);
		window.tick();
		window.tick();
		receive(window, 2);
		int now = window.time();
		window.settled(now, 1);
		assertThat(batch(window, MANY, true)).isEqualTo(1);
		window.settled(now, 1);
		assertThat(batch(window, MANY, true)).isEqualTo(2);
	}

	@Test
	void waitsForHalfOfAWindowThatMoves() {
		PullWindow window = new PullWindow(8, 0);
		window.requested(1, new Demand(0, 8, 0));
		receive(window, 8);
		window.tick();
		window.settled(0, 1);
		window.settled(0, 1);
		assertThat(batch(window, MANY, true)).isZero();
	}

	@Test
	void forgetsWhatNeverArrivesOfAPullThatTheServerEnded() {
		PullWindow window = new PullWindow(4, 0);
		window.requested(1, new Demand(0, 4, 0));
		window.ended(1, 3);
		assertThat(window.outstanding()).isEqualTo(1);
		IntStream.range(0, 6).forEach((tick) -> window.tick());
		assertThat(window.outstanding()).isZero();
		assertThat(batch(window, MANY, true)).isEqualTo(4);
	}

	@Test
	void asksForHalfOfTheBytesInEachPull() {
		PullWindow window = new PullWindow(100, 1000);
		assertThat(window.demand(10, 0, true)).isEqualTo(new Demand(0, 10, 500));
		window.requested(1, new Demand(0, 10, 500));
		assertThat(window.demand(MANY, 0, true)).isEqualTo(new Demand(1, 90, 500));
		window.requested(2, new Demand(1, 90, 500));
		assertThat(window.demand(MANY, 0, false)).isNull();
	}

	@Test
	void givesTheBytesBackThatAPullDidNotNeed() {
		PullWindow window = new PullWindow(100, 1000);
		window.requested(1, new Demand(0, 2, 500));
		window.received(0, 100);
		window.received(0, 100);
		assertThat(window.outstandingBytes()).isZero();
		assertThat(window.bytesInFlight()).isEqualTo(200);
		window.settled(window.time(), 100);
		assertThat(window.bytesInFlight()).isEqualTo(100);
	}

	@Test
	void endsAPullWhoseLastByteIsUsedAsTheServerDoes() {
		PullWindow window = new PullWindow(100, 1000);
		window.requested(1, new Demand(0, 10, 500));
		window.received(0, 500);
		assertThat(window.outstanding()).isZero();
	}

	@Test
	void asksForNoMoreBytesThanTheConsumerAllows() {
		assertThat(new PullWindow(10, 0).demand(MANY, 300, true)).isEqualTo(new Demand(0, 10, 300));
		assertThat(new PullWindow(10, 1000).demand(MANY, 300, true)).isEqualTo(new Demand(0, 10, 300));
	}

	@Test
	void asksForOneMessageOfAnySizeWhenTheNextExceedsWhatTheConsumerAllows() {
		PullWindow window = new PullWindow(10, 0);
		window.requested(1, new Demand(0, 10, 300));
		window.apply(new PullEvent.TooLarge(1, 10));
		assertThat(window.demand(MANY, 300, false)).isEqualTo(new Demand(0, 1, 0));
	}

	@Test
	void asksForAllFreeBytesAndThenForOneMessageAloneWhenTheNextIsTooLarge() {
		PullWindow window = new PullWindow(10, 1000);
		window.requested(1, new Demand(0, 10, 500));
		window.received(0, 100);
		window.apply(new PullEvent.TooLarge(1, 9));
		Demand larger = new Demand(0, 9, 900);
		assertThat(window.demand(MANY, 0, false)).isEqualTo(larger);
		window.requested(2, larger);
		window.apply(new PullEvent.TooLarge(2, 9));
		// It may fit once the one in flight is gone
		assertThat(window.demand(MANY, 0, false)).isNull();
		window.settled(window.time(), 100);
		Demand largest = new Demand(0, 10, 1000);
		assertThat(window.demand(MANY, 0, true)).isEqualTo(largest);
		window.requested(3, largest);
		window.apply(new PullEvent.TooLarge(3, 10));
		Demand one = new Demand(0, 1, 0);
		assertThat(window.demand(MANY, 0, true)).isEqualTo(one);
		window.requested(4, one);
		assertThat(window.demand(MANY, 0, false)).isNull();
		window.received(0, 5000);
		assertThat(window.demand(MANY, 0, false)).isNull();
		window.settled(window.time(), 5000);
		assertThat(window.demand(MANY, 0, true)).isEqualTo(new Demand(0, 10, 500));
	}

	@RepeatedTest(50)
	void neverExceedsItsLimitWhateverTheServerDoes(RepetitionInfo info) {
		Random random = new Random(info.getCurrentRepetition());
		int limit = 1 + random.nextInt(20);
		PullWindow window = new PullWindow(limit, 0);
		SimulatedServer server = new SimulatedServer();
		int unsettled = 0;
		long id = 0;
		for (int step = 0; step < 2000; step++) {
			switch (random.nextInt(6)) {
				case 0, 1 -> {
					Demand demand = window.demand(1 + random.nextInt(limit), 0, random.nextBoolean());
					if (demand != null) {
						window.requested(++id, demand);
						server.pull(id, demand);
					}
				}
				case 2, 3 -> {
					int slot = server.deliver();
					if (slot >= 0) {
						window.received(slot, 1);
						unsettled++;
					}
				}
				case 4 -> {
					if (unsettled > 0) {
						unsettled--;
						window.settled(window.time(), 1);
					}
				}
				default -> endPull(random, window, server);
			}
			assertThat(window.inFlight()).isEqualTo(unsettled);
			assertThat(window.outstanding()).isEqualTo(server.pending());
			assertThat(unsettled + server.pending()).isLessThanOrEqualTo(limit);
			assertThat(server.pulls).hasSizeLessThanOrEqualTo(2);
		}
		server.pulls.keySet().stream().toList().forEach((pull) -> window.ended(pull, server.end(pull)));
		for (int i = 0; i < unsettled; i++) {
			window.settled(window.time(), 1);
		}
		assertThat(batch(window, MANY, true)).isEqualTo(limit);
	}

	private void endPull(Random random, PullWindow window, SimulatedServer server) {
		Long pull = server.pulls.keySet().stream().skip(random.nextInt(2)).findFirst().orElse(null);
		if (pull == null) {
			return;
		}
		if (server.isUntouched(pull) && random.nextBoolean()) {
			server.end(pull);
			window.rejected(pull);
		}
		else {
			window.ended(pull, server.end(pull));
		}
	}

	private void receive(PullWindow window, int count) {
		for (int i = 0; i < count; i++) {
			window.received(0, 1);
		}
	}

	private static int batch(PullWindow window, int maxBatch, boolean patient) {
		Demand demand = window.demand(maxBatch, 0, patient);
		return (demand != null) ? demand.batch() : 0;
	}

	/**
	 * Serves waiting pulls in turns, as nats-server does.
	 */
	private static final class SimulatedServer {

		private final Map<Long, Integer> pulls = new LinkedHashMap<>();

		private final Map<Long, Integer> asked = new LinkedHashMap<>();

		private final Deque<Long> turns = new ArrayDeque<>();

		private final Map<Long, Integer> slots = new LinkedHashMap<>();

		void pull(long id, Demand demand) {
			this.pulls.put(id, demand.batch());
			this.asked.put(id, demand.batch());
			this.slots.put(id, demand.slot());
			this.turns.add(id);
		}

		int deliver() {
			Long next = this.turns.poll();
			if (next == null) {
				return -1;
			}
			int left = this.pulls.get(next) - 1;
			if (left == 0) {
				this.pulls.remove(next);
			}
			else {
				this.pulls.put(next, left);
				this.turns.add(next);
			}
			return this.slots.get(next);
		}

		boolean isUntouched(long id) {
			return this.pulls.get(id).equals(this.asked.get(id));
		}

		int end(long id) {
			this.turns.remove(id);
			return this.pulls.remove(id);
		}

		int pending() {
			return this.pulls.values().stream().mapToInt(Integer::intValue).sum();
		}

	}

}
