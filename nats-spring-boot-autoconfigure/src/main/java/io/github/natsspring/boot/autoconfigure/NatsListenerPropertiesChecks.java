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

package io.github.natsspring.boot.autoconfigure;

import java.time.Duration;
import java.util.function.BiConsumer;

import io.github.natsspring.deadletter.DeadLetterSettings;
import org.jspecify.annotations.Nullable;

/**
 * Checks the ranges of what is said for single listeners, as {@link NatsPropertiesChecks}
 * does of what is said for all.
 */
final class NatsListenerPropertiesChecks {

	private NatsListenerPropertiesChecks() {
	}

	static void check(String prefix, NatsListenerProperties listener, NatsProperties.Listener all) {
		given(prefix + ".concurrency", listener.getConcurrency(), NatsPropertiesChecks::positive);
		given(prefix + ".max-in-flight", listener.getMaxInFlight(), NatsPropertiesChecks::positive);
		given(prefix + ".max-bytes-in-flight", listener.getMaxBytesInFlight(), (property, size) -> {
			if (size.isNegative()) {
				throw NatsPropertiesChecks.refused(property, size, "is less than zero",
						"Set a size, or zero for no limit.");
			}
		});
		given(prefix + ".shutdown-timeout", listener.getShutdownTimeout(), NatsPropertiesChecks::notNegative);
		given(prefix + ".stall-timeout", listener.getStallTimeout(), NatsPropertiesChecks::positive);
		given(prefix + ".idle-event-interval", listener.getIdleEventInterval(), NatsPropertiesChecks::positive);
		given(prefix + ".ack-extension.max-duration", listener.getAckExtension().getMaxDuration(),
				NatsPropertiesChecks::positive);
		given(prefix + ".dead-letter.subject", listener.getDeadLetter().getSubject(),
				(property, subject) -> NatsPropertiesChecks.checkDeadLetter(property, subject, subject, null));
		given(prefix + ".dead-letter.stream", listener.getDeadLetter().getStream(),
				(property, stream) -> NatsPropertiesChecks.checkDeadLetter(property, stream,
						DeadLetterSettings.DEFAULT_SUBJECT, stream));
		check(prefix + ".retry", listener.getRetry(), all.getRetry());
	}

	private static void check(String prefix, NatsListenerProperties.Retry retry, NatsProperties.Retry all) {
		NatsPropertiesChecks.notNegative(prefix + ".max-attempts", retry.getMaxAttempts());
		NatsPropertiesChecks.notNegative(prefix + ".max-deliveries", retry.getMaxDeliveries());
		given(prefix + ".initial-interval", retry.getInitialInterval(), NatsPropertiesChecks::positive);
		given(prefix + ".multiplier", retry.getMultiplier(), NatsPropertiesChecks::checkMultiplier);
		given(prefix + ".jitter", retry.getJitter(), NatsPropertiesChecks::checkJitter);
		checkIntervals(prefix, retry, all);
	}

	/**
	 * Either may come from what is said for all.
	 */
	private static void checkIntervals(String prefix, NatsListenerProperties.Retry retry, NatsProperties.Retry all) {
		Duration ownInitial = retry.getInitialInterval();
		Duration ownMax = retry.getMaxInterval();
		Duration initial = (ownInitial != null) ? ownInitial : all.getInitialInterval();
		Duration max = (ownMax != null) ? ownMax : all.getMaxInterval();
		if (max.compareTo(initial) < 0) {
			throw NatsPropertiesChecks.refused(((ownMax != null) ? prefix : "nats.listener.retry") + ".max-interval",
					max,
					"is shorter than %s.initial-interval, %s"
						.formatted((ownInitial != null) ? prefix : "nats.listener.retry", initial),
					"Set %s.max-interval to the longer of both, or lower the initial interval.".formatted(prefix));
		}
	}

	private static <T> void given(String property, @Nullable T value, BiConsumer<String, T> check) {
		if (value != null) {
			check.accept(property, value);
		}
	}

}
