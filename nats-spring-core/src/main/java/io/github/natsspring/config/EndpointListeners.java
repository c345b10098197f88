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
import java.time.Duration;
import java.util.List;
import java.util.Objects;

import io.github.natsspring.deadletter.ListenerRedriveTarget;
import io.github.natsspring.deadletter.RedriveTarget;
import io.github.natsspring.listener.AckMode;
import io.github.natsspring.listener.BatchListenerFailedException;
import io.github.natsspring.listener.NatsBatchListener;
import io.github.natsspring.listener.NatsMessageListener;
import io.github.natsspring.listener.adapter.MethodListenerAdapterFactory;

/**
 * Makes the listeners that endpoints describe: what containers run for messages, and what
 * is run for a dead letter.
 */
final class EndpointListeners {

	// For a listener that settles after it returned
	private static final Duration REDRIVE_TIMEOUT = Duration.ofMinutes(1);

	private final MethodListenerAdapterFactory adapters;

	EndpointListeners(MethodListenerAdapterFactory adapters) {
		this.adapters = adapters;
	}

	/**
	 * The listener for one message, also of an endpoint for batches.
	 */
	NatsMessageListener single(NatsListenerEndpoint endpoint) {
		if (endpoint.getListener() != null) {
			return endpoint.getListener();
		}
		if (endpoint.isBatch()) {
			return single(batch(endpoint));
		}
		Object bean = Objects.requireNonNull(endpoint.getBean());
		Method method = Objects.requireNonNull(endpoint.getMethod());
		return this.adapters.with(endpoint.getMethodSettings())
			.create(bean, method, endpoint.getDescription(), endpoint.getSubjects(), endpoint.isJetStream(),
					endpoint.getMessageConverter());
	}

	NatsBatchListener batch(NatsListenerEndpoint endpoint) {
		return this.adapters.with(endpoint.getMethodSettings())
			.createBatch(Objects.requireNonNull(endpoint.getBean()), Objects.requireNonNull(endpoint.getMethod()),
					endpoint.getDescription(), endpoint.getMessageConverter());
	}

	RedriveTarget redriveTarget(NatsListenerEndpoint endpoint, AckMode ackMode) {
		return new ListenerRedriveTarget(single(endpoint), ackMode, REDRIVE_TIMEOUT);
	}

	/**
	 * For a dead letter, which comes alone.
	 */
	private static NatsMessageListener single(NatsBatchListener listener) {
		return (message, acknowledgment) -> {
			try {
				listener.onMessages(List.of(message));
			}
			catch (BatchListenerFailedException ex) {
				throw (ex.getCause() instanceof Exception cause) ? cause : ex;
			}
		};
	}

}
