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

import io.github.natsspring.config.DefaultNatsListenerContainerFactory;
import io.github.natsspring.deadletter.DeadLetterSettings;
import org.jspecify.annotations.Nullable;

/**
 * Checks the ranges of properties that jnats does not see.
 */
final class NatsPropertiesChecks {

	private NatsPropertiesChecks() {
	}

	static void check(NatsProperties properties) {
		ConfiguredConnection.all(properties).forEach(ConfiguredConnection::check);
		check(properties.getListener());
		positive("nats.metrics.lag-interval", properties.getMetrics().getLagInterval());
		properties.getListeners()
			.forEach((id, listener) -> NatsListenerPropertiesChecks.check(NatsListenerOverridesMapper.PREFIX + id,
					listener, properties.getListener()));
	}

	static void checkConnection(ConfiguredConnection connection) {
		NatsProperties properties = connection.properties();
		positive(connection.property("startup-timeout"), properties.getStartupTimeout());
		notNegative(connection.property("drain-timeout"), properties.getDrainTimeout());
		positive(connection.property("template.request-timeout"), properties.getTemplate().getRequestTimeout());
		NatsProperties.Publish publish = properties.getJetstream().getPublish();
		positive(connection.property("jetstream.publish.timeout"), publish.getTimeout());
		positive(connection.property("jetstream.publish.max-in-flight"), publish.getMaxInFlight());
	}

	private static void check(NatsProperties.Listener listener) {
		positive("nats.listener.concurrency", listener.getConcurrency());
		int maxInFlight = (listener.getMaxInFlight() != null) ? listener.getMaxInFlight()
				: DefaultNatsListenerContainerFactory.DEFAULT_MAX_IN_FLIGHT;
		positive("nats.listener.max-in-flight", maxInFlight);
		if (listener.getMaxBytesInFlight().isNegative()) {
			throw refused("nats.listener.max-bytes-in-flight", listener.getMaxBytesInFlight(), "is less than zero",
					"Set a size, or zero for no limit.");
		}
		if (listener.getConcurrency() > maxInFlight) {
			throw refused("nats.listener.concurrency", listener.getConcurrency(),
					"is above nats.listener.max-in-flight, " + maxInFlight, "Lower it, or raise max-in-flight.");
		}
		positive("nats.listener.ack-extension.max-duration", listener.getAckExtension().getMaxDuration());
		check(listener.getDeadLetter());
		notNegative("nats.listener.shutdown-timeout", listener.getShutdownTimeout());
		positive("nats.listener.stall-timeout", listener.getStallTimeout());
		if (listener.getIdleEventInterval() != null) {
			positive("nats.listener.idle-event-interval", listener.getIdleEventInterval());
		}
		check(listener.getRetry());
	}

	private static void check(NatsProperties.DeadLetter deadLetter) {
		checkDeadLetter("nats.listener.dead-letter.subject", deadLetter.getSubject(), deadLetter.getSubject(), null);
		String stream = deadLetter.getStream();
		if (stream != null) {
			checkDeadLetter("nats.listener.dead-letter.stream", stream, DeadLetterSettings.DEFAULT_SUBJECT, stream);
		}
	}

	static void checkDeadLetter(String property, String value, String subject, @Nullable String stream) {
		try {
			new DeadLetterSettings(null, subject, stream, false);
		}
		catch (IllegalArgumentException ex) {
			throw refused(property, value, "cannot be used: " + ex.getMessage(),
					"Use a name like the default, in which {stream} and {consumer} stand for those of the listener.");
		}
	}

	private static void check(NatsProperties.Retry retry) {
		notNegative("nats.listener.retry.max-attempts", retry.getMaxAttempts());
		notNegative("nats.listener.retry.max-deliveries", retry.getMaxDeliveries());
		positive("nats.listener.retry.initial-interval", retry.getInitialInterval());
		checkMultiplier("nats.listener.retry.multiplier", retry.getMultiplier());
		checkJitter("nats.listener.retry.jitter", retry.getJitter());
		if (retry.getMaxInterval().compareTo(retry.getInitialInterval()) < 0) {
			throw refused("nats.listener.retry.max-interval", retry.getMaxInterval(),
					"is shorter than nats.listener.retry.initial-interval, " + retry.getInitialInterval(),
					"Raise it, or lower the initial interval.");
		}
	}

	static void checkMultiplier(String property, double multiplier) {
		if (!(multiplier >= 1)) {
			throw refused(property, multiplier, "is less than 1",
					"Use 1 for a constant delay, or more for a growing one.");
		}
	}

	static void checkJitter(String property, double jitter) {
		if (!(jitter >= 0 && jitter <= 1)) {
			throw refused(property, jitter, "is not between 0 and 1",
					"Use 0 for none, or 0.2 for a fifth more or less.");
		}
	}

	static void positive(String property, Duration value) {
		if (value.isZero() || value.isNegative()) {
			throw refused(property, value, "is not more than zero", "Set a time such as 5s.");
		}
	}

	static void notNegative(String property, Duration value) {
		if (value.isNegative()) {
			throw refused(property, value, "is less than zero", "Set a time such as 5s, or 0 not to wait.");
		}
	}

	static void notNegative(String property, @Nullable Integer value) {
		if (value != null && value < 0) {
			throw refused(property, value, "is less than zero", "Set a number from 1, or 0 for no bound.");
		}
	}

	static void positive(String property, int value) {
		if (value < 1) {
			throw refused(property, value, "is less than 1", "Set a number from 1.");
		}
	}

	static InvalidNatsPropertyException refused(String property, Object value, String reason, String action) {
		return new InvalidNatsPropertyException(property, value, reason, action);
	}

}
