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

package io.github.natsspring.support;

import java.lang.reflect.Type;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

import io.nats.client.Message;
import io.nats.client.impl.Headers;
import org.jspecify.annotations.Nullable;

import org.springframework.util.InvalidMimeTypeException;
import org.springframework.util.MimeType;

/**
 * Reads and writes text, in the charset of the content type or in UTF-8. A {@code String}
 * gets the text of the message whatever its content type, and a string that is sent with
 * a content type of its own, such as JSON, is written as it is.
 */
public final class StringNatsMessageConverter implements NatsMessageConverter {

	@Override
	public boolean canRead(Type type, @Nullable MimeType contentType) {
		return type == String.class || type == CharSequence.class
				|| (type == Object.class && ContentTypes.isText(contentType));
	}

	@Override
	public Object read(Message message, Type type) {
		return text(message, type);
	}

	@Override
	public boolean canWrite(Class<?> type, @Nullable MimeType contentType) {
		return CharSequence.class.isAssignableFrom(type);
	}

	@Override
	public byte[] write(Object payload, Headers headers) {
		return bytes(payload.toString(), payload.getClass(), headers);
	}

	static String text(Message message, Type type) {
		byte[] data = message.getData();
		return (data.length > 0) ? new String(data, charset(message, type)) : "";
	}

	static byte[] bytes(String text, Class<?> type, Headers headers) {
		String contentType = ContentTypes.text(headers);
		if (contentType == null) {
			headers.put(NatsHeaders.CONTENT_TYPE, ContentTypes.TEXT);
			return text.getBytes(StandardCharsets.UTF_8);
		}
		return ContentTypes.encode(text, contentType, type);
	}

	private static Charset charset(Message message, Type type) {
		String contentType = ContentTypes.text(message.getHeaders());
		try {
			return ContentTypes.charset(contentType);
		}
		catch (InvalidMimeTypeException ex) {
			if (contentType != null && contentType.toLowerCase(Locale.ROOT).contains("charset")) {
				throw ContentTypes.unreadable(message, type, "the charset is not known");
			}
			// What is no content type says nothing about the charset
			return StandardCharsets.UTF_8;
		}
	}

}
