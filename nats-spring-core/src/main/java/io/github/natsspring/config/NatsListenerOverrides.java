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

import java.time.Duration;
import java.util.List;

import io.github.natsspring.deadletter.DeadLetterSettings;
import io.github.natsspring.listener.AckMode;
import io.github.natsspring.listener.MissingConsumer;
import io.github.natsspring.listener.NatsListenerException;
import io.github.natsspring.listener.RetrySettings;
import org.jspecify.annotations.Nullable;

/**
 * What is said for one listener by its id. It wins over what its endpoint says, and that
 * over the settings of the container factory. What is not set here overrides nothing.
 */
public final class NatsListenerOverrides {

	private final String source;

	@Nullable Boolean autoStartup;

	@Nullable Integer maxInFlight;

	@Nullable Duration shutdownTimeout;

	@Nullable Duration stallTimeout;

	@Nullable Duration idleEventInterval;

	@Nullable Integer concurrency;

	@Nullable AckMode ackMode;

	@Nullable Long maxBytesInFlight;

	@Nullable MissingConsumer missingConsumer;

	RetrySettings.@Nullable Mode retryMode;

	@Nullable Integer maxAttempts;

	@Nullable Integer maxDeliveries;

	@Nullable Duration initialInterval;

	@Nullable Double multiplier;

	@Nullable Duration maxInterval;

	@Nullable Double jitter;

	@Nullable List<Class<? extends Throwable>> notRetryable;

	RetrySettings.@Nullable OnExhausted onExhausted;

	@Nullable Boolean deadLetters;

	@Nullable String deadLetterSubject;

	@Nullable String deadLetterStream;

	@Nullable Boolean includeStackTrace;

	@Nullable Boolean ackExtension;

	@Nullable Duration longestExtension;

	@Nullable Boolean observation;

	/**
	 * Create overrides that override nothing yet.
	 * @param source where they are written, for messages, such as
	 * {@code nats.listeners.billing}
	 */
	public NatsListenerOverrides(String source) {
		this.source = source;
	}

	/**
	 * Set whether the container starts with the application.
	 * @param autoStartup the value
	 */
	public void setAutoStartup(Boolean autoStartup) {
		this.autoStartup = autoStartup;
	}

	/**
	 * Set how many messages the container may hold.
	 * @param maxInFlight the value
	 */
	public void setMaxInFlight(Integer maxInFlight) {
		this.maxInFlight = maxInFlight;
	}

	/**
	 * Set how long running handlers may take to end.
	 * @param shutdownTimeout the value
	 */
	public void setShutdownTimeout(Duration shutdownTimeout) {
		this.shutdownTimeout = shutdownTimeout;
	}

	/**
	 * Set how long the container may be unable to consume before it is reported; for
	 * JetStream.
	 * @param stallTimeout the value
	 */
	public void setStallTimeout(Duration stallTimeout) {
		this.stallTimeout = stallTimeout;
	}

	/**
	 * Set how long no message may arrive before the container is reported as idle.
	 * @param idleEventInterval the value
	 */
	public void setIdleEventInterval(Duration idleEventInterval) {
		this.idleEventInterval = idleEventInterval;
	}

	/**
	 * Set how many handlers may run at once; for JetStream.
	 * @param concurrency the value
	 */
	public void setConcurrency(Integer concurrency) {
		this.concurrency = concurrency;
	}

	/**
	 * Set how messages are acknowledged; for JetStream.
	 * @param ackMode the value
	 */
	public void setAckMode(AckMode ackMode) {
		this.ackMode = ackMode;
	}

	/**
	 * Set the bound on the bytes that are fetched and not settled, or zero for none; for
	 * JetStream.
	 * @param maxBytesInFlight the value
	 */
	public void setMaxBytesInFlight(Long maxBytesInFlight) {
		this.maxBytesInFlight = maxBytesInFlight;
	}

	/**
	 * Set what happens when the consumer is gone; for JetStream.
	 * @param missingConsumer the value
	 */
	public void setMissingConsumer(MissingConsumer missingConsumer) {
		this.missingConsumer = missingConsumer;
	}

	/**
	 * Set how a message is tried again; for JetStream.
	 * @param retryMode the value
	 */
	public void setRetryMode(RetrySettings.Mode retryMode) {
		this.retryMode = retryMode;
	}

	/**
	 * Set how many runs may fail, or zero for any number; for JetStream.
	 * @param maxAttempts the value
	 */
	public void setMaxAttempts(Integer maxAttempts) {
		this.maxAttempts = maxAttempts;
	}

	/**
	 * Set above how many deliveries a message is not run, or zero for no bound; for
	 * JetStream.
	 * @param maxDeliveries the value
	 */
	public void setMaxDeliveries(Integer maxDeliveries) {
		this.maxDeliveries = maxDeliveries;
	}

	/**
	 * Set the delay after the first failure; for JetStream.
	 * @param initialInterval the value
	 */
	public void setInitialInterval(Duration initialInterval) {
		this.initialInterval = initialInterval;
	}

	/**
	 * Set by how much the delay grows with each failure; for JetStream.
	 * @param multiplier the value
	 */
	public void setMultiplier(Double multiplier) {
		this.multiplier = multiplier;
	}

	/**
	 * Set the longest delay; for JetStream.
	 * @param maxInterval the value
	 */
	public void setMaxInterval(Duration maxInterval) {
		this.maxInterval = maxInterval;
	}

	/**
	 * Set how far a delay may be off, as a part of it; for JetStream.
	 * @param jitter the value
	 */
	public void setJitter(Double jitter) {
		this.jitter = jitter;
	}

	/**
	 * Set exceptions after which a message is given up at once; for JetStream.
	 * @param notRetryable the value
	 */
	public void setNotRetryable(List<Class<? extends Throwable>> notRetryable) {
		this.notRetryable = notRetryable;
	}

	/**
	 * Set what becomes of a message that is given up; for JetStream.
	 * @param onExhausted the value
	 */
	public void setOnExhausted(RetrySettings.OnExhausted onExhausted) {
		this.onExhausted = onExhausted;
	}

	/**
	 * Set whether there are dead letters; for JetStream.
	 * @param deadLetters the value
	 */
	public void setDeadLetters(Boolean deadLetters) {
		this.deadLetters = deadLetters;
	}

	/**
	 * Set the subject of dead letters; for JetStream.
	 * @param deadLetterSubject the value
	 */
	public void setDeadLetterSubject(String deadLetterSubject) {
		this.deadLetterSubject = deadLetterSubject;
	}

	/**
	 * Set the stream of dead letters; for JetStream.
	 * @param deadLetterStream the value
	 */
	public void setDeadLetterStream(String deadLetterStream) {
		this.deadLetterStream = deadLetterStream;
	}

	/**
	 * Set whether dead letters hold the stack trace; for JetStream.
	 * @param includeStackTrace the value
	 */
	public void setIncludeStackTrace(Boolean includeStackTrace) {
		this.includeStackTrace = includeStackTrace;
	}

	/**
	 * Set whether the server is told of messages that are in progress; for JetStream.
	 * @param ackExtension the value
	 */
	public void setAckExtension(Boolean ackExtension) {
		this.ackExtension = ackExtension;
	}

	/**
	 * Set how long it is told so; for JetStream.
	 * @param longestExtension the value
	 */
	public void setLongestExtension(Duration longestExtension) {
		this.longestExtension = longestExtension;
	}

	/**
	 * Set whether the runs of the listener are observed, with what comes of them:
	 * replies, and dead letters.
	 * @param observation the value
	 */
	public void setObservationEnabled(Boolean observation) {
		this.observation = observation;
	}

	/**
	 * Override what the endpoint says itself.
	 */
	NatsListenerEndpoint applyTo(NatsListenerEndpoint endpoint) {
		new OverrideChecks(this.source, this).check(endpoint);
		return endpoint.mutate()
			.autoStartup(or(this.autoStartup, endpoint.getAutoStartup()))
			.maxInFlight(or(this.maxInFlight, endpoint.getMaxInFlight()))
			.concurrency(or(this.concurrency, endpoint.getConcurrency()))
			.ackMode(or(this.ackMode, endpoint.getAckMode()))
			.build();
	}

	/**
	 * The retry settings, on top of those of all listeners.
	 */
	RetrySettings retry(NatsListenerEndpoint endpoint, RetrySettings base) {
		try {
			return new RetrySettings(orElse(this.retryMode, base.mode()), base.maxAttempts(),
					orElse(this.initialInterval, base.initialInterval()), orElse(this.multiplier, base.multiplier()),
					orElse(this.maxInterval, base.maxInterval()), orElse(this.jitter, base.jitter()),
					orElse(this.notRetryable, base.notRetryable()), orElse(this.onExhausted, base.onExhausted()));
		}
		catch (IllegalArgumentException ex) {
			throw refused(endpoint, ".retry", ex);
		}
	}

	/**
	 * Where dead letters go, on top of what is said for all listeners.
	 */
	DeadLetterSettings deadLetter(NatsListenerEndpoint endpoint, DeadLetterSettings base) {
		try {
			return new DeadLetterSettings(or(this.deadLetters, base.enabled()),
					orElse(this.deadLetterSubject, base.subject()), or(this.deadLetterStream, base.stream()),
					orElse(this.includeStackTrace, base.includeStackTrace()));
		}
		catch (IllegalArgumentException ex) {
			throw refused(endpoint, ".dead-letter", ex);
		}
	}

	private NatsListenerException refused(NatsListenerEndpoint endpoint, String group, IllegalArgumentException ex) {
		return new NatsListenerException(endpoint.getDescription(),
				"%s%s cannot be used: %s".formatted(this.source, group, ex.getMessage()),
				"Correct the value, with regard to nats.listener" + group, ex);
	}

	private static <T> @Nullable T or(@Nullable T value, @Nullable T fallback) {
		return (value != null) ? value : fallback;
	}

	static <T> T orElse(@Nullable T value, T fallback) {
		return (value != null) ? value : fallback;
	}

}
