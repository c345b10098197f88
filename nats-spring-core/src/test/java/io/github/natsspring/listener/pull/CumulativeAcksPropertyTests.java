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
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two instances with {@link CumulativeAcks} on one consumer with the ack policy
 * {@code all}, under random sequences of whatever can happen: the server never takes as
 * handled what nobody has handled, and in the end everything is.
 */
class CumulativeAcksPropertyTests {

	private static final int SEQUENCES = 20_000;

	@Test
	void neverAcknowledgesWhatNobodyHasHandledAndEndsWithNothingPending() {
		long acknowledgements = 0;
		long handled = 0;
		for (int seed = 0; seed < SEQUENCES; seed++) {
			Run run = new Run(new Random(seed));
			for (int step = 0; step < 200; step++) {
				run.step("seed %d, step %d".formatted(seed, step));
			}
			run.finish("seed %d".formatted(seed));
			acknowledgements += run.server.acknowledgements;
			handled += run.server.handled.size();
		}
		// Most of the time one acknowledgement is for several
		assertThat(acknowledgements).isLessThan(handled / 2);
	}

	/**
	 * The server as its source has it.
	 */
	private static final class Server {

		private final TreeSet<Long> stream = new TreeSet<>();

		private final TreeMap<Long, Long> pending = new TreeMap<>();

		private final TreeSet<Long> redeliver = new TreeSet<>();

		private final Set<Long> redelivered = new HashSet<>();

		private final Set<Long> handled = new HashSet<>();

		private long next = 1;

		private long deliveries;

		private long floor;

		private long floorDelivery;

		private int acknowledgements;

		void acknowledge(String when, long sequence, long delivery) {
			if (delivery <= this.floorDelivery || sequence <= this.floor) {
				return;
			}
			this.acknowledgements++;
			this.floor = sequence;
			this.floorDelivery = delivery;
			Map<Long, Long> settled = this.pending.headMap(sequence, true);
			assertThat(this.handled).as(when).containsAll(settled.keySet());
			this.redeliver.headSet(sequence, true).clear();
			settled.clear();
		}

		long[] deliver() {
			Long again = this.redeliver.pollFirst();
			if (again != null) {
				this.deliveries++;
				this.redelivered.add(again);
				return new long[] { again, this.deliveries, 1 };
			}
			Long sequence = this.stream.ceiling(this.next);
			if (sequence == null) {
				return null;
			}
			this.next = sequence + 1;
			this.deliveries++;
			this.pending.put(sequence, this.deliveries);
			return new long[] { sequence, this.deliveries, 0 };
		}

		void expire(Random random) {
			this.pending.keySet().stream().filter((sequence) -> random.nextInt(3) == 0).forEach(this.redeliver::add);
		}

		long[] info() {
			return new long[] { this.floor, this.floorDelivery, this.deliveries, this.next - 1, this.pending.size() };
		}

	}

	/**
	 * An application.
	 */
	private static final class Instance {

		private CumulativeAcks<long[]> acks = new CumulativeAcks<>();

		// On their way from the server, here and not handled, and on their way back
		private Deque<long[]> arriving = new ArrayDeque<>();

		private List<long[]> waiting = new ArrayList<>();

		private Deque<long[]> sent = new ArrayDeque<>();

	}

	private static final class Run {

		private final Random random;

		private final Server server = new Server();

		private final Instance[] instances = { new Instance(), new Instance() };

		private int active;

		private long published;

		Run(Random random) {
			this.random = random;
		}

		void step(String when) {
			Instance instance = this.instances[this.random.nextInt(2)];
			switch (this.random.nextInt(24)) {
				// With gaps, as a filter leaves them
				case 0, 1, 2 -> publish();
				case 3, 4, 5, 6 -> deliver();
				case 7, 8, 9, 10 -> arrive(instance);
				case 11, 12, 13, 14 -> handle(instance);
				case 15, 16, 17 -> send(instance);
				case 18, 19 -> reach(when, instance);
				case 20 -> lookUp(instance);
				case 21 -> this.server.expire(this.random);
				case 22 -> fault(instance);
				default -> handBack(instance);
			}
		}

		private void publish() {
			this.published += 1 + this.random.nextInt(2);
			this.server.stream.add(this.published);
		}

		private void deliver() {
			long[] delivery = this.server.deliver();
			if (delivery != null) {
				this.instances[this.active].arriving.add(delivery);
			}
		}

		private static void arrive(Instance instance) {
			long[] delivery = instance.arriving.poll();
			if (delivery != null && instance.acks.delivered(delivery[0], delivery[1], delivery[2] > 0, delivery)) {
				instance.waiting.add(delivery);
			}
		}

		private void handle(Instance instance) {
			if (!instance.waiting.isEmpty()) {
				// Nearly always the next, as with a single handler
				int index = (this.random.nextInt(8) == 0) ? this.random.nextInt(instance.waiting.size()) : 0;
				long[] delivery = instance.waiting.remove(index);
				this.server.handled.add(delivery[0]);
				instance.acks.handled(delivery[0]);
			}
		}

		private static void send(Instance instance) {
			long[] last = instance.acks.take();
			if (last != null) {
				instance.sent.add(last);
			}
		}

		private void reach(String when, Instance instance) {
			long[] sent = instance.sent.poll();
			if (sent != null) {
				this.server.acknowledge(when, sent[0], sent[1]);
			}
		}

		private void lookUp(Instance instance) {
			long[] info = this.server.info();
			instance.acks.learn(info[0], info[1], info[2], info[3], info[4]);
		}

		private void fault(Instance instance) {
			switch (this.random.nextInt(6)) {
				case 0 -> this.active = 1 - this.active;
				case 1 -> {
					// Killed, and started again
					instance.acks = new CumulativeAcks<>();
					instance.arriving = new ArrayDeque<>();
					instance.waiting = new ArrayList<>();
					instance.sent = new ArrayDeque<>();
				}
				case 2 -> instance.arriving.poll();
				case 3 -> instance.sent.poll();
				case 4 -> {
					instance.arriving.clear();
					instance.acks.interrupted();
				}
				default -> {
					// What is sent late comes late
					if (instance.sent.size() > 1) {
						instance.sent.add(instance.sent.poll());
					}
				}
			}
		}

		private void handBack(Instance instance) {
			if (!instance.waiting.isEmpty()) {
				long[] delivery = instance.waiting.remove(this.random.nextInt(instance.waiting.size()));
				if (this.server.pending.containsKey(delivery[0])) {
					this.server.redeliver.add(delivery[0]);
				}
			}
		}

		/**
		 * Without faults one instance ends everything.
		 */
		void finish(String when) {
			Map<Long, Integer> runs = new HashMap<>();
			Instance last = this.instances[this.active];
			for (int round = 0; round < 8; round++) {
				this.server.redeliver.addAll(this.server.pending.keySet());
				int size = this.server.stream.size() + this.server.redeliver.size() + 1;
				for (int i = 0; i < size; i++) {
					deliver();
					arrive(last);
				}
				while (!last.arriving.isEmpty()) {
					arrive(last);
				}
				lookUp(last);
				while (!last.waiting.isEmpty()) {
					runs.merge(last.waiting.get(0)[0], 1, Integer::sum);
					handle(last);
				}
				send(last);
				while (!last.sent.isEmpty()) {
					reach(when, last);
				}
			}
			assertThat(this.server.pending).as(when).isEmpty();
			assertThat(this.server.handled).as(when).containsAll(this.server.stream);
			assertThat(last.acks.isWaiting()).as(when).isFalse();
		}

	}

}
