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

import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamOptions;
import io.nats.client.api.ConsumerInfo;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Asks the server for the consumer of a listener.
 */
final class ConsumerLookup {

	private static final Log logger = LogFactory.getLog(ConsumerLookup.class);

	private static final Duration QUICK_TIMEOUT = Duration.ofMillis(500);

	// JetStream's errors for a missing stream and a missing consumer
	private static final int STREAM_NOT_FOUND = 10059;

	private static final int CONSUMER_NOT_FOUND = 10014;

	private final String listener;

	private final JetStreamOptions options;

	private final JetStreamOptions quickOptions;

	private final RecoveryPace pace;

	ConsumerLookup(String listener, JetStreamOptions options, RecoveryPace pace) {
		this.listener = listener;
		this.options = options;
		this.quickOptions = JetStreamOptions.builder(options).requestTimeout(QUICK_TIMEOUT).build();
		this.pace = pace;
	}

	/**
	 * Wait for the answer as long as requests of the application may.
	 */
	ConsumerInfo find(Connection connection, PullLimits limits) throws IOException, JetStreamApiException {
		return find(connection, limits, this.pace.lookUp(this.options));
	}

	/**
	 * Wait for the answer only as long as a server takes that is well.
	 */
	ConsumerInfo findQuickly(Connection connection, PullLimits limits) throws IOException, JetStreamApiException {
		return find(connection, limits, this.quickOptions);
	}

	private ConsumerInfo find(Connection connection, PullLimits limits, JetStreamOptions options)
			throws IOException, JetStreamApiException {
		return connection.jetStreamManagement(options).getConsumerInfo(limits.stream(), limits.consumer());
	}

	/**
	 * Whether the server says that there is no such consumer, or not even its stream.
	 */
	static boolean isMissing(JetStreamApiException ex) {
		return ex.getApiErrorCode() == STREAM_NOT_FOUND || ex.getApiErrorCode() == CONSUMER_NOT_FOUND;
	}

	/**
	 * Note a failure that needs nothing else, since pulling will show it.
	 */
	void failed(Exception ex) {
		logger.debug("Listener '%s' could not look its consumer up: %s".formatted(this.listener, ex.getMessage()));
	}

}
