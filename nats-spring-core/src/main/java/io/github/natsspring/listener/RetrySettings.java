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
import java.util.List;

import org.springframework.util.Assert;

/**
 * How failed messages are tried again.
 *
 * @param mode whether the server delivers them again, or they are kept
 * @param maxAttempts how many runs may fail, the first included; zero for any number
 * @param initialInterval the delay after the first failure, more than zero
 * @param multiplier by how much the delay grows with each failure, at least 1
 * @param maxInterval the longest delay, jitter included; at least the initial one
 * @param jitter how far a delay may be off to either side, as a part of it; from 0 to 1
 * @param notRetryable exceptions, with their subclasses, after which a message is not
 * tried again; looked for among the causes, too
 * @param onExhausted what becomes of a message that is not tried again
 */
public record RetrySettings(Mode mode, int maxAttempts, Duration initialInterval, double multiplier,
		Duration maxInterval, double jitter, List<Class<? extends Throwable>> notRetryable, OnExhausted onExhausted) {

	public RetrySettings {
		Assert.isTrue(maxAttempts >= 0, () -> "The number of attempts must not be negative, and is " + maxAttempts);
		Assert.isTrue(initialInterval.toNanos() > 0,
				() -> "The initial interval must be more than zero, and is " + initialInterval);
		Assert.isTrue(multiplier >= 1, () -> "The multiplier must be at least 1, and is " + multiplier);
		Assert.isTrue(maxInterval.compareTo(initialInterval) >= 0, () -> "The longest interval " + maxInterval
				+ " must not be shorter than the initial one, " + initialInterval);
		Assert.isTrue(jitter >= 0 && jitter <= 1, () -> "The jitter must be from 0 to 1, and is " + jitter);
		notRetryable = List.copyOf(notRetryable);
	}

	/**
	 * One second, twice as long each time, at most a minute, a fifth more or less, by
	 * redelivery, any number of times.
	 * @return the settings
	 */
	public static RetrySettings defaults() {
		return new RetrySettings(Mode.REDELIVER, 0, Duration.ofSeconds(1), 2, Duration.ofMinutes(1), 0.2, List.of(),
				OnExhausted.DEAD_LETTER);
	}

	/**
	 * The same settings in another mode.
	 * @param mode the mode
	 * @return the settings
	 */
	public RetrySettings withMode(Mode mode) {
		return new RetrySettings(mode, this.maxAttempts, this.initialInterval, this.multiplier, this.maxInterval,
				this.jitter, this.notRetryable, this.onExhausted);
	}

	/**
	 * The same settings with another number of attempts.
	 * @param maxAttempts how many runs may fail; zero for any number
	 * @return the settings
	 */
	public RetrySettings withMaxAttempts(int maxAttempts) {
		return new RetrySettings(this.mode, maxAttempts, this.initialInterval, this.multiplier, this.maxInterval,
				this.jitter, this.notRetryable, this.onExhausted);
	}

	/**
	 * How a message is tried again.
	 */
	public enum Mode {

		/**
		 * The server delivers it again after the delay, to any instance; others pass by.
		 */
		REDELIVER,

		/**
		 * The container keeps it and runs it again before the messages behind it.
		 */
		IN_PLACE

	}

	/**
	 * What becomes of a message that is not tried again.
	 */
	public enum OnExhausted {

		/**
		 * It becomes a dead letter; without a destination for those it is tried again at
		 * the longest interval.
		 */
		DEAD_LETTER,

		/**
		 * It is acknowledged and logged.
		 */
		DISCARD

	}

}
