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
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;

import io.github.natsspring.connection.RoundTrips;
import io.github.natsspring.connection.WriteGate;
import io.nats.client.Connection;
import io.nats.client.impl.AckType;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Writes settlements to the connection. While that is lost it holds what it has to write,
 * because jnats makes its callers wait once its own buffer is full.
 */
final class SettlementWriter {

	private static final Log logger = LogFactory.getLog(SettlementWriter.class);

	private final ReentrantLock lock = new ReentrantLock();

	private final Deque<Settlement> held = new ArrayDeque<>();

	private final Runnable onUnsent;

	private volatile @Nullable Connection connection;

	// Of the last connection
	private volatile @Nullable WriteGate gate;

	private final RecentAcks recent = new RecentAcks();

	private volatile boolean takesReasons;

	private volatile int generation;

	/**
	 * Create a writer.
	 * @param onUnsent called for each settlement that is not sent any more
	 */
	SettlementWriter(Runnable onUnsent) {
		this.onUnsent = onUnsent;
	}

	/**
	 * A connection is there: send what was held. Sent before anything that the caller
	 * sends afterwards.
	 */
	void attach(Connection connection) {
		// An older server does not know a termination with a reason, and delivers again
		this.takesReasons = connection.getServerInfo().isSameOrNewerThanVersion("2.10.4");
		this.gate = WriteGate.of(connection);
		boolean lost = this.connection == null;
		this.connection = connection;
		if (lost) {
			repeatAcks();
		}
		sendHeld();
	}

	/**
	 * Send again the acknowledgements that were sent last: they may have been lost.
	 */
	void repeatAcks() {
		Connection connection = this.connection;
		// Older servers skip messages when they are told of one that they have forgotten
		// to have delivered
		if (connection != null && connection.getServerInfo().isSameOrNewerThanVersion("2.10.26")) {
			this.recent.repeat((subject) -> send(connection, subject, AckType.AckAck.bytes));
		}
	}

	/**
	 * The connection is lost, or the consumer: hold from now on.
	 */
	void detach() {
		this.connection = null;
	}

	/**
	 * The consumer was deleted and made again: a settlement of what came from the former
	 * one would hit whatever has its sequence now, so it is not sent any more.
	 */
	void renounce() {
		this.generation++;
		this.recent.clear();
	}

	/**
	 * Which consumer of that name deliveries come from now.
	 */
	int generation() {
		return this.generation;
	}

	/**
	 * Try again what could not be sent although the connection was there, because the
	 * outgoing queue was full.
	 */
	void retry() {
		if (this.connection != null) {
			sendHeld();
		}
	}

	private void sendHeld() {
		this.lock.lock();
		try {
			while (!this.held.isEmpty()) {
				Settlement next = this.held.peek();
				if (isTooLate(next)) {
					this.onUnsent.run();
				}
				else if (!write(next)) {
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
	 * Write a settlement, now or later, unless it is too late for it.
	 */
	void writeOrHold(Settlement settlement) {
		writeOrHold(settlement, true);
	}

	/**
	 * Acknowledge deliveries whose runs succeeded, now or later.
	 */
	void acknowledge(List<Delivery> deliveries) {
		WriteGate gate = this.gate;
		if (gate != null && deliveries.size() > 1) {
			gate.together(() -> acknowledgeEach(deliveries));
		}
		else {
			acknowledgeEach(deliveries);
		}
	}

	private void acknowledgeEach(List<Delivery> deliveries) {
		boolean writable = true;
		for (Delivery delivery : deliveries) {
			try {
				// Each that cannot be written may have had to wait
				writable = writeOrHold(Settlement.ack(delivery), writable);
			}
			catch (RuntimeException ex) {
				// Of the others nothing is to be lost
				logger.warn("An acknowledgement could not be written, its message is delivered again after ack-wait",
						ex);
				this.onUnsent.run();
			}
		}
	}

	/**
	 * Write a settlement, now or later, unless it is too late for it.
	 * @param writable whether to try it now
	 * @return whether to try the next one now
	 */
	private boolean writeOrHold(Settlement settlement, boolean writable) {
		if (isTooLate(settlement)) {
			this.onUnsent.run();
			return writable;
		}
		return (writable && write(settlement)) || hold(settlement, writable);
	}

	private boolean hold(Settlement settlement, boolean writable) {
		this.lock.lock();
		try {
			// Again: what was held may just have been sent, and is not looked at soon
			boolean written = writable && write(settlement);
			if (!written) {
				this.held.add(settlement);
			}
			return written;
		}
		finally {
			this.lock.unlock();
		}
	}

	private boolean isTooLate(Settlement settlement) {
		return isRenounced(settlement.delivery())
				|| (!settlement.late() && settlement.delivery().isStale(System.nanoTime()));
	}

	/**
	 * Whether nothing is to be told to the server of a delivery, whose consumer is gone.
	 */
	boolean isRenounced(Delivery delivery) {
		return delivery.generation() != this.generation;
	}

	/**
	 * Write a settlement.
	 * @return {@code false} if that cannot be done now
	 */
	boolean write(Settlement settlement) {
		if (isRenounced(settlement.delivery())) {
			return true;
		}
		Connection connection = this.connection;
		String subject = settlement.delivery().message().getReplyTo();
		if (connection == null || !send(connection, subject, settlement.body())) {
			return false;
		}
		if (settlement.body() == AckType.AckAck.bytes) {
			this.recent.add(subject);
			if (isRenounced(settlement.delivery())) {
				this.recent.clear();
			}
		}
		return true;
	}

	private static boolean send(Connection connection, String subject, byte[] body) {
		if (connection.getStatus() != Connection.Status.CONNECTED) {
			return false;
		}
		// As uninterrupted() does, without a lambda: this is done for each message
		boolean interrupted = Thread.interrupted();
		try {
			connection.publish(subject, body);
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

	/**
	 * On an interrupted thread jnats discards what it is to send, without a word.
	 */
	static void uninterrupted(Runnable publish) {
		boolean interrupted = Thread.interrupted();
		try {
			publish.run();
		}
		finally {
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

	/**
	 * Whether there is something left to send that nobody is at. Does not wait for a
	 * thread that writes, for which jnats may take seconds.
	 */
	boolean isHolding() {
		if (!this.lock.tryLock()) {
			return false;
		}
		try {
			return !this.held.isEmpty();
		}
		finally {
			this.lock.unlock();
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
			RoundTrips.flush(connection, timeout);
		}
		catch (TimeoutException | IllegalStateException ex) {
			logger.debug("Settlements could not be flushed: " + ex.getMessage());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * The connection, or {@code null} while it is lost.
	 */
	@Nullable Connection connection() {
		return this.connection;
	}

	/**
	 * Whether the server takes the reason of a termination.
	 */
	boolean takesReasons() {
		return this.takesReasons;
	}

	/**
	 * A settlement to write.
	 *
	 * @param delivery what it settles
	 * @param body what to tell the server
	 * @param late whether it is written even when the server may have delivered the
	 * message again
	 */
	record Settlement(Delivery delivery, byte[] body, boolean late) {

		static Settlement ack(Delivery delivery) {
			return new Settlement(delivery, AckType.AckAck.bytes, true);
		}

	}

}
