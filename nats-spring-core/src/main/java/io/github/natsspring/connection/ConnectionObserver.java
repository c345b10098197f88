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

import io.nats.client.Connection;

/**
 * Learns of the life of the connection that a {@link ConnectionHolder} manages. Calls
 * come one at a time and in order, on a thread of the holder and never on a thread of
 * jnats; a call must return soon, since all observers share that thread.
 */
public interface ConnectionObserver {

	/**
	 * The connection can be used: for the first time, again after a reconnect when
	 * subscriptions are restored, or because it was replaced by a new one.
	 * @param connection the raw jnats connection
	 * @param epoch rises with each call; what was asked of the server in an older epoch
	 * may never be answered
	 */
	default void connected(Connection connection, long epoch) {
	}

	/**
	 * The connection was lost. Called once per loss, although jnats reports every failed
	 * attempt to reconnect.
	 */
	default void disconnected() {
	}

	/**
	 * The server reported an error on the connection, such as a subject that may not be
	 * published to; it does so some milliseconds after the fact.
	 * @param connection the raw jnats connection
	 * @param error the text of the server; it may hold a subject, but no credentials
	 */
	default void serverError(Connection connection, String error) {
	}

}
