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

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Counts dropped messages and logs them at most once a second.
 */
class DropCounter {

	private static final Log logger = LogFactory.getLog(DropCounter.class);

	private static final long INTERVAL = TimeUnit.SECONDS.toNanos(1);

	private final String id;

	private final int capacity;

	private final LongSupplier clock;

	private final AtomicLong count = new AtomicLong();

	private final AtomicLong reported = new AtomicLong();

	private final AtomicLong nextReport;

	DropCounter(String id, int capacity) {
		this(id, capacity, System::nanoTime);
	}

	DropCounter(String id, int capacity, LongSupplier clock) {
		this.id = id;
		this.capacity = capacity;
		this.clock = clock;
		this.nextReport = new AtomicLong(clock.getAsLong());
	}

	void dropped() {
		this.count.incrementAndGet();
		long now = this.clock.getAsLong();
		long next = this.nextReport.get();
		if (now - next >= 0 && this.nextReport.compareAndSet(next, now + INTERVAL)) {
			report();
		}
	}

	/**
	 * Log what was dropped since the last report, if anything.
	 */
	void report() {
		long total = this.count.get();
		long since = total - this.reported.getAndSet(total);
		if (since > 0) {
			logger.warn("The listener '%s' is too slow: %d messages were dropped, since more than %d were waiting"
				.formatted(this.id, since, this.capacity));
		}
	}

	long count() {
		return this.count.get();
	}

}
