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

import io.nats.client.Message;
import org.jspecify.annotations.Nullable;

/**
 * Sees each message before its listener and after it. Beans of this type are called in
 * their order before a run, and the other way round after it, on the thread of the
 * listener unless said otherwise. Called from many threads at once.
 * <p>
 * A run is one call of the listener for a message: one that is tried again is intercepted
 * again, and so is a dead letter that is handed to its listener. Each {@link #before}
 * that let a message pass is followed by exactly one of {@link #afterSuccess} and
 * {@link #afterFailure}. The listener of a batch gets its messages together, and each of
 * them is intercepted by itself.
 */
public interface NatsMessageInterceptor {

	/**
	 * Whether to intercept a listener. Asked once, when its container is made.
	 * @param listenerId the id of the listener
	 * @return whether its messages are of interest; by default all are
	 */
	default boolean supports(String listenerId) {
		return true;
	}

	/**
	 * Look at a message, replace it or discard it. What is thrown is a failed run of the
	 * message, as if the listener had thrown it; it is tried again, dead-lettered or
	 * settled by the same rules.
	 * @param message the message, as those before left it; must not be settled, and its
	 * headers not be changed: {@code EditedMessage.of(message)} makes another one
	 * @param context goes with the message until the end of its run
	 * @return the message for the listener, of which subject, headers and body are used;
	 * or {@code null} to discard it. A discarded message of JetStream is acknowledged
	 * without being handled. A request over core NATS stays without an answer then
	 * @throws Exception if the run is to fail
	 */
	default @Nullable Message before(Message message, MessageContext context) throws Exception {
		return message;
	}

	/**
	 * The listener handled the message, or threw {@link AckMessageException}, or an
	 * interceptor behind this one discarded it ({@link MessageContext#isDiscarded()}). It
	 * is acknowledged afterwards, unless the listener does that by itself. An
	 * asynchronous result ends the run when it is there, on the thread that completes it.
	 * What is thrown is logged and has no effect on the message.
	 * @param message the message as the listener got it
	 * @param context what {@link #before} was given
	 * @throws Exception if anything goes wrong
	 */
	default void afterSuccess(Message message, MessageContext context) throws Exception {
	}

	/**
	 * The run failed, or the listener threw {@link NakMessageException} or
	 * {@link TermMessageException}. What is thrown is logged and has no effect on the
	 * message. In a batch the run also ends like this, with the exception of the whole
	 * batch, for messages that are run again because of another one.
	 * @param message the message as the listener got it
	 * @param context what {@link #before} was given
	 * @param failure what the listener or an interceptor behind this one threw
	 * @throws Exception if anything goes wrong
	 */
	default void afterFailure(Message message, MessageContext context, Throwable failure) throws Exception {
	}

	/**
	 * The listener has returned, on the thread of {@link #before}: the place to take away
	 * what was bound to that thread. Called once for each message that {@link #before}
	 * let pass, after {@link #afterSuccess} or {@link #afterFailure} unless the result is
	 * asynchronous. What is thrown is logged.
	 * @param message the message as the listener got it
	 * @param context what {@link #before} was given
	 */
	default void afterReturn(Message message, MessageContext context) {
	}

}
