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

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.natsspring.listener.NatsListenerException;
import org.jspecify.annotations.Nullable;

/**
 * Refuses what is said for a listener by its id and has no use there.
 */
final class OverrideChecks {

	private final String source;

	private final NatsListenerOverrides overrides;

	/**
	 * Create checks.
	 * @param source where the overrides are written
	 * @param overrides the overrides
	 */
	OverrideChecks(String source, NatsListenerOverrides overrides) {
		this.source = source;
		this.overrides = overrides;
	}

	void check(NatsListenerEndpoint endpoint) {
		if (!endpoint.isJetStream()) {
			refuse(endpoint, forJetStream(), "which is for JetStream, and this is a core NATS listener",
					"Remove the property, or name a stream or a consumer");
		}
		else if (endpoint.getWatch() != null) {
			refuse(endpoint, forWork(), "which is for what is settled, and this listener watches a bucket",
					"Remove the property: every instance is given everything once, one after the other");
		}
	}

	private void refuse(NatsListenerEndpoint endpoint, Map<String, @Nullable Object> values, String problem,
			String action) {
		values.forEach((key, value) -> {
			if (value != null) {
				throw new NatsListenerException(endpoint.getDescription(),
						"%s.%s is '%s', %s".formatted(this.source, key, value, problem), action);
			}
		});
	}

	/**
	 * What a watch has no use for.
	 */
	private Map<String, @Nullable Object> forWork() {
		Map<String, @Nullable Object> values = forJetStream();
		values.keySet().removeAll(List.of("max-bytes-in-flight", "stall-timeout", "ack-extension.max-duration"));
		return values;
	}

	private Map<String, @Nullable Object> forJetStream() {
		Map<String, @Nullable Object> values = new LinkedHashMap<>();
		values.put("concurrency", this.overrides.concurrency);
		values.put("ack-mode", this.overrides.ackMode);
		values.put("max-bytes-in-flight", this.overrides.maxBytesInFlight);
		values.put("stall-timeout", this.overrides.stallTimeout);
		values.put("missing-consumer", this.overrides.missingConsumer);
		values.put("retry.mode", this.overrides.retryMode);
		values.put("retry.max-attempts", this.overrides.maxAttempts);
		values.put("retry.max-deliveries", this.overrides.maxDeliveries);
		values.put("retry.initial-interval", this.overrides.initialInterval);
		values.put("retry.multiplier", this.overrides.multiplier);
		values.put("retry.max-interval", this.overrides.maxInterval);
		values.put("retry.jitter", this.overrides.jitter);
		values.put("retry.not-retryable", this.overrides.notRetryable);
		values.put("retry.on-exhausted", this.overrides.onExhausted);
		values.put("dead-letter.enabled", this.overrides.deadLetters);
		values.put("dead-letter.subject", this.overrides.deadLetterSubject);
		values.put("dead-letter.stream", this.overrides.deadLetterStream);
		values.put("dead-letter.include-stack-trace", this.overrides.includeStackTrace);
		values.put("ack-extension.enabled", this.overrides.ackExtension);
		values.put("ack-extension.max-duration", this.overrides.longestExtension);
		return values;
	}

}
