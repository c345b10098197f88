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

package io.github.natsspring.listener.core;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

/**
 * Counts what a subscription brings, and knows about when it last brought something. No
 * message costs a look at the clock: the time is that of the first look after it, of
 * which there is one each second.
 */
final class Arrivals {

	private final ReentrantLock lock = new ReentrantLock();

	private volatile @Nullable Counter current;

	// Under the lock, as what follows
	private @Nullable Counter seen;

	private long seenCount;

	// On the monotonic clock
	private long last = System.nanoTime();

	/**
	 * Begin to count for another subscription.
	 * @return what counts
	 */
	Counter begin() {
		Counter next = new Counter();
		this.current = next;
		return next;
	}

	/**
	 * How many messages the current subscription has brought.
	 */
	long count() {
		Counter current = this.current;
		return (current != null) ? current.count.get() : 0;
	}

	/**
	 * When the last message was seen, or else when this was made.
	 * @return the time, by {@link System#nanoTime()}
	 */
	long look() {
		this.lock.lock();
		try {
			Counter current = this.current;
			long count = (current != null) ? current.count.get() : 0;
			if (count > 0 && (current != this.seen || count != this.seenCount)) {
				this.seen = current;
				this.seenCount = count;
				this.last = System.nanoTime();
			}
			return this.last;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Counts for one subscription, which has one thread.
	 */
	static final class Counter {

		private final AtomicLong count = new AtomicLong();

		void increment() {
			this.count.lazySet(this.count.get() + 1);
		}

	}

}
