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

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Tries a failed message again after a delay that grows with each failure, until its
 * attempts are used up; a message that will fail again anyway is not tried again. A
 * {@link NatsErrorHandler} is asked first.
 */
public class DefaultFailureHandler implements FailureHandler {

	private static final Log logger = LogFactory.getLog(DefaultFailureHandler.class);

	private static final int MAX_CAUSES = 100;

	private final RetrySettings settings;

	private final @Nullable NatsErrorHandler errorHandler;

	private final DoubleSupplier random;

	private final AtomicLong unreadable = new AtomicLong();

	/**
	 * Create a handler with the defaults.
	 */
	public DefaultFailureHandler() {
		this(RetrySettings.defaults(), null);
	}

	/**
	 * Create a handler.
	 * @param settings how messages are tried again
	 * @param errorHandler asked first, or {@code null} for none
	 */
	public DefaultFailureHandler(RetrySettings settings, @Nullable NatsErrorHandler errorHandler) {
		this(settings, errorHandler, () -> ThreadLocalRandom.current().nextDouble());
	}

	DefaultFailureHandler(RetrySettings settings, @Nullable NatsErrorHandler errorHandler, DoubleSupplier random) {
		this.settings = settings;
		this.errorHandler = errorHandler;
		this.random = random;
	}

	@Override
	public Decision decide(FailedRun failure) {
		if (failure.isFatal()) {
			this.unreadable.incrementAndGet();
		}
		Decision decision = ask(failure);
		if (decision != null) {
			return decision;
		}
		if (failure.isFatal() || isNotRetryable(failure.exception()) || isExhausted(failure)) {
			return (this.settings.onExhausted() == RetrySettings.OnExhausted.DISCARD) ? new Decision.Discard()
					: new Decision.DeadLetter();
		}
		Duration delay = delay(Math.max(failure.attempts(), failure.deliveries()));
		return (this.settings.mode() == RetrySettings.Mode.IN_PLACE) ? new Decision.RetryInPlace(delay)
				: new Decision.Redeliver(delay);
	}

	/**
	 * How many runs failed because the message could not be read or its arguments were
	 * not valid.
	 * @return the number of runs, since the start of the application
	 */
	public long getUnreadableCount() {
		return this.unreadable.get();
	}

	private @Nullable Decision ask(FailedRun failure) {
		try {
			return (this.errorHandler != null) ? this.errorHandler.handle(failure) : null;
		}
		catch (Throwable ex) {
			// Checked exceptions, too: other languages throw them from anywhere
			logger.error(
					"The error handler of listener '%s' failed; the default decides".formatted(failure.listenerId()),
					ex);
			return null;
		}
	}

	private boolean isExhausted(FailedRun failure) {
		return this.settings.maxAttempts() > 0 && failure.attempts() >= this.settings.maxAttempts();
	}

	private boolean isNotRetryable(Throwable exception) {
		Throwable cause = exception;
		// Bounded, since causes may go round in a circle
		for (int depth = 0; cause != null && depth < MAX_CAUSES; depth++) {
			Throwable current = cause;
			cause = cause.getCause();
			if (this.settings.notRetryable().stream().anyMatch((type) -> type.isInstance(current))) {
				return true;
			}
		}
		return false;
	}

	private Duration delay(long failures) {
		// Infinite for many failures, which the bound catches
		double longest = this.settings.maxInterval().toNanos();
		double nanos = this.settings.initialInterval().toNanos()
				* Math.pow(this.settings.multiplier(), Math.max(0, failures - 1));
		nanos = Math.min(nanos, longest) * (1 + this.settings.jitter() * (2 * this.random.getAsDouble() - 1));
		return Duration.ofNanos((long) Math.min(nanos, longest));
	}

}
