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
	 * Whose the consumer is. Always the same.
	 * @return the kind, {@link ConsumerKind#DURABLE} unless overridden
	 */
	default ConsumerKind kind() {
		return ConsumerKind.DURABLE;
	}

	/**
	 * Check again that the consumer suits the listener, since it was changed or made
	 * again while the container runs. Called as {@link #open()} is. Does nothing unless
	 * overridden.
	 * @param consumer what the server says of the consumer
	 * @throws NatsException if it does not suit the listener
	 */
	default void check(ConsumerInfo consumer) {
	}

	/**
	 * Make the consumer again that is gone, or one in its place. Called as
	 * {@link #open()} is.
	 * @param ackFloor up to which sequence of the stream the server is known to have seen
	 * everything acknowledged, or, if nobody shares the consumer, up to where this
	 * container has handled everything; what lies behind it may be delivered again
	 * @return what the server says of the new consumer, or of the one that somebody else
	 * made first
	 * @throws NatsException if it cannot be made
	 */
	default ConsumerInfo recreate(long ackFloor) {
		throw new NatsException("This consumer cannot be made again");
	}

	/**
	 * Whether the consumer that was made last goes on behind the one before it. It does
	 * not if the stream is another one by now. Asked only if nobody shares the consumer.
	 * @return whether that is so
	 */
	default boolean hasContinued() {
		return false;
	}

	/**
	 * Delete a consumer that nobody shares and that was replaced. Called as
	 * {@link #open()} is; must not throw. Does nothing unless overridden.
	 * @param consumer the name of the consumer
	 */
	default void discard(String consumer) {
	}

	/**
	 * The container has stopped. Called once for each start, after the last run ended or
	 * was given up; a later start opens again. Does nothing unless overridden.
	 */
	default void close() {
	}

}
