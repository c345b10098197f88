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

package io.github.natsspring.core;

import java.time.Duration;
import java.util.concurrent.Executor;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * Settings of a {@link JetStreamTemplate}.
 *
 * @param publishTimeout how long a publish may take in all; also how long a caller of an
 * asynchronous publish waits when too many are in flight
 * @param maxInFlight the number of asynchronous publishes that may be unconfirmed at once
 * @param attemptTimeout how long a synchronous publish waits before it sends the message
 * again, under the same message id
 * @param retryInterval the pause before a synchronous publish is tried again because no
 * stream listened, as it happens while a cluster elects a leader
 * @param noStreamRetries how often that is tried again
 * @param executor completes the futures of asynchronous publishes, and runs what users
 * hang on them; {@code null} for a few threads of the template
 */
public record JetStreamTemplateSettings(Duration publishTimeout, int maxInFlight, Duration attemptTimeout,
		Duration retryInterval, int noStreamRetries, @Nullable Executor executor) {

	public JetStreamTemplateSettings {
		Assert.isTrue(publishTimeout.toNanos() > 0, "'publishTimeout' must be positive");
		Assert.isTrue(maxInFlight > 0, "'maxInFlight' must be positive");
		Assert.isTrue(attemptTimeout.toNanos() > 0, "'attemptTimeout' must be positive");
		Assert.isTrue(retryInterval.toNanos() > 0, "'retryInterval' must be positive");
		Assert.isTrue(noStreamRetries >= 0, "'noStreamRetries' must not be negative");
	}

	/**
	 * Five seconds in all and two for an attempt, 1,000 in flight, two retries after a
	 * quarter of a second, and threads of the template.
	 * @return the settings
	 */
	public static JetStreamTemplateSettings defaults() {
		return new JetStreamTemplateSettings(Duration.ofSeconds(5), 1000, Duration.ofSeconds(2), Duration.ofMillis(250),
				2, null);
	}

	/**
	 * The same settings with other limits.
	 * @param publishTimeout how long a publish may take in all
	 * @param maxInFlight how many asynchronous publishes may be without an answer
	 * @return the settings
	 */
	public JetStreamTemplateSettings with(Duration publishTimeout, int maxInFlight) {
		return new JetStreamTemplateSettings(publishTimeout, maxInFlight, this.attemptTimeout, this.retryInterval,
				this.noStreamRetries, this.executor);
	}

}
