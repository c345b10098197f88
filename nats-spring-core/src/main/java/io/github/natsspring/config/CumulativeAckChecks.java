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

package io.github.natsspring.config;

import io.github.natsspring.listener.AckMode;
import io.github.natsspring.listener.NatsListenerException;
import io.github.natsspring.listener.RetrySettings;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.ConsumerInfo;

/**
 * Refuses a listener that does not suit a consumer with the ack policy {@code all}: there
 * one acknowledgement settles all messages before it, so they have to be handled by one
 * instance, and one after the other.
 */
final class CumulativeAckChecks {

	private CumulativeAckChecks() {
	}

	/**
	 * Check a listener, if its consumer has that ack policy.
	 */
	static void check(NatsListenerEndpoint endpoint, ConsumerInfo consumer, AckMode ackMode, int concurrency,
			RetrySettings.Mode mode) {
		ConsumerConfiguration configuration = consumer.getConsumerConfiguration();
		if (configuration.getAckPolicy() != AckPolicy.All) {
			return;
		}
		if (concurrency > 1) {
			throw failure(endpoint, consumer, "its concurrency is " + concurrency, "Set the concurrency 1");
		}
		if (endpoint.getOrderingKey() != null) {
			throw failure(endpoint, consumer, "its 'orderingKey' is '%s'".formatted(endpoint.getOrderingKey()),
					"Remove 'orderingKey', since all messages are kept in order");
		}
		if (!endpoint.isSingleActive()) {
			throw failure(endpoint, consumer, "it is not single-active", "Set 'singleActive'");
		}
		if (mode != RetrySettings.Mode.IN_PLACE) {
			throw failure(endpoint, consumer, "its retry.mode is 'redeliver'",
					"Set nats.listener.retry.mode to 'in-place'");
		}
		if (ackMode == AckMode.AUTO_CONFIRMED) {
			throw failure(endpoint, consumer, "its ack mode is 'auto-confirmed', which is for single messages",
					"Set the ack mode 'auto'");
		}
		if (configuration.getMaxDeliver() > 0) {
			throw failure(endpoint, consumer,
					"its consumer has max-deliver %d, so that a message the server gave up would hold up all behind it"
						.formatted(configuration.getMaxDeliver()),
					"Take max-deliver from the consumer");
		}
	}

	private static NatsListenerException failure(NatsListenerEndpoint endpoint, ConsumerInfo consumer, String problem,
			String action) {
		return new NatsListenerException(endpoint.getDescription(),
				"%s, and its consumer '%s' of stream '%s' has the ack policy 'all', where one acknowledgement is for all messages before it"
					.formatted(problem, consumer.getName(), consumer.getStreamName()),
				action + ", or use a consumer with the ack policy 'explicit'");
	}

}
