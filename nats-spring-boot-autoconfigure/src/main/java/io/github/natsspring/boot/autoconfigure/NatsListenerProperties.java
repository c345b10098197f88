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
import java.util.List;

import io.github.natsspring.listener.AckMode;
import io.github.natsspring.listener.MissingConsumer;
import io.github.natsspring.listener.RetrySettings;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationPropertiesSource;
import org.springframework.util.unit.DataSize;

/**
 * Properties of one listener, by its id: those of {@code nats.listener}. What is left out
 * is as its annotation says, and else as {@code nats.listener} says.
 */
@ConfigurationPropertiesSource
public class NatsListenerProperties {

	/**
	 * Whether the listener starts with the application.
	 */
	private @Nullable Boolean autoStartup;

	/**
	 * How many handlers may run at once, per instance.
	 */
	private @Nullable Integer concurrency;

	/**
	 * How messages are acknowledged.
	 */
	private @Nullable AckMode ackMode;

	/**
	 * Maximum number of messages that are fetched and not settled, per instance.
	 */
	private @Nullable Integer maxInFlight;

	/**
	 * Maximum size of the messages that are fetched and not settled, per instance; zero
	 * for no limit. A single message may be larger.
	 */
	private @Nullable DataSize maxBytesInFlight;

	/**
	 * What a listener does when its consumer is gone while it runs: wait for it, make it
	 * again behind what the server has seen acknowledged, or fail.
	 */
	private @Nullable MissingConsumer missingConsumer;

	/**
	 * How long running handlers may take to end when a listener stops.
	 */
	private @Nullable Duration shutdownTimeout;

	/**
	 * How long a JetStream listener may be unable to consume before it is reported as
	 * stalled.
	 */
	private @Nullable Duration stallTimeout;

	/**
	 * How long no message may arrive before an idle event is published, and again after
	 * each such time. By default there are no such events.
	 */
	private @Nullable Duration idleEventInterval;

	/**
	 * Whether to observe the runs of the listener, its replies and its dead letters, if
	 * there is an observation registry.
	 */
	private @Nullable Boolean observationEnabled;

	private final Retry retry = new Retry();

	private final DeadLetter deadLetter = new DeadLetter();

	private final AckExtension ackExtension = new AckExtension();

	public @Nullable Boolean getAutoStartup() {
		return this.autoStartup;
	}

	public void setAutoStartup(@Nullable Boolean autoStartup) {
		this.autoStartup = autoStartup;
	}

	public @Nullable Integer getConcurrency() {
		return this.concurrency;
	}

	public void setConcurrency(@Nullable Integer concurrency) {
		this.concurrency = concurrency;
	}

	public @Nullable AckMode getAckMode() {
		return this.ackMode;
	}

	public void setAckMode(@Nullable AckMode ackMode) {
		this.ackMode = ackMode;
	}

	public @Nullable Integer getMaxInFlight() {
		return this.maxInFlight;
	}

	public void setMaxInFlight(@Nullable Integer maxInFlight) {
		this.maxInFlight = maxInFlight;
	}

	public @Nullable DataSize getMaxBytesInFlight() {
		return this.maxBytesInFlight;
	}

	public void setMaxBytesInFlight(@Nullable DataSize maxBytesInFlight) {
		this.maxBytesInFlight = maxBytesInFlight;
	}

	public @Nullable MissingConsumer getMissingConsumer() {
		return this.missingConsumer;
	}

	public void setMissingConsumer(@Nullable MissingConsumer missingConsumer) {
		this.missingConsumer = missingConsumer;
	}

	public @Nullable Duration getShutdownTimeout() {
		return this.shutdownTimeout;
	}

	public void setShutdownTimeout(@Nullable Duration shutdownTimeout) {
		this.shutdownTimeout = shutdownTimeout;
	}

	public @Nullable Duration getStallTimeout() {
		return this.stallTimeout;
	}

	public void setStallTimeout(@Nullable Duration stallTimeout) {
		this.stallTimeout = stallTimeout;
	}

	public @Nullable Duration getIdleEventInterval() {
		return this.idleEventInterval;
	}

	public void setIdleEventInterval(@Nullable Duration idleEventInterval) {
		this.idleEventInterval = idleEventInterval;
	}

	public @Nullable Boolean getObservationEnabled() {
		return this.observationEnabled;
	}

	public void setObservationEnabled(@Nullable Boolean observationEnabled) {
		this.observationEnabled = observationEnabled;
	}

	public Retry getRetry() {
		return this.retry;
	}

	public DeadLetter getDeadLetter() {
		return this.deadLetter;
	}

	public AckExtension getAckExtension() {
		return this.ackExtension;
	}

	/**
	 * When a message whose handler failed is handled again.
	 */
	public static class Retry {

		/**
		 * Whether the server delivers a failed message again, or it is kept and handled
		 * again before those behind it. Listeners with an ordering key keep it, whatever
		 * is set here.
		 */
		private RetrySettings.@Nullable Mode mode;

		/**
		 * How many runs may fail before a message is given up, the first included, or 0
		 * for any number. By default 5 for listeners with dead letters, any number for
		 * others.
		 */
		private @Nullable Integer maxAttempts;

		/**
		 * Number of deliveries above which a message is not handled any more but given
		 * up, which ends crash loops, or 0 for no bound. By default 10 more than the
		 * attempts if those are bounded.
		 */
		private @Nullable Integer maxDeliveries;

		/**
		 * Delay before the first retry.
		 */
		private @Nullable Duration initialInterval;

		/**
		 * Factor by which the delay grows from one retry to the next.
		 */
		private @Nullable Double multiplier;

		/**
		 * Maximum delay between retries.
		 */
		private @Nullable Duration maxInterval;

		/**
		 * Random part of the delay, from 0 to 1.
		 */
		private @Nullable Double jitter;

		/**
		 * Comma-separated list of exception classes after which a message is given up at
		 * once. Subclasses and causes count, too.
		 */
		private @Nullable List<Class<? extends Throwable>> notRetryable;

		/**
		 * What becomes of a message that is given up. Discarding it needs a stream with
		 * limits retention.
		 */
		private RetrySettings.@Nullable OnExhausted onExhausted;

		public RetrySettings.@Nullable Mode getMode() {
			return this.mode;
		}

		public void setMode(RetrySettings.@Nullable Mode mode) {
			this.mode = mode;
		}

		public @Nullable Integer getMaxAttempts() {
			return this.maxAttempts;
		}

		public void setMaxAttempts(@Nullable Integer maxAttempts) {
			this.maxAttempts = maxAttempts;
		}

		public @Nullable Integer getMaxDeliveries() {
			return this.maxDeliveries;
		}

		public void setMaxDeliveries(@Nullable Integer maxDeliveries) {
			this.maxDeliveries = maxDeliveries;
		}

		public @Nullable Duration getInitialInterval() {
			return this.initialInterval;
		}

		public void setInitialInterval(@Nullable Duration initialInterval) {
			this.initialInterval = initialInterval;
		}

		public @Nullable Double getMultiplier() {
			return this.multiplier;
		}

		public void setMultiplier(@Nullable Double multiplier) {
			this.multiplier = multiplier;
		}

		public @Nullable Duration getMaxInterval() {
			return this.maxInterval;
		}

		public void setMaxInterval(@Nullable Duration maxInterval) {
			this.maxInterval = maxInterval;
		}

		public @Nullable Double getJitter() {
			return this.jitter;
		}

		public void setJitter(@Nullable Double jitter) {
			this.jitter = jitter;
		}

		public @Nullable List<Class<? extends Throwable>> getNotRetryable() {
			return this.notRetryable;
		}

		public void setNotRetryable(@Nullable List<Class<? extends Throwable>> notRetryable) {
			this.notRetryable = notRetryable;
		}

		public RetrySettings.@Nullable OnExhausted getOnExhausted() {
			return this.onExhausted;
		}

		public void setOnExhausted(RetrySettings.@Nullable OnExhausted onExhausted) {
			this.onExhausted = onExhausted;
		}

	}

	/**
	 * Where messages go that cannot be handled.
	 */
	public static class DeadLetter {

		/**
		 * Whether there are dead letters. By default there are as soon as a stream
		 * captures their subject, or their stream is set.
		 */
		private @Nullable Boolean enabled;

		/**
		 * Subject of dead letters, in which {stream} and {consumer} stand for those of
		 * the listener.
		 */
		private @Nullable String subject;

		/**
		 * Stream that holds dead letters, in which {stream} and {consumer} stand for
		 * those of the listener. One that is missing is created under the provisioning
		 * mode. By default any stream that captures the subject, or {stream}_DLQ where
		 * one has to be created.
		 */
		private @Nullable String stream;

		/**
		 * Whether dead letters hold the stack trace of the exception.
		 */
		private @Nullable Boolean includeStackTrace;

		public @Nullable Boolean getEnabled() {
			return this.enabled;
		}

		public void setEnabled(@Nullable Boolean enabled) {
			this.enabled = enabled;
		}

		public @Nullable String getSubject() {
			return this.subject;
		}

		public void setSubject(@Nullable String subject) {
			this.subject = subject;
		}

		public @Nullable String getStream() {
			return this.stream;
		}

		public void setStream(@Nullable String stream) {
			this.stream = stream;
		}

		public @Nullable Boolean getIncludeStackTrace() {
			return this.includeStackTrace;
		}

		public void setIncludeStackTrace(@Nullable Boolean includeStackTrace) {
			this.includeStackTrace = includeStackTrace;
		}

	}

	/**
	 * How the server is told of messages that take longer than its ack-wait.
	 */
	public static class AckExtension {

		/**
		 * Whether the server is told that a message is in progress while its handler
		 * runs.
		 */
		private @Nullable Boolean enabled;

		/**
		 * How long it is told so, from the start of the handler. A handler that runs
		 * longer is reported as stuck.
		 */
		private @Nullable Duration maxDuration;

		public @Nullable Boolean getEnabled() {
			return this.enabled;
		}

		public void setEnabled(@Nullable Boolean enabled) {
			this.enabled = enabled;
		}

		public @Nullable Duration getMaxDuration() {
			return this.maxDuration;
		}

		public void setMaxDuration(@Nullable Duration maxDuration) {
			this.maxDuration = maxDuration;
		}

	}

}
