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
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

import io.nats.client.Message;
import io.nats.client.impl.Headers;
import org.jspecify.annotations.Nullable;

import org.springframework.messaging.converter.MessageConversionException;
import org.springframework.util.InvalidMimeTypeException;
import org.springframework.util.MimeType;
import org.springframework.util.MimeTypeUtils;

/**
 * The content types of messages. The usual ones are compared as strings and not parsed.
 */
final class ContentTypes {

	static final String JSON = "application/json";

	static final String TEXT = "text/plain;charset=UTF-8";

	static final String BYTES = "application/octet-stream";

	private static final MimeType TEXT_UTF_8 = new MimeType("text", "plain", StandardCharsets.UTF_8);

	private static final int SHOWN = 100;

	private ContentTypes() {
	}

	/**
	 * The content type as it is on the wire.
	 * @param headers the headers, or {@code null}
	 * @return the content type, or {@code null} if there is none
	 */
	static @Nullable String text(@Nullable Headers headers) {
		if (headers == null || headers.isEmpty()) {
			return null;
		}
		String exact = headers.getFirst(NatsHeaders.CONTENT_TYPE);
		if (exact == null) {
			// Headers of NATS mind the case, clients that send 'content-type' do not
			for (Map.Entry<String, List<String>> entry : headers.entrySet()) {
				if (NatsHeaders.CONTENT_TYPE.equalsIgnoreCase(entry.getKey()) && !entry.getValue().isEmpty()) {
					exact = entry.getValue().get(0);
				}
			}
		}
		return (exact != null && !exact.isBlank()) ? exact : null;
	}

	/**
	 * Parse a content type.
	 * @param text the text from the wire, or {@code null}
	 * @return the content type, or {@code null} if there is none
	 * @throws InvalidMimeTypeException if it is none
	 */
	static @Nullable MimeType parse(@Nullable String text) {
		if (text == null) {
			return null;
		}
		return switch (text) {
			case JSON -> MimeTypeUtils.APPLICATION_JSON;
			case TEXT -> TEXT_UTF_8;
			case "text/plain" -> MimeTypeUtils.TEXT_PLAIN;
			case BYTES -> MimeTypeUtils.APPLICATION_OCTET_STREAM;
			// Spring's cache of parsed types is bounded
			default -> MimeTypeUtils.parseMimeType(text);
		};
	}

	static Charset charset(@Nullable String text) {
		if (text == null || TEXT.equals(text)) {
			return StandardCharsets.UTF_8;
		}
		MimeType type = parse(text);
		Charset charset = (type != null) ? type.getCharset() : null;
		return (charset != null) ? charset : StandardCharsets.UTF_8;
	}

	/**
	 * Write text in the charset of a content type.
	 * @param text the text
	 * @param contentType the content type, or {@code null} for UTF-8
	 * @param type the type of the payload, for an exception
	 * @return the bytes
	 * @throws MessageConversionException if the charset is not known, or has not all
	 * characters of the text
	 */
	static byte[] encode(String text, @Nullable String contentType, Class<?> type) {
		try {
			Charset charset = charset(contentType);
			if (StandardCharsets.UTF_8.equals(charset)) {
				return text.getBytes(StandardCharsets.UTF_8);
			}
			ByteBuffer encoded = charset.newEncoder().encode(CharBuffer.wrap(text));
			byte[] bytes = new byte[encoded.remaining()];
			encoded.get(bytes);
			return bytes;
		}
		catch (InvalidMimeTypeException ex) {
			throw unwritable(type, contentType, "the content type or its charset is not known");
		}
		catch (CharacterCodingException | UnsupportedOperationException ex) {
			throw unwritable(type, contentType, "its charset has not all characters of the text; UTF-8 has");
		}
	}

	static boolean isText(@Nullable MimeType type) {
		return type != null && "text".equals(type.getType());
	}

	static boolean isJson(@Nullable MimeType type) {
		return type != null && ("json".equals(type.getSubtype()) || type.getSubtype().endsWith("+json"));
	}

	static boolean isBytes(@Nullable MimeType type) {
		return type != null && MimeTypeUtils.APPLICATION_OCTET_STREAM.equalsTypeAndSubtype(type);
	}

	static MessageConversionException unreadable(Message message, Type type, String reason) {
		String contentType = text(message.getHeaders());
		return new MessageConversionException("Cannot read the message on subject '%s' (%d bytes, %s) as %s: %s"
			.formatted(shown(message.getSubject()), message.getData().length,
					(contentType != null) ? "content type '" + shown(contentType) + "'" : "no content type",
					type.getTypeName(), reason));
	}

	static MessageConversionException unwritable(Class<?> type, @Nullable String contentType, String reason) {
		return new MessageConversionException("Cannot write a payload of %s as %s: %s".formatted(type.getTypeName(),
				(contentType != null) ? "content type '" + shown(contentType) + "'" : "the body of a message", reason));
	}

	private static String shown(@Nullable String text) {
		String printable = Subjects.printable(text);
		return (printable.length() <= SHOWN) ? printable : printable.substring(0, SHOWN) + "…";
	}

}
