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

import java.util.concurrent.CompletableFuture;

import io.nats.client.Connection;
import io.nats.client.Message;

/**
 * A request whose reply is awaited. Completed on a thread of jnats, so that nothing of
 * the user may hang on it; fails with a {@link RequestFailure} only.
 */
class PendingRequest extends CompletableFuture<Message> {

	private final Connection connection;

	private final String subject;

	private final long deadline;

	PendingRequest(Connection connection, String subject, long deadline) {
		this.connection = connection;
		this.subject = subject;
		this.deadline = deadline;
	}

	/**
	 * When it is overdue, in the time of {@link System#nanoTime()}.
	 */
	long deadline() {
		return this.deadline;
	}

	/**
	 * Whether the server speaks of this request.
	 * @param connection where the error came
	 * @param error the text, which has the subject between quotes
	 * @return whether the request was refused
	 */
	boolean isRefusedBy(Connection connection, String error) {
		return this.connection == connection && error.contains("\"" + this.subject + "\"");
	}

	void fail(RequestFailure.Reason reason, String text) {
		completeExceptionally(new RequestFailure(reason, text));
	}

}
