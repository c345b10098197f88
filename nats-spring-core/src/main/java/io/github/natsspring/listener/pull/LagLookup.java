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

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;

import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.listener.ConsumerLag;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamOptions;
import io.nats.client.api.ConsumerInfo;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * How far the consumer of a container is behind: what the server says of it when it is
 * asked, and between that what comes with each message.
 */
final class LagLookup {

	private static final Log logger = LogFactory.getLog(LagLookup.class);

	private final ConnectionHolder connection;

	private final JetStreamOptions options;

	private final PullStatistics statistics;

	private volatile @Nullable Answer last;

	LagLookup(ConnectionHolder connection, JetStreamOptions options, PullStatistics statistics) {
		this.statistics = statistics;
		this.connection = connection;
		this.options = options;
	}

	/**
	 * What was said is about another time.
	 */
	void forget() {
		this.last = null;
	}

	/**
	 * Ask the server. Blocks up to the timeout, and not at all without a connection.
	 * @param limits what is consumed, or {@code null} if that is not known
	 * @return what it said, or {@code null} if it did not answer
	 */
	@Nullable ConsumerLag ask(@Nullable PullLimits limits, Duration timeout) {
		return (limits != null && hasAnswered(limits, timeout)) ? known(limits) : null;
	}

	private boolean hasAnswered(PullLimits limits, Duration timeout) {
		Connection current = this.connection.current();
		if (current == null || current.getStatus() != Connection.Status.CONNECTED) {
			return false;
		}
		try {
			ConsumerInfo info = current
				.jetStreamManagement(JetStreamOptions.builder(this.options).requestTimeout(timeout).build())
				.getConsumerInfo(limits.stream(), limits.consumer());
			this.last = new Answer(new ConsumerLag(limits.stream(), limits.consumer(), info.getNumPending(),
					info.getNumAckPending(), info.getNumWaiting(), info.getRedelivered(), Instant.now()),
					System.nanoTime());
			return true;
		}
		catch (IOException | JetStreamApiException | RuntimeException ex) {
			logger.debug("Consumer '%s' of stream '%s' could not be looked up: %s".formatted(limits.consumer(),
					limits.stream(), ex.getMessage()));
			return false;
		}
	}

	/**
	 * What is known. Never blocks.
	 * @param limits what is consumed, or {@code null} if that is not known
	 * @return the lag, or {@code null} if the server was never asked about this consumer
	 */
	@Nullable ConsumerLag known(@Nullable PullLimits limits) {
		Answer answer = this.last;
		if (limits == null || answer == null || !answer.lag().consumer().equals(limits.consumer())
				|| !answer.lag().stream().equals(limits.stream())) {
			return null;
		}
		String subject = this.statistics.lastSubject(answer.time());
		long pending = (subject != null) ? AckSubject.pending(subject) : -1;
		if (pending < 0) {
			return answer.lag();
		}
		long age = System.nanoTime() - this.statistics.lastArrival();
		return answer.lag().withPending(pending, Instant.now().minusNanos(age));
	}

	/**
	 * What the server said.
	 *
	 * @param lag what it was
	 * @param time when, on the monotonic clock
	 */
	private record Answer(ConsumerLag lag, long time) {
	}

}
