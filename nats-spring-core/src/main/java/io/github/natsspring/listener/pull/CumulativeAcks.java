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

import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

/**
 * Says up to where messages may be acknowledged of a consumer with the ack policy
 * {@code all}, where one acknowledgement settles everything before it, whoever holds it.
 * That is right only for what is known completely: everything that the server waits for
 * up to there was delivered here, and has been handled.
 * <p>
 * The server numbers its deliveries. As long as each delivery here follows the one
 * before, nobody else was given anything. After a gap, and at the beginning, nothing new
 * is acknowledged until the server's own count of what it waits for shows that all of it
 * is here. Pure; used by one thread at a time.
 *
 * @param <T> what a delivery is acknowledged through
 */
final class CumulativeAcks<T> {

	// By the sequence in the stream: what was delivered and not acknowledged
	private final TreeMap<Long, Entry<T>> entries = new TreeMap<>();

	// Whether everything that the server waits for is here; if not, it was up to a
	// sequence
	private boolean complete;

	private long completeUpTo;

	// In the order of deliveries: the last one that is known, and the first one since
	// which none is missing
	private long lastDelivery = -1;

	private long unbrokenSince;

	private long acknowledged;

	// The server ignores an acknowledgement of a delivery that is not behind the last one
	private long acknowledgedDelivery;

	/**
	 * A message was delivered.
	 * @param sequence its sequence in the stream
	 * @param delivery the number of the delivery
	 * @param again whether it was delivered before
	 * @param handle what it is acknowledged through
	 * @return {@code false} if it has been handled, and only has to be acknowledged
	 */
	boolean delivered(long sequence, long delivery, boolean again, T handle) {
		if (sequence <= this.acknowledged && !again && !this.entries.containsKey(sequence)) {
			// Somebody has set the consumer back
			reset();
		}
		follow(delivery);
		if (this.complete) {
			this.completeUpTo = Math.max(this.completeUpTo, sequence);
		}
		Entry<T> known = this.entries.get(sequence);
		boolean handled = (known != null) ? known.handled : sequence <= this.acknowledged;
		long first = (known != null) ? Math.min(known.firstDelivery, delivery) : delivery;
		this.entries.put(sequence, new Entry<>(first, delivery, handled, handle));
		return !handled;
	}

	private void follow(long delivery) {
		if (delivery != this.lastDelivery + 1 || this.lastDelivery < 0) {
			this.complete = false;
			this.unbrokenSince = delivery;
		}
		this.lastDelivery = delivery;
	}

	/**
	 * A message need not be delivered again.
	 */
	void handled(long sequence) {
		Entry<T> entry = this.entries.get(sequence);
		if (entry != null) {
			entry.handled = true;
		}
	}

	/**
	 * What the server says of the consumer.
	 * @param ackFloor the sequence in the stream up to which everything is acknowledged
	 * @param ackFloorDelivery the number of the delivery that belongs to it
	 * @param deliveries how many deliveries there have been
	 * @param deliveredUpTo the last sequence that was delivered
	 * @param pending how many messages it waits for
	 */
	void learn(long ackFloor, long ackFloorDelivery, long deliveries, long deliveredUpTo, long pending) {
		if (deliveries < this.unbrokenSince - 1) {
			// From before the gap
			return;
		}
		if (!this.complete && deliveries < this.acknowledgedDelivery) {
			// A server that lost its last state counts on from there
			this.acknowledgedDelivery = 0;
		}
		this.acknowledged = Math.max(this.acknowledged, ackFloor);
		this.acknowledgedDelivery = Math.max(this.acknowledgedDelivery, ackFloorDelivery);
		this.entries.headMap(ackFloor, true).clear();
		long here = this.entries.values().stream().filter((entry) -> entry.firstDelivery <= deliveries).count();
		if (!this.complete && here == pending) {
			this.complete = true;
			this.lastDelivery = Math.max(this.lastDelivery, deliveries);
			this.completeUpTo = Math.max(deliveredUpTo, this.entries.isEmpty() ? 0 : this.entries.lastKey());
		}
	}

	/**
	 * What was delivered in between may have been missed.
	 */
	void interrupted() {
		this.complete = false;
		this.lastDelivery = -1;
		this.unbrokenSince = 0;
	}

	/**
	 * Whether something is handled and cannot be acknowledged: the server may know more.
	 */
	boolean isWaiting() {
		return ready() == 0 && this.entries.values().stream().anyMatch((entry) -> entry.handled);
	}

	/**
	 * How many could be acknowledged now.
	 */
	int ready() {
		int count = 0;
		int ready = 0;
		for (Map.Entry<Long, Entry<T>> entry : this.entries.entrySet()) {
			if (!entry.getValue().handled || entry.getKey() > this.completeUpTo) {
				break;
			}
			count++;
			if (entry.getValue().lastDelivery > this.acknowledgedDelivery) {
				ready = count;
			}
		}
		return ready;
	}

	/**
	 * Take what is to be acknowledged, with everything before it.
	 * @return the handle of the last, or {@code null} if there is nothing
	 */
	@Nullable T take() {
		int ready = ready();
		T last = null;
		Iterator<Map.Entry<Long, Entry<T>>> iterator = this.entries.entrySet().iterator();
		for (int i = 0; i < ready; i++) {
			Map.Entry<Long, Entry<T>> entry = iterator.next();
			iterator.remove();
			last = entry.getValue().handle;
			this.acknowledged = entry.getKey();
			// Of all before it is only the last that the server goes by
			if (i == ready - 1) {
				this.acknowledgedDelivery = entry.getValue().lastDelivery;
			}
		}
		return last;
	}

	/**
	 * Everything is acknowledged up to this sequence, as far as it came from here.
	 */
	long acknowledged() {
		return this.acknowledged;
	}

	/**
	 * Begin anew, for another consumer.
	 */
	void reset() {
		this.entries.clear();
		this.complete = false;
		this.completeUpTo = 0;
		this.lastDelivery = -1;
		this.unbrokenSince = 0;
		this.acknowledged = 0;
		this.acknowledgedDelivery = 0;
	}

	private static final class Entry<T> {

		private final long firstDelivery;

		private final long lastDelivery;

		private final T handle;

		private boolean handled;

		Entry(long firstDelivery, long lastDelivery, boolean handled, T handle) {
			this.firstDelivery = firstDelivery;
			this.lastDelivery = lastDelivery;
			this.handled = handled;
			this.handle = handle;
		}

	}

}
