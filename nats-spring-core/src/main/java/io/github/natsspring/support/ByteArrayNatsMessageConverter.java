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

import io.nats.client.Message;
import io.nats.client.impl.Headers;
import org.jspecify.annotations.Nullable;

import org.springframework.util.MimeType;

/**
 * Passes bytes through. A {@code byte[]} gets the bytes of the message whatever their
 * content type, and is sent without one unless the sender names it: nobody needs to be
 * told that bytes are bytes, and a first header costs both sides as much as all the rest
 * of a small message.
 */
public final class ByteArrayNatsMessageConverter implements NatsMessageConverter {

	@Override
	public boolean canRead(Type type, @Nullable MimeType contentType) {
		return type == byte[].class || (type == Object.class && ContentTypes.isBytes(contentType));
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
