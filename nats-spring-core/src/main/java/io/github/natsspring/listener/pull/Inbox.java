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

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

import io.github.natsspring.connection.RoundTrips;
import io.nats.client.Connection;
import io.nats.client.Dispatcher;
import io.nats.client.Message;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * The subscription that answers to pulls arrive at, for one connection epoch. It has a
 * dispatcher of its own: draining a subscription of a shared one was seen to leave
 * messages behind.
 */
final class Inbox {

	private static final Log logger = LogFactory.getLog(Inbox.class);

	private static final Duration LAST_MESSAGE = Duration.ofMillis(200);

	private final Connection connection;

	private final Dispatcher dispatcher;

	private final String prefix;

	private final AtomicLong handled = new AtomicLong();

	/**
	 * Subscribe.
	 * @param connection the raw connection
	 * @param handler called on a thread of jnats, in the order of arrival; must not block
	 */
	Inbox(Connection connection, Receiver handler) {
		this.connection = connection;
		this.prefix = connection.createInbox() + ".";
		this.dispatcher = connection.createDispatcher();
		// Beyond its limits jnats drops messages without a word; the window bounds them
		this.dispatcher.setPendingLimits(-1, -1);
		for (int slot = 0; slot < PullWindow.SLOTS; slot++) {
			subscribe(slot, handler);
		}
	}

	private void subscribe(int slot, Receiver handler) {
		this.dispatcher.subscribe(this.prefix + slot + ".*", (message) -> {
			handler.accept(this, slot, message);
			this.handled.incrementAndGet();
		});
	}

	/**
	 * Send a pull.
	 * @param slot where its messages are to arrive
	 */
	void pull(String subject, int slot, long id, byte[] request) {
		SettlementWriter.uninterrupted(() -> this.connection.publish(subject, this.prefix + slot + "." + id, request));
	}

	/**
	 * Whether an error that the server reports is about one of our subscriptions.
	 */
	boolean isMeant(String error) {
		return error.contains('"' + this.prefix);
	}

	/**
	 * Whether the connection can be written to.
	 */
	boolean isConnected() {
		return this.connection.getStatus() == Connection.Status.CONNECTED;
	}

	/**
	 * Unsubscribe, and wait until everything that the server sent before has been
	 * handled. On a lost connection there is nothing to wait for.
	 */
	void drain(Duration timeout) {
		if (!this.dispatcher.isActive()) {
			return;
		}
		try {
			if (isConnected()) {
				RoundTrips.drain(this.connection, this.dispatcher, timeout)
					.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
				awaitLast(System.nanoTime() + LAST_MESSAGE.toNanos());
				return;
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (TimeoutException | ExecutionException | RuntimeException ex) {
			// jnats fails in several ways when its connection is closed meanwhile
			logger.debug("An inbox could not be drained: " + ex.getMessage());
		}
		close();
	}

	/**
	 * jnats calls a dispatcher drained when its last message is taken from its queue,
	 * which is before it is handled.
	 */
	private void awaitLast(long deadline) {
		while (this.handled.get() < this.dispatcher.getDeliveredCount() && deadline - System.nanoTime() > 0) {
			LockSupport.parkNanos(100_000);
		}
	}

	private void close() {
		try {
			this.connection.closeDispatcher(this.dispatcher);
		}
		catch (IllegalStateException | IllegalArgumentException ex) {
			logger.debug("An inbox could not be closed: " + ex.getMessage());
		}
	}

	/**
	 * Takes what arrives.
	 */
	@FunctionalInterface
	interface Receiver {

		/**
		 * Called on a thread of jnats, in the order of arrival.
		 * @param inbox where it arrived
		 * @param slot the slot of the pull that it is for
		 * @param message a delivery or a status
		 */
		void accept(Inbox inbox, int slot, Message message);

	}

}
