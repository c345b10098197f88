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

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

import io.github.natsspring.deadletter.DeadLetterOrigin;
import io.github.natsspring.listener.MessageListenerContainer;
import io.github.natsspring.listener.NatsListenerException;
import org.jspecify.annotations.Nullable;

/**
 * The listeners of an application with their containers, by id and in the order of their
 * registration. Refuses those that cannot be told apart, and tells observers who comes
 * and goes. All methods may be called by any thread; what they return is a copy.
 */
final class ListenerRegistrations {

	private final ReentrantLock lock = new ReentrantLock();

	private final Map<String, Registration> registrations = new LinkedHashMap<>();

	private final RegistrationObservers observers = new RegistrationObservers();

	/**
	 * Add a listener.
	 * @throws NatsListenerException if it cannot be told apart from another one
	 */
	void add(Registration registration) {
		this.lock.lock();
		try {
			checkDistinct(registration.endpoint(), registration.factory());
			this.registrations.put(registration.endpoint().getId(), registration);
			this.observers.added(registration.endpoint(), registration.container(),
					registration.factory().getConnectionName());
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Remove the listener of a container, if it is there.
	 */
	void remove(MessageListenerContainer container) {
		this.lock.lock();
		try {
			if (this.registrations.values().removeIf((registration) -> registration.container() == container)) {
				this.observers.removed(container);
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Add an observer. It is told at once of the listeners that are there.
	 */
	void addObserver(NatsListenerRegistrationObserver observer) {
		this.lock.lock();
		try {
			this.observers.add(observer);
			this.registrations.values()
				.forEach((registration) -> RegistrationObservers.added(observer, registration.endpoint(),
						registration.container(), registration.factory().getConnectionName()));
		}
		finally {
			this.lock.unlock();
		}
	}

	void removeObserver(NatsListenerRegistrationObserver observer) {
		this.observers.remove(observer);
	}

	@Nullable Registration get(String id) {
		this.lock.lock();
		try {
			return this.registrations.get(id);
		}
		finally {
			this.lock.unlock();
		}
	}

	Set<String> ids() {
		this.lock.lock();
		try {
			return new LinkedHashSet<>(this.registrations.keySet());
		}
		finally {
			this.lock.unlock();
		}
	}

	List<Registration> all() {
		this.lock.lock();
		try {
			return new ArrayList<>(this.registrations.values());
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Refuse a listener that cannot be told apart from one that is there.
	 */
	void checkDistinct(NatsListenerEndpoint endpoint, NatsListenerContainerFactory factory) {
		all().forEach((other) -> checkDistinct(endpoint, other.endpoint(), other.isOver(factory.getConnectionName())));
	}

	private static void checkDistinct(NatsListenerEndpoint endpoint, NatsListenerEndpoint other,
			boolean sameConnection) {
		if (endpoint.getId().equals(other.getId())) {
			throw new NatsListenerException(endpoint.getDescription(),
					"its id '%s' is also that of %s".formatted(endpoint.getId(), other.getDescription()),
					"Give each listener an 'id' of its own");
		}
		if (ConfiguredListeners.isSame(endpoint.getId(), other.getId())) {
			throw new NatsListenerException(endpoint.getDescription(),
					("its id '%s' and '%s', that of %s, differ only in case, '-' and '_', and nats.listeners.<id>"
							+ " cannot tell them apart")
						.formatted(endpoint.getId(), other.getId(), other.getDescription()),
					"Give one of them another 'id'");
		}
		String consumer = endpoint.getConsumer();
		String stream = endpoint.getStream();
		if (sameConnection && consumer != null && stream != null && consumer.equals(other.getConsumer())
				&& stream.equals(other.getStream())) {
			throw new NatsListenerException(endpoint.getDescription(),
					"the consumer '%s' of stream '%s' already has the listener %s".formatted(consumer, stream,
							other.getDescription()),
					"Give each listener a consumer of its own, since each message of a consumer goes to one listener only");
		}
	}

	/**
	 * A listener that is registered.
	 */
	record Registration(NatsListenerEndpoint endpoint, MessageListenerContainer container,
			NatsListenerContainerFactory factory) {

		/**
		 * Whether the listener has this connection, or may have it since one of them is
		 * not known.
		 */
		boolean isOver(@Nullable String connection) {
			String own = this.factory.getConnectionName();
			return own == null || connection == null || own.equals(connection);
		}

		/**
		 * Whether a dead letter comes from the consumer of the listener.
		 */
		boolean isOriginOf(DeadLetterOrigin origin) {
			return origin.stream().equals(this.endpoint.getStream()) && origin.consumer().equals(consumer());
		}

		private String consumer() {
			String consumer = this.endpoint.getConsumer();
			return (consumer != null) ? consumer : EphemeralConsumerSource.nameOf(this.endpoint);
		}

	}

}
