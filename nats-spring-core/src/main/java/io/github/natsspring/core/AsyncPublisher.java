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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

import io.github.natsspring.connection.NatsException;
import io.github.natsspring.core.PublishStatistics.Operation;
import io.nats.client.api.PublishAck;
import org.jspecify.annotations.Nullable;

/**
 * Publishes without waiting for the stream, up to a number of messages in flight.
 */
class AsyncPublisher {

	/**
	 * How many times as many may wait for their callbacks.
	 */
	private static final int UNCOMPLETED = 4;

	private final Requester requester;

	private final CompletionExecutor executor;

	private final int maxInFlight;

	private final Flight flight;

	/**
	 * For what is in flight, or confirmed and not completed: callbacks that are slower
	 * than the stream would pile up without end.
	 */
	private final Semaphore room;

	private final PublishCounters counters;

	AsyncPublisher(Requester requester, CompletionExecutor executor, int maxInFlight, PublishCounters counters) {
		this.counters = counters;
		this.requester = requester;
		this.executor = executor;
		this.maxInFlight = maxInFlight;
		this.flight = new Flight(maxInFlight);
		this.room = new Semaphore((int) Math.min(Integer.MAX_VALUE, maxInFlight * (1L + UNCOMPLETED)));
	}

	CompletableFuture<PublishAck> publish(Outgoing message, Duration timeout) {
		long started = System.nanoTime();
		String subject = message.subject();
		Publication publication = new Publication(subject, timeout, started);
		NatsPublishException full = acquire(publication);
		if (full != null) {
			this.counters.failed(Operation.STREAM_PUBLISH, full, started);
			return CompletableFuture.failedFuture(full);
		}
		try {
			this.requester.send(publication, message.headers(), message.body(), timeout);
		}
		catch (NatsException ex) {
			release(publication);
			this.counters.failed(Operation.STREAM_PUBLISH, ex, started);
			return CompletableFuture.failedFuture(ex);
		}
		catch (RuntimeException | Error ex) {
			release(publication);
			this.counters.failed(Operation.STREAM_PUBLISH, ex, started);
			throw ex;
		}
		publication.step();
		return publication.result;
	}

	/**
	 * How many publishes are not confirmed yet.
	 * @return the number
	 */
	int inFlight() {
		return this.flight.taken();
	}

	private @Nullable NatsPublishException acquire(Publication publication) {
		String subject = publication.subject();
		Duration timeout = publication.timeout;
		try {
			if (!acquireRoom(publication)) {
				return new NatsPublishException(subject,
						("The message to '%s' was not sent: the callbacks of %d messages that are confirmed already"
								+ " had not ended for %d ms; publish more slowly, or do less in the callbacks")
							.formatted(subject, UNCOMPLETED * (long) this.maxInFlight, timeout.toMillis()),
						null);
			}
			if (this.flight.tryEnter() || this.flight.tryEnter(publication.patience())) {
				return null;
			}
			publication.leaveRoom();
			return new NatsPublishException(subject,
					("The message to '%s' was not sent: %d messages were in flight for %d ms; publish more slowly,"
							+ " or raise the number that may be in flight")
						.formatted(subject, this.maxInFlight, timeout.toMillis()),
					null);
		}
		catch (InterruptedException ex) {
			publication.leaveRoom();
			Thread.currentThread().interrupt();
			return new NatsPublishException(subject,
					"The message to '%s' was not sent: interrupted while too many were in flight".formatted(subject),
					ex);
		}
	}

	private boolean acquireRoom(Publication publication) throws InterruptedException {
		if (this.room.tryAcquire()) {
			publication.inRoom = true;
			return true;
		}
		if (CompletionExecutor.isCompleting()) {
			// It would wait for itself
			return true;
		}
		publication.inRoom = this.room.tryAcquire(publication.patience(), TimeUnit.NANOSECONDS);
		return publication.inRoom;
	}

	private void release(Publication publication) {
		this.flight.leave();
		publication.leaveRoom();
	}

	/**
	 * A message that is in flight.
	 */
	private final class Publication extends PendingRequest implements Runnable {

		private static final AtomicIntegerFieldUpdater<Publication> STEPS = AtomicIntegerFieldUpdater
			.newUpdater(Publication.class, "steps");

		private final CompletableFuture<PublishAck> result = new CompletableFuture<>();

		private final Duration timeout;

		private final long started;

		private volatile int steps;

		private boolean inRoom;

		Publication(String subject, Duration timeout, long started) {
			super(subject);
			this.started = started;
			this.timeout = timeout;
		}

		/**
		 * How long its caller still waits, in nanoseconds.
		 */
		long patience() {
			return this.started + this.timeout.toNanos() - System.nanoTime();
		}

		void leaveRoom() {
			if (this.inRoom) {
				this.inRoom = false;
				AsyncPublisher.this.room.release();
			}
		}

		@Override
		void ended() {
			super.ended();
			step();
		}

		/**
		 * It has been sent, or has ended. When both are so, its permit returns: without
		 * the first, the caller returns it.
		 */
		void step() {
			if (STEPS.incrementAndGet(this) == 2) {
				// Not after the callbacks: these may publish and wait for a permit
				// themselves
				AsyncPublisher.this.flight.leave();
				AsyncPublisher.this.executor.execute(this);
			}
		}

		@Override
		public void run() {
			// Now, since the callbacks are bounded by their threads
			leaveRoom();
			try {
				PublishAck ack = StreamReplies.read(subject(), join());
				// Before the callbacks, which may look
				AsyncPublisher.this.counters.stored(ack, this.started);
				this.result.complete(ack);
			}
			catch (CompletionException ex) {
				failed((ex.getCause() instanceof RequestFailure failure)
						? StreamReplies.failed(subject(), failure, this.timeout) : ex);
			}
			catch (RuntimeException | Error ex) {
				failed(ex);
			}
		}

		private void failed(Throwable problem) {
			AsyncPublisher.this.counters.failed(Operation.STREAM_PUBLISH, problem, this.started);
			this.result.completeExceptionally(problem);
		}

	}

}
