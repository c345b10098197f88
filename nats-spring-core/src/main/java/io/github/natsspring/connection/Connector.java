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
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import io.nats.client.AuthenticationException;
import io.nats.client.Connection;
import io.nats.client.Nats;
import io.nats.client.Options;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Opens and closes jnats connections, and says in one exception why one could not be
 * made.
 */
class Connector {

	private static final Log logger = LogFactory.getLog(Connector.class);

	private static final Duration PAUSE = Duration.ofMillis(250);

	private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

	private final ConnectionSettings settings;

	private final ConnectionEvents events;

	private final OptionsGuard guard;

	Connector(ConnectionSettings settings, ConnectionEvents events) {
		this.settings = settings;
		this.guard = new OptionsGuard(settings.name(), settings.tlsTrust());
		this.events = events;
	}

	SubjectCheck subjects() {
		return this.guard.subjects();
	}

	/**
	 * Try until the start-up timeout; only an unreachable server is tried again.
	 */
	Connection connectInTime(BooleanSupplier stopped) {
		long deadline = System.nanoTime() + this.settings.startupTimeout().toNanos();
		while (true) {
			try {
				return connectOnce();
			}
			catch (NatsConnectException ex) {
				boolean inTime = deadline - System.nanoTime() > PAUSE.toNanos();
				if (!ex.getReason().mayPass() || !inTime || stopped.getAsBoolean()
						|| Thread.currentThread().isInterrupted()) {
					throw ex;
				}
				logger.debug("No NATS server yet, trying again: " + ex.getMessage());
				LockSupport.parkNanos(PAUSE.toNanos());
			}
		}
	}

	Connection connectOnce() {
		Options options = options();
		this.events.forgetErrors();
		try {
			Connection connection = Nats.connect(options);
			this.guard.connected(connection);
			return connection;
		}
		catch (AuthenticationException ex) {
			throw ConnectFailures.refused(options, serverError(ex)).of(this.settings.name());
		}
		catch (IOException ex) {
			throw ConnectFailures
				.failed(options, this.events.lastError(), this.events.lastServerError(), this.guard.clientCertificate())
				.of(this.settings.name());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw ConnectFailures.interrupted(options).of(this.settings.name());
		}
	}

	private String serverError(AuthenticationException ex) {
		String error = this.events.lastServerError();
		return (error != null) ? error : String.valueOf(ex.getMessage());
	}

	private Options options() {
		try {
			return this.guard.build(this.settings.options()
				.get()
				.connectionListener(this.events.connectionListener())
				.errorListener(this.events.errorListener()), this.events::readerFailed);
		}
		catch (IllegalArgumentException | IllegalStateException ex) {
			// The cause may hold the URL as it was given, with its password
			throw new NatsConnectException(
					"The options of the connection '%s' are wrong: %s".formatted(this.settings.name(), wrong(ex)),
					List.of(), NatsConnectException.Reason.CONFIGURATION, NatsConnectException.Login.NONE)
				.of(this.settings.name());
		}
	}

	private static String wrong(RuntimeException ex) {
		// In a URL that is none, the password may hold anything, and ends at the last @
		return (ex.getCause() instanceof URISyntaxException cause)
				? "%s: %s".formatted(cause.getReason(), Redaction.redactUrl(cause.getInput()))
				: Redaction.redact(ex.getMessage());
	}

	/**
	 * How long to wait after so many failures in a row: longer each time, but short
	 * enough to follow a server that appears, and not the same for all instances of an
	 * application.
	 */
	static Duration pause(int failures) {
		Duration pause = PAUSE.multipliedBy(1L << Math.min(failures, 10));
		long bounded = Math.min(pause.toNanos(), LONGEST_PAUSE.toNanos());
		return Duration.ofNanos(ThreadLocalRandom.current().nextLong(bounded - bounded / 4, bounded));
	}

	/**
	 * Close a connection, drained if it is connected and there is time for it.
	 */
	void close(Connection connection, Duration drainTimeout) {
		try {
			if (connection.getStatus() == Connection.Status.CONNECTED && drainTimeout.toNanos() > 0) {
				CompletableFuture<Boolean> drained = connection.drain(drainTimeout);
				drained.get(drainTimeout.plusSeconds(1).toMillis(), TimeUnit.MILLISECONDS);
			}
		}
		catch (CancellationException ex) {
			logger.debug("The connection '%s' was closed while it drained".formatted(this.settings.name()));
		}
		catch (TimeoutException | ExecutionException | IllegalStateException ex) {
			logger.warn("The connection '%s' could not be drained in %s".formatted(this.settings.name(), drainTimeout));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		try {
			connection.close();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
