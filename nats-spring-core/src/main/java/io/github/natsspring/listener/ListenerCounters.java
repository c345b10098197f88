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

package io.github.natsspring.listener;

import java.util.Arrays;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts for a container; what it holds now is for subclasses to say. Counting neither
 * blocks nor allocates. For containers, not for applications.
 */
public class ListenerCounters implements ListenerStatistics {

	private final LongAdder[] outcomes;

	private final LongAdder runs = new LongAdder();

	private final LongAdder runNanos = new LongAdder();

	private final LongAdder redeliveries = new LongAdder();

	private final LongAdder settleFailures = new LongAdder();

	private final LongAdder stalls = new LongAdder();

	public ListenerCounters() {
		this.outcomes = new LongAdder[Outcome.values().length];
		Arrays.setAll(this.outcomes, (index) -> new LongAdder());
	}

	/**
	 * The run for a message has ended.
	 * @param outcome how
	 */
	public final void ended(Outcome outcome) {
		this.outcomes[outcome.ordinal()].increment();
	}

	/**
	 * The listener was called.
	 * @param nanos how long it ran
	 */
	public final void ran(long nanos) {
		this.runs.increment();
		took(nanos);
	}

	/**
	 * As {@link #ran}, for containers that count runs otherwise.
	 * @param nanos how long it ran
	 */
	public final void took(long nanos) {
		this.runNanos.add(nanos);
	}

	/**
	 * A message arrived that was delivered before.
	 */
	public final void redelivered() {
		this.redeliveries.increment();
	}

	/**
	 * A settlement did not reach the server.
	 */
	public final void unsettled() {
		this.settleFailures.increment();
	}

	/**
	 * The container began to be stalled.
	 */
	public final void stalled() {
		this.stalls.increment();
	}

	@Override
	public long getCount(Outcome outcome) {
		return this.outcomes[outcome.ordinal()].sum();
	}

	@Override
	public long getRunCount() {
		return this.runs.sum();
	}

	@Override
	public long getRunNanos() {
		return this.runNanos.sum();
	}

	@Override
	public long getRedeliveryCount() {
		return this.redeliveries.sum();
	}

	@Override
	public long getSettleFailureCount() {
		return this.settleFailures.sum();
	}

	@Override
	public long getStallCount() {
		return this.stalls.sum();
	}

	@Override
	public long getDroppedCount() {
		return 0;
	}

	@Override
	public int getBuffered() {
		return 0;
	}

	@Override
	public int getInFlight() {
		return 0;
	}

	@Override
	public long getBytesInFlight() {
		return 0;
	}

}
