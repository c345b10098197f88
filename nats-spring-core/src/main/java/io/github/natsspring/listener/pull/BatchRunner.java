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

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;

import io.github.natsspring.listener.AckMode;
import io.github.natsspring.listener.BatchListenerFailedException;
import io.github.natsspring.listener.FailureText;
import io.github.natsspring.listener.NatsBatchListener;
import io.github.natsspring.listener.PartialBatchException;
import io.nats.client.Message;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Runs a batch listener and settles each message by the outcome. Never throws: whatever
 * goes wrong, what was not handled is delivered again.
 */
final class BatchRunner {

	private static final Log logger = LogFactory.getLog(BatchRunner.class);

	private final ThrottledLog log = new ThrottledLog(logger);

	private final String id;

	private final NatsBatchListener listener;

	private final AckMode ackMode;

	private final IntSupplier maxDeliveries;

	private final Settler settler;

	private final Failures failures;

	private final PullEngine engine;

	private final LateDeliveries late;

	BatchRunner(String id, NatsBatchListener listener, PullContainerSettings settings, Settler settler,
			Failures failures, PullEngine engine, LateDeliveries late) {
		this.id = id;
		this.listener = listener;
		this.ackMode = settings.ackMode();
		this.maxDeliveries = settings.maxDeliveries();
		this.settler = settler;
		this.failures = failures;
		this.engine = engine;
		this.late = late;
	}

	void run(List<Delivery> deliveries, Lane lane) {
		runAll(start(deliveries, lane), lane);
		AckRuns runs = this.settler.runs();
		if (runs != null) {
			runs.flush();
		}
	}

	private void runAll(List<Delivery> deliveries, Lane lane) {
		List<Delivery> left = deliveries;
		while (!left.isEmpty()) {
			left = settle(left, lane, invoke(left));
			left = stillToRun(left, lane);
		}
	}

	private List<Delivery> start(List<Delivery> deliveries, Lane lane) {
		long now = System.nanoTime();
		List<Delivery> started = new ArrayList<>(deliveries.size());
		for (Delivery delivery : deliveries) {
			if (delivery.isStale(now) && this.ackMode != AckMode.NONE) {
				logger.debug("Listener '%s' gave up a message that waited longer than ack-wait".formatted(this.id));
				this.settler.abandon(delivery);
			}
			else if (delivery.start(now)) {
				int most = this.maxDeliveries.getAsInt();
				if (most > 0 && delivery.message().metaData().deliveredCount() > most) {
					failed(delivery, lane, new TooManyDeliveriesException(most));
				}
				else {
					started.add(delivery);
				}
			}
		}
		return started;
	}

	/**
	 * Settle deliveries by how their run ended.
	 * @return those that are to be run again
	 */
	private List<Delivery> settle(List<Delivery> deliveries, Lane lane, @Nullable Throwable failure) {
		if (failure == null) {
			deliveries.forEach(this::succeeded);
			return List.of();
		}
		int size = deliveries.size();
		if (failure instanceof PartialBatchException part && part.getSize() > 0 && part.getSize() < size) {
			runAll(stillToRun(settle(deliveries.subList(0, part.getSize()), lane, part.getCause()), lane), lane);
			return deliveries.subList(part.getSize(), size);
		}
		if (failure instanceof BatchListenerFailedException at && at.getIndex() >= 0 && at.getIndex() < size) {
			deliveries.subList(0, at.getIndex()).forEach(this::succeeded);
			failed(deliveries.get(at.getIndex()), lane, (at.getCause() != null) ? at.getCause() : at);
			return deliveries.subList(at.getIndex() + 1, size);
		}
		if (size == 1 || Failures.settles(failure)) {
			deliveries.forEach((delivery) -> failed(delivery, lane, failure));
			return List.of();
		}
		List<Delivery> left = deliveries;
		while (!left.isEmpty()) {
			List<Delivery> one = left.subList(0, 1);
			settle(one, lane, invoke(one));
			left = stillToRun(left.subList(1, left.size()), lane);
		}
		return List.of();
	}

	/**
	 * Leave out what must not be run again: after a stop began it goes back to the
	 * server, after ack-wait the server has delivered it again.
	 */
	private List<Delivery> stillToRun(List<Delivery> deliveries, Lane lane) {
		if (deliveries.isEmpty() || this.ackMode == AckMode.NONE) {
			return deliveries;
		}
		long now = System.nanoTime();
		List<Delivery> left = new ArrayList<>(deliveries.size());
		for (Delivery delivery : deliveries) {
			if (!lane.isHeld() && !delivery.isStale(now)) {
				left.add(delivery);
			}
			else if (delivery.park()) {
				handBack(delivery, now);
			}
		}
		return left;
	}

	private void handBack(Delivery delivery, long now) {
		if (delivery.isStale(now)) {
			this.settler.abandon(delivery);
		}
		else {
			this.late.add(delivery);
		}
	}

	private @Nullable Throwable invoke(List<Delivery> deliveries) {
		long started = System.nanoTime();
		try {
			List<Message> messages = new ArrayList<>(deliveries.size());
			deliveries.forEach((delivery) -> messages.add(delivery.message()));
			this.listener.onMessages(messages);
			return null;
		}
		catch (Throwable ex) {
			return ex;
		}
		finally {
			// An interrupt that was meant for this run must not reach the next one
			Thread.interrupted();
			this.engine.handled((System.nanoTime() - started) / deliveries.size());
		}
	}

	private void succeeded(Delivery delivery) {
		this.failures.succeeded(delivery);
		switch (this.ackMode) {
			case AUTO_CONFIRMED -> this.settler.ackConfirmed(delivery);
			case NONE -> this.settler.forget(delivery);
			default -> this.settler.ack(delivery);
		}
	}

	private void failed(Delivery delivery, Lane lane, Throwable ex) {
		if (this.ackMode == AckMode.NONE) {
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
