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

package io.github.natsspring.core;

import java.util.Arrays;
import java.util.concurrent.atomic.LongAdder;

import io.nats.client.api.PublishAck;

/**
 * Counts for a template. Counting neither blocks nor allocates.
 */
final class PublishCounters implements PublishStatistics {

	private static final int OUTCOMES = Outcome.values().length;

	private final String connection;

	private final Requester requester;

	private final LongAdder[] counts = adders();

	private final LongAdder[] nanos = adders();

	private final LongAdder duplicates = new LongAdder();

	PublishCounters(String connection, Requester requester) {
		this.connection = connection;
		this.requester = requester;
	}

	private static LongAdder[] adders() {
		LongAdder[] adders = new LongAdder[Operation.values().length * OUTCOMES];
		Arrays.setAll(adders, (index) -> new LongAdder());
		return adders;
	}

	/**
	 * A call ended well.
	 * @param started when it began, by {@link System#nanoTime()}
	 */
	void succeeded(Operation operation, long started) {
		ended(operation, Outcome.SUCCESS, started);
	}

	/**
	 * A stream has answered.
	 */
	void stored(PublishAck ack, long started) {
		succeeded(Operation.STREAM_PUBLISH, started);
		if (ack.isDuplicate()) {
			this.duplicates.increment();
		}
	}

	void failed(Operation operation, Throwable failure, long started) {
		boolean unknown = failure instanceof NatsPublishOutcomeUnknownException
				|| failure instanceof NatsRequestTimeoutException;
		ended(operation, unknown ? Outcome.UNKNOWN : Outcome.FAILURE, started);
	}

	private void ended(Operation operation, Outcome outcome, long started) {
		int index = index(operation, outcome);
		this.counts[index].increment();
		this.nanos[index].add(System.nanoTime() - started);
	}

	private static int index(Operation operation, Outcome outcome) {
		return operation.ordinal() * OUTCOMES + outcome.ordinal();
	}

	@Override
	public String getConnectionName() {
		return this.connection;
	}

	@Override
	public long getCount(Operation operation, Outcome outcome) {
		return this.counts[index(operation, outcome)].sum();
	}

	@Override
	public long getNanos(Operation operation, Outcome outcome) {
		return this.nanos[index(operation, outcome)].sum();
	}

	@Override
	public int getInFlight() {
		return this.requester.pending();
	}

	@Override
	public long getDuplicateCount() {
		return this.duplicates.sum();
	}

}
