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

import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntSupplier;

import io.github.natsspring.listener.AckMode;
import io.github.natsspring.listener.Acknowledgment;
import io.github.natsspring.listener.FailureText;
import io.github.natsspring.listener.ListenerCounters;
import io.github.natsspring.listener.ListenerObservations;
import io.github.natsspring.listener.ListenerStatistics.Outcome;
import io.github.natsspring.listener.NatsMessageListener;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Runs the listener for one delivery and settles it by the outcome. Never throws:
 * whatever goes wrong, the message is delivered again.
 */
final class DeliveryRunner {

	private static final Log logger = LogFactory.getLog(DeliveryRunner.class);

	private final String id;

	private final NatsMessageListener listener;

	private final AckMode ackMode;

	private final IntSupplier maxDeliveries;

	private final Settler settler;

	private final Failures failures;

	private final PullEngine engine;

	private final ListenerCounters counters;

	private final boolean observed;

	private final ThrottledLog log = new ThrottledLog(logger);

	private final Set<Delivery> unsettled = ConcurrentHashMap.newKeySet();

	DeliveryRunner(String id, NatsMessageListener listener, PullContainerSettings settings, Settler settler,
			Failures failures, PullEngine engine, ListenerCounters counters) {
		this.id = id;
		this.counters = counters;
		this.listener = listener;
		this.ackMode = settings.ackMode();
		this.maxDeliveries = settings.maxDeliveries();
		this.settler = settler;
		this.failures = failures;
		this.engine = engine;
		this.observed = ListenerObservations.isObserved(listener);
	}

	/**
	 * Deliveries whose listener returned and will settle them later.
	 */
	Set<Delivery> unsettled() {
		return this.unsettled;
	}

	void settled(Delivery delivery) {
		if (this.ackMode == AckMode.MANUAL) {
			this.unsettled.remove(delivery);
		}
	}

	/**
	 * Run the listener.
	 * @return what goes on without the thread, or {@code null} if the run has ended
	 */
	@Nullable PendingRun run(Delivery delivery, Lane lane) {
		long started = System.nanoTime();
		if (delivery.isStale(started) && this.ackMode != AckMode.NONE) {
			// The server has delivered it again, or is about to; running it here too
			// helps nobody
			logger.debug("Listener '%s' gave up a message that waited longer than ack-wait".formatted(this.id));
			this.settler.abandon(delivery);
			return null;
		}
		if (!delivery.start(started)) {
			return null;
		}
		CompletionStage<?> result = null;
		Throwable failure = null;
		try {
			int maxDeliveries = this.maxDeliveries.getAsInt();
			if (maxDeliveries > 0 && delivery.message().metaData().deliveredCount() > maxDeliveries) {
				throw new TooManyDeliveriesException(maxDeliveries);
			}
			result = this.listener.handle(delivery.message(), acknowledgment(delivery));
		}
		catch (Throwable ex) {
			failure = ex;
		}
		// An interrupt that was meant for this run must not reach the next one
		Thread.interrupted();
		if (result != null) {
			if (!PendingRun.isDone(result)) {
				return new PendingRun(List.of(delivery), result, (ex) -> {
					ended(delivery, lane, ex);
					return null;
				}, started);
			}
			failure = PendingRun.failureOf(result);
		}
		ended(delivery, lane, failure);
		return null;
	}

	private Acknowledgment acknowledgment(Delivery delivery) {
		if (!this.failures.isOrdered()) {
			return delivery;
		}
		return this.observed ? new NothingToSettle(delivery) : NothingToSettle.INSTANCE;
	}

	private void ended(Delivery delivery, Lane lane, @Nullable Throwable failure) {
		long now = System.nanoTime();
		long nanos = now - delivery.started();
		this.counters.ran(nanos);
		if (failure != null) {
			this.engine.failed(nanos);
			failed(delivery, lane, failure);
			return;
		}
		this.failures.succeeded(delivery);
		if (this.ackMode != AckMode.AUTO || !this.settler.ackSoon(delivery, nanos, now)) {
			this.engine.handled(nanos);
			succeeded(delivery);
		}
	}

	private void succeeded(Delivery delivery) {
		switch (this.ackMode) {
			case AUTO -> this.settler.ack(delivery);
			case AUTO_CONFIRMED -> this.settler.ackConfirmed(delivery);
			case NONE -> this.settler.forget(delivery);
			case MANUAL -> {
				if (!delivery.isSettled()) {
					this.unsettled.add(delivery);
					if (delivery.isSettled()) {
						this.unsettled.remove(delivery);
					}
				}
			}
		}
	}

	private void failed(Delivery delivery, Lane lane, Throwable ex) {
		if (delivery.isSettled()) {
			this.counters.ended(Outcome.FAILURE);
			this.log.warn(
					FailureText.line("Listener '%s' failed on a message that it had settled".formatted(this.id), ex),
					FailureText.trace(ex));
		}
		else if (this.ackMode == AckMode.NONE && !this.failures.isOrdered()) {
			this.counters.ended(Outcome.FAILURE);
			this.settler.forget(delivery);
			this.log.error(FailureText
				.line("Listener '%s' failed on a message that is not acknowledged, it is lost".formatted(this.id), ex),
					FailureText.trace(ex));
		}
		else if (!this.failures.settle(delivery, lane, ex)) {
			this.failures.failed(delivery, lane, ex);
		}
	}

}
