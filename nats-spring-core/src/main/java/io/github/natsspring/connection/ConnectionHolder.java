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

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.SmartLifecycle;

/**
 * Owns the connection: makes it in an early phase of the lifecycle or at first use and
 * never in a constructor, tells observers of its epochs, replaces it when jnats closed it
 * for good, and drains and closes it after everything else has stopped. It can be stopped
 * and started again.
 */
public final class ConnectionHolder implements SmartLifecycle, DisposableBean {

	/**
	 * The phase of the connection: before everything that may need it.
	 */
	public static final int PHASE = Integer.MIN_VALUE + 1000;

	private static final Log logger = LogFactory.getLog(ConnectionHolder.class);

	private final ConnectionSettings settings;

	private final Connector connector;

	private final ConnectionEvents events;

	private final List<ConnectionInitializer> initializers = new CopyOnWriteArrayList<>();

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition changed = this.lock.newCondition();

	private volatile @Nullable Epoch epoch;

	private long epochs;

	private @Nullable Connection initializing;

	private boolean connecting;

	// Used by the thread that connects in the background only
	private @Nullable String lastFailure;

	private boolean initialized;

	private volatile boolean running;

	private volatile boolean destroyed;

	public ConnectionHolder(ConnectionSettings settings) {
		this.settings = settings;
		this.events = new ConnectionEvents(this, settings);
		this.connector = new Connector(settings, this.events);
	}

	/**
	 * The raw jnats connection, made now if there is none yet.
	 * @return the connection; it may be reconnecting, then jnats buffers what is sent
	 * @throws NatsConnectException if no connection could be made
	 * @throws NatsNotConnectedException in {@link StartupMode#BACKGROUND}, if there is no
	 * connection yet, and in both modes while a connection that jnats closed is replaced
	 */
	public Connection get() {
		return require().connection();
	}

	/**
	 * The raw jnats connection if there is one; never connects.
	 * @return the connection, or {@code null}
	 */
	public @Nullable Connection current() {
		Epoch current = this.epoch;
		return (current != null) ? current.connection() : null;
	}

	/**
	 * The name for log messages.
	 * @return the name
	 */
	public String getName() {
		return this.settings.name();
	}

	/**
	 * An object over the current connection, made once in each epoch.
	 * @param <T> the type of the object
	 * @param factory makes the object
	 * @return gives the object of the current epoch; throws what {@link #get()} throws,
	 * and {@link NatsException} when the object cannot be made
	 */
	public <T> Supplier<T> context(ContextFactory<T> factory) {
		return () -> require().context(factory);
	}

	/**
	 * A bean that passes each call on to an object over the current connection. It also
	 * implements {@link NatsDelegate}.
	 * @param <T> the interface of the bean
	 * @param type the interface of the bean
	 * @param factory makes the object that calls go to, once in each epoch
	 * @return the bean
	 */
	public <T> T delegate(Class<T> type, ContextFactory<? extends T> factory) {
		String description = "%s of connection '%s'".formatted(type.getSimpleName(), this.settings.name());
		Supplier<? extends T> target = context(factory);
		return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type, NatsDelegate.class },
				new DelegateInvocationHandler(target, description)));
	}

	/**
	 * Add something to be done before the connection is handed to anybody.
	 * @param initializer what to do; called in the order of addition
	 */
	public void addInitializer(ConnectionInitializer initializer) {
		this.initializers.add(initializer);
	}

	/**
	 * Add an observer. If there is a connection already, the observer is told of it, on
	 * the thread for observers.
	 * @param observer the observer
	 */
	public void addObserver(ConnectionObserver observer) {
		this.events.addObserver(observer);
	}

	/**
	 * Remove an observer. A call that is under way may still reach it.
	 * @param observer the observer
	 */
	public void removeObserver(ConnectionObserver observer) {
		this.events.removeObserver(observer);
	}

	@Override
	public void start() {
		if (this.running) {
			return;
		}
		this.running = true;
		this.lock.lock();
		try {
			// A connection that was made at first use, before the lifecycle, has been
			// through this
			this.initialized = this.epoch != null;
		}
		finally {
			this.lock.unlock();
		}
		try {
			if (this.settings.startupMode() == StartupMode.BACKGROUND) {
				connectInBackground();
			}
			else {
				awaitBackground();
				require();
			}
		}
		catch (RuntimeException ex) {
			this.running = false;
			throw ex;
		}
	}

	/**
	 * When the holder was stopped while it replaced a connection, that attempt may still
	 * be under way; it serves this start.
	 */
	private void awaitBackground() {
		this.lock.lock();
		try {
			long left = this.settings.startupTimeout().toNanos();
			while (this.connecting && left > 0) {
				left = this.changed.awaitNanos(left);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public void stop() {
		this.running = false;
		close();
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

	@Override
	public void destroy() {
		this.destroyed = true;
		stop();
		this.events.shutdown();
	}

	private Epoch require() {
		Epoch current = this.epoch;
		return (current != null) ? current : connect();
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
			if (this.connecting || this.settings.startupMode() == StartupMode.BACKGROUND) {
				connectInBackground();
				throw new NatsNotConnectedException(
						"There is no connection '%s' to a NATS server yet; it is being tried in the background"
							.formatted(this.settings.name()));
			}
			return open(this.connector.connectInTime(() -> this.destroyed));
		}
		finally {
			this.lock.unlock();
		}
	}

	private void acquire() {
		try {
			// Connecting and preparing take place under the lock; both are bounded
			long patience = this.settings.startupTimeout().multipliedBy(2).plusSeconds(30).toNanos();
			if (this.lock.tryLock(patience, TimeUnit.NANOSECONDS)) {
				return;
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		throw new NatsNotConnectedException("Gave up waiting for the connection '%s', which another thread is making"
			.formatted(this.settings.name()));
	}

	private Epoch open(Connection connection) {
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
			if (this.connecting || this.epoch != null || this.destroyed) {
				return;
			}
			this.connecting = true;
		}
		finally {
			this.lock.unlock();
		}
		Thread thread = new Thread(this::connectUntilStopped, "nats-connect-" + this.settings.name());
		thread.setDaemon(true);
		thread.start();
	}

	private void connectUntilStopped() {
		int failures = 0;
		this.lock.lock();
		try {
			while (this.running && !this.destroyed && this.epoch == null) {
				if (!connectOnce(failures)) {
					failures++;
					this.changed.await(Connector.pause(failures).toNanos(), TimeUnit.NANOSECONDS);
				}
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		finally {
			this.connecting = false;
			this.changed.signalAll();
			this.lock.unlock();
		}
	}

	private boolean connectOnce(int failures) {
		Connection connection;
		// Others must not wait for an attempt of the background: they are told so at once
		this.lock.unlock();
		try {
			connection = this.connector.connectOnce();
		}
		catch (RuntimeException | Error ex) {
			// Options are made for each attempt, by code that may fail in any way
			logFailure(failures, ex);
			return false;
		}
		finally {
			this.lock.lock();
		}
		if (!this.running) {
			this.connector.close(connection, Duration.ZERO);
			return true;
		}
		try {
			open(connection);
			logger.info("The connection '%s' is made".formatted(this.settings.name()));
			return true;
		}
		catch (RuntimeException | Error ex) {
			logFailure(failures, ex);
			return false;
		}
	}

	private void logFailure(int failures, Throwable ex) {
		String reason = Redaction.redact(ex.getMessage());
		if (failures == 0 || !reason.equals(this.lastFailure)) {
			logger.warn(
					"The connection '%s' cannot be made yet, trying again: %s".formatted(this.settings.name(), reason));
		}
		else {
			logger.debug("The connection '%s' still cannot be made: %s".formatted(this.settings.name(), reason));
		}
		this.lastFailure = reason;
	}

	private void close() {
		Connection connection;
		this.lock.lock();
		try {
			Epoch current = this.epoch;
			connection = (current != null) ? current.connection() : null;
			this.epoch = null;
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
		if (connection != null) {
			this.connector.close(connection, this.settings.drainTimeout());
			this.events.closed(connection);
		}
	}

	/**
	 * A stretch of time in which the server remembers what it was asked over the
	 * connection.
	 */
	static final class Epoch {

		private final Connection connection;

		private final long number;

		private final ConcurrentContexts contexts = new ConcurrentContexts();

		Epoch(Connection connection, long number) {
			this.connection = connection;
			this.number = number;
		}

		Connection connection() {
			return this.connection;
		}

		long number() {
			return this.number;
		}

		<T> T context(ContextFactory<T> factory) {
			try {
				return this.contexts.get(factory, this.connection);
			}
			catch (IOException | JetStreamApiException ex) {
				throw new NatsException(Redaction.redact(ex.getMessage()), ex);
			}
		}

	}

}
