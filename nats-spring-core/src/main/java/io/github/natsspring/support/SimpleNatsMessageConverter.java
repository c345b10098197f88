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
import java.util.UUID;

import io.nats.client.Message;
import io.nats.client.impl.Headers;
import org.jspecify.annotations.Nullable;

import org.springframework.core.convert.ConversionException;
import org.springframework.core.convert.ConversionService;
import org.springframework.core.convert.support.DefaultConversionService;
import org.springframework.util.ClassUtils;
import org.springframework.util.MimeType;

/**
 * Reads and writes numbers, booleans, characters, enum constants and UUIDs as text, when
 * the content type is text; reads them also from a message without a content type, with
 * or without the quotes of JSON.
 */
public final class SimpleNatsMessageConverter implements NatsMessageConverter {

	private final ConversionService conversion = DefaultConversionService.getSharedInstance();

	@Override
	public boolean canRead(Type type, @Nullable MimeType contentType) {
		return (contentType == null || ContentTypes.isText(contentType)) && type instanceof Class<?> target
				&& isSimple(target);
	}

	@Override
	public @Nullable Object read(Message message, Type type) {
		String text = StringNatsMessageConverter.text(message, type).strip();
		if (text.isEmpty()) {
			return null;
		}
		if (text.length() > 2 && text.charAt(0) == '"' && text.charAt(text.length() - 1) == '"') {
			text = text.substring(1, text.length() - 1);
		}
		try {
			return this.conversion.convert(text, ClassUtils.resolvePrimitiveIfNecessary((Class<?>) type));
		}
		catch (ConversionException ex) {
			// The cause would show the payload
			throw ContentTypes.unreadable(message, type, "the text is no such value");
		}
	}

	@Override
	public boolean canWrite(Class<?> type, @Nullable MimeType contentType) {
		return ContentTypes.isText(contentType) && isSimple(type);
	}

	@Override
	public byte[] write(Object payload, Headers headers) {
		String text = (payload instanceof Enum<?> constant) ? constant.name() : payload.toString();
		return StringNatsMessageConverter.bytes(text, payload.getClass(), headers);
	}

	private static boolean isSimple(Class<?> type) {
		return ClassUtils.isPrimitiveOrWrapper(type) || Number.class.isAssignableFrom(type)
				|| Enum.class.isAssignableFrom(type) || type == UUID.class;
	}

}
