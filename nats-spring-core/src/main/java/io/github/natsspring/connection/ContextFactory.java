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
 * Makes an object over a raw connection, such as a {@code JetStream} or a
 * {@code KeyValue}. Called again after each reconnect, because jnats' contexts freeze
 * what the server could do when they were made.
 *
 * @param <T> what is made
 */
@FunctionalInterface
public interface ContextFactory<T> {

	/**
	 * Make the object.
	 * @param connection the raw jnats connection
	 * @return the object
	 * @throws IOException if the server did not answer
	 * @throws JetStreamApiException if the server refused
	 */
	T create(Connection connection) throws IOException, JetStreamApiException;

}
