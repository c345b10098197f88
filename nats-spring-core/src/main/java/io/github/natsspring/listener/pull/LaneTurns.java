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
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Has the lanes of a container take turns when the executor has fewer threads: a worker
 * gives its thread back when that of another lane waits for one.
 */
final class LaneTurns {

	private static final long TURN = Duration.ofMillis(10).toNanos();

	private static final long IDLE_TURN = Duration.ofMillis(50).toNanos();

	// With one lane there is nobody to give way to
	private final boolean shared;

	private final AtomicInteger waiting = new AtomicInteger();

	LaneTurns(boolean shared) {
		this.shared = shared;
	}

	/**
	 * A worker waits for its thread.
	 */
	void await() {
		this.waiting.incrementAndGet();
	}

	/**
	 * A worker has its thread, or waits no more.
	 */
	void begin() {
		this.waiting.decrementAndGet();
	}

	/**
	 * Whether somebody waits for a thread.
	 */
	boolean isAwaited() {
		return this.shared && this.waiting.get() > 0;
	}

	/**
	 * Whether a worker that has its thread since a time is to give it back.
	 */
	boolean isOver(long began) {
		return isAwaited() && System.nanoTime() - began > TURN;
	}

	/**
	 * How long a worker may be idle before it looks around.
	 * @param nanos how long it would
	 */
	long idle(long nanos) {
		return this.shared ? Math.min(nanos, IDLE_TURN) : nanos;
	}

}
