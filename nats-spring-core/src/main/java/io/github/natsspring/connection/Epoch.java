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

package io.github.natsspring.connection;

import java.io.IOException;

import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;

/**
 * A stretch of time in which the server remembers what it was asked over the connection.
 */
final class Epoch {

	private final Connection connection;

	private final long number;

	private final ConcurrentContexts contexts = new ConcurrentContexts();

	Epoch(Connection connection, long number) {
		this.connection = connection;
		this.number = number;
	}

	Connection connection() {
		return this.connection;
	}

	long number() {
		return this.number;
	}

	<T> T context(ContextFactory<T> factory) {
		try {
			return this.contexts.get(factory, this.connection);
		}
		catch (IOException | JetStreamApiException ex) {
			throw new NatsException(Redaction.redact(ex.getMessage()), ex);
		}
	}

}
