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

package io.github.natsspring.test;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A bounded wait for something outside of this JVM, which cannot signal us.
 */
final class Poll {

	private final long deadline;

	private final Duration interval;

	Poll(Duration timeout, Duration interval) {
		this.deadline = System.nanoTime() + timeout.toNanos();
		this.interval = interval;
	}

	/**
	 * Wait for the next look.
	 * @return {@code false} if the time is over
	 */
	boolean next() {
		if (System.nanoTime() - this.deadline >= 0) {
			return false;
		}
		try {
			TimeUnit.NANOSECONDS.sleep(this.interval.toNanos());
			return true;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while waiting for a process of a test", ex);
		}
	}

}
