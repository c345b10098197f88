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

import java.lang.reflect.Type;
import java.time.Duration;
import java.util.concurrent.TimeoutException;

import io.github.natsspring.connection.NatsException;
import io.github.natsspring.support.NatsMessageConverter;
import io.nats.client.Message;
import org.jspecify.annotations.Nullable;

/**
 * A message that was pulled by hand. Whoever holds it settles it, once, before the
 * ack-wait of the consumer is over; else it is delivered again.
 *
 * @param <T> the type of the payload
 */
public final class ReceivedMessage<T> {

	private final Message message;

	private final NatsMessageConverter converter;

	private final Type type;

	ReceivedMessage(Message message, NatsMessageConverter converter, Type type) {
		this.message = message;
		this.converter = converter;
		this.type = type;
	}

	/**
	 * The payload, converted by each call, so that one message that cannot be read does
	 * not stand in the way of others.
	 * @return the payload, or {@code null} if the message has none
	 * @throws org.springframework.messaging.converter.MessageConversionException if it
	 * cannot be read
	 */
	@SuppressWarnings("unchecked")
	public @Nullable T payload() {
		return (T) this.converter.read(this.message, this.type);
	}

	/**
	 * The message as jnats received it, with headers and metadata.
	 * @return the message
	 */
	public Message message() {
		return this.message;
	}

	/**
	 * The subject of the message.
	 * @return the subject
	 */
	public String subject() {
		return this.message.getSubject();
	}

	/**
	 * Acknowledge the message.
	 */
	public void ack() {
		this.message.ack();
	}

	/**
	 * Acknowledge the message and wait until the server has confirmed it.
	 * @param timeout how long to wait
	 * @throws NatsException if no confirmation came in time; the message may be delivered
	 * again
	 */
	public void ackSync(Duration timeout) {
		try {
			this.message.ackSync(timeout);
		}
		catch (TimeoutException ex) {
			throw new NatsException("The acknowledgment of a message on '%s' was not confirmed within %d ms"
				.formatted(subject(), timeout.toMillis()), ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new NatsException(
					"Interrupted while the acknowledgment of a message on '%s' was confirmed".formatted(subject()), ex);
		}
	}

	/**
	 * Give the message back, to be delivered again after a delay.
	 * @param delay the delay; zero for at once
	 */
	public void nak(Duration delay) {
		if (delay.isZero()) {
			this.message.nak();
		}
		else {
			this.message.nakWithDelay(delay);
		}
	}

	/**
	 * Tell the server never to deliver the message again. It removes the message from a
	 * work queue.
	 */
	public void term() {
		this.message.term();
	}

	/**
	 * Ask for another ack-wait.
	 */
	public void inProgress() {
		this.message.inProgress();
	}

	@Override
	public String toString() {
		return "ReceivedMessage on '" + subject() + "'";
	}

}
