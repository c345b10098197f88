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

import org.jspecify.annotations.Nullable;

/**
 * Sees each message that a {@link NatsTemplate} or a {@link JetStreamTemplate} sends,
 * before it is sent and after it. Beans of this type are called in their order before,
 * and the other way round after; those for one connection ask
 * {@link OutgoingMessage#getConnectionName()}. Called from many threads at once.
 * <p>
 * A message that is sent again under its message id is intercepted once. Each
 * {@link #before} that returned is followed by exactly one of {@link #afterSuccess} and
 * {@link #afterFailure}. Replies of listeners and dead letters are not intercepted.
 */
public interface NatsPublishInterceptor {

	/**
	 * Look at a message, change it or discard it ({@link OutgoingMessage#discard()}), on
	 * the thread of who sends it. What is thrown reaches the caller, of an asynchronous
	 * method through its future, and nothing is sent.
	 * @param message the message, as those before left it
	 */
	default void before(OutgoingMessage message) {
	}

	/**
	 * The message was sent, which for a publish over core NATS says no more than that it
	 * was handed to the connection (and taken by the server, if the caller asked for
	 * that); a stream stored it; the answer to a request is there; or an interceptor
	 * behind this one discarded it. For asynchronous methods on the thread that completes
	 * the future, before it does. What is thrown is logged and has no effect.
	 * @param message the message as it was sent
	 * @param result the {@code PublishAck} of a stream, or the answer to a request;
	 * {@code null} for a publish over core NATS, an empty answer and what was discarded
	 */
	default void afterSuccess(OutgoingMessage message, @Nullable Object result) {
	}

	/**
	 * The message could not be sent, or nobody confirmed or answered it. What is thrown
	 * is logged and has no effect.
	 * @param message the message as it was to be sent
	 * @param failure what the caller gets
	 */
	default void afterFailure(OutgoingMessage message, Throwable failure) {
	}

}
