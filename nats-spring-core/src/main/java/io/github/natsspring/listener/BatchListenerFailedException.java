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

import io.github.natsspring.connection.NatsException;

/**
 * Thrown by a batch listener to say at which message it failed.
 */
public class BatchListenerFailedException extends NatsException {

	private final int index;

	/**
	 * Create an exception.
	 * @param index the position of the message in the batch, from zero
	 * @param cause what failed; given to error handlers
	 */
	public BatchListenerFailedException(int index, Throwable cause) {
		super("Message %d of the batch failed: %s".formatted(index, cause.getMessage()), cause);
		this.index = index;
	}

	/**
	 * The position of the message that failed.
	 * @return the position in the batch, from zero
	 */
	public int getIndex() {
		return this.index;
	}

}
