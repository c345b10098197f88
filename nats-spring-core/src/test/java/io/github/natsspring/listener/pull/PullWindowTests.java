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

import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link PullWindow}.
 */
class PullWindowTests {

	private static final int MANY = Integer.MAX_VALUE;

	@Test
	void asksForTheWholeWindowAtFirst() {
		assertThat(new PullWindow(10).demand(MANY, true)).isEqualTo(10);
	}

	@Test
	void asksForNoMoreThanTheConsumerAllowsInOnePull() {
		assertThat(new PullWindow(10).demand(4, true)).isEqualTo(4);
	}

	@Test
	void waitsUntilHalfOfTheWindowIsFree() {
		PullWindow window = new PullWindow(4);
		window.requested(1, 4);
		receive(window, 4);
		window.settled();
		assertThat(window.demand(MANY, true)).isZero();
		window.settled();
		assertThat(window.demand(MANY, true)).isEqualTo(2);
	}

	@Test
	void sendsOnePullAtATimeWhenTheConsumerLetsFewWait() {
		PullWindow window = new PullWindow(4);
		window.maxPulls(3);
		window.requested(1, 2);
		assertThat(window.demand(MANY, false)).isZero();
		receive(window, 2);
		assertThat(window.demand(MANY, false)).isEqualTo(2);
	}

	@Test
	void asksForWhatIsFreeWhenImpatient() {
		PullWindow window = new PullWindow(4);
		window.requested(1, 4);
		receive(window, 4);
		window.settled();
		assertThat(window.demand(MANY, false)).isEqualTo(1);
	}

	@Test
	void worksWithAWindowOfOne() {
		PullWindow window = new PullWindow(1);
		assertThat(window.demand(MANY, true)).isEqualTo(1);
		window.requested(1, 1);
		assertThat(window.demand(MANY, true)).isZero();
		receive(window, 1);
		assertThat(window.demand(MANY, true)).isZero();
		window.settled();
		assertThat(window.demand(MANY, true)).isEqualTo(1);
	}

	@Test
	void hasNoMoreThanTwoPullsOutstanding() {
		PullWindow window = new PullWindow(100);
		window.requested(1, 10);
		window.requested(2, 10);
		assertThat(window.demand(MANY, false)).isZero();
	}

	@Test
	void countsWhatAPullDidNotDeliverAsFree() {
		PullWindow window = new PullWindow(10);
		window.requested(1, 10);
		receive(window, 3);
		window.ended(1, 7);
		assertThat(window.outstanding()).isZero();
		assertThat(window.demand(MANY, true)).isEqualTo(7);
	}

	@Test
	void countsARejectedPullAsFree() {
		PullWindow window = new PullWindow(10);
		window.requested(1, 10);
		window.rejected(1);
		assertThat(window.demand(MANY, true)).isEqualTo(10);
	}

	@Test
	void keepsWhatIsInFlightWhenPullsAreForgotten() {
		PullWindow window = new PullWindow(10);
		window.requested(1, 10);
		receive(window, 4);
		window.forget();
		assertThat(window.demand(MANY, true)).isEqualTo(6);
	}

	@Test
	void countsLateMessagesOfAnOlderInbox() {
		PullWindow window = new PullWindow(10);
		window.requested(1, 10);
		window.forget();
		window.receivedLate();
		assertThat(window.demand(MANY, true)).isEqualTo(9);
	}

	@Test
	void asksForNothingWhenTheLimitShrinksBelowWhatIsInFlight() {
		PullWindow window = new PullWindow(10);
		window.requested(1, 10);
		receive(window, 10);
		window.limit(2);
		window.settled();
		assertThat(window.demand(MANY, false)).isZero();
	}

	@RepeatedTest(50)
	void neverExceedsItsLimitWhateverTheServerDoes(RepetitionInfo info) {
		Random random = new Random(info.getCurrentRepetition());
		int limit = 1 + random.nextInt(20);
		PullWindow window = new PullWindow(limit);
		SimulatedServer server = new SimulatedServer();
		int unsettled = 0;
		long id = 0;
		for (int step = 0; step < 2000; step++) {
			switch (random.nextInt(6)) {
				case 0, 1 -> {
					int batch = window.demand(1 + random.nextInt(limit), random.nextBoolean());
					if (batch > 0) {
						window.requested(++id, batch);
						server.pull(id, batch);
					}
				}
				case 2, 3 -> {
					if (server.deliver()) {
						window.received();
						unsettled++;
					}
				}
				case 4 -> {
					if (unsettled > 0) {
						unsettled--;
						window.settled();
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
			window.settled();
		}
		assertThat(window.demand(MANY, true)).isEqualTo(limit);
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
			window.received();
		}
	}

	/**
	 * Serves waiting pulls in turns, as nats-server does.
	 */
	private static final class SimulatedServer {

		private final Map<Long, Integer> pulls = new LinkedHashMap<>();

		private final Map<Long, Integer> asked = new LinkedHashMap<>();

		private final Deque<Long> turns = new ArrayDeque<>();

		void pull(long id, int batch) {
			this.pulls.put(id, batch);
			this.asked.put(id, batch);
			this.turns.add(id);
		}

		boolean deliver() {
			Long next = this.turns.poll();
			if (next == null) {
				return false;
			}
			int left = this.pulls.get(next) - 1;
			if (left == 0) {
				this.pulls.remove(next);
			}
			else {
				this.pulls.put(next, left);
				this.turns.add(next);
			}
			return true;
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
