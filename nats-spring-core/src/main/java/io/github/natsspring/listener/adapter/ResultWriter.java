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

package io.github.natsspring.listener.adapter;

import java.util.List;
import java.util.Objects;

import io.github.natsspring.support.CorrelationIds;
import io.github.natsspring.support.NatsHeaderMapper;
import io.github.natsspring.support.NatsHeaders;
import io.github.natsspring.support.NatsMessageConverter;
import io.github.natsspring.support.SpringMessages;
import io.nats.client.Message;
import io.nats.client.impl.Headers;
import org.jspecify.annotations.Nullable;

import org.springframework.util.InvalidMimeTypeException;
import org.springframework.util.MimeTypeUtils;

/**
 * Writes what a method returned, with the headers of a Spring message if it returned one.
 */
final class ResultWriter {

	private static final byte[] NOTHING = new byte[0];

	private static final String FOR_SERVER = "Nats-";

	private final NatsMessageConverter converter;

	private final NatsHeaderMapper headerMapper;

	ResultWriter(NatsMessageConverter converter, NatsHeaderMapper headerMapper) {
		this.converter = converter;
		this.headerMapper = headerMapper;
	}

	/**
	 * Write a result.
	 * @param received the message that the method was called for
	 * @param result the result, or {@code null} for an empty body
	 * @param headers takes the headers of the result
	 * @return the body
	 */
	byte[] write(Message received, @Nullable Object result, Headers headers) {
		Object payload = SpringMessages.unwrap(result, headers, this.headerMapper);
		if (payload != result && payload != null && received.getHeaders() != null) {
			removeCopied(headers, received.getHeaders(), payload);
		}
		CorrelationIds.carry(received, headers);
		return (payload != null) ? this.converter.write(payload, headers) : NOTHING;
	}

	/**
	 * Who copies the headers of the received message into the result does not mean those
	 * that told the server what to do with it, such as to store it once, to expect a
	 * sequence or to delete all others; whoever sent the message chose them. Nor does its
	 * content type stay when the result cannot be written so.
	 */
	private void removeCopied(Headers headers, Headers received, Object payload) {
		for (String name : List.copyOf(headers.keySet())) {
			if (Objects.equals(headers.get(name), received.get(name)) && !staysWhenCopied(name, headers, payload)) {
				headers.remove(name);
			}
		}
	}

	private boolean staysWhenCopied(String name, Headers headers, Object payload) {
		if (NatsHeaders.CONTENT_TYPE.equalsIgnoreCase(name)) {
			return canWrite(payload, headers.getFirst(name));
		}
		return !name.regionMatches(true, 0, FOR_SERVER, 0, FOR_SERVER.length())
				|| NatsHeaders.CORRELATION_ID.equals(name);
	}

	private boolean canWrite(Object payload, @Nullable String contentType) {
		try {
			return contentType != null
					&& this.converter.canWrite(payload.getClass(), MimeTypeUtils.parseMimeType(contentType));
		}
		catch (InvalidMimeTypeException ex) {
			return false;
		}
	}

}
