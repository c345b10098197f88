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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What waits in a lane for its run, in order. Guarded by the lock of the lane.
 */
final class LaneQueue {

	private static final int BATCH = 64;

	private final boolean keepsOrder;

	// Above one, deliveries are run together
	private final int batchSize;

	private final Deque<Delivery> waiting = new ArrayDeque<>();

	// Wait for their next run in place, before all others; where order is kept nothing
	// runs meanwhile
	private final Set<Delivery> parked = new LinkedHashSet<>();

	// Also read without the lock
	private volatile boolean blocked;

	LaneQueue(boolean keepsOrder, int batchSize) {
		this.keepsOrder = keepsOrder;
		this.batchSize = batchSize;
	}

	boolean keepsOrder() {
		return this.keepsOrder;
	}

	boolean isBatch() {
		return this.batchSize > 1;
	}

	void add(Delivery delivery) {
		this.waiting.addLast(delivery);
	}

	void park(Delivery delivery) {
		this.parked.add(delivery);
		changed();
	}

	private void changed() {
		this.blocked = this.keepsOrder && !this.parked.isEmpty();
	}

	/**
	 * Take a delivery in again, before all others, that is parked.
	 */
	void unpark(Delivery delivery) {
		if (unblock(delivery)) {
			this.waiting.addFirst(delivery);
		}
	}

	/**
	 * Keep a delivery no longer that is parked.
	 * @return whether it was
	 */
	boolean unblock(Delivery delivery) {
		boolean removed = this.parked.remove(delivery);
		changed();
		return removed;
	}

	/**
	 * Take deliveries in again, in their order and before all others.
	 */
	void putBack(List<Delivery> deliveries) {
		for (int i = deliveries.size() - 1; i >= 0; i--) {
			this.waiting.addFirst(deliveries.get(i));
		}
	}

	/**
	 * Take what is to run next.
	 */
	void take(List<Delivery> batch) {
		int most = mostAtOnce();
		while (batch.size() < most && !this.waiting.isEmpty()) {
			batch.add(this.waiting.poll());
		}
	}

	private int mostAtOnce() {
		if (isBatch()) {
			return this.batchSize;
		}
		// Several workers share a queue that is short: none takes what another could run
		return this.keepsOrder ? BATCH : 1;
	}

	void takeParked(List<Delivery> deliveries) {
		// One whose letter is on its way goes on holding up what is behind it
		this.parked.removeIf((delivery) -> delivery.isWaiting() && deliveries.add(delivery));
		changed();
	}

	void takeWaiting(List<Delivery> deliveries) {
		deliveries.addAll(this.waiting);
		this.waiting.clear();
	}

	void addWaitingTo(List<Delivery> deliveries) {
		deliveries.addAll(this.waiting);
	}

	void addParkedTo(List<Delivery> deliveries) {
		deliveries.addAll(this.parked);
	}

	boolean isParked() {
		return !this.parked.isEmpty();
	}

	boolean isBlocked() {
		return this.blocked;
	}

	int size() {
		return this.waiting.size();
	}

	/**
	 * How many may run now.
	 */
	int runnable() {
		return isBlocked() ? 0 : this.waiting.size();
	}

	/**
	 * Whether there is no need to collect more.
	 */
	boolean isBatchComplete() {
		return this.waiting.size() >= this.batchSize;
	}

}
