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

package io.github.natsspring.core;

import io.github.natsspring.support.NatsMessageConverter;
import io.github.natsspring.support.Subjects;
import io.nats.client.Connection;
import io.nats.client.impl.Headers;
import org.jspecify.annotations.Nullable;

/**
 * A message that is ready to be sent.
 *
 * @param subject the subject, checked
 * @param headers the headers, with the content type
 * @param body the body
 */
record Outgoing(String subject, Headers headers, byte[] body) {

	private static final byte[] EMPTY = new byte[0];

	/**
	 * Prepare a message.
	 * @param subject the subject
	 * @param payload the payload, or {@code null} for an empty body
	 * @param headers the headers, which are changed
	 * @param converter writes the payload
	 * @return the message
	 * @throws IllegalArgumentException if the subject is none to publish to
	 * @throws org.springframework.messaging.converter.MessageConversionException if the
	 * payload cannot be written
	 */
	static Outgoing prepare(String subject, @Nullable Object payload, Headers headers, NatsMessageConverter converter) {
		Subjects.requireLiteral(subject);
		byte[] body = (payload != null) ? converter.write(payload, headers) : EMPTY;
		return new Outgoing(subject, headers, body);
	}

	static void checkSize(Connection connection, String subject, Headers headers, byte[] body) {
		long maximum = connection.getMaxPayload();
		long size = body.length + (headers.isEmpty() ? 0L : headers.serializedLength());
		if (maximum > 0 && size > maximum) {
			throw new NatsPublishException(subject,
					("The message to '%s' has %d bytes with its headers, and the server takes at most %d"
							+ " (max_payload); send less, or put it into an object store and send its name")
						.formatted(subject, size, maximum),
					null);
		}
	}

	/**
	 * On an interrupted thread jnats discards what is sent, without telling its caller.
	 * @param subject the subject of the message
	 */
	static void requireNotInterrupted(String subject) {
		if (Thread.currentThread().isInterrupted()) {
			throw new NatsPublishException(subject,
					"The message to '%s' was not sent, because the thread is interrupted".formatted(subject), null);
		}
	}

	static NatsPublishException notSent(String subject, RuntimeException ex) {
		return new NatsPublishException(subject,
				"The message to '%s' was not sent: %s".formatted(subject, ex.getMessage()), ex);
	}

	static NatsPermissionException refused(String subject, String error) {
		return new NatsPermissionException(subject,
				"The server refused the message to '%s': %s".formatted(subject, error), null);
	}

}
