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

import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.IntPredicate;

import io.nats.client.Message;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the lanes of deliveries by their keys. As long as deliveries of a key are here,
 * others follow them to their lane; a key of which none is here goes to the lane with the
 * least to do. Keys are told apart by their hash: those that share a slot share a lane,
 * too.
 * <p>
 * A delivery is here until it cannot run any more, whatever becomes of its permit: a
 * handler may go on after it has settled its message.
 */
final class KeyLanes {

	private static final int SLOT_BITS = 13;

	// Spreads hashes that follow each other, 2^32 divided by the golden ratio
	private static final int SPREAD = 0x9E3779B9;

	private final ReentrantLock lock = new ReentrantLock();

	private final Function<Message, @Nullable Object> key;

	private final IntPredicate blocked;

	// By slot: its lane, while something of it is here
	private final int[] lanes = new int[1 << SLOT_BITS];

	// By slot: how many deliveries are here
	private final int[] counts = new int[1 << SLOT_BITS];

	// By lane: how many deliveries are here
	private final int[] loads;

	// Where the search for a lane begins, so that lanes with the same load take turns
	private int first;

	/**
	 * Create it.
	 * @param lanes how many lanes there are
	 * @param key the key of a message. Those of which it cannot be read keep their order
	 * among themselves
	 * @param blocked whether nothing runs in a lane for now, although something is there.
	 * Must not take a lock
	 */
	KeyLanes(int lanes, Function<Message, @Nullable Object> key, IntPredicate blocked) {
		this.loads = new int[lanes];
		this.key = key;
		this.blocked = blocked;
	}

	/**
	 * A delivery is here: choose its lane.
	 */
	int assign(Delivery delivery) {
		int slot = slot(hash(delivery.message()));
		this.lock.lock();
		try {
			if (this.counts[slot] == 0) {
				this.lanes[slot] = leastBusy();
			}
			int lane = this.lanes[slot];
			this.counts[slot]++;
			this.loads[lane]++;
			delivery.entered(this, slot);
			return lane;
		}
		finally {
			this.lock.unlock();
		}
	}

	private int hash(Message message) {
		try {
			return Objects.hashCode(this.key.apply(message));
		}
		catch (Throwable ex) {
			// Thrown on, it would cost the delivery
			return 0;
		}
	}

	/**
	 * What keys have in common that share a lane while they are here.
	 * @param hash the hash of a key
	 */
	static int slot(int hash) {
		return (hash * SPREAD) >>> (Integer.SIZE - SLOT_BITS);
	}

	private int leastBusy() {
		int best = -1;
		long least = Long.MAX_VALUE;
		for (int i = 0; i < this.loads.length && least > 0; i++) {
			int lane = (this.first + i) % this.loads.length;
			long load = this.loads[lane];
			if (load < least && this.blocked.test(lane)) {
				// Behind all that run, and not excluded: it may be that all are blocked
				load += Integer.MAX_VALUE;
			}
			if (load < least) {
				least = load;
				best = lane;
			}
		}
		this.first = (best + 1) % this.loads.length;
		return best;
	}

	/**
	 * A delivery cannot run any more, or nobody waits for its end. Has no effect if it
	 * has left before.
	 */
	void leave(Delivery delivery) {
		this.lock.lock();
		try {
			int slot = delivery.slot();
			if (slot >= 0) {
				delivery.left();
				this.counts[slot]--;
				this.loads[this.lanes[slot]]--;
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * How many deliveries are in a lane.
	 */
	int load(int lane) {
		this.lock.lock();
		try {
			return this.loads[lane];
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Whether no delivery is here.
	 */
	boolean isEmpty() {
		this.lock.lock();
		try {
			return Arrays.stream(this.loads).allMatch((load) -> load == 0)
					&& Arrays.stream(this.counts).allMatch((count) -> count == 0);
		}
		finally {
			this.lock.unlock();
		}
	}

}
