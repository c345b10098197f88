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

package io.github.natsspring.listener;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.DoubleSupplier;
import java.util.stream.Collectors;

import io.nats.client.Message;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.core.convert.ConversionException;
import org.springframework.messaging.converter.MessageConversionException;
import org.springframework.messaging.handler.annotation.support.MethodArgumentNotValidException;
import org.springframework.messaging.handler.invocation.MethodArgumentResolutionException;
import org.springframework.util.Assert;
import org.springframework.validation.BindingResult;
import org.springframework.validation.FieldError;

/**
 * Lets the server deliver a message again after a delay that grows with the number of its
 * deliveries. A message that cannot be read or whose arguments are not valid will fail
 * again, so it waits the longest delay, and each of its failures is logged as an error
 * (without the payload) and counted.
 */
public class DefaultFailureHandler implements FailureHandler {

	/**
	 * The delay after the first failure, unless set otherwise.
	 */
	public static final Duration DEFAULT_INITIAL_INTERVAL = Duration.ofSeconds(1);

	/**
	 * By how much the delay grows with each failure, unless set otherwise.
	 */
	public static final double DEFAULT_MULTIPLIER = 2;

	/**
	 * The longest delay, unless set otherwise.
	 */
	public static final Duration DEFAULT_MAX_INTERVAL = Duration.ofMinutes(1);

	/**
	 * How far a delay may be off, as a part of it, unless set otherwise.
	 */
	public static final double DEFAULT_JITTER = 0.2;

	private static final Log logger = LogFactory.getLog(DefaultFailureHandler.class);

	private final Duration initialInterval;

	private final double multiplier;

	private final Duration maxInterval;

	private final double jitter;

	private final DoubleSupplier random;

	private final AtomicLong unreadable = new AtomicLong();

	/**
	 * Create a handler with the defaults: 1 s, twice as long each time, at most 1 m, 20 %
	 * more or less.
	 */
	public DefaultFailureHandler() {
		this(DEFAULT_INITIAL_INTERVAL, DEFAULT_MULTIPLIER, DEFAULT_MAX_INTERVAL, DEFAULT_JITTER);
	}

	/**
	 * Create a handler.
	 * @param initialInterval the delay after the first failure, more than zero
	 * @param multiplier by how much the delay grows with each failure, at least 1
	 * @param maxInterval the longest delay, jitter included; at least the initial one
	 * @param jitter how far a delay may be off to either side, as a part of it; from 0 to
	 * 1
	 */
	public DefaultFailureHandler(Duration initialInterval, double multiplier, Duration maxInterval, double jitter) {
		this(initialInterval, multiplier, maxInterval, jitter, () -> ThreadLocalRandom.current().nextDouble());
	}

	DefaultFailureHandler(Duration initialInterval, double multiplier, Duration maxInterval, double jitter,
			DoubleSupplier random) {
		Assert.isTrue(initialInterval.toNanos() > 0,
				() -> "The initial interval must be more than zero, and is " + initialInterval);
		Assert.isTrue(multiplier >= 1, () -> "The multiplier must be at least 1, and is " + multiplier);
		Assert.isTrue(maxInterval.compareTo(initialInterval) >= 0, () -> "The longest interval " + maxInterval
				+ " must not be shorter than the initial one, " + initialInterval);
		Assert.isTrue(jitter >= 0 && jitter <= 1, () -> "The jitter must be from 0 to 1, and is " + jitter);
		this.initialInterval = initialInterval;
		this.multiplier = multiplier;
		this.maxInterval = maxInterval;
		this.jitter = jitter;
		this.random = random;
	}

	@Override
	public Decision decide(FailedRun failure) {
		if (isUnreadable(failure.exception())) {
			this.unreadable.incrementAndGet();
			logger.error("%s cannot be handled as it is, and is tried again every %d ms: %s"
				.formatted(describe(failure.message()), this.maxInterval.toMillis(), describe(failure.exception())));
			return new Decision.Redeliver(this.maxInterval);
		}
		return new Decision.Redeliver(delay(failure.deliveries()));
	}

	/**
	 * How many runs failed because the message could not be read or its arguments were
	 * not valid.
	 * @return the number of runs, since the start of the application
	 */
	public long getUnreadableCount() {
		return this.unreadable.get();
	}

	private Duration delay(long deliveries) {
		// Infinite for many deliveries, which the bound catches
		double nanos = this.initialInterval.toNanos() * Math.pow(this.multiplier, Math.max(0, deliveries - 1));
		nanos = Math.min(nanos, this.maxInterval.toNanos());
		nanos *= 1 + this.jitter * (2 * this.random.getAsDouble() - 1);
		return Duration.ofNanos((long) Math.min(nanos, this.maxInterval.toNanos()));
	}

	private boolean isUnreadable(Throwable exception) {
		return exception instanceof MessageConversionException || exception instanceof MethodArgumentResolutionException
				|| exception instanceof ConversionException || exception instanceof ClassCastException;
	}

	private String describe(Message message) {
		if (!message.isJetStream()) {
			return "The message on subject '%s'".formatted(message.getSubject());
		}
		return "The message on subject '%s' (stream %s, sequence %d, consumer %s, delivery %d)".formatted(
				message.getSubject(), message.metaData().getStream(), message.metaData().streamSequence(),
				message.metaData().getConsumer(), message.metaData().deliveredCount());
	}

	private String describe(Throwable exception) {
		String type = exception.getClass().getName();
		if (exception instanceof MethodArgumentNotValidException notValid && notValid.getBindingResult() != null) {
			// The message of the exception holds the rejected values
			return type + ": " + describe(notValid.getBindingResult());
		}
		return type + ": " + exception.getMessage();
	}

	private String describe(BindingResult result) {
		return result.getAllErrors()
			.stream()
			.map((error) -> (error instanceof FieldError field)
					? "%s %s".formatted(field.getField(), field.getDefaultMessage()) : String.valueOf(error.getCode()))
			.collect(Collectors.joining(", "));
	}

}
