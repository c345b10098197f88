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

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamOptions;
import io.nats.client.api.ConsumerInfo;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Acknowledges for a consumer with the ack policy {@code all}: one acknowledgement for
 * many messages, sent soon after the first of them or once there are many, never past
 * what is not handled or not known to be here.
 */
final class AckRuns {

	private static final Log logger = LogFactory.getLog(AckRuns.class);

	private static final Duration DELAY = Duration.ofMillis(10);

	private static final int MOST = 256;

	private final Consumer<Delivery> sender;

	private final ReentrantLock lock = new ReentrantLock();

	private final CumulativeAcks<Delivery> acks = new CumulativeAcks<>();

	private int most = MOST;

	private int handled;

	private boolean scheduled;

	/**
	 * Create the acknowledgements of one consumer.
	 * @param sender acknowledges a delivery, and on the server everything before it. Must
	 * not block
	 */
	AckRuns(Consumer<Delivery> sender) {
		this.sender = sender;
	}

	/**
	 * A message arrived.
	 * @return {@code false} if it was handled before, and must not run again
	 */
	boolean delivered(Delivery delivery) {
		String subject = delivery.message().getReplyTo();
		this.lock.lock();
		try {
			boolean due = this.acks.delivered(AckSubject.streamSequence(subject), AckSubject.consumerSequence(subject),
					AckSubject.isRedelivered(subject), delivery);
			if (!due) {
				schedule();
			}
			return due;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * A message need not be delivered again.
	 */
	void handled(Delivery delivery) {
		this.lock.lock();
		try {
			this.acks.handled(sequence(delivery));
			if (++this.handled >= this.most) {
				send();
			}
			else {
				schedule();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Messages need not be delivered again that were handled together.
	 */
	void handled(List<Delivery> deliveries) {
		this.lock.lock();
		try {
			for (Delivery delivery : deliveries) {
				this.acks.handled(sequence(delivery));
			}
			send();
		}
		finally {
			this.lock.unlock();
		}
	}

	private static long sequence(Delivery delivery) {
		return AckSubject.streamSequence(delivery.message().getReplyTo());
	}

	private void schedule() {
		if (!this.scheduled) {
			this.scheduled = true;
			ContainerThreads.schedule(() -> ContainerThreads.execute(this::flush), DELAY);
		}
	}

	/**
	 * Acknowledge now what can be.
	 */
	void flush() {
		this.lock.lock();
		try {
			this.scheduled = false;
			send();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * As {@link #handled}, but the caller acknowledges.
	 * @return what to acknowledge, or {@code null} if the message has to wait for others
	 */
	@Nullable Delivery take(Delivery delivery) {
		long sequence = sequence(delivery);
		this.lock.lock();
		try {
			this.acks.handled(sequence);
			Delivery last = this.acks.take();
			if (last == null || this.acks.acknowledged() < sequence) {
				sendIfPresent(last);
				return null;
			}
			return last;
		}
		finally {
			this.lock.unlock();
		}
	}

	// Under the lock, so that a later acknowledgement is not sent before an earlier one,
	// which the server would ignore
	private void send() {
		this.handled = 0;
		sendIfPresent(this.acks.take());
	}

	private void sendIfPresent(@Nullable Delivery last) {
		if (last != null) {
			this.sender.accept(last);
		}
	}

	/**
	 * There is another connection, or another consumer.
	 * @param other whether it is another consumer
	 */
	void interrupted(boolean other) {
		this.lock.lock();
		try {
			if (other) {
				this.acks.reset();
			}
			else {
				this.acks.interrupted();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * What the server says of the consumer.
	 */
	void learn(ConsumerInfo consumer) {
		long limit = consumer.getConsumerConfiguration().getMaxAckPending();
		this.lock.lock();
		try {
			// The server delivers no more than it may wait for
			this.most = (limit > 0) ? (int) Math.max(1, Math.min(MOST, limit / 4)) : MOST;
			this.acks.learn(consumer.getAckFloor().getStreamSequence(), consumer.getAckFloor().getConsumerSequence(),
					consumer.getDelivered().getConsumerSequence(), consumer.getDelivered().getStreamSequence(),
					consumer.getNumAckPending());
			send();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Whether the server should be asked.
	 */
	private boolean isWaiting() {
		this.lock.lock();
		try {
			return this.acks.isWaiting();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Ask the server, if that may help.
	 */
	void lookUp(@Nullable Connection connection, @Nullable PullLimits limits, JetStreamOptions options,
			Consumer<ConsumerInfo> answer) {
		if (!isWaiting() || limits == null || connection == null
				|| connection.getStatus() != Connection.Status.CONNECTED) {
			return;
		}
		try {
			ConsumerInfo consumer = connection.jetStreamManagement(options)
				.getConsumerInfo(limits.stream(), limits.consumer());
			answer.accept(consumer);
			learn(consumer);
		}
		catch (IOException | JetStreamApiException | RuntimeException ex) {
			logger.debug("Acknowledgements wait, and consumer '%s' of stream '%s' could not be looked up: %s"
				.formatted(limits.consumer(), limits.stream(), ex.getMessage()));
		}
	}

}
