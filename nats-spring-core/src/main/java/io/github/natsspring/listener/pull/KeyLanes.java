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

import java.util.Objects;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

import io.nats.client.Message;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the lanes of deliveries by their keys. As long as deliveries of a key are here,
 * others follow them to their lane; a key of which none is here goes to the lane with the
 * least to do. Keys are told apart by their hash: those that share a slot share a lane,
 * too.
 * <p>
 * A delivery is here until it cannot run any more, whatever becomes of its permit: a
 * handler may go on after it has settled its message. Only for one that hangs nobody
 * waits.
 * <p>
 * Without a lock, since it is used twice for each message, by the thread that brings them
 * and by all that run them.
 */
final class KeyLanes {

	private static final int SLOT_BITS = 13;

	// Spreads hashes that follow each other, 2^32 divided by the golden ratio
	private static final int SPREAD = 0x9E3779B9;

	private final Function<Message, @Nullable Object> key;

	private final IntPredicate blocked;

	// By slot: how many deliveries are here, and above that their lane, so that both are
	// changed at once
	private final AtomicLongArray slots = new AtomicLongArray(1 << SLOT_BITS);

	// By lane: how many deliveries are here
	private final AtomicIntegerArray loads;

	// Where the search for a lane begins: at the last one, whose thread is awake, if it
	// has nothing to do. A value of another thread that is missed does no harm
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
		this.loads = new AtomicIntegerArray(lanes);
		this.key = key;
		this.blocked = blocked;
	}

	/**
	 * A delivery is here: choose its lane.
	 */
	int assign(Delivery delivery) {
		int slot = slot(hash(delivery.message()));
		long before;
		int lane;
		do {
			before = this.slots.get(slot);
			lane = (count(before) == 0) ? leastBusy() : lane(before);
		}
		while (!this.slots.compareAndSet(slot, before, ((long) lane << Integer.SIZE) | (count(before) + 1)));
		this.loads.incrementAndGet(lane);
		delivery.entered(this, slot);
		return lane;
	}

	private static int lane(long slot) {
		return (int) (slot >>> Integer.SIZE);
	}

	private static int count(long slot) {
		return (int) slot;
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
		int lanes = this.loads.length();
		int best = this.first;
		long least = Long.MAX_VALUE;
		for (int i = 0, lane = best; i < lanes && least > 0; i++) {
			long load = this.loads.get(lane);
			if (load < least && this.blocked.test(lane)) {
				// Behind all that run, and not excluded: it may be that all are blocked
				load += Integer.MAX_VALUE;
			}
			if (load < least) {
				least = load;
				best = lane;
			}
			lane = (lane + 1 < lanes) ? lane + 1 : 0;
		}
		this.first = best;
		return best;
	}

	/**
	 * A delivery cannot run any more, or nobody waits for its end. To be called once for
	 * each.
	 */
	void leave(int slot) {
		// Its lane is the same as long as one of its deliveries is counted
		int lane = lane(this.slots.get(slot));
		this.slots.decrementAndGet(slot);
		this.loads.decrementAndGet(lane);
	}

	/**
	 * How many deliveries are in a lane.
	 */
	int load(int lane) {
		return this.loads.get(lane);
	}

	/**
	 * Whether no delivery is here.
	 */
	boolean isEmpty() {
		return IntStream.range(0, this.loads.length()).allMatch((lane) -> this.loads.get(lane) == 0)
				&& IntStream.range(0, this.slots.length()).allMatch((slot) -> count(this.slots.get(slot)) == 0);
	}

}
