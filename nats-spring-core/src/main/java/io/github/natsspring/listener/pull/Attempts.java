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

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Counts failed runs by the sequence of the message. Other than the server's count of
 * deliveries it leaves out deliveries that never ran. Bounded: the count of the message
 * that failed longest ago is given up first.
 */
final class Attempts {

	private static final int CAPACITY = 10_000;

	private final ReentrantLock lock = new ReentrantLock();

	private final Map<Long, Integer> failures = new LinkedHashMap<>(16, 0.75f, true) {

		@Override
		protected boolean removeEldestEntry(Map.Entry<Long, Integer> eldest) {
			return size() > CAPACITY;
		}

	};

	private volatile boolean empty = true;

	/**
	 * A run failed.
	 * @return how many have failed
	 */
	int failed(long sequence) {
		this.lock.lock();
		try {
			this.empty = false;
			return this.failures.merge(sequence, 1, Integer::sum);
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Whether there is anything to forget, which is cheap to ask.
	 */
	boolean isEmpty() {
		return this.empty;
	}

	/**
	 * The message will not come back.
	 */
	void forget(long sequence) {
		this.lock.lock();
		try {
			this.failures.remove(sequence);
			this.empty = this.failures.isEmpty();
		}
		finally {
			this.lock.unlock();
		}
	}

}
