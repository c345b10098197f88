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

import java.lang.reflect.Type;

import io.github.natsspring.support.NatsMessageConverter;
import io.nats.client.Message;
import io.nats.client.api.KeyValueOperation;
import io.nats.client.impl.Headers;
import io.nats.client.support.NatsKeyValueUtil;
import org.jspecify.annotations.Nullable;

import org.springframework.util.MimeType;

/**
 * Reads values: a delete or purge has none, which is something else than an empty text.
 */
final class KeyValueMessageConverter implements NatsMessageConverter {

	private final NatsMessageConverter delegate;

	KeyValueMessageConverter(NatsMessageConverter delegate) {
		this.delegate = delegate;
	}

	@Override
	public boolean canRead(Type type, @Nullable MimeType contentType) {
		return this.delegate.canRead(type, contentType);
	}

	@Override
	public @Nullable Object read(Message message, Type type) {
		return (NatsKeyValueUtil.getOperation(message.getHeaders()) == KeyValueOperation.PUT)
				? this.delegate.read(message, type) : null;
	}

	@Override
	public boolean canWrite(Class<?> type, @Nullable MimeType contentType) {
		return this.delegate.canWrite(type, contentType);
	}

	@Override
	public byte[] write(Object payload, Headers headers) {
		return this.delegate.write(payload, headers);
	}

}
