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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import javax.net.ssl.SSLException;

import io.nats.client.AuthenticationException;
import io.nats.client.Connection;
import io.nats.client.Nats;
import io.nats.client.Options;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Opens and closes jnats connections, and says in one exception why one could not be
 * made.
 */
class Connector {

	private static final Log logger = LogFactory.getLog(Connector.class);

	private static final Duration PAUSE = Duration.ofMillis(250);

	private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

	private final ConnectionSettings settings;

	private final ConnectionEvents events;

	Connector(ConnectionSettings settings, ConnectionEvents events) {
		this.settings = settings;
		this.events = events;
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
				if (ex.getReason() != NatsConnectException.Reason.UNREACHABLE || !inTime || stopped.getAsBoolean()
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
		List<String> servers = options.getServers().stream().map(Redaction::redactUrl).toList();
		this.events.forgetError();
		try {
			return Nats.connect(options);
		}
		catch (AuthenticationException ex) {
			throw failure("refused the credentials (%s)".formatted(Redaction.redact(ex.getMessage())), servers,
					NatsConnectException.Reason.AUTHENTICATION);
		}
		catch (IOException ex) {
			Throwable cause = rootOf(this.events.lastError());
			if (cause instanceof SSLException) {
				throw failure("could not agree on TLS (%s)".formatted(Redaction.redact(cause.getMessage())), servers,
						NatsConnectException.Reason.TLS);
			}
			throw failure("could not be reached (%s)".formatted(describe(cause)), servers,
					NatsConnectException.Reason.UNREACHABLE);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw failure("could not be reached (interrupted)", servers, NatsConnectException.Reason.UNREACHABLE);
		}
	}

	private Options options() {
		try {
			return this.settings.options()
				.get()
				.connectionListener(this.events.connectionListener())
				.errorListener(this.events.errorListener())
				.build();
		}
		catch (IllegalArgumentException | IllegalStateException ex) {
			// The cause may hold the URL as it was given, with its password
			throw new NatsConnectException(
					"The options of the connection '%s' are wrong: %s".formatted(this.settings.name(), wrong(ex)),
					List.of(), NatsConnectException.Reason.CONFIGURATION, null);
		}
	}

	private static String wrong(RuntimeException ex) {
		// In a URL that is none, the password may hold anything, and ends at the last @
		return (ex.getCause() instanceof URISyntaxException cause)
				? "%s: %s".formatted(cause.getReason(), Redaction.redactUrl(cause.getInput()))
				: Redaction.redact(ex.getMessage());
	}

	private NatsConnectException failure(String what, List<String> servers, NatsConnectException.Reason reason) {
		// No cause: its message holds the URLs with their passwords
		return new NatsConnectException("NATS server %s %s".formatted(String.join(", ", servers), what), servers,
				reason, null);
	}

	private static String describe(@Nullable Throwable cause) {
		if (cause == null) {
			return "no answer";
		}
		String message = Redaction.redact(cause.getMessage());
		return (cause instanceof IOException) ? message : cause.getClass().getSimpleName() + ": " + message;
	}

	private static @Nullable Throwable rootOf(@Nullable Throwable error) {
		Throwable root = error;
		while (root != null && root.getCause() != null && !(root instanceof SSLException)) {
			root = root.getCause();
		}
		return root;
	}

	/**
	 * How long to wait after so many failures in a row.
	 */
	static Duration pause(int failures) {
		Duration pause = PAUSE.multipliedBy(1L << Math.min(failures, 10));
		return (pause.compareTo(LONGEST_PAUSE) < 0) ? pause : LONGEST_PAUSE;
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
