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

import java.util.concurrent.atomic.AtomicLong;

/**
 * How long a run takes, and whether it is known to hang.
 */
final class RunClock {

	// When the run began, an even number; one more once it is known to hang; zero between
	// runs
	private final AtomicLong running = new AtomicLong();

	void begin(long now) {
		long run = now & ~1L;
		this.running.set((run != 0) ? run : 2);
	}

	/**
	 * The run ended.
	 * @return whether it was known to hang
	 */
	boolean end() {
		return (this.running.getAndSet(0) & 1) != 0;
	}

	/**
	 * Find out whether the run takes too long.
	 * @param longest how long it may, in nanoseconds
	 */
	Progress progress(long longest) {
		long run = this.running.get();
		if (run == 0 || (run & 1) != 0) {
			return Progress.UNCHANGED;
		}
		if (System.nanoTime() - run <= longest) {
			return Progress.RUNS;
		}
		return this.running.compareAndSet(run, run | 1) ? Progress.HANGS : Progress.UNCHANGED;
	}

	/**
	 * How a run goes on.
	 */
	enum Progress {

		/**
		 * It may take longer.
		 */
		RUNS,

		/**
		 * It takes too long, which was not known before.
		 */
		HANGS,

		/**
		 * There is no run, or it is known to hang.
		 */
		UNCHANGED

	}

}
