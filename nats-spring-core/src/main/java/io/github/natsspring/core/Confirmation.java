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

import io.nats.client.Connection;
import org.jspecify.annotations.Nullable;

/**
 * A core publish of which it is awaited whether the server takes it.
 */
final class Confirmation {

	private final Connection connection;

	private final String subject;

	private final @Nullable String replyTo;

	private volatile @Nullable String error;

	Confirmation(Connection connection, String subject, @Nullable String replyTo) {
		this.connection = connection;
		this.subject = subject;
		this.replyTo = replyTo;
	}

	/**
	 * The server refused a message, perhaps this one.
	 */
	void refused(Connection connection, Refusal refusal, String error) {
		if (this.connection == connection && refusal.concerns(this.subject, this.replyTo)) {
			this.error = error;
		}
	}

	/**
	 * Why the message was refused, or {@code null} if it was not.
	 */
	@Nullable String error() {
		return this.error;
	}

}
