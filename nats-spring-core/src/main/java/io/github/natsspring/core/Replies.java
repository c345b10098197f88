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

import java.io.IOException;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.Pattern;

import io.github.natsspring.support.NatsHeaders;
import io.github.natsspring.support.NatsMessageConverter;
import io.nats.client.JetStreamApiException;
import io.nats.client.Message;
import io.nats.client.api.PublishAck;
import io.nats.client.impl.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Reads what comes back for a request.
 */
class Replies {

	private static final String ACK_START = "{\"stream\":";

	private static final int LONGEST_ACK = 2048;

	private static final String TEXT = "\"(?:[^\"\\\\]|\\\\.)*+\"";

	/**
	 * Exactly what the server writes, so that no answer of a service is taken for it that
	 * happens to have a stream and a sequence among others.
	 */
	private static final Pattern ACK = Pattern.compile(
			"\\{\"stream\":\\s*%1$s(?:,\\s*\"(?:domain|val|batch)\":\\s*%1$s)*+,\\s*\"seq\":\\s*\\d++".formatted(TEXT)
					+ "(?:,\\s*\"(?:domain|val|batch|duplicate|count)\":\\s*(?:%s|true|false|\\d++))*+\\s*\\}\\s*"
						.formatted(TEXT));

	private final NatsMessageConverter converter;

	Replies(NatsMessageConverter converter) {
		this.converter = converter;
	}

	/**
	 * Read a reply.
	 * @param subject the subject of the request
	 * @param reply the reply
	 * @param type the type that is wanted
	 * @return the answer
	 */
	@Nullable Object read(String subject, Message reply, Type type) {
		if (type == Message.class) {
			return reply;
		}
		Headers headers = reply.getHeaders();
		boolean bare = headers == null || headers.isEmpty();
		if (!bare) {
			throwServiceError(subject, headers);
		}
		if (type == PublishAck.class) {
			return readAck(subject, reply);
		}
		if (bare && isAck(reply)) {
			throw new NatsUnexpectedReplyException(subject,
					"A stream captures the subject '%s' of the request and answered with its confirmation: %s; request on a subject that no stream captures"
						.formatted(subject, new String(reply.getData(), StandardCharsets.UTF_8)),
					null);
		}
		return (type == Void.class) ? null : this.converter.read(reply, type);
	}

	private static void throwServiceError(String subject, Headers headers) {
		String error = headers.getFirst(NatsHeaders.SERVICE_ERROR);
		String code = headers.getFirst(NatsHeaders.SERVICE_ERROR_CODE);
		if (error != null || code != null) {
			throw new NatsRemoteException(subject, parse(code), error);
		}
	}

	private static int parse(@Nullable String code) {
		try {
			return (code != null) ? Integer.parseInt(code.strip()) : 0;
		}
		catch (NumberFormatException ex) {
			return 0;
		}
	}

	private static PublishAck readAck(String subject, Message reply) {
		try {
			return new PublishAck(reply);
		}
		catch (JetStreamApiException | IOException ex) {
			throw new NatsRequestException(subject,
					"The answer on '%s' is no confirmation of a stream".formatted(subject), ex);
		}
	}

	static boolean isAck(Message reply) {
		byte[] data = reply.getData();
		if (data.length < ACK_START.length() || data.length > LONGEST_ACK || data[2] != 's') {
			return false;
		}
		String text = new String(data, StandardCharsets.UTF_8);
		return text.startsWith(ACK_START) && ACK.matcher(text).matches();
	}

	static RuntimeException failed(String subject, RequestFailure failure, Duration timeout) {
		return switch (failure.reason()) {
			case NO_RESPONDERS -> new NatsNoRespondersException(subject,
					"Nobody listens on '%s' to answer the request".formatted(subject), null);
			case TIMEOUT -> new NatsRequestTimeoutException(subject,
					"Nobody answered the request on '%s' within %s ms".formatted(subject, timeout.toMillis()), null);
			case CLOSED -> new NatsRequestException(subject,
					"The connection was closed before the request on '%s' was answered".formatted(subject), null);
			case REFUSED -> Outgoing.refused(subject, String.valueOf(failure.getMessage()));
		};
	}

}
