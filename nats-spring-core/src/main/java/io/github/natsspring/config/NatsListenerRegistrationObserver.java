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

package io.github.natsspring.config;

import io.github.natsspring.listener.MessageListenerContainer;
import org.jspecify.annotations.Nullable;

/**
 * Learns which listeners there are. Calls come one at a time and must return soon: a
 * listener is added or removed meanwhile. What they throw is logged and has no effect.
 */
public interface NatsListenerRegistrationObserver {

	/**
	 * A listener was added.
	 * @param endpoint the listener
	 * @param container its container, not started yet if it is new
	 * @param connection the name of its connection, or {@code null} if its factory does
	 * not tell
	 */
	void added(NatsListenerEndpoint endpoint, MessageListenerContainer container, @Nullable String connection);

	/**
	 * A listener was removed.
	 * @param container its container
	 */
	void removed(MessageListenerContainer container);

}
