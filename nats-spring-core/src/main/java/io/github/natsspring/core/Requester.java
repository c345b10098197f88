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
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.connection.ConnectionObserver;
import io.nats.client.Connection;
import io.nats.client.JetStreamStatusException;
import io.nats.client.Message;
import io.nats.client.impl.Headers;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests over the current connection and waits for their replies by a clock of
 * our own. jnats' own clock looks every few seconds only, and how it reports what went
 * wrong depends on its options.
 */
class Requester implements ConnectionObserver {

	private static final Log logger = LogFactory.getLog(Requester.class);

	private static final long SWEEP_MILLIS = 50;

	private static final int NO_RESPONDERS = 503;

	/**
	 * jnats must not give up first.
	 */
	private static final Duration MARGIN = Duration.ofSeconds(2);

	private final ConnectionHolder holder;

	private final PendingRequests pending;

	private final AtomicBoolean sweeping = new AtomicBoolean();

	// No request is overdue before
	private final AtomicLong soonest = new AtomicLong(later(System.nanoTime()));

	private final Executor sweeper = CompletableFuture.delayedExecutor(SWEEP_MILLIS, TimeUnit.MILLISECONDS,
			Runnable::run);

	Requester(ConnectionHolder holder) {
		this(holder, 0);
	}

	/**
	 * Create a requester.
	 * @param holder holds the connection
	 * @param expected how many replies are awaited at once, at most, as far as is known
	 */
	Requester(ConnectionHolder holder, int expected) {
		this.pending = new PendingRequests(expected);
		this.holder = holder;
		holder.addObserver(this);
	}

	/**
	 * Send a request.
	 * @param subject the subject, already checked
	 * @param headers the headers, not changed any more
	 * @param body the body
	 * @param timeout how long the reply is awaited
	 * @return the request
	 * @throws NatsPublishException if it was not sent
	 */
	PendingRequest send(String subject, Headers headers, byte[] body, Duration timeout) {
		PendingRequest request = new PendingRequest(subject);
		send(request, headers, body, timeout);
		return request;
	}

	/**
	 * As {@link #send(String, Headers, byte[], Duration)}, with a request of the caller.
	 */
	void send(PendingRequest request, Headers headers, byte[] body, Duration timeout) {
		String subject = request.subject();
		Connection connection = this.holder.get();
		Outgoing.checkSize(connection, subject, headers, body);
		Outgoing.requireNotInterrupted(subject);
		request.begin(this, connection, System.nanoTime() + timeout.toNanos());
		// Before it is sent: the server may refuse it at once
		this.pending.add(request);
		overdueAt(request.deadline());
		CompletableFuture<Message> reply;
		try {
			reply = connection.requestWithTimeout(subject, headers, body, timeout.plus(MARGIN));
		}
		catch (IllegalStateException | IllegalArgumentException ex) {
			this.pending.remove(request);
			throw Outgoing.notSent(subject, ex);
		}
		request.sent(reply);
		if (!this.sweeping.get() && this.sweeping.compareAndSet(false, true)) {
			this.sweeper.execute(this::sweep);
		}
	}

	@Override
	public void serverError(Connection connection, String error) {
		Refusal refusal = Refusal.read(error);
		if (refusal == null) {
			return;
		}
		this.pending.forEach((request) -> {
			if (request.isRefusedBy(connection, refusal)) {
				request.fail(RequestFailure.Reason.REFUSED, error);
			}
		});
	}

	static void complete(PendingRequest request, @Nullable Message message, @Nullable Throwable ex) {
		if (message != null && message.isStatusMessage() && message.getStatus().getCode() == NO_RESPONDERS) {
			request.fail(RequestFailure.Reason.NO_RESPONDERS, "no responders");
		}
		else if (message != null) {
			request.complete(message);
		}
		else if (ex instanceof JetStreamStatusException || (ex instanceof CancellationException && isBare(ex))) {
			request.fail(RequestFailure.Reason.NO_RESPONDERS, "no responders");
		}
		else {
			request.fail(RequestFailure.Reason.CLOSED, "the connection was closed");
		}
	}

	/**
	 * jnats cancels a request without responders, and gives a reason only when it cancels
	 * for another one.
	 */
	private static boolean isBare(Throwable ex) {
		return ex.getMessage() == null;
	}

	void forget(PendingRequest request) {
		this.pending.remove(request);
	}

	private void sweep() {
		long now = System.nanoTime();
		if (now - this.soonest.get() >= 0) {
			// Before they are looked at: what is added meanwhile must not be forgotten
			this.soonest.set(later(now));
			failOverdue(now);
		}
		if (this.pending.isEmpty()) {
			this.sweeping.set(false);
			if (this.pending.isEmpty() || !this.sweeping.compareAndSet(false, true)) {
				return;
			}
		}
		this.sweeper.execute(this::sweep);
	}

	private void failOverdue(long now) {
		this.pending.forEach((request) -> {
			if (now - request.deadline() >= 0) {
				timeOut(request);
			}
			else {
				overdueAt(request.deadline());
			}
		});
	}

	private static void timeOut(PendingRequest request) {
		try {
			request.fail(RequestFailure.Reason.TIMEOUT, "no answer in time");
		}
		catch (RuntimeException | Error ex) {
			// Of an executor of the user; those that come after it must end in time, too
			logger.error("The timeout of a request to '%s' could not be told".formatted(request.subject()), ex);
		}
	}

	/**
	 * Many may be pending: they are not all looked at before one can be overdue.
	 */
	private void overdueAt(long deadline) {
		long current = this.soonest.get();
		while (deadline - current < 0 && !this.soonest.compareAndSet(current, deadline)) {
			current = this.soonest.get();
		}
	}

	private static long later(long now) {
		// As far as times can be apart and still be compared
		return now + Long.MAX_VALUE / 2;
	}

	/**
	 * How many replies are awaited.
	 * @return the number
	 */
	int pending() {
		return this.pending.size();
	}

}
