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
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Waits for the work of a lane to end.
 */
final class LaneEnd {

	private static final long LOOK = Duration.ofMillis(5).toNanos();

	private final LaneQueue queue;

	private final LaneWorkers workers;

	private final PendingRuns pending;

	private final ReentrantLock lock;

	private final Condition changed;

	// Apart, so that no worker misses the signal that is for it
	private final Condition never;

	LaneEnd(LaneQueue queue, LaneWorkers workers, PendingRuns pending, ReentrantLock lock, Condition changed) {
		this.pending = pending;
		this.queue = queue;
		this.workers = workers;
		this.lock = lock;
		this.changed = changed;
		this.never = lock.newCondition();
	}

	/**
	 * Wait for the runs that are under way when the lane is closed.
	 * @return whether they ended in time
	 */
	boolean await(long nanos) throws InterruptedException {
		long left = nanos;
		this.lock.lock();
		try {
			while (!this.workers.isEmpty() || !this.pending.isEmpty()) {
				if (left <= 0) {
					return false;
				}
				left = this.changed.awaitNanos(left);
			}
			return true;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Wait until everything has run that may run.
	 */
	void awaitIdle(long nanos) throws InterruptedException {
		long deadline = System.nanoTime() + nanos;
		this.lock.lock();
		try {
			long left = nanos;
			while (left > 0 && (this.queue.runnable() > 0 || this.workers.isBusy() || !this.pending.isEmpty())) {
				// Workers do not tell when they become idle
				this.never.awaitNanos(Math.min(left, LOOK));
				left = deadline - System.nanoTime();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

}
