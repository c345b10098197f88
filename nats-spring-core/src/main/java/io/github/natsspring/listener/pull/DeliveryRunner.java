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
import java.util.function.Consumer;
import java.util.function.LongConsumer;

import io.github.natsspring.listener.Decision;
import io.github.natsspring.listener.FailedRun;
import io.github.natsspring.listener.FailureHandler;
import io.github.natsspring.listener.NatsMessageListener;
import io.nats.client.impl.NatsJetStreamMetaData;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Runs the listener for one delivery and settles it by the outcome. Never throws:
 * whatever goes wrong, the message is delivered again.
 */
final class DeliveryRunner implements Consumer<Delivery> {

	private static final Log logger = LogFactory.getLog(DeliveryRunner.class);

	// When even the decision failed
	private static final Duration FALLBACK_DELAY = Duration.ofSeconds(10);

	private final String id;

	private final NatsMessageListener listener;

	private final FailureHandler failureHandler;

	private final Settler settler;

	private final LongConsumer handlerTime;

	private volatile boolean closed;

	DeliveryRunner(String id, NatsMessageListener listener, FailureHandler failureHandler, Settler settler,
			LongConsumer handlerTime) {
		this.id = id;
		this.listener = listener;
		this.failureHandler = failureHandler;
		this.settler = settler;
		this.handlerTime = handlerTime;
	}

	/**
	 * Start nothing more.
	 */
	void close() {
		this.closed = true;
	}

	@Override
	public void accept(Delivery delivery) {
		long started = System.nanoTime();
		if (delivery.isStale(started)) {
			// The server has delivered it again, or is about to; running it here too
			// helps nobody
			logger.debug("Listener '%s' gave up a message that waited longer than ack-wait".formatted(this.id));
			this.settler.abandon(delivery);
			return;
		}
		if (this.closed || !delivery.start()) {
			return;
		}
		try {
			this.listener.onMessage(delivery.message());
		}
		catch (Throwable ex) {
			failed(delivery, ex);
			return;
		}
		finally {
			// An interrupt that was meant for this run must not reach the next one
			Thread.interrupted();
			this.handlerTime.accept(System.nanoTime() - started);
		}
		this.settler.ack(delivery);
	}

	private void failed(Delivery delivery, Throwable ex) {
		Duration delay = FALLBACK_DELAY;
		try {
			NatsJetStreamMetaData metaData = delivery.message().metaData();
			Decision decision = this.failureHandler
				.decide(new FailedRun(delivery.message(), metaData.deliveredCount(), ex));
			delay = ((Decision.Redeliver) decision).delay();
			logger.warn("Listener '%s' failed on message %d of stream '%s' (subject '%s', delivery %d), next try in %s"
				.formatted(this.id, metaData.streamSequence(), metaData.getStream(), delivery.message().getSubject(),
						metaData.deliveredCount(), delay),
					ex);
		}
		catch (RuntimeException | Error unexpected) {
			logger.error("Listener '%s' could not decide on a failed message, next try in %s".formatted(this.id, delay),
					unexpected);
		}
		this.settler.nak(delivery, delay);
	}

	/**
	 * Makes the runner of a session.
	 */
	@FunctionalInterface
	interface Factory {

		DeliveryRunner create(Settler settler, LongConsumer handlerTime);

	}

}
