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

package io.github.natsspring.listener.watch;

import java.util.function.LongSupplier;

import io.github.natsspring.listener.ListenerStatistics;

/**
 * The statistics of a watch: to what pulls for it, an update that was passed over after a
 * failure looks handled.
 */
final class WatchStatistics implements ListenerStatistics {

	private final ListenerStatistics pulls;

	private final LongSupplier failures;

	WatchStatistics(ListenerStatistics pulls, LongSupplier failures) {
		this.pulls = pulls;
		this.failures = failures;
	}

	@Override
	public long getCount(Outcome outcome) {
		return switch (outcome) {
			// Counted before the run ends there
			case SUCCESS -> Math.max(0, this.pulls.getCount(Outcome.SUCCESS) - this.failures.getAsLong());
			case FAILURE -> this.pulls.getCount(Outcome.FAILURE) + this.failures.getAsLong();
			default -> this.pulls.getCount(outcome);
		};
	}

	@Override
	public long getRunCount() {
		return this.pulls.getRunCount();
	}

	@Override
	public long getRunNanos() {
		return this.pulls.getRunNanos();
	}

	@Override
	public long getRedeliveryCount() {
		return this.pulls.getRedeliveryCount();
	}

	@Override
	public long getSettleFailureCount() {
		return this.pulls.getSettleFailureCount();
	}

	@Override
	public long getStallCount() {
		return this.pulls.getStallCount();
	}

	@Override
	public long getDroppedCount() {
		return this.pulls.getDroppedCount();
	}

	@Override
	public int getBuffered() {
		return this.pulls.getBuffered();
	}

	@Override
	public int getInFlight() {
		return this.pulls.getInFlight();
	}

	@Override
	public long getBytesInFlight() {
		return this.pulls.getBytesInFlight();
	}

}
