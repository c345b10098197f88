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
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import io.github.natsspring.connection.NatsException;
import io.github.natsspring.core.PublishStatistics.Operation;
import io.nats.client.Message;
import io.nats.client.api.PublishAck;
import org.jspecify.annotations.Nullable;

/**
 * Publishes without waiting for the stream, up to a number of messages in flight.
 */
class AsyncPublisher {

	private final Requester requester;

	private final CompletionExecutor executor;

	private final int maxInFlight;

	private final Semaphore permits;

	private final PublishCounters counters;

	AsyncPublisher(Requester requester, CompletionExecutor executor, int maxInFlight, PublishCounters counters) {
		this.counters = counters;
		this.requester = requester;
		this.executor = executor;
		this.maxInFlight = maxInFlight;
		this.permits = new Semaphore(maxInFlight);
	}

	CompletableFuture<PublishAck> publish(Outgoing message, Duration timeout) {
		long started = System.nanoTime();
		String subject = message.subject();
		CompletableFuture<PublishAck> result = new CompletableFuture<>();
		NatsPublishException full = acquire(subject, timeout);
		if (full != null) {
			this.counters.failed(Operation.STREAM_PUBLISH, full, started);
			result.completeExceptionally(full);
			return result;
		}
		PendingRequest request;
		try {
			request = this.requester.send(subject, message.headers(), message.body(), timeout);
		}
		catch (NatsException ex) {
			this.permits.release();
			this.counters.failed(Operation.STREAM_PUBLISH, ex, started);
			result.completeExceptionally(ex);
			return result;
		}
		catch (RuntimeException | Error ex) {
			this.permits.release();
			this.counters.failed(Operation.STREAM_PUBLISH, ex, started);
			throw ex;
		}
		request.whenComplete((reply, ex) -> {
			// Not after the callbacks: these may publish and wait for a permit themselves
			this.permits.release();
			this.executor.execute(() -> complete(result, subject, reply, (RequestFailure) ex, timeout, started));
		});
		return result;
	}

	/**
	 * How many publishes are not confirmed yet.
	 * @return the number
	 */
	int inFlight() {
		return this.maxInFlight - this.permits.availablePermits();
	}

	private void complete(CompletableFuture<PublishAck> result, String subject, @Nullable Message reply,
			@Nullable RequestFailure failure, Duration timeout, long started) {
		PublishAck ack = null;
		Throwable problem = null;
		try {
			if (reply != null) {
				ack = StreamReplies.read(subject, reply);
			}
			else if (failure != null) {
				problem = StreamReplies.failed(subject, failure, timeout);
			}
		}
		catch (RuntimeException | Error ex) {
			problem = ex;
		}
		// Before the callbacks, which may look
		if (ack != null) {
			this.counters.stored(ack, started);
			result.complete(ack);
		}
		else if (problem != null) {
			this.counters.failed(Operation.STREAM_PUBLISH, problem, started);
			result.completeExceptionally(problem);
		}
	}

	private @Nullable NatsPublishException acquire(String subject, Duration timeout) {
		try {
			if (this.permits.tryAcquire() || this.permits.tryAcquire(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
				return null;
			}
			return new NatsPublishException(subject,
					("The message to '%s' was not sent: %d messages were in flight for %d ms; publish more slowly,"
							+ " or raise the number that may be in flight")
						.formatted(subject, this.maxInFlight, timeout.toMillis()),
					null);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return new NatsPublishException(subject,
					"The message to '%s' was not sent: interrupted while too many were in flight".formatted(subject),
					ex);
		}
	}

}
