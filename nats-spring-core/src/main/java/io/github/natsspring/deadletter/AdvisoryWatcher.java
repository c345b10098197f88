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

package io.github.natsspring.deadletter;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

import io.github.natsspring.connection.ConnectionObserver;
import io.github.natsspring.listener.DeadLetterSink;
import io.nats.client.Connection;
import io.nats.client.Dispatcher;
import io.nats.client.Message;
import io.nats.client.support.JsonParseException;
import io.nats.client.support.JsonParser;
import io.nats.client.support.JsonValue;
import io.nats.client.support.JsonValueUtils;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Dead-letters what the server gives up by itself: messages that were delivered as often
 * as the consumer allows, as it happens when an instance dies during the last attempt,
 * and messages that another client terminated. For consumers with a server-side
 * max-deliver; those that we create have none.
 * <p>
 * Best effort. The server says it once, to whoever listens, and without the message: what
 * is given up while no instance listens is found only on a work-queue stream, by the
 * sweep at {@link #start} and after each reconnect; a stream with limits or interest
 * retention does not show which of its messages were given up and which were handled. The
 * message may be gone when it is fetched, always so if it was terminated on a work-queue
 * stream. What cannot be stored as a dead letter is tried a few times and then only
 * logged. All instances share the work in a queue group.
 */
public final class AdvisoryWatcher {

	/**
	 * How the reason of a termination begins that this library made on purpose, so that
	 * no instance takes it for one by somebody else.
	 */
	public static final String OWN_TERMINATION = "nats-spring:";

	private static final Log logger = LogFactory.getLog(AdvisoryWatcher.class);

	private static final String QUEUE = "nats-spring-dead-letters";

	private static final String MAX_DELIVERIES = "$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.";

	private static final String TERMINATED = "$JS.EVENT.ADVISORY.CONSUMER.MSG_TERMINATED.";

	/**
	 * Older servers do not tell the reason, so that nobody knows who terminated.
	 */
	private static final String TELLS_REASON = "2.10.4";

	private final DeadLetterStore store;

	private final DeadLetterSource source;

	private final StrandedMessages stranded;

	private final boolean terminations;

	private final BoundedTasks tasks;

	private final AtomicLong dropped = new AtomicLong();

	private final ReentrantLock lock = new ReentrantLock();

	private final ConnectionObserver observer = new ConnectionObserver() {

		@Override
		public void connected(Connection connection, long epoch) {
			attach(connection);
			// What was given up while there was no connection
			AdvisoryWatcher.this.stranded.sweep();
		}

	};

	private boolean running;

	private @Nullable Connection connection;

	private @Nullable Dispatcher dispatcher;

	AdvisoryWatcher(DeadLetterStore store, DeadLetterSource source, DeadLetterSink sink, boolean terminations,
			Executor executor) {
		this.store = store;
		this.source = source;
		this.terminations = terminations;
		this.tasks = new BoundedTasks(executor, 1000);
		this.stranded = new StrandedMessages(store, source, sink, this.tasks);
	}

	/**
	 * Subscribe, and begin to look for messages that were given up before. To be called
	 * before the first pull, since the server looks at what it has to give up when it is
	 * asked for more. Waits for nothing.
	 */
	public void start() {
		this.lock.lock();
		try {
			if (this.running) {
				return;
			}
			this.running = true;
		}
		finally {
			this.lock.unlock();
		}
		this.stranded.start();
		Connection current = this.store.holder().current();
		if (current != null) {
			attach(current);
		}
		// Told of the current connection too
		this.store.holder().addObserver(this.observer);
	}

	/**
	 * Unsubscribe. What has begun is finished, and what waits is given up.
	 */
	public void stop() {
		this.store.holder().removeObserver(this.observer);
		this.lock.lock();
		try {
			this.running = false;
			this.stranded.stop();
			detach();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * How many advisories were not looked at, because too many came at once.
	 * @return the number
	 */
	public long getDropped() {
		return this.dropped.get();
	}

	private void attach(Connection connection) {
		this.lock.lock();
		try {
			// jnats restores subscriptions of a connection that comes back
			if (!this.running || this.connection == connection) {
				return;
			}
			detach();
			String name = this.source.stream() + "." + this.source.consumer();
			Dispatcher dispatcher = connection.createDispatcher(this::received);
			dispatcher.subscribe(MAX_DELIVERIES + name, QUEUE);
			if (this.terminations && connection.getServerInfo().isSameOrNewerThanVersion(TELLS_REASON)) {
				dispatcher.subscribe(TERMINATED + name, QUEUE);
			}
			this.connection = connection;
			this.dispatcher = dispatcher;
		}
		finally {
			this.lock.unlock();
		}
	}

	private void detach() {
		Connection connection = this.connection;
		Dispatcher dispatcher = this.dispatcher;
		this.connection = null;
		this.dispatcher = null;
		if (connection == null || dispatcher == null) {
			return;
		}
		try {
			connection.closeDispatcher(dispatcher);
		}
		catch (IllegalArgumentException | IllegalStateException ex) {
			logger.debug("The dispatcher of advisories was closed with its connection", ex);
		}
	}

	/**
	 * On a thread of jnats.
	 */
	private void received(Message advisory) {
		if (!this.tasks.execute(() -> handle(advisory))) {
			long count = this.dropped.incrementAndGet();
			if (Long.bitCount(count) == 1) {
				logger
					.error(("Listener '%s': %d advisories of messages that the server gave up were not looked at, since"
							+ " too many came at once; the messages are not dead-lettered")
						.formatted(this.source.listenerId(), count));
			}
		}
	}

	private void handle(Message advisory) {
		JsonValue json;
		try {
			json = JsonParser.parse(advisory.getData());
		}
		catch (JsonParseException ex) {
			logger.warn("Listener '%s': an advisory cannot be read".formatted(this.source.listenerId()), ex);
			return;
		}
		long sequence = JsonValueUtils.readLong(json, "stream_seq", 0);
		long deliveries = JsonValueUtils.readLong(json, "deliveries", 0);
		if (sequence <= 0) {
			return;
		}
		if (!advisory.getSubject().startsWith(TERMINATED)) {
			this.stranded.rescue(sequence, deliveries,
					"The server gave the message up after %d deliveries (max-deliver)".formatted(deliveries));
			return;
		}
		String reason = JsonValueUtils.readString(json, "reason", "");
		if (reason == null || !reason.startsWith(OWN_TERMINATION)) {
			this.stranded.rescue(sequence, deliveries, "Another client terminated the message: "
					+ ((reason != null && !reason.isEmpty()) ? reason : "(no reason)"));
		}
	}

}
