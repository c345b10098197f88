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

/**
 * Sizes the window by the speed of the handler: no more than a quarter of ack-wait of
 * work is buffered, so that what waits its turn is not delivered again meanwhile. Starts
 * small and doubles, since the speed is not known at first. Pure; used by one thread at a
 * time.
 */
class WindowSizer {

	private static final int FIRST_WINDOW = 16;

	private final int ceiling;

	private final int concurrency;

	private final long ackWait;

	private int window;

	private int handledInWindow;

	private long average;

	/**
	 * Create a sizer.
	 * @param ceiling the largest window
	 * @param concurrency how many handlers may run at once; the window is never smaller
	 * @param ackWait how long the server waits for a delivery, in nanoseconds
	 */
	WindowSizer(int ceiling, int concurrency, long ackWait) {
		this.ceiling = ceiling;
		this.concurrency = concurrency;
		this.ackWait = ackWait;
		this.window = Math.min(ceiling, Math.max(FIRST_WINDOW, 2 * concurrency));
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
		long nanos = total / runs;
		// A slow run counts at once, a fast one slowly: buffering too little only costs
		// speed
		long weight = (nanos > this.average) ? 2 : 8;
		this.average += (nanos - this.average) / weight;
		this.handledInWindow += runs;
		if (this.handledInWindow >= this.window) {
			this.handledInWindow = 0;
			this.window = (int) Math.min(this.ceiling, this.window * 2L);
		}
		long affordable = Math.max(1, this.ackWait / 4 / Math.max(1, this.average)) * this.concurrency;
		if (affordable < this.window) {
			this.window = (int) Math.min(this.ceiling, affordable);
			this.handledInWindow = 0;
		}
		return this.window;
	}

	int window() {
		return this.window;
	}

}
