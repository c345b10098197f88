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

import java.util.concurrent.CompletionStage;

import io.nats.client.Message;
import org.jspecify.annotations.Nullable;

/**
 * Handles one message. Returning normally is success; any exception, and any
 * {@link Error}, is a failed run that is given to the {@link FailureHandler}, except for
 * {@link AckMessageException}, {@link NakMessageException} and
 * {@link TermMessageException}, which settle the message.
 */
@FunctionalInterface
public interface NatsMessageListener {

	/**
	 * Handle a message, on a thread of the container and never on a thread of jnats.
	 * @param message the message; settle it through the acknowledgment only
	 * @param acknowledgment settles the message; in the modes in which the container does
	 * that, a listener that settles first is respected. A core NATS message has none to
	 * give: then it throws {@link UnsupportedOperationException}
	 * @throws Exception if the run failed
	 */
	void onMessage(Message message, Acknowledgment acknowledgment) throws Exception;

	/**
	 * Handle a message, and say when the work is done. This is what containers call; by
	 * default it is {@link #onMessage} and done when that returns. A listener whose work
	 * goes on without its thread overrides both: until the work is done, the message
	 * counts as running.
	 * @param message the message; settle it through the acknowledgment only
	 * @param acknowledgment as for {@link #onMessage}
	 * @return completes when the work is done, on any thread and with any value;
	 * exceptionally if the run failed, with what {@link #onMessage} would throw, alone or
	 * as the cause of a {@code CompletionException}. {@code null} if the work is done
	 * @throws Exception if the run failed
	 */
	default @Nullable CompletionStage<?> handle(Message message, Acknowledgment acknowledgment) throws Exception {
		onMessage(message, acknowledgment);
		return null;
	}

}
