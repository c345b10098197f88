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
 * Converts between payloads and the bytes of a message. The type always comes from the
 * caller or from the listener method and never from a header; the content type only
 * chooses the converter. Beans of this type are asked in their order, before the built-in
 * converters. Implementations are called from many threads at once.
 */
public interface NatsMessageConverter {

	/**
	 * Whether this converter reads such a message.
	 * @param type the type that is wanted, with its generics
	 * @param contentType the content type of the message, or {@code null} for a message
	 * that names none, as other languages' clients send it
	 * @return {@code true} if {@link #read} may be called
	 */
	boolean canRead(Type type, @Nullable MimeType contentType);

	/**
	 * Read the payload of a message.
	 * @param message the message; its headers may be looked at
	 * @param type the type that is wanted, with its generics
	 * @return the payload, or {@code null} when the message has none
	 * @throws org.springframework.messaging.converter.MessageConversionException when the
	 * bytes cannot be read as that type; the message does not hold the payload
	 */
	@Nullable Object read(Message message, Type type);

	/**
	 * Whether this converter writes such a payload.
	 * @param type the class of the payload
	 * @param contentType the content type that the sender asked for, or {@code null} when
	 * it asked for none
	 * @return {@code true} if {@link #write} may be called
	 */
	boolean canWrite(Class<?> type, @Nullable MimeType contentType);

	/**
	 * Write a payload.
	 * @param payload the payload
	 * @param headers the headers of the message to be; gets the content type unless it
	 * has one, or readers need none
	 * @return the bytes
	 * @throws org.springframework.messaging.converter.MessageConversionException when the
	 * payload cannot be written
	 */
	byte[] write(Object payload, Headers headers);

}
