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
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

import io.nats.client.Message;
import io.nats.client.impl.Headers;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.util.InvalidMimeTypeException;
import org.springframework.util.MimeType;

/**
 * Reads and writes JSON with Jackson 3. A message without a content type is taken for
 * JSON. Read in the encoding of Unicode that it is in, or in the charset of its content
 * type if that is another one.
 */
public final class JacksonNatsMessageConverter implements NatsMessageConverter {

	private static final Set<Charset> UNICODE = Set.of(StandardCharsets.UTF_8, StandardCharsets.US_ASCII,
			StandardCharsets.UTF_16, StandardCharsets.UTF_16BE, StandardCharsets.UTF_16LE);

	private final JsonMapper mapper;

	private final ObjectWriter writer;

	/**
	 * Bounded by the types that the program asks for, never by what messages hold.
	 */
	private final ConcurrentMap<Type, ObjectReader> readers = new ConcurrentHashMap<>();

	/**
	 * Create a converter.
	 * @param mapper the mapper
	 */
	public JacksonNatsMessageConverter(JsonMapper mapper) {
		this.mapper = mapper;
		this.writer = mapper.writer();
	}

	@Override
	public boolean canRead(Type type, @Nullable MimeType contentType) {
		return contentType == null || ContentTypes.isJson(contentType);
	}

	@Override
	public @Nullable Object read(Message message, Type type) {
		byte[] data = message.getData();
		if (data.length == 0) {
			return null;
		}
		try {
			Charset charset = ContentTypes.charset(ContentTypes.text(message.getHeaders()));
			// Jackson itself tells the encodings of Unicode apart
			return UNICODE.contains(charset) ? reader(type).readValue(data)
					: reader(type).readValue(new String(data, charset));
		}
		catch (InvalidMimeTypeException ex) {
			throw ContentTypes.unreadable(message, type, "the charset is not known");
		}
		catch (JacksonException ex) {
			// Jackson's own text shows parts of the payload, and as a cause it would be
			// logged
			throw ContentTypes.unreadable(message, type, describe(ex));
		}
	}

	@Override
	public boolean canWrite(Class<?> type, @Nullable MimeType contentType) {
		return contentType == null || ContentTypes.isJson(contentType);
	}

	@Override
	public byte[] write(Object payload, Headers headers) {
		String contentType = ContentTypes.text(headers);
		try {
			if (contentType != null && contentType.indexOf(';') >= 0) {
				return ContentTypes.encode(this.writer.writeValueAsString(payload), contentType, payload.getClass());
			}
			byte[] bytes = this.writer.writeValueAsBytes(payload);
			if (contentType == null) {
				headers.put(NatsHeaders.CONTENT_TYPE, ContentTypes.JSON);
			}
			return bytes;
		}
		catch (JacksonException ex) {
			throw ContentTypes.unwritable(payload.getClass(), (contentType != null) ? contentType : ContentTypes.JSON,
					describe(ex));
		}
	}

	private ObjectReader reader(Type type) {
		ObjectReader reader = this.readers.get(type);
		if (reader == null) {
			reader = this.mapper.readerFor(this.mapper.constructType(type));
			this.readers.put(type, reader);
		}
		return reader;
	}

	private static String describe(JacksonException ex) {
		StringBuilder text = new StringBuilder(ex.getClass().getSimpleName());
		TokenStreamLocation location = ex.getLocation();
		if (location != null && location.getLineNr() > 0) {
			text.append(" at line %d, column %d".formatted(location.getLineNr(), location.getColumnNr()));
		}
		StringBuilder path = new StringBuilder();
		for (JacksonException.Reference reference : ex.getPath()) {
			append(path, reference);
		}
		if (!path.isEmpty()) {
			text.append(", in '").append(path).append('\'');
		}
		return text.toString();
	}

	private static void append(StringBuilder path, JacksonException.Reference reference) {
		Object from = reference.from();
		Class<?> owner = (from instanceof Class<?> type) ? type : ((from != null) ? from.getClass() : Object.class);
		if (Collection.class.isAssignableFrom(owner) || owner.isArray()) {
			path.append('[').append(Math.max(0, reference.getIndex())).append(']');
			return;
		}
		// The key of a map is payload, the name of a property is not
		boolean hidden = reference.getPropertyName() == null || Map.class.isAssignableFrom(owner);
		path.append(path.isEmpty() ? "" : ".").append(hidden ? "*" : Subjects.printable(reference.getPropertyName()));
	}

}
