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
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;

import io.nats.client.Connection;
import io.nats.client.impl.AckType;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The only writer of settlements. Each delivery ends at most once; its permit returns
 * here. While the connection is lost it holds what it has to send, because jnats makes
 * its callers wait once its own buffer is full.
 */
final class Settler {

	private static final Log logger = LogFactory.getLog(Settler.class);

	private final Runnable permits;

	private final ReentrantLock lock = new ReentrantLock();

	private final Deque<Held> held = new ArrayDeque<>();

	private volatile @Nullable Connection connection;

	/**
	 * Create a settler.
	 * @param permits called once for each delivery that ended
	 */
	Settler(Runnable permits) {
		this.permits = permits;
	}

	/**
	 * A connection is there: send what was held. Sent before anything that the caller
	 * sends afterwards.
	 */
	void attach(Connection connection) {
		this.lock.lock();
		try {
			this.connection = connection;
			long now = System.nanoTime();
			while (!this.held.isEmpty()) {
				Held next = this.held.peek();
				if ((next.late() || !next.delivery().isStale(now)) && !send(next)) {
					return;
				}
				this.held.remove();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * The connection is lost: hold from now on.
	 */
	void detach() {
		this.connection = null;
	}

	/**
	 * The run succeeded. Sent even when the server may have delivered the message again.
	 */
	void ack(Delivery delivery) {
		if (delivery.end()) {
			settle(new Held(delivery, AckType.AckAck.bytes, true));
		}
	}

	/**
	 * The run failed: the server is to deliver the message again after a delay. Not sent
	 * when that may have happened already, since it would cause one more delivery.
	 */
	void nak(Delivery delivery, Duration delay) {
		if (delivery.end()) {
			settle(new Held(delivery, AckType.AckNak.bodyBytes(delay.toNanos()), false));
		}
	}

	/**
	 * The delivery did not start: the server is to deliver the message to somebody else,
	 * at once.
	 * @return whether it had not started
	 */
	boolean handBack(Delivery delivery) {
		boolean unstarted = delivery.endUnstarted();
		if (unstarted) {
			settle(new Held(delivery, AckType.AckNak.bytes, false));
		}
		return unstarted;
	}

	/**
	 * Give up a delivery that did not start in time; the server delivers it again by
	 * itself.
	 */
	void abandon(Delivery delivery) {
		if (delivery.endUnstarted()) {
			this.permits.run();
		}
	}

	/**
	 * Wait until the server has received what was sent.
	 */
	void flush(Duration timeout) {
		Connection connection = this.connection;
		if (connection == null) {
			return;
		}
		try {
			connection.flush(timeout);
		}
		catch (TimeoutException | IllegalStateException ex) {
			logger.debug("Settlements could not be flushed: " + ex.getMessage());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private void settle(Held settlement) {
		try {
			if ((settlement.late() || !settlement.delivery().isStale(System.nanoTime())) && !send(settlement)) {
				hold(settlement);
			}
		}
		finally {
			this.permits.run();
		}
	}

	private void hold(Held settlement) {
		this.lock.lock();
		try {
			if (!send(settlement)) {
				this.held.add(settlement);
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	private boolean send(Held settlement) {
		Connection connection = this.connection;
		if (connection == null || connection.getStatus() != Connection.Status.CONNECTED) {
			return false;
		}
		// On an interrupted thread jnats discards what it is to send, without a word
		boolean interrupted = Thread.interrupted();
		try {
			connection.publish(settlement.delivery().message().getReplyTo(), settlement.body());
			return true;
		}
		catch (IllegalStateException ex) {
			// Closed, draining, or the outgoing queue is full
			logger.debug("A settlement is held back: " + ex.getMessage());
			return false;
		}
		finally {
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

	private record Held(Delivery delivery, byte[] body, boolean late) {
	}

}
