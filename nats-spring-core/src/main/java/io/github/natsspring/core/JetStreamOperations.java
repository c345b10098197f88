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
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

import io.nats.client.Message;
import io.nats.client.api.PublishAck;
import io.nats.client.impl.Headers;
import org.jspecify.annotations.Nullable;

import org.springframework.core.ParameterizedTypeReference;

/**
 * Publishing to streams, and pulling from their consumers by hand.
 * <p>
 * All publishing methods check the subject before anything is sent, and throw an
 * {@link IllegalArgumentException} when it is invalid or has wildcards, and a
 * {@link org.springframework.messaging.converter.MessageConversionException} when the
 * payload cannot be written. A {@code null} payload makes an empty body. Without a
 * connection they throw a
 * {@link io.github.natsspring.connection.NatsNotConnectedException} or a
 * {@link io.github.natsspring.connection.NatsConnectException}; while one is being
 * restored, jnats holds what is sent. Methods that return a future fail the future, but
 * for invalid subjects and payloads.
 */
public interface JetStreamOperations {

	/**
	 * Publish a message and wait until the stream has stored it. Unless it has one, it
	 * gets a message id; while no answer comes it is sent again under the same id, so
	 * that it is stored once. The stream knows ids within its duplicate window only (two
	 * minutes by default): it should not be shorter than the timeout of the publish.
	 * @param subject the subject
	 * @param payload the payload
	 * @return the confirmation of the stream; it says so when the stream had a message of
	 * this id already, which may be an earlier try of this call
	 * @throws NatsNoStreamException if no stream captures the subject
	 * @throws NatsPublishRejectedException if the stream refused the message, and no
	 * earlier try can have been stored
	 * @throws NatsPermissionException if the user may not publish to the subject
	 * @throws NatsPublishOutcomeUnknownException if no stream answered in time, or one
	 * refused the message after a try without an answer: the message may be stored
	 * @throws NatsPublishException if it was not sent
	 */
	default PublishAck publish(String subject, @Nullable Object payload) {
		return publish(subject, payload, (options) -> {
		});
	}

	/**
	 * Publish a message with headers and wait until the stream has stored it.
	 * @param subject the subject
	 * @param payload the payload
	 * @param headers the headers, which are copied
	 * @return the confirmation of the stream
	 * @see #publish(String, Object)
	 */
	default PublishAck publish(String subject, @Nullable Object payload, Headers headers) {
		return publish(subject, payload, (options) -> options.headers(headers));
	}

	/**
	 * Publish a message with options and wait until the stream has stored it.
	 * @param subject the subject
	 * @param payload the payload
	 * @param options sets the options
	 * @return the confirmation of the stream
	 * @see #publish(String, Object)
	 */
	PublishAck publish(String subject, @Nullable Object payload, Consumer<JetStreamPublishOptions> options);

	/**
	 * Publish a message. Waits only when too many are in flight already, or confirmed
	 * while their callbacks have not begun. Sets no message id and does not try again.
	 * Callbacks of the future should not wait, least of all for other futures of the
	 * template: compose them, or use the {@code Async} methods of the future with an
	 * executor of your own.
	 * @param subject the subject
	 * @param payload the payload
	 * @return the confirmation of the stream; completed on a thread of the template,
	 * never on one of jnats, and failed as {@link #publish(String, Object)} fails
	 */
	default CompletableFuture<PublishAck> publishAsync(String subject, @Nullable Object payload) {
		return publishAsync(subject, payload, (options) -> {
		});
	}

	/**
	 * Publish a message with headers.
	 * @param subject the subject
	 * @param payload the payload
	 * @param headers the headers, which are copied
	 * @return the confirmation of the stream
	 * @see #publishAsync(String, Object)
	 */
	default CompletableFuture<PublishAck> publishAsync(String subject, @Nullable Object payload, Headers headers) {
		return publishAsync(subject, payload, (options) -> options.headers(headers));
	}

	/**
	 * Publish a message with options.
	 * @param subject the subject
	 * @param payload the payload
	 * @param options sets the options
	 * @return the confirmation of the stream
	 * @see #publishAsync(String, Object)
	 */
	CompletableFuture<PublishAck> publishAsync(String subject, @Nullable Object payload,
			Consumer<JetStreamPublishOptions> options);

	/**
	 * Pull messages of a durable consumer by hand. Returns when it has as many as it may
	 * take, or when the time is over.
	 * @param stream the name of the stream
	 * @param consumer the name of the consumer
	 * @param max how many messages to take at most
	 * @param timeout how long to wait; zero takes what is there
	 * @return the messages, perhaps none; the caller settles them
	 * @throws NatsReceiveException if the consumer does not exist or refuses
	 */
	List<Message> receive(String stream, String consumer, int max, Duration timeout);

	/**
	 * Pull messages of a durable consumer by hand.
	 * @param <T> the type of the payload
	 * @param stream the name of the stream
	 * @param consumer the name of the consumer
	 * @param type the type of the payload
	 * @param max how many messages to take at most
	 * @param timeout how long to wait; zero takes what is there
	 * @return the messages, perhaps none; the caller settles them
	 * @see #receive(String, String, int, Duration)
	 */
	default <T> List<ReceivedMessage<T>> receive(String stream, String consumer, Class<T> type, int max,
			Duration timeout) {
		return receive(stream, consumer, (Type) type, max, timeout);
	}

	/**
	 * Pull messages of a durable consumer by hand.
	 * @param <T> the type of the payload
	 * @param stream the name of the stream
	 * @param consumer the name of the consumer
	 * @param type the type of the payload, with its generics
	 * @param max how many messages to take at most
	 * @param timeout how long to wait; zero takes what is there
	 * @return the messages, perhaps none; the caller settles them
	 * @see #receive(String, String, int, Duration)
	 */
	default <T> List<ReceivedMessage<T>> receive(String stream, String consumer, ParameterizedTypeReference<T> type,
			int max, Duration timeout) {
		return receive(stream, consumer, type.getType(), max, timeout);
	}

	/**
	 * Pull messages of a durable consumer by hand.
	 * @param <T> the type of the payload
	 * @param stream the name of the stream
	 * @param consumer the name of the consumer
	 * @param type the type of the payload, with its generics
	 * @param max how many messages to take at most
	 * @param timeout how long to wait; zero takes what is there
	 * @return the messages, perhaps none; the caller settles them
	 * @see #receive(String, String, int, Duration)
	 */
	<T> List<ReceivedMessage<T>> receive(String stream, String consumer, Type type, int max, Duration timeout);

}
