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
 * Thrown from any depth of a listener to have the message never delivered again. It is
 * removed from a work-queue stream and is not dead-lettered.
 */
public class TermMessageException extends NatsException {

	private final String reason;

	/**
	 * Create an exception.
	 * @param reason why, for the server's advisory (from server 2.10.4)
	 */
	public TermMessageException(String reason) {
		super("The message is not to be delivered again: " + reason);
		this.reason = reason;
	}

	/**
	 * Why the message is given up.
	 * @return the reason
	 */
	public String getReason() {
		return this.reason;
	}

}
