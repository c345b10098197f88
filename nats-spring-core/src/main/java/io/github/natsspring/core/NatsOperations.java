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

package io.github.natsspring.core;

import java.lang.reflect.Type;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

import io.nats.client.impl.Headers;
import org.jspecify.annotations.Nullable;

import org.springframework.core.ParameterizedTypeReference;

/**
 * Publishing and requesting over core NATS: fast, to whoever listens now, stored nowhere.
 * <p>
 * All methods check the subject before anything is sent, and throw an
 * {@link IllegalArgumentException} when it is invalid or has wildcards, and a
 * {@link org.springframework.messaging.converter.MessageConversionException} when the
 * payload cannot be written. A {@code null} payload makes an empty body. Without a
 * connection they throw a
 * {@link io.github.natsspring.connection.NatsNotConnectedException} or a
 * {@link io.github.natsspring.connection.NatsConnectException}; while one is being
 * restored, jnats holds what is sent. Methods that return a future fail the future, but
 * for invalid subjects and payloads.
 * <p>
 * The answer of a request is read by the type that the caller names: a {@code PublishAck}
 * and an {@link io.nats.client.Message} are given as they come, {@code Void} ignores the
 * body.
 */
public interface NatsOperations {

	/**
	 * Publish a message. Returns when it is handed to the connection.
	 * @param subject the subject
	 * @param payload the payload
	 * @throws NatsPublishException if the message was not sent. A message that the server
	 * refuses later is only reported to the error listener, see
	 * {@link PublishOptions#confirm()}
	 */
	default void publish(String subject, @Nullable Object payload) {
		publish(subject, payload, (options) -> {
		});
	}

	/**
	 * Publish a message with headers.
	 * @param subject the subject
	 * @param payload the payload
	 * @param headers the headers, which are copied
	 * @throws NatsPublishException if the message was not sent
	 */
	default void publish(String subject, @Nullable Object payload, Headers headers) {
		publish(subject, payload, (options) -> options.headers(headers));
	}

	/**
	 * Publish a message with options.
	 * @param subject the subject
	 * @param payload the payload
	 * @param options sets the options
	 * @throws NatsPublishException if the message was not sent
	 */
	void publish(String subject, @Nullable Object payload, Consumer<PublishOptions> options);

	/**
	 * Send a request and wait for the answer, as long as the template's timeout says.
	 * @param <T> the type of the answer
	 * @param subject the subject
	 * @param payload the payload
	 * @param type the type of the answer
	 * @return the answer, or {@code null} if it is empty
	 * @throws NatsNoRespondersException if nobody listens
	 * @throws NatsRequestTimeoutException if nobody answered in time
	 * @throws NatsRemoteException if the service answered that it failed
	 * @throws NatsUnexpectedReplyException if a stream captured the request
	 * @throws NatsPublishException if the request was not sent
	 */
	default <T> @Nullable T request(String subject, @Nullable Object payload, Class<T> type) {
		return request(subject, payload, (Type) type, (options) -> {
		});
	}

	/**
	 * Send a request and wait for the answer.
	 * @param <T> the type of the answer
	 * @param subject the subject
	 * @param payload the payload
	 * @param type the type of the answer
	 * @param timeout how long to wait
	 * @return the answer, or {@code null} if it is empty
	 * @see #request(String, Object, Class)
	 */
	default <T> @Nullable T request(String subject, @Nullable Object payload, Class<T> type, Duration timeout) {
		return request(subject, payload, (Type) type, (options) -> options.timeout(timeout));
	}

	/**
	 * Send a request and wait for the answer, as long as the template's timeout says.
	 * @param <T> the type of the answer
	 * @param subject the subject
	 * @param payload the payload
	 * @param type the type of the answer, with its generics
	 * @return the answer, or {@code null} if it is empty
	 * @see #request(String, Object, Class)
	 */
	default <T> @Nullable T request(String subject, @Nullable Object payload, ParameterizedTypeReference<T> type) {
		return request(subject, payload, type.getType(), (options) -> {
		});
	}

	/**
	 * Send a request and wait for the answer.
	 * @param <T> the type of the answer
	 * @param subject the subject
	 * @param payload the payload
	 * @param type the type of the answer, with its generics
	 * @param timeout how long to wait
	 * @return the answer, or {@code null} if it is empty
	 * @see #request(String, Object, Class)
	 */
	default <T> @Nullable T request(String subject, @Nullable Object payload, ParameterizedTypeReference<T> type,
			Duration timeout) {
		return request(subject, payload, type.getType(), (options) -> options.timeout(timeout));
	}

	/**
	 * Send a request with options and wait for the answer.
	 * @param <T> the type of the answer
	 * @param subject the subject
	 * @param payload the payload
	 * @param type the type of the answer
	 * @param options sets the options
	 * @return the answer, or {@code null} if it is empty
	 * @see #request(String, Object, Class)
	 */
	default <T> @Nullable T request(String subject, @Nullable Object payload, Class<T> type,
			Consumer<RequestOptions> options) {
		return request(subject, payload, (Type) type, options);
	}

	/**
	 * Send a request with options and wait for the answer.
	 * @param <T> the type of the answer
	 * @param subject the subject
	 * @param payload the payload
	 * @param type the type of the answer, with its generics
	 * @param options sets the options
	 * @return the answer, or {@code null} if it is empty
	 * @see #request(String, Object, Class)
	 */
	<T> @Nullable T request(String subject, @Nullable Object payload, Type type, Consumer<RequestOptions> options);

	/**
	 * Send a request. Callbacks of the future should not wait, least of all for other
	 * futures of the template.
	 * @param <T> the type of the answer
	 * @param subject the subject
	 * @param payload the payload
	 * @param type the type of the answer
	 * @return the answer; completed on a thread of the template, never on one of jnats,
	 * and failed as {@link #request(String, Object, Class)} fails
	 */
	default <T> CompletableFuture<@Nullable T> requestAsync(String subject, @Nullable Object payload, Class<T> type) {
		return requestAsync(subject, payload, (Type) type, (options) -> {
		});
	}

	/**
	 * Send a request.
	 * @param <T> the type of the answer
	 * @param subject the subject
	 * @param payload the payload
	 * @param type the type of the answer
	 * @param timeout how long to wait
	 * @return the answer
	 * @see #requestAsync(String, Object, Class)
	 */
	default <T> CompletableFuture<@Nullable T> requestAsync(String subject, @Nullable Object payload, Class<T> type,
			Duration timeout) {
		return requestAsync(subject, payload, (Type) type, (options) -> options.timeout(timeout));
	}

	/**
	 * Send a request.
	 * @param <T> the type of the answer
	 * @param subject the subject
	 * @param payload the payload
	 * @param type the type of the answer, with its generics
	 * @return the answer
	 * @see #requestAsync(String, Object, Class)
	 */
	default <T> CompletableFuture<@Nullable T> requestAsync(String subject, @Nullable Object payload,
			ParameterizedTypeReference<T> type) {
		return requestAsync(subject, payload, type.getType(), (options) -> {
		});
	}

	/**
	 * Send a request with options.
	 * @param <T> the type of the answer
	 * @param subject the subject
	 * @param payload the payload
	 * @param type the type of the answer
	 * @param options sets the options
	 * @return the answer
	 * @see #requestAsync(String, Object, Class)
	 */
	default <T> CompletableFuture<@Nullable T> requestAsync(String subject, @Nullable Object payload, Class<T> type,
			Consumer<RequestOptions> options) {
		return requestAsync(subject, payload, (Type) type, options);
	}

	/**
	 * Send a request with options.
	 * @param <T> the type of the answer
	 * @param subject the subject
	 * @param payload the payload
	 * @param type the type of the answer, with its generics
	 * @param options sets the options
	 * @return the answer
	 * @see #requestAsync(String, Object, Class)
	 */
	<T> CompletableFuture<@Nullable T> requestAsync(String subject, @Nullable Object payload, Type type,
			Consumer<RequestOptions> options);

}
