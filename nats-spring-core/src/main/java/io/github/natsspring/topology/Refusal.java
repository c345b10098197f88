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

package io.github.natsspring.topology;

import io.github.natsspring.connection.Redaction;
import io.nats.client.Connection;
import org.jspecify.annotations.Nullable;

/**
 * What a server says of a request that the user has no permission for: nothing in answer
 * to it, but an error on the connection.
 */
final class Refusal {

	private final Connection connection;

	private final String subject;

	private final @Nullable String earlier;

	/**
	 * Look for what is said from now on.
	 */
	Refusal(Connection connection, String subject) {
		this.connection = connection;
		this.subject = "\"" + subject + "\"";
		this.earlier = connection.getLastError();
	}

	/**
	 * The server's text, or {@code null} if it said nothing of this request.
	 */
	@SuppressWarnings("StringEquality")
	@Nullable String text() {
		String error = this.connection.getLastError();
		// The same text may have been said of an earlier request
		boolean mine = error != null && error != this.earlier && error.contains(this.subject);
		return mine ? "the server refuses it: " + Redaction.redact(error) : null;
	}

}
