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

package io.github.natsspring.support;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Lets one log line a second through for a cause, and counts the others.
 */
public final class LogPace {

	private static final long INTERVAL = TimeUnit.SECONDS.toNanos(1);

	private final AtomicLong next = new AtomicLong(System.nanoTime());

	private final AtomicLong withheld = new AtomicLong();

	/**
	 * Log, unless there was a line within the last second.
	 * @param line logs a line that ends in what it is given: how many were withheld
	 */
	public void log(Consumer<String> line) {
		long now = System.nanoTime();
		long due = this.next.get();
		if (now - due >= 0 && this.next.compareAndSet(due, now + INTERVAL)) {
			long count = this.withheld.getAndSet(0);
			line.accept((count > 0) ? " (and %d more like it)".formatted(count) : "");
		}
		else {
			this.withheld.incrementAndGet();
		}
	}

}
