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

/**
 * A {@link NatsBatchListener} was able to handle only the first messages that it was
 * given, since the one behind them cannot be read, and failed on these with the cause.
 * Thrown by listeners that wrap others; the methods of an application have no use for it.
 */
public final class PartialBatchException extends Exception {

	private final int size;

	/**
	 * Create an exception.
	 * @param size how many messages were handled, from the first on
	 * @param cause what the listener threw for them
	 */
	public PartialBatchException(int size, Throwable cause) {
		super("Only the first %d messages of a batch were handled".formatted(size), cause);
		this.size = size;
	}

	/**
	 * How many messages were handled.
	 * @return the number, from the first on
	 */
	public int getSize() {
		return this.size;
	}

}
