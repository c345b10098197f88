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

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.github.natsspring.listener.MessageListenerContainer;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Those who are told of listeners. One that fails disturbs nobody else.
 */
final class RegistrationObservers {

	private static final Log logger = LogFactory.getLog(RegistrationObservers.class);

	private final List<NatsListenerRegistrationObserver> observers = new CopyOnWriteArrayList<>();

	void add(NatsListenerRegistrationObserver observer) {
		this.observers.add(observer);
	}

	void remove(NatsListenerRegistrationObserver observer) {
		this.observers.remove(observer);
	}

	/**
	 * Tell all of a new listener.
	 */
	void added(NatsListenerEndpoint endpoint, MessageListenerContainer container, @Nullable String connection) {
		this.observers.forEach((observer) -> added(observer, endpoint, container, connection));
	}

	/**
	 * Tell one of a listener.
	 */
	static void added(NatsListenerRegistrationObserver observer, NatsListenerEndpoint endpoint,
			MessageListenerContainer container, @Nullable String connection) {
		tell(() -> observer.added(endpoint, container, connection), container);
	}

	/**
	 * Tell all that a listener is gone.
	 */
	void removed(MessageListenerContainer container) {
		this.observers.forEach((observer) -> tell(() -> observer.removed(container), container));
	}

	private static void tell(Runnable call, MessageListenerContainer container) {
		try {
			call.run();
		}
		catch (RuntimeException | Error ex) {
			logger.warn("Somebody who was told of the listener '%s' failed".formatted(container.getListenerId()), ex);
		}
	}

}
