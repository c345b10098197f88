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
import java.util.List;
import java.util.Random;

import io.nats.client.support.Status;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Property tests for {@link PullWindow} and {@link PullProtocol} against a simulated
 * server: whatever happens, in which order ever, permits are never negative, never above
 * the bounds, of messages and of bytes, and never stuck.
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

		// Zero for none
		private final long maxBytes;

		// Of the consumer, zero for none
		private final long maxPullBytes;

		private final PullWindow window;

		// What waits on the server, in turns
		private final Deque<Pull> waiting = new ArrayDeque<>();

		private final List<Message> unsettled = new ArrayList<>();

		private int limit;

		private long lastPull;

		private long delivered;

		private int nextSize;

		private boolean reconnecting;

		Run(int seed) {
			this.seed = seed;
			this.random = new Random(seed);
			this.ceiling = 1 + this.random.nextInt(30);
			this.limit = 1 + this.random.nextInt(this.ceiling);
			this.maxBytes = this.random.nextBoolean() ? 1 + this.random.nextInt(2000) : 0;
			this.maxPullBytes = (this.random.nextInt(4) == 0) ? 1 + this.random.nextInt(2000) : 0;
			this.window = new PullWindow(this.limit, this.maxBytes);
			this.window.maxPulls(1 + this.random.nextInt(6));
			this.nextSize = size();
		}

		private int size() {
			return 1 + this.random.nextInt((this.random.nextInt(10) == 0) ? 3000 : 200);
		}

		void run() {
			for (int event = 0; event < EVENTS; event++) {
				step();
				check();
			}
			recover();
		}

		private void step() {
			switch (this.random.nextInt(17)) {
				case 0, 1, 2, 3 -> pull(this.random.nextBoolean() ? MANY : 1 + this.random.nextInt(this.ceiling),
						this.random.nextBoolean());
				case 4, 5, 6, 7 -> deliver();
				case 8, 9, 10 -> settle();
				case 11 -> end();
				case 12 -> reject();
				case 13 -> resize();
				case 14 -> heartbeat();
				case 15 -> this.window.tick();
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

		private boolean pull(int most, boolean patient) {
			PullWindow.Demand demand = this.window.demand(most, this.maxPullBytes, patient);
			if (demand == null) {
				return false;
			}
			verify(demand.batch() > 0 && demand.batch() <= most, "batch");
			verify(demand.bytes() >= 0 && (this.maxPullBytes == 0 || demand.bytes() <= this.maxPullBytes), "bytes");
			this.window.requested(++this.lastPull, demand);
			this.waiting.add(new Pull(this.lastPull, demand));
			verify(this.unsettled.size() + outstanding() <= this.limit, "asked for more than the limit");
			return true;
		}

		private boolean deliver() {
			return send(true);
		}

		/**
		 * Send the next message for the pull whose turn it is, as the server does.
		 */
		private boolean send(boolean current) {
			for (Pull pull = this.waiting.poll(); pull != null; pull = this.waiting.poll()) {
				if (pull.limited && this.nextSize > pull.bytes) {
					this.window.apply(PullProtocol.decode(new Status(409, "Message Size Exceeds MaxBytes"), pull.id,
							pull.remaining));
					continue;
				}
				pull.bytes -= this.nextSize;
				pull.remaining = (pull.limited && pull.bytes == 0) ? 0 : pull.remaining - 1;
				if (pull.remaining > 0) {
					this.waiting.add(pull);
				}
				this.unsettled.add(new Message(this.window.time(), this.nextSize));
				this.window.received(current ? pull.demand.slot() : -1, this.nextSize);
				this.delivered++;
				this.nextSize = size();
				return true;
			}
			return false;
		}

		private void settle() {
			if (!this.unsettled.isEmpty()) {
				Message message = this.unsettled.remove(this.random.nextInt(this.unsettled.size()));
				this.window.settled(message.arrived, message.size);
			}
		}

		private void end() {
			Pull pull = any();
			if (pull == null) {
				return;
			}
			Status status = List
				.of(new Status(408, "Request Timeout"), new Status(404, "No Messages"),
						new Status(409, "Message Size Exceeds MaxBytes"), new Status(409, "Batch Completed"))
				.get(this.random.nextInt(4));
			this.waiting.remove(pull);
			this.window.apply(PullProtocol.decode(status, pull.id, pull.remaining));
		}

		private void reject() {
			Pull pull = any();
			if (pull == null || pull.remaining != pull.demand.batch()) {
				return;
			}
			this.waiting.remove(pull);
			Status status = List
				.of(new Status(409, "Exceeded MaxWaiting"), new Status(409, "Exceeded MaxRequestBatch of 1"),
						new Status(503, "No Responders Available For Request"), new Status(400, "Bad Request"),
						new Status(404, "No Messages"), new Status(408, "Requests Pending"))
				.get(this.random.nextInt(6));
			this.window.apply(PullProtocol.decode(status, pull.id, -1));
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
			List<Pull> lost = new ArrayList<>(this.waiting);
			this.waiting.clear();
			lost.forEach((pull) -> this.window.apply(PullProtocol.decode(new Status(409, text), pull.id, -1)));
		}

		/**
		 * Some of what the former pulls ask for still arrives before the next pull.
		 */
		private void reconnect() {
			this.reconnecting = true;
			this.window.forget();
			for (int late = this.random.nextInt(3); late > 0 && send(false); late--) {
				check();
			}
			this.waiting.clear();
			this.window.forget();
			this.reconnecting = false;
		}

		private @Nullable Pull any() {
			return this.waiting.stream().skip(this.random.nextInt(3)).findFirst().orElse(null);
		}

		private int outstanding() {
			return this.waiting.stream().mapToInt((pull) -> pull.remaining).sum();
		}

		private void check() {
			long bytes = this.unsettled.stream().mapToLong(Message::size).sum();
			verify(this.window.inFlight() == this.unsettled.size(), "in flight");
			verify(this.window.bytesInFlight() == bytes, "bytes in flight");
			verify(this.window.outstanding() == outstanding() || this.reconnecting, "outstanding");
			verify(this.unsettled.size() + outstanding() <= this.ceiling, "more than the ceiling");
			if (this.maxBytes > 0) {
				long asked = this.waiting.stream().mapToLong((pull) -> pull.limited ? pull.bytes : this.maxBytes).sum();
				boolean alone = this.unsettled.size() == 1 && this.waiting.isEmpty();
				verify(bytes + asked <= this.maxBytes || alone, "more than the bytes");
			}
			if (this.waiting.isEmpty() && this.unsettled.size() < this.limit && this.maxBytes == 0) {
				verify(this.window.demand(MANY, this.maxPullBytes, false) != null, "stuck");
			}
			if (this.waiting.isEmpty() && this.unsettled.isEmpty()) {
				verify(this.window.demand(MANY, this.maxPullBytes, true) != null,
						"stuck although nothing is in flight");
			}
		}

		/**
		 * Whatever has happened, a server that serves and handlers that end bring all
		 * permits back.
		 */
		private void recover() {
			long before = this.delivered;
			for (int i = 0; i < 3 * this.ceiling; i++) {
				pull(MANY, true);
				deliver();
				settle();
				settle();
				check();
			}
			verify(this.delivered >= before + this.ceiling / 2, "messages are stuck");
			while (deliver()) {
				check();
			}
			while (!this.unsettled.isEmpty()) {
				settle();
			}
			PullWindow.Demand demand = this.window.demand(MANY, this.maxPullBytes, true);
			verify(demand != null && (demand.batch() == this.limit || demand.bytes() == 0), "permits are missing");
		}

		// Ten million calls: an assertion object for each would take most of the time
		private void verify(boolean holds, String what) {
			if (!holds) {
				throw new AssertionError(
						"%s, with seed %d: limit %d, ceiling %d, bytes %d (%d), in flight %d (%d), outstanding %d (%d), next %d"
							.formatted(what, this.seed, this.limit, this.ceiling, this.maxBytes, this.maxPullBytes,
									this.window.inFlight(), this.unsettled.size(), this.window.outstanding(),
									outstanding(), this.nextSize));
			}
		}

		private record Message(int arrived, int size) {
		}

		private static final class Pull {

			private final long id;

			private final PullWindow.Demand demand;

			private final boolean limited;

			private int remaining;

			private long bytes;

			Pull(long id, PullWindow.Demand demand) {
				this.id = id;
				this.demand = demand;
				this.limited = demand.bytes() > 0;
				this.remaining = demand.batch();
				this.bytes = demand.bytes();
			}

		}

	}

}
