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
 * Prepares the server before the connection is handed to anybody else, for example by
 * creating the declared topology. Runs once for each start of the holder, on the thread
 * that made the connection; an exception fails the start and closes the connection.
 */
@FunctionalInterface
public interface ConnectionInitializer {

	/**
	 * Use the connection before others do. Should end in a bounded time, and not wait for
	 * a thread that itself needs the connection: that one waits for this, and gives up
	 * after twice the start-up timeout and 30 seconds. A stop of the holder closes the
	 * connection after the drain timeout although this has not ended.
	 * @param connection the raw jnats connection, connected
	 */
	void initialize(Connection connection);

}
