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

package io.github.natsspring.store;

import java.lang.reflect.Type;

import io.github.natsspring.support.NatsMessageConverter;
import io.nats.client.impl.Headers;
import io.nats.client.impl.NatsMessage;
import io.nats.client.support.NatsKeyValueUtil;
import org.jspecify.annotations.Nullable;

import org.springframework.messaging.converter.MessageConversionException;
import org.springframework.util.Assert;
import org.springframework.util.ClassUtils;

/**
 * Reads and writes the values of a bucket as messages with that body are.
 */
final class ValueCodec<T> {

	private final NatsMessageConverter converter;

	private final Type type;

	ValueCodec(NatsMessageConverter converter, Type type) {
		Assert.notNull(type, "'type' must not be null");
		this.converter = converter;
		this.type = type;
	}

	Type type() {
		return this.type;
	}

	@SuppressWarnings("unchecked")
	@Nullable T read(StoredEntry entry) {
		if (entry.isDeleted()) {
			return null;
		}
		NatsMessage message = NatsMessage.builder()
			.subject(NatsKeyValueUtil.toKeyPrefix(entry.bucket()) + entry.key())
			.headers(entry.headers())
			.data(entry.body())
			.build();
		Object value;
		try {
			value = this.converter.read(message, this.type);
		}
		catch (MessageConversionException ex) {
			throw unreadable(entry, ex.getMessage(), ex);
		}
		// A converter of the user may return anything
		if (value != null && this.type instanceof Class<?> expected
				&& !ClassUtils.resolvePrimitiveIfNecessary(expected).isInstance(value)) {
			throw unreadable(entry, "the converter returned a " + value.getClass().getTypeName(), null);
		}
		return (T) value;
	}

	byte[] write(String bucket, String key, T value, Headers headers) {
		try {
			return this.converter.write(value, headers);
		}
		catch (MessageConversionException ex) {
			throw new KeyValueConversionException("The value for key '%s' of bucket '%s' cannot be written: %s"
				.formatted(key, bucket, ex.getMessage()), bucket, key, 0, this.type, ex);
		}
	}

	private KeyValueConversionException unreadable(StoredEntry entry, @Nullable String reason,
			@Nullable Throwable cause) {
		return new KeyValueConversionException(
				"The value of key '%s' of bucket '%s' (revision %d) cannot be read as %s: %s".formatted(entry.key(),
						entry.bucket(), entry.revision(), this.type.getTypeName(), reason),
				entry.bucket(), entry.key(), entry.revision(), this.type, cause);
	}

}
