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

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * Settles one delivery of a message. Exactly one of {@link #ack()}, {@link #ackSync()},
 * {@code nak} and {@code term} may be called, once; a second settlement is an
 * {@link IllegalStateException}. May be kept and used from any thread. While the
 * connection is lost settlements are held, and sent when it is back.
 */
public interface Acknowledgment {

	/**
	 * The message is done.
	 * @throws IllegalStateException if it was settled before
	 */
	void ack();

	/**
	 * The message is done; wait until the server has confirmed it. Blocks for the request
	 * timeout at most.
	 * @throws IllegalStateException if it was settled before
	 * @throws io.github.natsspring.connection.NatsException if the server did not confirm
	 * in time; the message may be delivered again
	 */
	void ackSync();

	/**
	 * The message is to be delivered again, at once.
	 * @throws IllegalStateException if it was settled before
	 */
	default void nak() {
		nak(Duration.ZERO);
	}

	/**
	 * The message is to be delivered again after a delay.
	 * @param delay how long the server waits; zero for at once
	 * @throws IllegalStateException if it was settled before
	 */
	void nak(Duration delay);

	/**
	 * The message is never to be delivered again. It is removed from a work-queue stream
	 * and is not dead-lettered.
	 * @throws IllegalStateException if it was settled before
	 */
	default void term() {
		term(null);
	}

	/**
	 * The message is never to be delivered again. It is removed from a work-queue stream
	 * and is not dead-lettered.
	 * @param reason why, for the server's advisory (from server 2.10.4), or {@code null}
	 * @throws IllegalStateException if it was settled before
	 */
	void term(@Nullable String reason);

	/**
	 * The message is still worked on: the server starts its ack-wait again.
	 * @throws IllegalStateException if it was settled before
	 */
	void inProgress();

	/**
	 * Whether the message was settled.
	 * @return {@code true} once one of the settlements was made
	 */
	boolean isSettled();

}
