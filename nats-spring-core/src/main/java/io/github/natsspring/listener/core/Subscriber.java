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
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

import io.github.natsspring.connection.RoundTrips;
import io.github.natsspring.listener.AsyncResults;
import io.github.natsspring.listener.FailureText;
import io.github.natsspring.listener.ListenerCounters;
import io.github.natsspring.listener.ListenerStatistics.Outcome;
import io.github.natsspring.listener.NatsMessageListener;
import io.github.natsspring.support.Subjects;
import io.nats.client.Connection;
import io.nats.client.Dispatcher;
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

	private static final Duration SERVER_TIMEOUT = Duration.ofSeconds(5);

	private final String id;

	private final CoreContainerSettings settings;

	private final NatsMessageListener listener;

	private final SerialQueue queue;

	private final DropCounter drops;

	private final ListenerCounters counters;

	private final AtomicLong received = new AtomicLong();

	private final ReentrantLock lock = new ReentrantLock();

	private volatile @Nullable Subscription subscription;

	private volatile long lastActivity;

	// On the monotonic clock
	private volatile long lastMessage = System.nanoTime();

	// Written under the lock
	private volatile boolean stopped;

	private boolean paused;

	Subscriber(String id, CoreContainerSettings settings, NatsMessageListener listener, Executor executor,
			ListenerCounters counters) {
		this.counters = counters;
		this.id = id;
		this.settings = settings;
		this.listener = listener;
		this.queue = new SerialQueue(settings.maxQueued(), executor, this::handle);
		this.drops = new DropCounter(id, settings.maxQueued());
	}

	/**
	 * Subscribe over a connection, unless that is done. Does not wait for the server.
	 */
	void attach(Connection connection) {
		this.lock.lock();
		try {
			Subscription current = this.subscription;
			if (this.stopped || this.paused || (current != null && current.connection() == connection)) {
				return;
			}
			this.received.set(0);
			Dispatcher dispatcher = connection.createDispatcher();
			// The bound is that of our queue, which says what it drops
			dispatcher.setPendingLimits(-1, -1);
			Map<String, io.nats.client.Subscription> subjects = new HashMap<>();
			for (String subject : this.settings.subjects()) {
				subjects.put(subject, subscribe(dispatcher, subject));
			}
			this.subscription = new Subscription(connection, dispatcher, subjects);
			this.lastActivity = System.currentTimeMillis();
		}
		finally {
			this.lock.unlock();
		}
	}

	private io.nats.client.Subscription subscribe(Dispatcher dispatcher, String subject) {
		String queue = this.settings.queue();
		return (queue != null) ? dispatcher.subscribe(subject, queue, this::receive)
				: dispatcher.subscribe(subject, this::receive);
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
			Subscription current = this.subscription;
			if (this.stopped || current == null || current.connection().getStatus() != Connection.Status.CONNECTED) {
				return false;
			}
			connection = current.connection();
			for (String subject : subjects) {
				io.nats.client.Subscription refused = current.subjects().get(subject);
				if (refused != null) {
					// jnats would restore it after a reconnect beside the new one
					current.dispatcher().unsubscribe(refused);
				}
				current.subjects().put(subject, subscribe(current.dispatcher(), subject));
			}
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
	 * Wait until the server knows of the subscriptions.
	 */
	void awaitServer() {
		Subscription current = this.subscription;
		if (current == null || current.connection().getStatus() != Connection.Status.CONNECTED) {
			return;
		}
		try {
			RoundTrips.flush(current.connection(), SERVER_TIMEOUT);
		}
		catch (TimeoutException | IllegalStateException ex) {
			logger.warn("The server did not confirm the subscription of listener '%s' in time".formatted(this.id));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private void receive(Message message) {
		this.lastActivity = System.currentTimeMillis();
		this.lastMessage = System.nanoTime();
		if (!this.queue.offer(message)) {
			this.drops.dropped();
		}
		this.received.incrementAndGet();
	}

	private void handle(Message message) {
		long started = System.nanoTime();
		try {
			CompletionStage<?> result = this.listener.handle(message, NoAcknowledgment.INSTANCE);
			if (result != null) {
				await(message, result, started);
			}
			else {
				ended(message, started, null);
			}
		}
		catch (Throwable ex) {
			// An interruption, too, concerns this message only, and not those behind it
			ended(message, started, ex);
		}
	}

	private void ended(Message message, long started, @Nullable Throwable failure) {
		this.counters.ran(System.nanoTime() - started);
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
					ended(message, started, (ex != null) ? AsyncResults.unwrap(ex) : null);
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
		Subscription current;
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
				unsubscribe(current, System.nanoTime() + SERVER_TIMEOUT.toNanos());
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
		Subscription current;
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
				unsubscribe(current, deadline);
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

	private void unsubscribe(Subscription current, long deadline) throws InterruptedException {
		Connection connection = current.connection();
		try {
			if (connection.getStatus() != Connection.Status.CONNECTED) {
				if (connection.getStatus() != Connection.Status.CLOSED) {
					connection.closeDispatcher(current.dispatcher());
				}
				return;
			}
			Duration patience = Duration.ofNanos(Math.max(Duration.ofMillis(100).toNanos(),
					Math.min(SERVER_TIMEOUT.toNanos(), deadline - System.nanoTime())));
			RoundTrips.drain(connection, current.dispatcher(), patience)
				.get(patience.toNanos() * 2, TimeUnit.NANOSECONDS);
			awaitHandedOver(current, System.nanoTime() + patience.toNanos());
		}
		catch (ExecutionException | TimeoutException | IllegalStateException | IllegalArgumentException ex) {
			logger.debug("The subscription of listener '%s' could not be drained".formatted(this.id), ex);
			close(current);
		}
	}

	private void close(Subscription current) {
		try {
			current.connection().closeDispatcher(current.dispatcher());
		}
		catch (IllegalStateException | IllegalArgumentException ex) {
			logger.debug("The subscription of listener '%s' could not be closed".formatted(this.id), ex);
		}
	}

	/**
	 * jnats calls a dispatcher drained when its last message is taken from its queue,
	 * which is before we have it.
	 */
	private void awaitHandedOver(Subscription current, long deadline) {
		do {
			LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
		}
		while (current.dispatcher().getDeliveredCount() > this.received.get() && System.nanoTime() < deadline);
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
	 * When the last message arrived, or else when this was made.
	 */
	long getLastMessage() {
		return this.lastMessage;
	}

	long getDropped() {
		return this.drops.count();
	}

	@Nullable Instant getLastActivity() {
		long millis = this.lastActivity;
		return (millis != 0) ? Instant.ofEpochMilli(millis) : null;
	}

	/**
	 * Subscriptions over a connection.
	 *
	 * @param subjects by the subject; used under the lock
	 */
	private record Subscription(Connection connection, Dispatcher dispatcher,
			Map<String, io.nats.client.Subscription> subjects) {
	}

}
