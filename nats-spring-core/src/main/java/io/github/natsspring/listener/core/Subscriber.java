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

package io.github.natsspring.listener.core;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

import io.github.natsspring.connection.RoundTrips;
import io.github.natsspring.listener.AsyncResults;
import io.github.natsspring.listener.FailureText;
import io.github.natsspring.listener.ListenerCounters;
import io.github.natsspring.listener.ListenerStatistics.Outcome;
import io.github.natsspring.listener.NatsMessageListener;
import io.github.natsspring.support.Subjects;
import io.nats.client.Connection;
import io.nats.client.Message;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The subscriptions of a container from one start to the next stop. jnats' thread only
 * hands messages over to the queue.
 */
class Subscriber {

	private static final Log logger = LogFactory.getLog(Subscriber.class);

	private final String id;

	private final CoreContainerSettings settings;

	private final NatsMessageListener listener;

	private final SerialQueue queue;

	private final DropCounter drops;

	private final ListenerCounters counters;

	private final ReentrantLock lock = new ReentrantLock();

	private volatile @Nullable CoreSubscription subscription;

	// Where the last try to subscribe failed
	private volatile @Nullable Connection missed;

	private final Arrivals arrivals = new Arrivals();

	// On the monotonic clock
	private volatile @Nullable Long attached;

	// Of the thread that handles messages: when the last one ended
	private long lastEnd;

	// Written under the lock
	private volatile boolean stopped;

	private boolean paused;

	Subscriber(String id, CoreContainerSettings settings, NatsMessageListener listener, Executor executor,
			ListenerCounters counters) {
		this.counters = counters;
		this.id = id;
		this.settings = settings;
		this.listener = listener;
		this.queue = new SerialQueue(id, settings.maxQueued(), HandOver.to(executor), this::handle);
		this.drops = new DropCounter(id, settings.maxQueued());
	}

	/**
	 * Subscribe over a connection, unless that is done. Does not wait for the server.
	 */
	void attach(Connection connection) {
		this.lock.lock();
		try {
			CoreSubscription current = this.subscription;
			if (this.stopped || this.paused || (current != null && current.connection() == connection)) {
				return;
			}
			Arrivals.Counter received = this.arrivals.begin();
			// That of a connection that was replaced says nothing about this one
			this.subscription = null;
			this.missed = connection;
			this.subscription = CoreSubscription.make(this.id, connection, this.settings,
					(message) -> receive(message, received));
			this.missed = null;
			this.attached = System.nanoTime();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Subscribe to subjects that the server has refused.
	 * @param timeout how long to wait for the server
	 * @return whether the server has taken it, be it that it refuses again
	 */
	boolean subscribeAgain(Collection<String> subjects, Duration timeout) {
		Connection connection;
		this.lock.lock();
		try {
			CoreSubscription current = this.subscription;
			if (this.stopped || current == null || current.connection().getStatus() != Connection.Status.CONNECTED) {
				return false;
			}
			connection = current.connection();
			current.subscribeAgain(subjects);
		}
		catch (IllegalStateException | IllegalArgumentException ex) {
			logger.debug("Listener '%s' could not subscribe again".formatted(this.id), ex);
			return false;
		}
		finally {
			this.lock.unlock();
		}
		try {
			RoundTrips.flush(connection, timeout);
			return true;
		}
		catch (TimeoutException | IllegalStateException ex) {
			return false;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	/**
	 * Try again what has failed, and look after the executor. Called about once a second;
	 * does not wait.
	 */
	void check() {
		this.queue.check();
		Connection connection = this.missed;
		if (connection == null || connection.getStatus() == Connection.Status.CLOSED) {
			return;
		}
		try {
			attach(connection);
			if (isAttached()) {
				logger.info("The listener '%s' has subscribed at another try".formatted(this.id));
			}
		}
		catch (RuntimeException | Error ex) {
			logger.debug("The listener '%s' could not subscribe again".formatted(this.id), ex);
		}
	}

	/**
	 * Whether the last try to subscribe failed.
	 */
	boolean isFailed() {
		return this.missed != null;
	}

	/**
	 * Why the executor does not run the listener, or {@code null}.
	 */
	ExecutorTrouble.@Nullable Report getTrouble() {
		return this.queue.trouble();
	}

	/**
	 * Wait until the server knows of the subscriptions.
	 */
	void awaitServer() {
		CoreSubscription current = this.subscription;
		if (current == null || current.connection().getStatus() != Connection.Status.CONNECTED) {
			return;
		}
		try {
			RoundTrips.flush(current.connection(), CoreSubscription.SERVER_TIMEOUT);
		}
		catch (TimeoutException | IllegalStateException ex) {
			logger.warn("The server did not confirm the subscription of listener '%s' in time".formatted(this.id));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * Called by one thread only for each subscription.
	 */
	private void receive(Message message, Arrivals.Counter received) {
		if (!this.queue.offer(message)) {
			this.drops.dropped();
		}
		received.increment();
	}

	private void handle(Message message, boolean first) {
		// Most begin when the one before ends
		long started = first ? System.nanoTime() : this.lastEnd;
		Throwable failure = null;
		try {
			CompletionStage<?> result = this.listener.handle(message, NoAcknowledgment.INSTANCE);
			if (result != null) {
				await(message, result, started);
				this.lastEnd = System.nanoTime();
				return;
			}
		}
		catch (Throwable ex) {
			// An interruption, too, concerns this message only, and not those behind it
			failure = ex;
		}
		this.lastEnd = System.nanoTime();
		ended(message, this.lastEnd - started, failure);
		if (failure != null) {
			// Writing that to the log is no part of the next run
			this.lastEnd = System.nanoTime();
		}
	}

	private void ended(Message message, long nanos, @Nullable Throwable failure) {
		this.counters.took(nanos);
		this.counters.ended((failure != null) ? Outcome.FAILURE : Outcome.SUCCESS);
		if (failure != null) {
			failed(message, failure);
		}
	}

	/**
	 * Those behind the message need not wait for it.
	 */
	private void await(Message message, CompletionStage<?> result, long started) {
		this.queue.begun();
		AtomicBoolean ended = new AtomicBoolean();
		try {
			result.whenComplete((value, ex) -> {
				if (ended.compareAndSet(false, true)) {
					this.queue.ended();
					ended(message, System.nanoTime() - started, (ex != null) ? AsyncResults.unwrap(ex) : null);
				}
			});
		}
		catch (RuntimeException ex) {
			// Of a stage that somebody else wrote
			if (ended.compareAndSet(false, true)) {
				this.queue.ended();
			}
			throw ex;
		}
	}

	private void failed(Message message, Throwable ex) {
		String line = "The listener '%s' failed with a message on subject '%s'".formatted(this.id,
				Subjects.printable(message.getSubject()));
		logger.error(FailureText.line(line, ex), FailureText.trace(ex));
	}

	/**
	 * Unsubscribe. What has arrived waits for {@link #resume()}, and what the server has
	 * sent before joins it.
	 */
	void pause() {
		CoreSubscription current;
		this.lock.lock();
		try {
			this.paused = true;
			this.queue.hold();
			current = this.subscription;
			this.subscription = null;
		}
		finally {
			this.lock.unlock();
		}
		try {
			if (current != null) {
				current.end(System.nanoTime() + CoreSubscription.SERVER_TIMEOUT.toNanos(), this.arrivals::count);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * Handle what waits; to be attached again.
	 */
	void resume() {
		this.lock.lock();
		try {
			this.paused = false;
		}
		finally {
			this.lock.unlock();
		}
		this.queue.release();
	}

	/**
	 * Unsubscribe, and wait until what has arrived is handled.
	 * @return whether it was within the timeout
	 */
	boolean stop(Duration timeout) {
		long deadline = System.nanoTime() + timeout.toNanos();
		CoreSubscription current;
		this.lock.lock();
		try {
			this.stopped = true;
			current = this.subscription;
		}
		finally {
			this.lock.unlock();
		}
		boolean interrupted = false;
		boolean idle = false;
		try {
			if (current != null) {
				current.end(deadline, this.arrivals::count);
			}
			idle = this.queue.awaitIdle(deadline);
		}
		catch (InterruptedException ex) {
			interrupted = true;
		}
		int discarded = this.queue.close() + this.queue.pending();
		if (discarded > 0) {
			logger.warn("The listener '%s' was stopped with %d messages that were not handled within %s"
				.formatted(this.id, discarded, timeout));
		}
		this.drops.report();
		if (interrupted) {
			Thread.currentThread().interrupt();
		}
		return idle && discarded == 0;
	}

	boolean isStopped() {
		return this.stopped;
	}

	boolean isAttached() {
		return this.subscription != null;
	}

	int getWaiting() {
		return this.queue.waiting();
	}

	int getInFlight() {
		return this.queue.size();
	}

	/**
	 * When the last message arrived, at most a second late, or else when this was made.
	 */
	long getLastMessage() {
		return this.arrivals.look();
	}

	long getDropped() {
		return this.drops.count();
	}

	@Nullable Instant getLastActivity() {
		Long attached = this.attached;
		if (attached == null) {
			return null;
		}
		long last = this.arrivals.look();
		if (attached - last > 0) {
			last = attached;
		}
		return Instant.now().minusNanos(System.nanoTime() - last);
	}

}
