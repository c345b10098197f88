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

import java.io.PrintWriter;
import java.io.Writer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

import io.github.natsspring.listener.FailureText;
import io.github.natsspring.support.NatsHeaders;
import io.nats.client.Message;
import io.nats.client.impl.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Builds dead letters that fit: without I/O, threads or clock. All that says where a
 * letter comes from is given by the caller; nothing of it is read from headers of the
 * original, which anybody may have written.
 */
final class DeadLetterFactory {

	/**
	 * The server stores no more than 65,535 bytes of headers, and adds some of its own.
	 */
	static final int MAX_HEADERS = 65_535 - 256;

	static final int MAX_NAME = 512;

	static final int MAX_EXCEPTION_MESSAGE = 1024;

	static final int MAX_STACK_TRACE = 4096;

	private static final String CONTROL = "nats-";

	private static final String OURS = "dead-letter-";

	private static final byte[] NOTHING = new byte[0];

	/**
	 * Build a letter.
	 * @param message the original
	 * @param origin where it comes from
	 * @param exception what the listener failed with
	 * @param messageId the id of the letter
	 * @param maxSize the number of bytes that headers and body may have together
	 * @param stackTrace whether the stack trace is wanted, unless it may quote the
	 * payload
	 * @param trace headers of the trace that the letter belongs to, in the place of those
	 * of the original, or {@code null}
	 * @return the letter, with as much as fits; without a body if even the bytes alone do
	 * not
	 */
	OutgoingLetter create(Message message, DeadLetterOrigin origin, Throwable exception, String messageId, long maxSize,
			boolean stackTrace, @Nullable Headers trace) {
		byte[] data = message.getData();
		Draft draft = new Draft(message, origin, exception, messageId, maxSize, stackTrace, trace);
		OutgoingLetter letter = draft.fit((data != null) ? data : NOTHING);
		return (letter != null) ? letter : draft.refer();
	}

	/**
	 * Build a letter that refers to the original.
	 */
	OutgoingLetter refer(Message message, DeadLetterOrigin origin, Throwable exception, String messageId, long maxSize,
			@Nullable Headers trace) {
		return new Draft(message, origin, exception, messageId, maxSize, false, trace).refer();
	}

	private static boolean isForeign(String name) {
		String lower = name.toLowerCase(Locale.ROOT);
		return !lower.startsWith(CONTROL) && !lower.startsWith(OURS);
	}

	private static String messageOf(Throwable exception) {
		try {
			String message = FailureText.message(exception);
			return (message != null) ? message : "";
		}
		catch (RuntimeException | Error ex) {
			return "(its message cannot be read: " + ex.getClass().getName() + ")";
		}
	}

	private static String stackTraceOf(Throwable exception) {
		StringBuilder trace = new StringBuilder();
		try (PrintWriter writer = new PrintWriter(new CappedWriter(trace, MAX_STACK_TRACE))) {
			exception.printStackTrace(writer);
		}
		catch (RuntimeException | Error ex) {
			trace.append("(it cannot be printed: ").append(ex.getClass().getName()).append(')');
		}
		return trace.toString();
	}

	/**
	 * A letter on its way to fit.
	 */
	private static final class Draft {

		private final Headers origin = new Headers();

		private final List<Foreign> foreign = new ArrayList<>();

		private final String exceptionMessage;

		private final @Nullable String stackTrace;

		private final long maxSize;

		private boolean unsendable;

		Draft(Message message, DeadLetterOrigin origin, Throwable exception, String messageId, long maxSize,
				boolean stackTrace, @Nullable Headers trace) {
			this.maxSize = maxSize;
			this.origin.put(NatsHeaders.MESSAGE_ID, messageId);
			put(NatsHeaders.DEAD_LETTER_STREAM, origin.stream(), MAX_NAME);
			put(NatsHeaders.DEAD_LETTER_CONSUMER, origin.consumer(), MAX_NAME);
			// Not cut: the letter must find its way back
			put(NatsHeaders.DEAD_LETTER_SUBJECT, origin.subject(), Integer.MAX_VALUE);
			put(NatsHeaders.DEAD_LETTER_SEQUENCE, Long.toString(origin.sequence()), MAX_NAME);
			put(NatsHeaders.DEAD_LETTER_DELIVERIES, Long.toString(origin.deliveries()), MAX_NAME);
			put(NatsHeaders.DEAD_LETTER_TIMESTAMP, origin.timestamp().toString(), MAX_NAME);
			put(NatsHeaders.DEAD_LETTER_LISTENER, origin.listenerId(), MAX_NAME);
			put(NatsHeaders.DEAD_LETTER_EXCEPTION, exception.getClass().getName(), MAX_NAME);
			this.exceptionMessage = HeaderText.encode(messageOf(exception), MAX_EXCEPTION_MESSAGE);
			this.stackTrace = (stackTrace && FailureText.trace(exception) != null)
					? HeaderText.encode(stackTraceOf(exception), MAX_STACK_TRACE) : null;
			copy(message.getHeaders(), trace);
			copy(trace, null);
			this.foreign.sort(Comparator.comparingInt(Foreign::size));
		}

		private void put(String name, String value, int limit) {
			this.origin.put(name, HeaderText.encode(value, limit));
		}

		private void copy(@Nullable Headers headers, @Nullable Headers others) {
			if (headers == null) {
				return;
			}
			headers.forEach((name, values) -> {
				// Clients of other languages write some in capitals
				if (!isForeign(name) || (others != null && others.containsKeyIgnoreCase(name))) {
					return;
				}
				if (HeaderText.isName(name)) {
					this.foreign.add(new Foreign(name, values.stream().map(HeaderText::safe).toList()));
				}
				else {
					this.unsendable = true;
				}
			});
		}

		/**
		 * The letter without a body.
		 */
		OutgoingLetter refer() {
			OutgoingLetter letter = fit(NOTHING, EnumSet.of(DeadLetterPart.BODY));
			return (letter != null) ? letter : build(NOTHING, EnumSet.allOf(DeadLetterPart.class), 0);
		}

		@Nullable OutgoingLetter fit(byte[] body) {
			return fit(body, EnumSet.noneOf(DeadLetterPart.class));
		}

		private @Nullable OutgoingLetter fit(byte[] body, Set<DeadLetterPart> omitted) {
			if (this.unsendable) {
				omitted.add(DeadLetterPart.HEADERS);
			}
			OutgoingLetter letter = build(body, omitted, this.foreign.size());
			if (!fits(letter) && this.stackTrace != null) {
				omitted.add(DeadLetterPart.STACK_TRACE);
				letter = build(body, omitted, this.foreign.size());
			}
			if (!fits(letter) && !this.exceptionMessage.isEmpty()) {
				omitted.add(DeadLetterPart.EXCEPTION_MESSAGE);
				letter = build(body, omitted, this.foreign.size());
			}
			// The largest first
			for (int kept = this.foreign.size() - 1; kept >= 0 && !fits(letter); kept--) {
				omitted.add(DeadLetterPart.HEADERS);
				letter = build(body, omitted, kept);
			}
			return fits(letter) ? letter : null;
		}

		private boolean fits(OutgoingLetter letter) {
			int headers = letter.headers().serializedLength();
			return headers <= MAX_HEADERS && headers + (long) letter.body().length <= this.maxSize;
		}

		private OutgoingLetter build(byte[] body, Set<DeadLetterPart> omitted, int kept) {
			Headers headers = new Headers(this.origin);
			for (Foreign header : this.foreign.subList(0, kept)) {
				headers.put(header.name(), header.values());
			}
			if (!omitted.contains(DeadLetterPart.EXCEPTION_MESSAGE)) {
				headers.put(NatsHeaders.DEAD_LETTER_EXCEPTION_MESSAGE, this.exceptionMessage);
			}
			if (this.stackTrace != null && !omitted.contains(DeadLetterPart.STACK_TRACE)) {
				headers.put(NatsHeaders.DEAD_LETTER_STACK_TRACE, this.stackTrace);
			}
			if (!omitted.isEmpty()) {
				headers.put(NatsHeaders.DEAD_LETTER_OMITTED, DeadLetterPart.write(omitted));
			}
			return new OutgoingLetter(headers, body, Set.copyOf(omitted));
		}

	}

	/**
	 * A header of the original.
	 */
	private record Foreign(String name, List<String> values) {

		int size() {
			return this.values.stream().mapToInt((value) -> this.name.length() + value.length() + 3).sum();
		}

	}

	/**
	 * Keeps the beginning of what is written.
	 */
	private static final class CappedWriter extends Writer {

		private final StringBuilder target;

		private final int limit;

		CappedWriter(StringBuilder target, int limit) {
			this.target = target;
			this.limit = limit;
		}

		@Override
		public void write(char[] buffer, int offset, int length) {
			int room = this.limit + 1 - this.target.length();
			this.target.append(buffer, offset, Math.max(0, Math.min(room, length)));
		}

		@Override
		public void flush() {
		}

		@Override
		public void close() {
		}

	}

}
