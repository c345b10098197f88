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

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.IntSupplier;

import io.github.natsspring.listener.AckMode;
import io.github.natsspring.listener.BatchListenerFailedException;
import io.github.natsspring.listener.FailureText;
import io.github.natsspring.listener.FilteredBatchException;
import io.github.natsspring.listener.ListenerCounters;
import io.github.natsspring.listener.ListenerStatistics.Outcome;
import io.github.natsspring.listener.NatsBatchListener;
import io.github.natsspring.listener.PartialBatchException;
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

	private final ListenerCounters counters;

	BatchRunner(String id, NatsBatchListener listener, PullContainerSettings settings, Settler settler,
			Failures failures, PullEngine engine, LateDeliveries late, ListenerCounters counters) {
		this.counters = counters;
		this.id = id;
		this.listener = listener;
		this.ackMode = settings.ackMode();
		this.maxDeliveries = settings.maxDeliveries();
		this.settler = settler;
		this.failures = failures;
		this.engine = engine;
		this.late = late;
	}

	/**
	 * Run the listener.
	 * @return what goes on without the thread, or {@code null} if the run has ended
	 */
	@Nullable PendingRun run(List<Delivery> deliveries, Lane lane) {
		List<Delivery> started = start(deliveries, lane);
		return new Run(started, lane).goOn(started);
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
					// Not of the run that begins
					delivery.over();
				}
				else {
					started.add(delivery);
				}
			}
		}
		return started;
	}

	/**
	 * Leave out what is done, and acknowledge it.
	 */
	private List<Delivery> leaveOutDone(List<Delivery> deliveries, FilteredBatchException filtered) {
		List<Delivery> others = new ArrayList<>(deliveries.size());
		for (int i = 0; i < deliveries.size(); i++) {
			if (filtered.isDone(i)) {
				succeeded(deliveries.get(i));
			}
			else {
				others.add(deliveries.get(i));
			}
		}
		return others;
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

	/**
	 * The run of one batch, which may become several: what is behind a failure is run
	 * again.
	 */
	private final class Run {

		private final List<Delivery> started;

		private final Lane lane;

		// What is to be run after what runs at the moment, each part by itself
		private final Deque<List<Delivery>> left = new ArrayDeque<>();

		Run(List<Delivery> started, Lane lane) {
			this.started = started;
			this.lane = lane;
		}

		@Nullable PendingRun goOn(List<Delivery> first) {
			List<Delivery> next = first;
			while (!next.isEmpty()) {
				PendingRun pending = invoke(next);
				if (pending != null) {
					return pending;
				}
				next = next();
			}
			AckRuns runs = BatchRunner.this.settler.runs();
			if (runs != null) {
				runs.flush();
			}
			return null;
		}

		private List<Delivery> next() {
			List<Delivery> next = List.of();
			while (next.isEmpty() && !this.left.isEmpty()) {
				next = stillToRun(this.left.pop(), this.lane);
			}
			return next;
		}

		private @Nullable PendingRun invoke(List<Delivery> deliveries) {
			long began = System.nanoTime();
			CompletionStage<?> result = null;
			Throwable failure = null;
			try {
				result = BatchRunner.this.listener.handle(new BatchMessages(deliveries));
			}
			catch (Throwable ex) {
				failure = ex;
			}
			// An interrupt that was meant for this run must not reach the next one
			Thread.interrupted();
			if (result != null) {
				if (!PendingRun.isDone(result)) {
					return new PendingRun(this.started, result, (ex) -> {
						ended(deliveries, began, ex);
						return goOn(next());
					}, began);
				}
				failure = PendingRun.failureOf(result);
			}
			ended(deliveries, began, failure);
			return null;
		}

		private void ended(List<Delivery> deliveries, long began, @Nullable Throwable failure) {
			long nanos = System.nanoTime() - began;
			BatchRunner.this.counters.ran(nanos);
			if (failure == null && BatchRunner.this.ackMode == AckMode.AUTO) {
				deliveries.forEach(BatchRunner.this.failures::succeeded);
				BatchRunner.this.settler.ackAll(deliveries, nanos);
				return;
			}
			BatchRunner.this.engine.handled(nanos / deliveries.size());
			settle(deliveries, failure);
		}

		/**
		 * Settle deliveries by how their run ended, or have them run again.
		 */
		private void settle(List<Delivery> deliveries, @Nullable Throwable failure) {
			int size = deliveries.size();
			if (failure == null) {
				deliveries.forEach(BatchRunner.this::succeeded);
			}
			else if (failure instanceof FilteredBatchException filtered) {
				settle(leaveOutDone(deliveries, filtered), filtered.getCause());
			}
			else if (failure instanceof PartialBatchException part && part.getSize() > 0 && part.getSize() < size) {
				this.left.push(deliveries.subList(part.getSize(), size));
				settle(deliveries.subList(0, part.getSize()), part.getCause());
			}
			else if (failure instanceof BatchListenerFailedException at && at.getIndex() >= 0 && at.getIndex() < size) {
				this.left.push(deliveries.subList(at.getIndex() + 1, size));
				deliveries.subList(0, at.getIndex()).forEach(BatchRunner.this::succeeded);
				failed(deliveries.get(at.getIndex()), this.lane, (at.getCause() != null) ? at.getCause() : at);
			}
			else if (size == 1 || Failures.settles(failure)) {
				deliveries.forEach((delivery) -> failed(delivery, this.lane, failure));
			}
			else {
				for (int i = size - 1; i >= 0; i--) {
					this.left.push(deliveries.subList(i, i + 1));
				}
			}
		}

	}

}
