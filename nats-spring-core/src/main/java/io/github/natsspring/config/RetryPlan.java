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

import io.github.natsspring.listener.RetrySettings;
import io.github.natsspring.listener.RetrySettings.Mode;
import io.github.natsspring.listener.RetrySettings.OnExhausted;
import org.jspecify.annotations.Nullable;

/**
 * How often a message is tried, as far as it was said; the rest depends on whether there
 * are dead letters and on what the consumer allows. Pure.
 *
 * @param retry mode and delays
 * @param maxAttempts how many runs may fail, zero for any number, or {@code null} if it
 * was not said
 * @param maxDeliveries above how many deliveries a message is not run, zero for no bound,
 * or {@code null} if it was not said
 */
record RetryPlan(RetrySettings retry, @Nullable Integer maxAttempts, @Nullable Integer maxDeliveries) {

	/**
	 * How many runs may fail where a message can be given up.
	 */
	static final int DEFAULT_MAX_ATTEMPTS = 5;

	/**
	 * How many deliveries more than failed runs there may be: each stop of an application
	 * with full buffers is one.
	 */
	static final int DELIVERIES_BESIDE_ATTEMPTS = 10;

	/**
	 * Take in what is known once the consumer is.
	 * @param deadLetters whether there are dead letters
	 * @param serverMaxDeliver how often the consumer delivers a message, or less than 1
	 * for any number
	 * @return the limits
	 */
	Limits limits(boolean deadLetters, long serverMaxDeliver) {
		boolean ends = deadLetters || this.retry.onExhausted() == OnExhausted.DISCARD;
		int attempts = (this.maxAttempts != null) ? this.maxAttempts : ends ? DEFAULT_MAX_ATTEMPTS : 0;
		boolean serverFirst = this.retry.mode() == Mode.REDELIVER && serverMaxDeliver > 0
				&& (attempts == 0 || attempts > serverMaxDeliver);
		int effective = (serverFirst && ends) ? (int) serverMaxDeliver : attempts;
		int deliveries = (this.maxDeliveries != null) ? this.maxDeliveries
				: (attempts > 0) ? effective + DELIVERIES_BESIDE_ATTEMPTS : 0;
		return new Limits(this.retry.withMaxAttempts(effective), deliveries,
				serverFirst && (this.maxAttempts != null || !ends));
	}

	/**
	 * Limits of one listener from one start to the next.
	 *
	 * @param retry with the number of attempts
	 * @param maxDeliveries above how many deliveries a message is not run; zero for no
	 * bound
	 * @param stoppedByServer whether the server stops before a number that was said, or
	 * although there is nowhere for the message to go
	 */
	record Limits(RetrySettings retry, int maxDeliveries, boolean stoppedByServer) {
	}

}
