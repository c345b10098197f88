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

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Locale;

import io.github.natsspring.listener.AckMode;
import io.github.natsspring.listener.Acknowledgment;
import io.github.natsspring.listener.NatsListenerException;
import org.jspecify.annotations.Nullable;

/**
 * Refuses ordered listeners that contradict themselves.
 */
final class OrderedChecks {

	private OrderedChecks() {
	}

	static void check(NatsListenerEndpoint endpoint) {
		refuse(endpoint, "consumer", endpoint.getConsumer(),
				"an ordered listener has a consumer of its own in each instance",
				"Remove 'ordered' to use the durable (with 'singleActive' for order across instances), or remove 'consumer'");
		refuse(endpoint, "concurrency", above(endpoint.getConcurrency()), "several handlers would not keep the order",
				"Remove one of them");
		AckMode ackMode = endpoint.getAckMode();
		refuse(endpoint, "ackMode",
				(ackMode != null && ackMode != AckMode.AUTO && ackMode != AckMode.NONE)
						? ackMode.name().toLowerCase(Locale.ROOT).replace('_', '-') : null,
				"its messages are not acknowledged", "Remove one of them");
		refuse(endpoint, "orderingKey", endpoint.getOrderingKey(), "all messages are in order", "Remove 'orderingKey'");
		refuse(endpoint, "singleActive", endpoint.isSingleActive() ? true : null, "every instance gets every message",
				"Remove 'singleActive', or remove 'ordered' and name a durable consumer in 'consumer'");
		refuse(endpoint, "batchSize", above(endpoint.getBatchSize()),
				"a message that fails in a batch would be tried again after those behind it", "Remove one of them");
		Method method = endpoint.getMethod();
		if (method != null && Arrays.asList(method.getParameterTypes()).contains(Acknowledgment.class)) {
			throw new NatsListenerException(endpoint.getDescription(),
					"its 'ordered' is true, and the method has an Acknowledgment parameter, although there is nothing to settle",
					"Remove the parameter, or remove 'ordered'");
		}
	}

	private static @Nullable Integer above(@Nullable Integer number) {
		return (number != null && number > 1) ? number : null;
	}

	private static void refuse(NatsListenerEndpoint endpoint, String attribute, @Nullable Object value, String problem,
			String action) {
		if (value != null) {
			throw new NatsListenerException(endpoint.getDescription(),
					"its 'ordered' is true and its '%s' '%s', and %s".formatted(attribute, value, problem), action);
		}
	}

}
