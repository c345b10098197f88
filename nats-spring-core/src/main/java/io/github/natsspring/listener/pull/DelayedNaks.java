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

import java.time.Duration;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

/**
 * Counts the messages that wait on the server for a delay of ours to pass: they count
 * against max-ack-pending, for all instances, so many long delays would stop the
 * consumer. Above half of it delays are cut short. Pure; used by one thread at a time.
 */
class DelayedNaks {

	// So that the sum with any time is one
	private static final long LONGEST = Long.MAX_VALUE / 4;

	private final Queue<Long> ends = new PriorityQueue<>();

	private final Duration shortest;

	DelayedNaks(Duration shortest) {
		this.shortest = shortest;
	}

	/**
	 * A message is to wait.
	 * @param now the time of {@link System#nanoTime()}
	 * @param delay how long it should
	 * @param maxAckPending how many messages may be unsettled, or less than one for any
	 * number
	 * @return how long it may
	 */
	Duration add(long now, Duration delay, long maxAckPending) {
		boolean cut = isCrowded(now, maxAckPending) && delay.compareTo(this.shortest) > 0;
		Duration allowed = cut ? this.shortest : delay;
		count(now, allowed);
		return allowed;
	}

	/**
	 * A message is to wait for so long in any case, since nothing helps it.
	 */
	void count(long now, Duration delay) {
		this.ends.add(now + Math.min(TimeUnit.NANOSECONDS.convert(delay), LONGEST));
	}

	/**
	 * Whether more than half of what may be unsettled waits for a delay.
	 */
	boolean isCrowded(long now, long maxAckPending) {
		Long end = this.ends.peek();
		while (end != null && end - now <= 0) {
			this.ends.remove();
			end = this.ends.peek();
		}
		return maxAckPending > 0 && this.ends.size() >= Math.max(1, maxAckPending / 2);
	}

	int size() {
		return this.ends.size();
	}

}
