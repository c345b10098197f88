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

package io.github.natsspring.core;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;

/**
 * The requests whose replies are awaited. They lie in a ring in the order in which they
 * were sent, which is about the one in which they end, so that neither costs a search or
 * an object; those that find no place there are in a set.
 */
final class PendingRequests {

	private static final int SMALLEST = 1 << 10;

	private static final int LARGEST = 1 << 20;

	/**
	 * How many places are tried before there is taken to be none.
	 */
	private static final int TRIES = 4;

	private final AtomicReferenceArray<PendingRequest> ring;

	private final AtomicInteger next = new AtomicInteger();

	private final Set<PendingRequest> others = ConcurrentHashMap.newKeySet();

	/**
	 * Create an empty collection.
	 * @param expected how many may be pending without any in the set
	 */
	PendingRequests(int expected) {
		// With room for those that end late
		int least = Math.max(SMALLEST, (int) Math.min(LARGEST, 2L * expected));
		this.ring = new AtomicReferenceArray<>(Integer.highestOneBit(2 * least - 1));
	}

	void add(PendingRequest request) {
		int mask = this.ring.length() - 1;
		for (int i = 0; i < TRIES; i++) {
			int place = this.next.getAndIncrement() & mask;
			if (this.ring.get(place) == null) {
				request.place(place);
				if (this.ring.compareAndSet(place, null, request)) {
					return;
				}
			}
		}
		request.place(-1);
		this.others.add(request);
	}

	/**
	 * Remove a request; does nothing if it is none of these any more.
	 */
	void remove(PendingRequest request) {
		int place = request.place();
		if (place >= 0) {
			this.ring.compareAndSet(place, request, null);
		}
		else {
			this.others.remove(request);
		}
	}

	/**
	 * Call for each one. Those that are added or removed meanwhile may be left out.
	 */
	void forEach(Consumer<PendingRequest> action) {
		for (int i = 0; i < this.ring.length(); i++) {
			PendingRequest request = this.ring.get(i);
			if (request != null) {
				action.accept(request);
			}
		}
		this.others.forEach(action);
	}

	boolean isEmpty() {
		for (int i = 0; i < this.ring.length(); i++) {
			if (this.ring.get(i) != null) {
				return false;
			}
		}
		return this.others.isEmpty();
	}

	/**
	 * How many there are, counted one by one.
	 */
	int size() {
		int size = this.others.size();
		for (int i = 0; i < this.ring.length(); i++) {
			if (this.ring.get(i) != null) {
				size++;
			}
		}
		return size;
	}

}
