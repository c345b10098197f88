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

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * Whether the executor of a listener runs it. Costs a read of a field on the usual path.
 */
final class ExecutorTrouble {

	private volatile @Nullable Report report;

	// What was with the executor at the last checks, and since when
	private @Nullable Object waiting;

	private long waitingSince;

	/**
	 * The executor has thrown.
	 * @return whether that is new
	 */
	boolean refused(Throwable reason) {
		Report before = this.report;
		boolean fresh = before == null || !before.refused();
		this.report = new Report("its executor takes no more tasks: " + describe(reason), true,
				(before != null) ? before.since() : System.nanoTime());
		return fresh;
	}

	private static String describe(Throwable reason) {
		return (reason instanceof Error) ? reason.toString() : String.valueOf(reason.getMessage());
	}

	/**
	 * The executor has begun to run the listener.
	 */
	void begun() {
		if (this.report != null) {
			this.report = null;
		}
	}

	/**
	 * What was with the executor is not any more.
	 */
	void notWaiting() {
		Report current = this.report;
		if (current != null && !current.refused()) {
			this.report = null;
		}
	}

	/**
	 * Called about once a second.
	 * @param task what is with the executor and has not begun, or {@code null}
	 */
	void check(@Nullable Object task) {
		if (task == null) {
			this.waiting = null;
			return;
		}
		long now = System.nanoTime();
		if (task != this.waiting) {
			this.waiting = task;
			this.waitingSince = now;
		}
		else if (this.report == null) {
			this.report = new Report("its executor has no free thread for it", false, this.waitingSince);
		}
	}

	@Nullable Report report() {
		return this.report;
	}

	/**
	 * What is wrong.
	 *
	 * @param reason why the listener does not run
	 * @param refused whether the executor has thrown
	 * @param since since when, on the monotonic clock
	 */
	record Report(String reason, boolean refused, long since) {

		boolean isOlderThan(Duration age) {
			return System.nanoTime() - this.since > age.toNanos();
		}

	}

}
