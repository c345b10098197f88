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

package io.github.natsspring.core;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;

import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.connection.RoundTrips;
import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.PullRequestOptions;
import io.nats.client.Subscription;
import io.nats.client.support.Status;
import org.jspecify.annotations.Nullable;

/**
 * One pull over an inbox of its own, which is gone afterwards. What arrives is given to
 * the caller even if it arrives late.
 */
class Receiver {

	private static final Duration GRACE = Duration.ofMillis(500);

	private static final Duration NOW = Duration.ofSeconds(2);

	private final ConnectionHolder holder;

	private final String prefix;

	Receiver(ConnectionHolder holder, String prefix) {
		this.holder = holder;
		this.prefix = prefix;
	}

	List<Message> receive(String stream, String consumer, int max, Duration timeout) {
		Connection connection = this.holder.get();
		String inbox = connection.createInbox();
		boolean noWait = timeout.isZero();
		PullRequestOptions.Builder pull = PullRequestOptions.builder(max);
		byte[] request = (noWait ? pull.noWait() : pull.expiresIn(timeout)).build().serialize();
		Pull state = new Pull(stream, consumer, max, connection, connection.subscribe(inbox));
		try {
			connection.publish(this.prefix + "CONSUMER.MSG.NEXT." + stream + "." + consumer, inbox, request);
			state.collect(noWait ? NOW : timeout.plus(GRACE));
			return state.end();
		}
		catch (IllegalStateException ex) {
			state.giveBack();
			throw new NatsReceiveException("No messages could be pulled from consumer '%s' of stream '%s': %s"
				.formatted(consumer, stream, ex.getMessage()), ex);
		}
		catch (InterruptedException ex) {
			// On an interrupted thread jnats would discard what gives the messages back
			state.giveBack();
			Thread.currentThread().interrupt();
			throw new NatsReceiveException("Interrupted while messages of consumer '%s' of stream '%s' were pulled"
				.formatted(consumer, stream), ex);
		}
	}

	/**
	 * What one pull brings.
	 */
	private static final class Pull {

		private final String stream;

		private final String consumer;

		private final int max;

		private final Connection connection;

		private final Subscription subscription;

		private final List<Message> messages;

		private @Nullable Status end;

		Pull(String stream, String consumer, int max, Connection connection, Subscription subscription) {
			this.stream = stream;
			this.consumer = consumer;
			this.max = max;
			this.connection = connection;
			this.subscription = subscription;
			this.messages = new ArrayList<>(Math.min(max, 256));
		}

		void collect(Duration patience) throws InterruptedException {
			long deadline = System.nanoTime() + patience.toNanos();
			while (this.end == null && this.messages.size() < this.max) {
				long remaining = deadline - System.nanoTime();
				Message message = (remaining > 0) ? this.subscription.nextMessage(Duration.ofNanos(remaining)) : null;
				if (message == null) {
					return;
				}
				add(message);
			}
		}

		private void add(Message message) {
			if (!message.isStatusMessage()) {
				this.messages.add(message);
			}
			else if (message.getStatus().getCode() != 100) {
				this.end = message.getStatus();
			}
		}

		List<Message> end() throws InterruptedException {
			if (this.end == null && this.messages.size() < this.max) {
				// The server has not said that it is over, so that more may be on its way
				drain();
			}
			else {
				this.subscription.unsubscribe();
			}
			Status status = this.end;
			if (this.messages.isEmpty() && status != null) {
				throwUnlessOver(status);
			}
			return this.messages;
		}

		private void drain() throws InterruptedException {
			boolean drains = beginToDrain();
			long deadline = System.nanoTime() + GRACE.toNanos();
			while (this.subscription.isActive() && System.nanoTime() < deadline) {
				try {
					Message message = this.subscription.nextMessage(Duration.ofMillis(20));
					if (message != null) {
						add(message);
					}
				}
				catch (IllegalStateException ex) {
					// Drained
					return;
				}
			}
			if (!drains) {
				this.subscription.unsubscribe();
			}
		}

		private boolean beginToDrain() throws InterruptedException {
			try {
				RoundTrips.drain(this.connection, this.subscription, GRACE);
				return true;
			}
			catch (TimeoutException ex) {
				// The server answers nobody; what has arrived is in the queue
				return false;
			}
		}

		/**
		 * Let others have at once what the caller will not see.
		 */
		void giveBack() {
			if (this.subscription.isActive()) {
				this.subscription.unsubscribe();
			}
			for (Message message : this.messages) {
				try {
					message.nak();
				}
				catch (IllegalStateException ex) {
					// Without a connection they come back after ack-wait
					return;
				}
			}
		}

		private void throwUnlessOver(Status status) {
			String text = String.valueOf(status.getMessage());
			switch (status.getCode()) {
				case 404, 408 -> {
					return;
				}
				case 503 -> text = "there is no such consumer, or JetStream is off for this account";
				case 409 -> {
					if (text.contains("Server Shutdown") || text.contains("Leadership Change")) {
						return;
					}
				}
				default -> text = status.getMessageWithCode();
			}
			throw new NatsReceiveException("No messages could be pulled from consumer '%s' of stream '%s': %s"
				.formatted(this.consumer, this.stream, text), null);
		}

	}

}
