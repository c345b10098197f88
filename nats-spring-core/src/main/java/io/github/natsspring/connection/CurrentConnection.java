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

package io.github.natsspring.connection;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

import io.nats.client.Connection;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The connection there is now, if any: makes it, prepares it, and replaces it when it was
 * closed for good. One lock guards all of that; what only wants to know the connection
 * reads it without.
 */
class CurrentConnection {

	private static final Log logger = LogFactory.getLog(CurrentConnection.class);

	private final ConnectionSettings settings;

	private final Connector connector;

	private final ConnectionEvents events;

	private final List<ConnectionInitializer> initializers = new CopyOnWriteArrayList<>();

	private final ReentrantLock lock = new ReentrantLock();

	private final BackgroundConnect background;

	private volatile @Nullable Epoch epoch;

	private long epochs;

	private volatile @Nullable Connection initializing;

	private boolean initialized;

	private volatile boolean running;

	// After a start; then nothing is connected before the next
	private volatile boolean stopped;

	private volatile boolean destroyed;

	// How often it was stopped, for a connection that is prepared meanwhile
	private final AtomicInteger stops = new AtomicInteger();

	private volatile BooleanSupplier closing = () -> false;

	CurrentConnection(ConnectionSettings settings) {
		this(settings, Thread::new);
	}

	CurrentConnection(ConnectionSettings settings, ThreadFactory threads) {
		this.settings = settings;
		this.events = new ConnectionEvents(this, settings);
		this.connector = new Connector(settings, this.events);
		this.background = new BackgroundConnect(this, this.connector, settings.name(), this.lock, threads);
	}

	/**
	 * Set what tells whether the application ends: what beans do in their destruction may
	 * still need a connection.
	 */
	void setClosing(BooleanSupplier closing) {
		this.closing = closing;
	}

	void addInitializer(ConnectionInitializer initializer) {
		this.initializers.add(initializer);
	}

	ConnectionEvents events() {
		return this.events;
	}

	SubjectCheck subjects() {
		return this.connector.subjects();
	}

	/**
	 * The connection, or {@code null}; never connects.
	 */
	@Nullable Connection connection() {
		Epoch current = this.epoch;
		return (current != null) ? current.connection() : null;
	}

	/**
	 * Why the connection cannot be used, or {@code null} if it can, or nobody knows.
	 */
	@Nullable String problem() {
		Connection current = connection();
		if (current == null) {
			return this.background.problem();
		}
		return (current.getStatus() == Connection.Status.CONNECTED) ? null : this.events.problem();
	}

	/**
	 * The epoch of the connection, which is made now if there is none.
	 */
	Epoch require() {
		Epoch current = this.epoch;
		return (current != null) ? current : connect();
	}

	void start() {
		if (this.running) {
			return;
		}
		this.running = true;
		this.stopped = false;
		try {
			prepareStart();
			if (this.settings.startupMode() == StartupMode.BACKGROUND) {
				connectInBackground();
			}
			else {
				// When the holder was stopped while it replaced a connection, that
				// attempt
				// may still be under way; it serves this start
				this.background.await(this.settings.startupTimeout());
				require();
			}
		}
		catch (RuntimeException ex) {
			this.running = false;
			throw ex;
		}
	}

	private void prepareStart() {
		acquire();
		try {
			// A connection that was made at first use, before the lifecycle, has been
			// through this
			this.initialized = this.epoch != null;
		}
		finally {
			this.lock.unlock();
		}
	}

	void stop() {
		this.stopped = this.stopped || this.running;
		this.running = false;
		this.stops.incrementAndGet();
		boolean locked = tryLock(this.settings.drainTimeout());
		Connection connection;
		try {
			// Without the lock, whoever makes a connection will see that it was stopped
			connection = connection();
			this.epoch = null;
			if (locked) {
				this.background.wake();
			}
			else {
				abandon(this.initializing);
			}
		}
		finally {
			if (locked) {
				this.lock.unlock();
			}
		}
		if (connection != null) {
			this.connector.close(connection, this.settings.drainTimeout());
			this.events.closed(connection);
		}
	}

	/**
	 * An initializer must not keep the application from ending; without its connection
	 * there is little that it can wait for.
	 */
	private void abandon(@Nullable Connection connection) {
		logger.warn("The connection '%s' is stopped while another thread still makes or prepares it"
			.formatted(this.settings.name()));
		if (connection != null) {
			this.connector.close(connection, Duration.ZERO);
		}
	}

	void destroy() {
		this.destroyed = true;
		stop();
		this.events.shutdown();
	}

	int stops() {
		return this.stops.get();
	}

	boolean isRunning() {
		return this.running;
	}

	/**
	 * Whether a connection is to be made that there is not yet.
	 */
	boolean isWanted() {
		return this.running && !this.destroyed && this.epoch == null;
	}

	private Epoch connect() {
		acquire();
		try {
			Connection underway = this.initializing;
			if (underway != null) {
				// An initializer that comes back for the connection is given the one it
				// prepares
				return new Epoch(underway, this.epochs);
			}
			Epoch current = this.epoch;
			if (current != null) {
				return current;
			}
			if (this.destroyed) {
				throw new NatsNotConnectedException(
						"The connection '%s' is closed for good".formatted(this.settings.name()));
			}
			if (this.stopped && !this.closing.getAsBoolean()) {
				throw new NatsNotConnectedException("The connection '%s' is stopped, and made again when it is started"
					.formatted(this.settings.name()));
			}
			if (this.background.isUnderWay() || this.settings.startupMode() == StartupMode.BACKGROUND) {
				connectInBackground();
				throw new NatsNotConnectedException(
						"There is no connection '%s' to a NATS server yet; it is being tried in the background"
							.formatted(this.settings.name()));
			}
			int before = this.stops.get();
			return open(this.connector.connectInTime(() -> this.destroyed), before);
		}
		finally {
			this.lock.unlock();
		}
	}

	private void acquire() {
		// Connecting takes place under the lock, and is bounded; preparing too, which
		// should be
		if (!tryLock(this.settings.startupTimeout().multipliedBy(2).plusSeconds(30))) {
			throw new NatsNotConnectedException(
					"Gave up waiting for the connection '%s', which another thread is making or preparing"
						.formatted(this.settings.name()));
		}
	}

	private boolean tryLock(Duration patience) {
		try {
			// Also on a thread that is interrupted
			return this.lock.tryLock() || this.lock.tryLock(patience.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	/**
	 * Prepare a new connection and hand it out; only to be called under the lock.
	 * @param connection the connection
	 * @param before how often this was stopped when the connection began to be made
	 */
	Epoch open(Connection connection, int before) {
		if (!this.initialized) {
			this.initializing = connection;
			try {
				this.initializers.forEach((initializer) -> initializer.initialize(connection));
			}
			catch (RuntimeException | Error ex) {
				this.connector.close(connection, Duration.ZERO);
				throw ex;
			}
			finally {
				this.initializing = null;
			}
			this.initialized = true;
		}
		if (this.stops.get() != before) {
			this.connector.close(connection, Duration.ZERO);
			throw new NatsNotConnectedException(
					"The connection '%s' was stopped while it was made".formatted(this.settings.name()));
		}
		return publish(connection);
	}

	private Epoch publish(Connection connection) {
		Epoch next = new Epoch(connection, ++this.epochs);
		this.epoch = next;
		this.events.connected(next);
		return next;
	}

	/**
	 * jnats restored a lost connection and its subscriptions.
	 */
	void resubscribed(Connection connection) {
		this.lock.lock();
		try {
			Epoch current = this.epoch;
			if (current != null && current.connection() == connection) {
				publish(connection);
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * jnats closed the connection; unless we asked for it, it has to be replaced.
	 */
	void closed(Connection connection) {
		this.lock.lock();
		try {
			Epoch current = this.epoch;
			if (current == null || current.connection() != connection) {
				return;
			}
			this.epoch = null;
			if (this.running) {
				logger.warn("The connection '%s' was closed for good by the client; making a new one"
					.formatted(this.settings.name()));
				connectInBackground();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	private void connectInBackground() {
		this.lock.lock();
		try {
			if (this.epoch == null && !this.destroyed) {
				this.background.begin();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

}
