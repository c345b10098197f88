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

import io.github.natsspring.connection.NatsException;

/**
 * Thrown from any depth of a listener to have the message delivered again. Not a failed
 * run: it counts no attempt and reaches no error handler.
 */
public class NakMessageException extends NatsException {

	private final Duration delay;

	/**
	 * Create an exception.
	 * @param delay how long the server waits; zero for at once
	 */
	public NakMessageException(Duration delay) {
		super("The message is to be delivered again in " + delay);
		this.delay = delay;
	}

	/**
	 * How long the server waits.
	 * @return the delay
	 */
	public Duration getDelay() {
		return this.delay;
	}

}
