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
import java.util.ArrayList;
import java.util.List;

import io.nats.client.Message;
import io.nats.client.impl.Headers;
import org.jspecify.annotations.Nullable;

import org.springframework.messaging.converter.MessageConversionException;
import org.springframework.util.InvalidMimeTypeException;
import org.springframework.util.MimeType;

/**
 * Asks converters in their order and uses the first that can.
 */
public final class CompositeNatsMessageConverter implements NatsMessageConverter {

	private final NatsMessageConverter[] converters;

	/**
	 * Create a converter.
	 * @param converters the converters, in their order
	 */
	public CompositeNatsMessageConverter(List<? extends NatsMessageConverter> converters) {
		this.converters = converters.toArray(NatsMessageConverter[]::new);
	}

	/**
	 * The user's converters, then bytes, text, simple values as text, and JSON.
	 * @param first the user's converters, in their order
	 * @param json reads and writes JSON, as {@link JacksonNatsMessageConverter} does, or
	 * {@code null} if there is no Jackson
	 * @return the converter
	 */
	public static CompositeNatsMessageConverter withDefaults(List<? extends NatsMessageConverter> first,
			@Nullable NatsMessageConverter json) {
		List<NatsMessageConverter> converters = new ArrayList<>(first);
		converters.add(new ByteArrayNatsMessageConverter());
		converters.add(new StringNatsMessageConverter());
		converters.add(new SimpleNatsMessageConverter());
		if (json != null) {
			converters.add(json);
		}
		return new CompositeNatsMessageConverter(converters);
	}

	@Override
	public boolean canRead(Type type, @Nullable MimeType contentType) {
		return findReader(type, contentType) != null;
	}

	@Override
	public @Nullable Object read(Message message, Type type) {
		MimeType contentType;
		try {
			contentType = ContentTypes.parse(ContentTypes.text(message.getHeaders()));
		}
		catch (InvalidMimeTypeException ex) {
			if (type != byte[].class && type != String.class) {
				throw ContentTypes.unreadable(message, type, "this is no content type");
			}
			contentType = null;
		}
		NatsMessageConverter converter = findReader(type, contentType);
		if (converter != null) {
			return converter.read(message, type);
		}
		if (message.getData().length == 0) {
			return null;
		}
		throw ContentTypes.unreadable(message, type, "no converter reads it");
	}

	@Override
	public boolean canWrite(Class<?> type, @Nullable MimeType contentType) {
		return findWriter(type, contentType) != null;
	}

	@Override
	public byte[] write(Object payload, Headers headers) {
		String text = ContentTypes.text(headers);
		NatsMessageConverter converter = findWriter(payload.getClass(), parse(payload, text));
		if (converter == null) {
			throw ContentTypes.unwritable(payload.getClass(), text, "no converter writes it");
		}
		return converter.write(payload, headers);
	}

	private static @Nullable MimeType parse(Object payload, @Nullable String text) throws MessageConversionException {
		try {
			return ContentTypes.parse(text);
		}
		catch (InvalidMimeTypeException ex) {
			throw ContentTypes.unwritable(payload.getClass(), text, "this is no content type");
		}
	}

	private @Nullable NatsMessageConverter findReader(Type type, @Nullable MimeType contentType) {
		for (NatsMessageConverter converter : this.converters) {
			if (converter.canRead(type, contentType)) {
				return converter;
			}
		}
		return null;
	}

	private @Nullable NatsMessageConverter findWriter(Class<?> type, @Nullable MimeType contentType) {
		for (NatsMessageConverter converter : this.converters) {
			if (converter.canWrite(type, contentType)) {
				return converter;
			}
		}
		return null;
	}

}
