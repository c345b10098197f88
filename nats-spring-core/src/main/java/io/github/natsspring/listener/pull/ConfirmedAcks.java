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

import io.github.natsspring.connection.NatsException;
import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.impl.AckType;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Acknowledgements that the server confirms. They are of use only now, so that none is
 * held.
 */
final class ConfirmedAcks {

	private static final Log logger = LogFactory.getLog(ConfirmedAcks.class);

	private final SettlementWriter writer;

	private final Permits permits;

	private final Duration timeout;

	/**
	 * Create the confirmed acknowledgements of a settler.
	 * @param timeout how long the server may take to confirm
	 */
	ConfirmedAcks(SettlementWriter writer, Permits permits, Duration timeout) {
		this.writer = writer;
		this.permits = permits;
		this.timeout = timeout;
	}

	/**
	 * Acknowledge a delivery that has ended. Its permit returns when the server has
	 * confirmed, or did not in time.
	 * @return {@code false} if nothing was sent, because that cannot be done now
	 */
	boolean ack(Delivery delivery) {
		Connection connection = this.writer.connection();
		if (connection == null || connection.getStatus() != Connection.Status.CONNECTED
				|| this.writer.isRenounced(delivery)) {
			return false;
		}
		try {
			SettlementWriter.uninterrupted(() -> connection
				.requestWithTimeout(delivery.message().getReplyTo(), AckType.AckAck.bytes, this.timeout)
				.whenComplete((confirmation, ex) -> answered(delivery, confirmation, ex)));
			return true;
		}
		catch (IllegalStateException ex) {
			logger.debug("An acknowledgement is sent without confirmation: " + ex.getMessage());
			return false;
		}
	}

	private void answered(Delivery delivery, @Nullable Message confirmation, @Nullable Throwable ex) {
		if (ex != null || !isConfirmation(confirmation)) {
			this.permits.unconfirmed();
		}
		this.permits.settled(delivery);
	}

	/**
	 * The connection that confirmations come from.
	 * @throws NatsException if it is lost
	 */
	Connection connection() {
		Connection connection = this.writer.connection();
		if (connection == null) {
			throw new NatsException("The acknowledgement cannot be confirmed: the connection is lost");
		}
		return connection;
	}

	/**
	 * Acknowledge a delivery that has ended, and wait until the server has confirmed.
	 * Leaves the permit to the caller.
	 * @param runs what acknowledges several messages at once, or {@code null} if each is
	 * acknowledged by itself
	 * @throws NatsException if the server did not
	 */
	void ackSync(Connection connection, Delivery delivery, @Nullable AckRuns runs) {
		if (this.writer.isRenounced(delivery)) {
			throw new NatsException("The acknowledgement cannot be confirmed: the consumer was deleted");
		}
		// With what acknowledges several, that may be done through a later delivery
		Delivery last = (runs != null) ? runs.take(delivery) : delivery;
		if (last == null) {
			throw new NatsException(
					"The acknowledgement cannot be confirmed: it is sent with those of messages before it");
		}
		try {
			Message confirmation = connection.request(last.message().getReplyTo(), AckType.AckAck.bytes, this.timeout);
			if (!isConfirmation(confirmation)) {
				this.permits.unsent();
				throw new NatsException("The server did not confirm the acknowledgement within " + this.timeout);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new NatsException("Interrupted while the acknowledgement was confirmed", ex);
		}
		catch (IllegalStateException ex) {
			// To the caller that would mean a second settlement
			throw new NatsException("The acknowledgement could not be sent: " + ex.getMessage(), ex);
		}
	}

	private static boolean isConfirmation(@Nullable Message answer) {
		return answer != null && !answer.isStatusMessage();
	}

}
