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
import io.nats.client.Message;
import io.nats.client.impl.Headers;
import org.jspecify.annotations.Nullable;

import org.springframework.util.MimeType;

/**
 * Sends bytes as they are and names no content type: chunks look like those of other
 * clients, and values were converted before.
 */
final class RawBytesConverter implements NatsMessageConverter {

	@Override
	public boolean canRead(Type type, @Nullable MimeType contentType) {
		return type == byte[].class;
	}

	@Override
	public Object read(Message message, Type type) {
		return message.getData();
	}

	@Override
	public boolean canWrite(Class<?> type, @Nullable MimeType contentType) {
		return type == byte[].class;
	}

	@Override
	public byte[] write(Object payload, Headers headers) {
		return (byte[]) payload;
	}

}
