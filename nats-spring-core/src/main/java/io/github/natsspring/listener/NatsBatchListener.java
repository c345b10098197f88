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

import java.util.List;
import java.util.concurrent.CompletionStage;

import io.nats.client.Message;
import org.jspecify.annotations.Nullable;

/**
 * Handles several messages at once. Returning normally is success for all of them. A
 * {@link BatchListenerFailedException} says which one failed: those before it are
 * acknowledged, it is given to the {@link FailureHandler}, and those behind it are
 * handled again. {@link AckMessageException}, {@link NakMessageException} and
 * {@link TermMessageException} settle all of them. After any other exception, or an
 * {@link Error}, the messages are run again one by one, each as a batch of its own, so
 * that only what fails is retried.
 */
@FunctionalInterface
public interface NatsBatchListener {

	/**
	 * Handle messages, on a thread of the container and never on a thread of jnats.
	 * @param messages one message or more, in the order of their delivery; they are
	 * settled by the container
	 * @throws Exception if the run failed
	 */
	void onMessages(List<Message> messages) throws Exception;

	/**
	 * Handle messages, and say when the work is done. This is what containers call; by
	 * default it is {@link #onMessages} and done when that returns. A listener whose work
	 * goes on without its thread overrides both: until the work is done, the messages
	 * count as running.
	 * @param messages as for {@link #onMessages}
	 * @return completes when the work is done, on any thread and with any value;
	 * exceptionally if the run failed, with what {@link #onMessages} would throw, alone
	 * or as the cause of a {@code CompletionException}. {@code null} if the work is done
	 * @throws Exception if the run failed
	 */
	default @Nullable CompletionStage<?> handle(List<Message> messages) throws Exception {
		onMessages(messages);
		return null;
	}

}
