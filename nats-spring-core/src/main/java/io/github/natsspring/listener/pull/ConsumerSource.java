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

package io.github.natsspring.listener.pull;

import io.github.natsspring.connection.NatsException;
import io.nats.client.api.ConsumerInfo;

/**
 * Finds the consumer that a container pulls from, or makes it where that is allowed.
 */
@FunctionalInterface
public interface ConsumerSource {

	/**
	 * Find the consumer. Called at each start of a container, never on a thread of jnats;
	 * asks the server and may block for the request timeout.
	 * @return what the server says of the consumer
	 * @throws NatsException if there is no such consumer, or it does not suit the
	 * listener
	 */
	ConsumerInfo open();

	/**
	 * Make the consumer again that is gone. Called as {@link #open()} is.
	 * @param ackFloor up to which sequence of the stream the server is known to have seen
	 * everything acknowledged; what lies behind it may be delivered again
	 * @return what the server says of the new consumer, or of the one that somebody else
	 * made first
	 * @throws NatsException if it cannot be made
	 */
	default ConsumerInfo recreate(long ackFloor) {
		throw new NatsException("This consumer cannot be made again");
	}

	/**
	 * The container has stopped. Called once for each start, after the last run ended or
	 * was given up; a later start opens again. Does nothing unless overridden.
	 */
	default void close() {
	}

}
