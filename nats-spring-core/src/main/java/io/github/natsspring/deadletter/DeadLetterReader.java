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

import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeParseException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.natsspring.support.NatsHeaders;
import io.github.natsspring.support.Subjects;
import io.nats.client.api.MessageInfo;
import io.nats.client.impl.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Reads dead letters.
 */
final class DeadLetterReader {

	private DeadLetterReader() {
	}

	/**
	 * Read a letter.
	 * @param stream the stream it is in
	 * @param info the message
	 * @return the letter, or {@code null} if the message is none
	 */
	static @Nullable DeadLetter read(String stream, MessageInfo info) {
		Headers headers = info.getHeaders();
		DeadLetterOrigin origin = (headers != null) ? origin(headers) : null;
		ZonedDateTime time = info.getTime();
		String subject = info.getSubject();
		if (headers == null || origin == null || time == null || subject == null) {
			return null;
		}
		String exceptionClass = text(headers, NatsHeaders.DEAD_LETTER_EXCEPTION);
		String message = text(headers, NatsHeaders.DEAD_LETTER_EXCEPTION_MESSAGE);
		byte[] data = info.getData();
		return new DeadLetter(new DeadLetterId(stream, info.getSeq()), origin, subject, time.toInstant(),
				(exceptionClass != null) ? exceptionClass : "", (message != null) ? message : "",
				text(headers, NatsHeaders.DEAD_LETTER_STACK_TRACE), foreign(headers),
				DeadLetterPart.read(headers.getFirst(NatsHeaders.DEAD_LETTER_OMITTED)),
				(data != null) ? data.length : 0);
	}

	static Headers headers(DeadLetter letter) {
		Headers headers = new Headers();
		letter.headers().forEach(headers::put);
		return headers;
	}

	private static @Nullable DeadLetterOrigin origin(Headers headers) {
		String stream = text(headers, NatsHeaders.DEAD_LETTER_STREAM);
		String consumer = text(headers, NatsHeaders.DEAD_LETTER_CONSUMER);
		String subject = text(headers, NatsHeaders.DEAD_LETTER_SUBJECT);
		String listener = text(headers, NatsHeaders.DEAD_LETTER_LISTENER);
		String sequence = text(headers, NatsHeaders.DEAD_LETTER_SEQUENCE);
		String deliveries = text(headers, NatsHeaders.DEAD_LETTER_DELIVERIES);
		String timestamp = text(headers, NatsHeaders.DEAD_LETTER_TIMESTAMP);
		if (stream == null || !isToken(stream) || consumer == null || !isToken(consumer) || subject == null
				|| !Subjects.isLiteral(subject) || sequence == null || deliveries == null || timestamp == null) {
			return null;
		}
		try {
			return new DeadLetterOrigin(stream, consumer, subject, Long.parseUnsignedLong(sequence),
					Long.parseLong(deliveries), Instant.parse(timestamp), (listener != null) ? listener : "");
		}
		catch (NumberFormatException | DateTimeParseException ex) {
			return null;
		}
	}

	private static boolean isToken(String value) {
		return Subjects.isLiteral(value) && value.indexOf('.') < 0;
	}

	private static @Nullable String text(Headers headers, String name) {
		String value = headers.getFirst(name);
		return (value != null) ? HeaderText.decode(value) : null;
	}

	private static Map<String, List<String>> foreign(Headers headers) {
		Map<String, List<String>> foreign = new LinkedHashMap<>();
		headers.forEach((name, values) -> {
			if (DeadLetterFactory.isForeign(name) && HeaderText.isName(name)) {
				foreign.put(name, values.stream().map(HeaderText::safe).toList());
			}
		});
		return Collections.unmodifiableMap(foreign);
	}

}
