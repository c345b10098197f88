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

	private volatile @Nullable Answer last;

	LagLookup(ConnectionHolder connection, JetStreamOptions options) {
		this.connection = connection;
		this.options = options;
	}

	/**
	 * Ask the server. Blocks up to the timeout, and not at all without a connection.
	 * @return whether it has answered
	 */
	boolean ask(PullLimits limits, Duration timeout) {
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
	 * @param subject what the last message is acknowledged on, or {@code null}
	 * @param arrived when it arrived
	 * @return the lag, or {@code null} if the server was never asked about this consumer
	 */
	@Nullable ConsumerLag known(PullLimits limits, @Nullable String subject, long arrived) {
		Answer answer = this.last;
		if (answer == null || !answer.lag().consumer().equals(limits.consumer())
				|| !answer.lag().stream().equals(limits.stream())) {
			return null;
		}
		long pending = (subject != null && arrived - answer.time() > 0) ? AckSubject.pending(subject) : -1;
		if (pending < 0) {
			return answer.lag();
		}
		return answer.lag().withPending(pending, Instant.now().minusNanos(System.nanoTime() - arrived));
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
