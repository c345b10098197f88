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

package io.github.natsspring.test;

import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;

import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.api.ConsumerInfo;
import io.nats.client.api.MessageInfo;
import io.nats.client.api.StreamInfo;
import org.jspecify.annotations.Nullable;

/**
 * Looks, waits and clean-ups of tests that use JetStream. The waits ask the server again
 * every 20 ms and fail with an {@link AssertionError} that says what there was when the
 * time was over.
 */
public final class NatsTestUtils {

	private static final Duration INTERVAL = Duration.ofMillis(20);

	private static final int NO_MESSAGE_FOUND = 10037;

	private NatsTestUtils() {
	}

	/**
	 * The last message of a subject, in whichever stream captures it.
	 * @param connection a connection to the server
	 * @param subject the subject, without wildcards
	 * @return the message, or {@code null} if there is none
	 * @throws IllegalStateException if no stream captures the subject, or the server
	 * cannot be asked
	 */
	public static @Nullable MessageInfo lastMessage(Connection connection, String subject) {
		return ask(() -> "the last message of '%s'".formatted(subject), () -> {
			JetStreamManagement management = connection.jetStreamManagement();
			List<String> streams = management.getStreamNames(subject);
			if (streams.isEmpty()) {
				throw new IllegalStateException("No stream captures the subject '%s'".formatted(subject));
			}
			MessageInfo last = null;
			for (String stream : streams) {
				MessageInfo found = lastMessage(management, stream, subject);
				// A mirror has the same one, a source an older one
				if (found != null
						&& (last == null || Comparator.comparing(MessageInfo::getTime).compare(found, last) > 0)) {
					last = found;
				}
			}
			return last;
		});
	}

	private static @Nullable MessageInfo lastMessage(JetStreamManagement management, String stream, String subject)
			throws IOException, JetStreamApiException {
		try {
			return management.getLastMessage(stream, subject);
		}
		catch (JetStreamApiException ex) {
			if (ex.getApiErrorCode() == NO_MESSAGE_FOUND) {
				return null;
			}
			throw ex;
		}
	}

	/**
	 * Wait for a message of a subject.
	 * @param connection a connection to the server
	 * @param subject the subject, without wildcards
	 * @param timeout the longest wait
	 * @return the last message
	 */
	public static MessageInfo awaitMessage(Connection connection, String subject, Duration timeout) {
		Poll poll = new Poll(timeout, INTERVAL);
		while (true) {
			MessageInfo message = lastMessage(connection, subject);
			if (message != null) {
				return message;
			}
			if (!poll.next()) {
				throw new AssertionError("No message of '%s' within %s".formatted(subject, timeout));
			}
		}
	}

	/**
	 * Wait until a stream holds at least so many messages.
	 * @param connection a connection to the server
	 * @param stream the stream
	 * @param count the number of messages
	 * @param timeout the longest wait
	 */
	public static void awaitCount(Connection connection, String stream, long count, Duration timeout) {
		Poll poll = new Poll(timeout, INTERVAL);
		while (true) {
			StreamInfo info = ask(() -> "stream '%s'".formatted(stream),
					() -> connection.jetStreamManagement().getStreamInfo(stream));
			long present = info.getStreamState().getMsgCount();
			if (present >= count) {
				return;
			}
			if (!poll.next()) {
				throw new AssertionError("The stream '%s' has %s messages and not %s within %s".formatted(stream,
						present, count, timeout));
			}
		}
	}

	/**
	 * Wait until a consumer has delivered all messages and all are acknowledged.
	 * @param connection a connection to the server
	 * @param stream the stream
	 * @param consumer the consumer
	 * @param timeout the longest wait
	 */
	public static void awaitDrained(Connection connection, String stream, String consumer, Duration timeout) {
		Poll poll = new Poll(timeout, INTERVAL);
		while (true) {
			ConsumerInfo info = ask(() -> "consumer '%s' of stream '%s'".formatted(consumer, stream),
					() -> connection.jetStreamManagement().getConsumerInfo(stream, consumer));
			if (info.getNumPending() == 0 && info.getNumAckPending() == 0) {
				return;
			}
			if (!poll.next()) {
				throw new AssertionError(
						"The consumer '%s' of stream '%s' is not drained within %s: %s to deliver, %s to acknowledge"
							.formatted(consumer, stream, timeout, info.getNumPending(), info.getNumAckPending()));
			}
		}
	}

	/**
	 * Delete the messages of streams, for the next test. Their consumers stay; what they
	 * delivered and nobody settled is gone.
	 * @param connection a connection to the server
	 * @param streams the streams, or none for all streams, those of key-value and
	 * object-store buckets, too
	 */
	public static void purge(Connection connection, String... streams) {
		ask(() -> "a purge of streams", () -> {
			JetStreamManagement management = connection.jetStreamManagement();
			List<String> names = (streams.length > 0) ? List.of(streams) : management.getStreamNames();
			for (String name : names) {
				management.purgeStream(name);
			}
			return names;
		});
	}

	private static <T extends @Nullable Object> T ask(Supplier<String> what, Question<T> question) {
		try {
			return question.ask();
		}
		catch (IOException | JetStreamApiException ex) {
			throw new IllegalStateException("The server was asked for %s: %s".formatted(what.get(), ex.getMessage()),
					ex);
		}
	}

	@FunctionalInterface
	private interface Question<T extends @Nullable Object> {

		T ask() throws IOException, JetStreamApiException;

	}

}
