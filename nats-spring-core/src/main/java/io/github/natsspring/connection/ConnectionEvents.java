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
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

import io.nats.client.Connection;
import io.nats.client.ConnectionListener;
import io.nats.client.ErrorListener;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.util.ObjectUtils;

/**
 * Takes the events of jnats off its one callback thread and tells observers and the
 * user's listeners, in order, on one thread of our own.
 */
class ConnectionEvents {

	private static final Log logger = LogFactory.getLog(ConnectionEvents.class);

	// How many errors may wait for a listener or observer
	private static final int MAX_ERRORS = 256;

	private final CurrentConnection owner;

	private final ConnectionSettings settings;

	private final List<ConnectionObserver> observers = new CopyOnWriteArrayList<>();

	// Called at once, on the thread of jnats
	private final List<BiConsumer<Connection, String>> errorObservers = new CopyOnWriteArrayList<>();

	private final EventThread thread;

	// A listener of the user that blocks must not keep containers from recovering
	private final EventThread userThread;

	private final LinePace pace = new LinePace();

	private final AtomicLong notPassedOn = new AtomicLong();

	private volatile @Nullable Throwable lastError;

	private volatile @Nullable String lastServerError;

	private final RecentProblems problems = new RecentProblems();

	// The last epoch that observers were told of, unless it is lost; only used on the
	// executor's thread
	private @Nullable Epoch current;

	// Only used on the executor's thread
	private boolean lost;

	ConnectionEvents(CurrentConnection owner, ConnectionSettings settings) {
		this.owner = owner;
		this.settings = settings;
		this.thread = new EventThread("nats-events-" + settings.name());
		this.userThread = new EventThread("nats-listeners-" + settings.name());
	}

	ConnectionListener connectionListener() {
		return new ConnectionListener() {

			@Override
			@SuppressWarnings("deprecation")
			public void connectionEvent(Connection connection, Events type) {
				connectionEvent(connection, type, System.currentTimeMillis(), "");
			}

			@Override
			public void connectionEvent(Connection connection, Events type, Long time, String uriDetails) {
				run(() -> handle(connection, type, time, uriDetails));
			}

		};
	}

	ErrorListener errorListener() {
		return new LoggingErrorListener(this.settings.name(), this::failed, this::passOn) {

			@Override
			public void errorOccurred(Connection connection, String error) {
				if (!error.toLowerCase(Locale.ROOT).startsWith("permissions violation")) {
					ConnectionEvents.this.lastServerError = error;
					ConnectionEvents.this.problems.add("the server answered '%s'".formatted(Redaction.redact(error)));
				}
				ConnectionEvents.this.errorObservers
					.forEach((observer) -> safely(() -> observer.accept(connection, error)));
				tellObservers(connection, error);
				super.errorOccurred(connection, error);
			}

		};
	}

	/**
	 * What reads from the server failed, by itself and not by the network.
	 */
	void readerFailed(Throwable error) {
		this.lastError = error;
		this.problems.add("reading failed by %s".formatted(error.getClass().getSimpleName()));
	}

	/**
	 * The server refuses each message anew, but a subscription only once.
	 */
	private void tellObservers(Connection connection, String error) {
		Runnable call = () -> this.observers
			.forEach((observer) -> safely(() -> observer.serverError(connection, error)));
		if (error.toLowerCase(Locale.ROOT).startsWith("permissions violation for publish")) {
			this.thread.offer(call, MAX_ERRORS);
		}
		else {
			run(call);
		}
	}

	/**
	 * Errors may come as fast as an application publishes, and hold messages.
	 */
	private void passOn(Consumer<ErrorListener> call) {
		if (ObjectUtils.isEmpty(this.settings.errorListeners())) {
			return;
		}
		boolean passed = this.userThread.offer(
				() -> this.settings.errorListeners().forEach((listener) -> safely(() -> call.accept(listener))),
				MAX_ERRORS);
		if (!passed) {
			long count = this.notPassedOn.incrementAndGet();
			this.pace.log("",
					(others) -> logger
						.warn("The error listeners of the connection '%s' are too slow: %d errors were not passed on"
							.formatted(this.settings.name(), count)));
		}
	}

	private void failed(@Nullable Connection connection, Throwable error) {
		FailureOrigin origin = FailureOrigin.of(error);
		if (origin == FailureOrigin.CONNECTION) {
			this.lastError = error;
			this.problems.add(ConnectFailures.describe(error));
		}
		else if (origin == FailureOrigin.OTHER
				&& (connection == null || connection.getStatus() != Connection.Status.CONNECTED)) {
			if (connection != this.owner.connection()) {
				this.lastError = error;
			}
			// Who knows what its text holds
			this.problems.add(error.getClass().getSimpleName());
		}
	}

	void forgetErrors() {
		this.problems.clear();
		this.lastError = null;
		this.lastServerError = null;
	}

	/**
	 * The last error that a server sent, such as a refused login.
	 */
	@Nullable String lastServerError() {
		return this.lastServerError;
	}

	@Nullable Throwable lastError() {
		return this.lastError;
	}

	/**
	 * Why the connection was lost, or cannot be made again, or {@code null} if nobody
	 * knows.
	 */
	@Nullable String problem() {
		return this.problems.describe();
	}

	void addObserver(ConnectionObserver observer) {
		run(() -> {
			this.observers.add(observer);
			Epoch epoch = this.current;
			if (epoch != null) {
				safely(() -> observer.connected(epoch.connection(), epoch.number()));
			}
		});
	}

	void removeObserver(ConnectionObserver observer) {
		run(() -> this.observers.remove(observer));
	}

	void connected(Epoch epoch) {
		forgetErrors();
		run(() -> {
			this.lost = false;
			this.current = epoch;
			this.observers.forEach((observer) -> safely(() -> observer.connected(epoch.connection(), epoch.number())));
		});
	}

	/**
	 * The connection was closed on purpose.
	 */
	void closed(Connection connection) {
		run(() -> {
			Epoch epoch = this.current;
			if (epoch != null && epoch.connection() == connection) {
				lost();
			}
		});
	}

	void addErrorObserver(BiConsumer<Connection, String> observer) {
		this.errorObservers.add(observer);
	}

	/**
	 * Wait until the errors that jnats has read have reached their observers.
	 */
	void awaitErrors(Connection connection, Duration timeout) throws TimeoutException, InterruptedException {
		if (connection.getStatus() == Connection.Status.CLOSED) {
			throw new TimeoutException("The connection is closed");
		}
		CountDownLatch told = new CountDownLatch(1);
		try {
			// One thread, which keeps the order
			connection.getOptions().getCallbackExecutor().execute(told::countDown);
		}
		catch (RejectedExecutionException ex) {
			throw new TimeoutException("The connection is being closed");
		}
		if (!told.await(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
			throw new TimeoutException("The errors of the connection were not handled in time");
		}
	}

	void shutdown() {
		this.thread.shutdown();
		this.userThread.shutdown();
	}

	private void handle(Connection connection, ConnectionListener.Events type, Long time, String uriDetails) {
		log(connection, type, uriDetails);
		switch (type) {
			case DISCONNECTED -> {
				if (connection == this.owner.connection()) {
					lost();
				}
			}
			case RESUBSCRIBED -> this.owner.resubscribed(connection);
			case CLOSED -> {
				if (connection == this.owner.connection()) {
					lost();
				}
				this.owner.closed(connection);
			}
			default -> {
			}
		}
		if (!ObjectUtils.isEmpty(this.settings.connectionListeners())) {
			this.userThread.run(() -> this.settings.connectionListeners()
				.forEach((listener) -> safely(() -> listener.connectionEvent(connection, type, time, uriDetails))));
		}
	}

	private void lost() {
		// jnats reports every failed attempt to reconnect as another disconnect
		if (!this.lost) {
			this.lost = true;
			this.current = null;
			this.observers.forEach((observer) -> safely(observer::disconnected));
		}
	}

	private void log(Connection connection, ConnectionListener.Events type, String uriDetails) {
		String text = "Connection '%s' %s %s".formatted(this.settings.name(), type.getEvent(),
				Redaction.redact(uriDetails));
		switch (type) {
			case DISCONNECTED -> {
				// Every failed attempt to connect is another one
				if (this.lost || connection != this.owner.connection()) {
					logger.debug(text);
				}
				else {
					logger.warn(text);
				}
			}
			case CONNECTED, RECONNECTED, LAME_DUCK -> logger.info(text);
			default -> logger.debug(text);
		}
	}

	private void run(Runnable task) {
		this.thread.run(task);
	}

	private void safely(Runnable task) {
		try {
			task.run();
		}
		catch (RuntimeException | Error ex) {
			logger.error("A listener of the connection '%s' failed".formatted(this.settings.name()), ex);
		}
	}

}
