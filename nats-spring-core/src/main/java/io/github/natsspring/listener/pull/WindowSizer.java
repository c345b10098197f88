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

/**
 * Sizes the window by the speed of the handler: no more than a quarter of ack-wait of
 * work is buffered, so that what waits its turn is not delivered again meanwhile. Starts
 * small and doubles, since the speed is not known at first. Pure; used by one thread at a
 * time.
 */
class WindowSizer {

	/**
	 * Of how much work the window may consist above its ordinary ceiling, in nanoseconds:
	 * so little that other instances do not miss it.
	 */
	static final long QUICK_WORK = Duration.ofMillis(100).toNanos();

	private static final int FIRST_WINDOW = 16;

	private final int ceiling;

	private final int quickCeiling;

	private final int concurrency;

	private final int smallest;

	private final long ackWait;

	private final AverageRun average = new AverageRun(0);

	private int window;

	private int handledInWindow;

	/**
	 * Create a sizer.
	 * @param ceiling the largest window
	 * @param quickCeiling the largest window of a handler that is quick
	 * @param concurrency how many handlers may run at once
	 * @param batchSize how many messages each of them may have; the window is never
	 * smaller than what all of them may
	 * @param ackWait how long the server waits for a delivery, in nanoseconds
	 */
	WindowSizer(int ceiling, int quickCeiling, int concurrency, int batchSize, long ackWait) {
		this.ceiling = ceiling;
		this.quickCeiling = quickCeiling;
		this.concurrency = concurrency;
		this.smallest = concurrency * batchSize;
		this.ackWait = ackWait;
		this.window = Math.min(ceiling, Math.max(FIRST_WINDOW, 2 * this.smallest));
	}

	/**
	 * Take a run into account.
	 * @param nanos how long the handler took
	 * @return the window from now on
	 */
	int handled(long nanos) {
		return handled(1, nanos);
	}

	/**
	 * Take runs into account that were alike.
	 * @param runs how many
	 * @param total how long they took together
	 * @return the window from now on
	 */
	int handled(int runs, long total) {
		this.average.add(total / runs);
		this.handledInWindow += runs;
		if (this.handledInWindow >= this.window) {
			this.handledInWindow = 0;
			this.window = (int) Math.min(ceiling(), this.window * 2L);
		}
		this.window = Math.min(this.window, ceiling());
		long affordable = Math.max(this.smallest,
				this.ackWait / 4 / Math.max(1, this.average.nanos()) * this.concurrency);
		if (affordable < this.window) {
			this.window = (int) Math.min(ceiling(), affordable);
			this.handledInWindow = 0;
		}
		return this.window;
	}

	private int ceiling() {
		long work = this.average.nanos() * this.quickCeiling / this.concurrency;
		return (work <= QUICK_WORK) ? this.quickCeiling : this.ceiling;
	}

	int window() {
		return this.window;
	}

}
