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
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

import io.nats.client.support.Status;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Property tests for {@link PullWindow} and {@link PullProtocol} against a simulated
 * server: whatever happens, in which order ever, permits are never negative, never above
 * the bound, and never stuck.
 */
class PullPropertyTests {

	private static final int SEQUENCES = 100_000;

	private static final int EVENTS = 60;

	@Test
	void permitsAreNeverNegativeNeverAboveTheBoundAndNeverStuck() {
		long delivered = 0;
		long pulls = 0;
		for (int seed = 0; seed < SEQUENCES; seed++) {
			Run run = new Run(seed);
			run.run();
			delivered += run.delivered;
			pulls += run.lastPull;
		}
		// It is no proof if nothing happens
		assertThat(delivered).isGreaterThan(10L * SEQUENCES);
		assertThat(pulls).isGreaterThan(2L * SEQUENCES);
	}

	private static final class Run {

		private static final int MANY = Integer.MAX_VALUE;

		private final int seed;

		private final Random random;

		private final int ceiling;

		private final PullWindow window;

		// What waits on the server, and what of it was not sent
		private final Map<Long, Integer> waiting = new LinkedHashMap<>();

		private final Map<Long, Integer> asked = new LinkedHashMap<>();

		private final Deque<Long> turns = new ArrayDeque<>();

		private int limit;

		private int unsettled;

		private long lastPull;

		private long delivered;

		Run(int seed) {
			this.seed = seed;
			this.random = new Random(seed);
			this.ceiling = 1 + this.random.nextInt(30);
			this.limit = 1 + this.random.nextInt(this.ceiling);
			this.window = new PullWindow(this.limit);
			this.window.maxPulls(1 + this.random.nextInt(6));
		}

		void run() {
			for (int event = 0; event < EVENTS; event++) {
				step();
				check();
			}
			recover();
		}

		private void step() {
			switch (this.random.nextInt(16)) {
				case 0, 1, 2, 3 -> pull();
				case 4, 5, 6, 7 -> deliver();
				case 8, 9, 10 -> settle();
				case 11 -> end();
				case 12 -> reject();
				case 13 -> resize();
				case 14 -> heartbeat();
				default -> {
					if (this.random.nextInt(4) == 0) {
						lose();
					}
					else if (this.random.nextInt(4) == 0) {
						reconnect();
					}
				}
			}
		}

		private void pull() {
			int most = this.random.nextBoolean() ? MANY : 1 + this.random.nextInt(this.ceiling);
			int batch = this.window.demand(most, this.random.nextBoolean());
			verify(batch >= 0 && batch <= most, "batch " + batch);
			if (batch > 0) {
				this.window.requested(++this.lastPull, batch);
				this.waiting.put(this.lastPull, batch);
				this.asked.put(this.lastPull, batch);
				this.turns.add(this.lastPull);
				verify(this.unsettled + outstanding() <= this.limit, "asked for more than the limit");
			}
		}

		private boolean deliver() {
			if (!send()) {
				return false;
			}
			this.window.received();
			return true;
		}

		private boolean send() {
			Long next = this.turns.poll();
			if (next == null) {
				return false;
			}
			int left = this.waiting.get(next) - 1;
			if (left == 0) {
				this.waiting.remove(next);
			}
			else {
				this.waiting.put(next, left);
				this.turns.add(next);
			}
			this.unsettled++;
			this.delivered++;
			return true;
		}

		private void settle() {
			if (this.unsettled > 0) {
				this.unsettled--;
				this.window.settled();
			}
		}

		private void end() {
			Long pull = any();
			if (pull == null) {
				return;
			}
			Status status = List
				.of(new Status(408, "Request Timeout"), new Status(404, "No Messages"),
						new Status(409, "Message Size Exceeds MaxBytes"), new Status(409, "Batch Completed"))
				.get(this.random.nextInt(4));
			this.window.apply(PullProtocol.decode(status, pull, forget(pull)));
		}

		private void reject() {
			Long pull = any();
			if (pull == null || !this.waiting.get(pull).equals(this.asked.get(pull))) {
				return;
			}
			forget(pull);
			Status status = List
				.of(new Status(409, "Exceeded MaxWaiting"), new Status(409, "Exceeded MaxRequestBatch of 1"),
						new Status(503, "No Responders Available For Request"), new Status(400, "Bad Request"),
						new Status(404, "No Messages"), new Status(408, "Requests Pending"))
				.get(this.random.nextInt(6));
			this.window.apply(PullProtocol.decode(status, pull, -1));
		}

		private void resize() {
			this.limit = 1 + this.random.nextInt(this.ceiling);
			this.window.limit(this.limit);
		}

		private void heartbeat() {
			this.window.apply(PullProtocol.decode(new Status(100, "Idle Heartbeat"), this.lastPull, -1));
		}

		/**
		 * The server says so for each pull; the engine sends none before it has attached
		 * again.
		 */
		private void lose() {
			String text = List.of("Leadership Change", "Consumer Deleted", "Server Shutdown")
				.get(this.random.nextInt(3));
			List<Long> lost = new ArrayList<>(this.waiting.keySet());
			lost.forEach((pull) -> {
				forget(pull);
				this.window.apply(PullProtocol.decode(new Status(409, text), pull, -1));
			});
		}

		/**
		 * Some of what the former pulls ask for still arrives before the next pull.
		 */
		private void reconnect() {
			this.window.forget();
			for (int late = this.random.nextInt(3); late > 0 && send(); late--) {
				this.window.receivedLate();
			}
			new ArrayList<>(this.waiting.keySet()).forEach(this::forget);
			this.window.forget();
		}

		private Long any() {
			return this.waiting.keySet().stream().skip(this.random.nextInt(3)).findFirst().orElse(null);
		}

		private int forget(Long pull) {
			this.turns.remove(pull);
			return this.waiting.remove(pull);
		}

		private int outstanding() {
			return this.waiting.values().stream().mapToInt(Integer::intValue).sum();
		}

		private void check() {
			verify(this.window.inFlight() == this.unsettled, "in flight");
			verify(this.window.outstanding() == outstanding(), "outstanding");
			verify(this.unsettled + outstanding() <= this.ceiling, "more than the ceiling");
			if (outstanding() == 0 && this.unsettled < this.limit) {
				verify(this.window.demand(MANY, false) > 0, "stuck");
			}
			if (outstanding() == 0 && this.unsettled == 0) {
				verify(this.window.demand(MANY, true) == this.limit, "stuck although nothing is in flight");
			}
		}

		/**
		 * Whatever has happened, a server that serves and handlers that end bring all
		 * permits back.
		 */
		private void recover() {
			for (int i = 0; i < 3 * this.ceiling; i++) {
				int batch = this.window.demand(MANY, true);
				if (batch > 0) {
					this.window.requested(++this.lastPull, batch);
					this.waiting.put(this.lastPull, batch);
					this.turns.add(this.lastPull);
				}
				deliver();
				settle();
				settle();
				check();
			}
			while (deliver()) {
				check();
			}
			while (this.unsettled > 0) {
				settle();
			}
			verify(this.window.demand(MANY, true) == this.limit, "permits are missing");
		}

		// Ten million calls: an assertion object for each would take most of the time
		private void verify(boolean holds, String what) {
			if (!holds) {
				throw new AssertionError(
						"%s, with seed %d: limit %d, ceiling %d, in flight %d (%d), outstanding %d (%d)".formatted(what,
								this.seed, this.limit, this.ceiling, this.window.inFlight(), this.unsettled,
								this.window.outstanding(), outstanding()));
			}
		}

	}

}
