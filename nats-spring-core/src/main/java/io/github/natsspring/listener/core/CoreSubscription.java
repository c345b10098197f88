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

package io.github.natsspring.listener.core;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

import io.github.natsspring.connection.RoundTrips;
import io.nats.client.Connection;
import io.nats.client.Dispatcher;
import io.nats.client.MessageHandler;
import io.nats.client.Subscription;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The subscriptions of a listener over one connection, on one thread of jnats. To be
 * changed under the lock of the {@link Subscriber} only.
 */
final class CoreSubscription {

	static final Duration SERVER_TIMEOUT = Duration.ofSeconds(5);

	private static final Log logger = LogFactory.getLog(CoreSubscription.class);

	private final String id;

	private final Connection connection;

	private final Dispatcher dispatcher;

	private final @Nullable String queue;

	private final MessageHandler handler;

	private final Map<String, Subscription> subjects = new HashMap<>();

	private CoreSubscription(String id, Connection connection, @Nullable String queue, MessageHandler handler) {
		this.id = id;
		this.connection = connection;
		this.dispatcher = connection.createDispatcher();
		this.queue = queue;
		this.handler = handler;
	}

	/**
	 * Subscribe. Does not wait for the server.
	 */
	static CoreSubscription make(String id, Connection connection, CoreContainerSettings settings,
			MessageHandler handler) {
		CoreSubscription made = new CoreSubscription(id, connection, settings.queue(), handler);
		try {
			// The bound is that of our queue, which says what it drops
			made.dispatcher.setPendingLimits(-1, -1);
			settings.subjects().forEach(made::subscribe);
			return made;
		}
		catch (RuntimeException | Error ex) {
			made.close();
			throw ex;
		}
	}

	private void subscribe(String subject) {
		this.subjects.put(subject, (this.queue != null) ? this.dispatcher.subscribe(subject, this.queue, this.handler)
				: this.dispatcher.subscribe(subject, this.handler));
	}

	/**
	 * Subscribe to subjects that the server has refused. Does not wait for the server.
	 */
	void subscribeAgain(Collection<String> refused) {
		for (String subject : refused) {
			Subscription before = this.subjects.get(subject);
			if (before != null) {
				// jnats would restore it after a reconnect beside the new one
				this.dispatcher.unsubscribe(before);
			}
			subscribe(subject);
		}
	}

	Connection connection() {
		return this.connection;
	}

	/**
	 * Unsubscribe, and wait until what the server has sent before is handed over.
	 * @param deadline when to give up, by {@link System#nanoTime()}
	 * @param received how many messages were handed over
	 */
	void end(long deadline, LongSupplier received) throws InterruptedException {
		try {
			if (this.connection.getStatus() != Connection.Status.CONNECTED) {
				if (this.connection.getStatus() != Connection.Status.CLOSED) {
					this.connection.closeDispatcher(this.dispatcher);
				}
				return;
			}
			Duration patience = Duration.ofNanos(Math.max(Duration.ofMillis(100).toNanos(),
					Math.min(SERVER_TIMEOUT.toNanos(), deadline - System.nanoTime())));
			RoundTrips.drain(this.connection, this.dispatcher, patience)
				.get(patience.toNanos() * 2, TimeUnit.NANOSECONDS);
			awaitHandedOver(received, System.nanoTime() + patience.toNanos());
		}
		catch (ExecutionException | TimeoutException | RuntimeException ex) {
			// Whatever jnats throws when the connection is closed meanwhile: the threads
			// that it drains on are gone, and in part the reference to them
			logger.debug("The subscription of listener '%s' could not be drained".formatted(this.id), ex);
			close();
		}
	}

	private void close() {
		try {
			this.connection.closeDispatcher(this.dispatcher);
		}
		catch (RuntimeException ex) {
			logger.debug("The subscription of listener '%s' could not be closed".formatted(this.id), ex);
		}
	}

	/**
	 * jnats calls a dispatcher drained when its last message is taken from its queue,
	 * which is before we have it.
	 */
	private void awaitHandedOver(LongSupplier received, long deadline) {
		do {
			LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
		}
		while (this.dispatcher.getDeliveredCount() > received.getAsLong() && System.nanoTime() < deadline);
	}

}
