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

package io.github.natsspring.connection;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Lets one log line a second through for each cause, of few causes, and counts the
 * others.
 */
final class LinePace {

	private static final long INTERVAL = TimeUnit.SECONDS.toNanos(1);

	private static final int CAUSES = 10;

	private final LongSupplier clock;

	private final ReentrantLock lock = new ReentrantLock();

	private final Set<String> causes = new HashSet<>();

	private long begin;

	private long withheld;

	LinePace() {
		this(System::nanoTime);
	}

	LinePace(LongSupplier clock) {
		this.clock = clock;
		this.begin = clock.getAsLong();
	}

	/**
	 * Log, unless there was a line for the cause, or there were too many others, within
	 * the same second.
	 * @param cause what lines have in common of which one is enough
	 * @param line logs a line that ends in what it is given: how many were withheld
	 */
	void log(String cause, Consumer<String> line) {
		long others;
		this.lock.lock();
		try {
			long now = this.clock.getAsLong();
			if (now - this.begin >= INTERVAL) {
				this.begin = now;
				this.causes.clear();
			}
			if (this.causes.size() >= CAUSES || !this.causes.add(cause)) {
				this.withheld++;
				return;
			}
			others = this.withheld;
			this.withheld = 0;
		}
		finally {
			this.lock.unlock();
		}
		line.accept((others > 0) ? " (and %d more lines of this connection)".formatted(others) : "");
	}

}
