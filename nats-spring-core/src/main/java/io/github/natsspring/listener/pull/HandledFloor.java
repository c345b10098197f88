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

import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The position of a container with an ephemeral consumer: which of the messages that the
 * server has delivered were handled. The server delivers new messages in their order, so
 * that everything below the highest was handled that is not waited for. What was lost on
 * its way shows as a gap in the numbers of deliveries: it is not known which messages it
 * were, so all that it may have been count as not handled, until the server says that
 * they are acknowledged.
 */
final class HandledFloor extends OwnPosition {

	private final NavigableSet<Long> open = new TreeSet<>();

	// From the first to the one behind the last
	private final NavigableMap<Long, Long> holes = new TreeMap<>();

	private long highest;

	private long deliveries;

	private boolean lost;

	@Override
	void forget(long sequence) {
		this.open.clear();
		this.holes.clear();
		this.highest = sequence;
	}

	@Override
	void begun() {
		this.deliveries = 0;
		this.lost = false;
	}

	@Override
	Arrival arrived(long delivery, long sequence, boolean again) {
		this.lost |= delivery > this.deliveries + 1;
		this.deliveries = Math.max(this.deliveries, delivery);
		if (sequence > this.highest) {
			if (this.lost && sequence > this.highest + 1) {
				this.holes.put(this.highest + 1, sequence);
			}
			// One that comes again may overtake others that were lost with it
			this.lost &= again;
			this.highest = sequence;
			this.open.add(sequence);
		}
		else if (isInHole(sequence)) {
			this.open.add(sequence);
		}
		return Arrival.EXPECTED;
	}

	@Override
	boolean isHandled(long sequence) {
		return sequence <= this.highest && !this.open.contains(sequence) && !isInHole(sequence);
	}

	private boolean isInHole(long sequence) {
		Map.Entry<Long, Long> hole = this.holes.floorEntry(sequence);
		return hole != null && sequence < hole.getValue();
	}

	@Override
	void handled(long sequence) {
		this.open.remove(sequence);
	}

	@Override
	void acknowledged(long floor) {
		this.open.headSet(floor, true).clear();
	}

	@Override
	void filled(long sequence) {
		this.holes.values().removeIf((end) -> end - 1 <= sequence);
	}

	@Override
	long handledUpTo() {
		long floor = this.highest;
		if (!this.open.isEmpty()) {
			floor = Math.min(floor, this.open.first() - 1);
		}
		return this.holes.isEmpty() ? floor : Math.min(floor, this.holes.firstKey() - 1);
	}

	@Override
	boolean hasHoles() {
		return !this.holes.isEmpty();
	}

}
