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

import java.util.function.BiConsumer;
import java.util.function.Consumer;

import io.nats.client.Connection;
import io.nats.client.ErrorListener;
import io.nats.client.JetStreamSubscription;
import io.nats.client.Message;
import io.nats.client.support.Status;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Logs what goes wrong on a connection through the application's logger, without
 * credentials and without payloads, and passes it on.
 */
class LoggingErrorListener implements ErrorListener {

	private static final Log logger = LogFactory.getLog(LoggingErrorListener.class);

	private final String name;

	private final BiConsumer<@Nullable Connection, Exception> exceptions;

	private final Consumer<Consumer<ErrorListener>> others;

	// All of these come as often as an application publishes
	private final LinePace pace = new LinePace();

	LoggingErrorListener(String name, BiConsumer<@Nullable Connection, Exception> exceptions,
			Consumer<Consumer<ErrorListener>> others) {
		this.name = name;
		this.exceptions = exceptions;
		this.others = others;
	}

	@Override
	public void errorOccurred(Connection connection, String error) {
		warn(error, "Server error on connection '%s': %s".formatted(this.name, Redaction.redact(error)));
		this.others.accept((listener) -> listener.errorOccurred(connection, error));
	}

	@Override
	public void exceptionOccurred(Connection connection, Exception exception) {
		this.exceptions.accept(connection, exception);
		FailureOrigin origin = FailureOrigin.of(exception);
		if (origin == FailureOrigin.HANDLER) {
			error("A message handler failed on connection '%s'".formatted(this.name), exception);
		}
		else if (origin == FailureOrigin.OTHER && connection != null
				&& connection.getStatus() == Connection.Status.CONNECTED) {
			error("Exception on connection '%s'".formatted(this.name), exception);
		}
		// jnats reports each failed attempt to connect here, with the URL in its text
		else if (logger.isDebugEnabled()) {
			logger.debug("Exception on connection '%s': %s: %s".formatted(this.name, exception.getClass().getName(),
					Redaction.redact(exception.getMessage())));
		}
		this.others.accept((listener) -> listener.exceptionOccurred(connection, exception));
	}

	@Override
	public void slowConsumerDetected(Connection connection, io.nats.client.Consumer consumer) {
		warn("slow", "Slow consumer on connection '%s': messages are dropped".formatted(this.name));
		this.others.accept((listener) -> listener.slowConsumerDetected(connection, consumer));
	}

	@Override
	public void messageDiscarded(Connection connection, Message message) {
		warn("discarded",
				"A message to '%s' was discarded on connection '%s'".formatted(message.getSubject(), this.name));
		this.others.accept((listener) -> listener.messageDiscarded(connection, message));
	}

	@Override
	public void heartbeatAlarm(Connection connection, JetStreamSubscription subscription, long lastStreamSequence,
			long lastConsumerSequence) {
		String consumer = subscription.getConsumerName();
		warn("heartbeats of " + consumer,
				"Missed heartbeats of consumer '%s' on connection '%s'".formatted(consumer, this.name));
		this.others.accept((listener) -> listener.heartbeatAlarm(connection, subscription, lastStreamSequence,
				lastConsumerSequence));
	}

	@Override
	public void unhandledStatus(Connection connection, JetStreamSubscription subscription, Status status) {
		warn("status " + status.getCode(), "Unexpected status on connection '%s': %s".formatted(this.name, status));
		this.others.accept((listener) -> listener.unhandledStatus(connection, subscription, status));
	}

	@Override
	public void pullStatusWarning(Connection connection, JetStreamSubscription subscription, Status status) {
		logger.debug("Pull status on connection '%s': %s".formatted(this.name, status));
		this.others.accept((listener) -> listener.pullStatusWarning(connection, subscription, status));
	}

	@Override
	public void pullStatusError(Connection connection, JetStreamSubscription subscription, Status status) {
		warn("pull " + status.getCode(), "Pull error on connection '%s': %s".formatted(this.name, status));
		this.others.accept((listener) -> listener.pullStatusError(connection, subscription, status));
	}

	@Override
	public void flowControlProcessed(Connection connection, JetStreamSubscription subscription, String subject,
			FlowControlSource source) {
		this.others.accept((listener) -> listener.flowControlProcessed(connection, subscription, subject, source));
	}

	@Override
	public void socketWriteTimeout(Connection connection) {
		warn("write", "A write to the server timed out on connection '%s'".formatted(this.name));
		this.others.accept((listener) -> listener.socketWriteTimeout(connection));
	}

	private void warn(String cause, String text) {
		this.pace.log(cause, (others) -> logger.warn(text + others));
	}

	private void error(String text, Exception exception) {
		StackTraceElement[] trace = exception.getStackTrace();
		String cause = exception.getClass().getName() + ((trace.length > 0) ? " at " + trace[0] : "");
		this.pace.log(cause, (others) -> {
			if (Redaction.quotesPayload(exception)) {
				logger.error("%s: %s%s".formatted(text, exception.getClass().getName(), others));
			}
			else {
				logger.error(text + others, exception);
			}
		});
	}

}
