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

/**
 * Names of headers: those that begin with {@code nats_} are filled by the listener, for
 * {@code @Header} and Spring messages, and never travel; the others are on the wire.
 */
public final class NatsHeaders {

	/**
	 * The subject the message was published to; a {@code String}.
	 */
	public static final String SUBJECT = "nats_subject";

	/**
	 * The subject that a reply goes to, of a core NATS request; a {@code String}.
	 */
	public static final String REPLY_TO = "nats_replyTo";

	/**
	 * The stream the message is stored in; a {@code String}.
	 */
	public static final String STREAM = "nats_stream";

	/**
	 * The consumer that delivered the message; a {@code String}.
	 */
	public static final String CONSUMER = "nats_consumer";

	/**
	 * The JetStream domain the message came from, if there is one; a {@code String}.
	 */
	public static final String DOMAIN = "nats_domain";

	/**
	 * The sequence of the message in its stream; a {@code Long}.
	 */
	public static final String STREAM_SEQUENCE = "nats_streamSequence";

	/**
	 * The sequence of the delivery in its consumer; a {@code Long}.
	 */
	public static final String CONSUMER_SEQUENCE = "nats_consumerSequence";

	/**
	 * How often the message was delivered, this time included; a {@code Long}. The server
	 * also counts deliveries that never reached a handler.
	 */
	public static final String DELIVERY_COUNT = "nats_deliveryCount";

	/**
	 * How many messages waited for the consumer when this one was delivered; a
	 * {@code Long}.
	 */
	public static final String PENDING_COUNT = "nats_pendingCount";

	/**
	 * When the stream stored the message; a {@code java.time.ZonedDateTime}.
	 */
	public static final String TIMESTAMP = "nats_timestamp";

	/**
	 * The acknowledgment, of a JetStream message.
	 */
	public static final String ACKNOWLEDGMENT = "nats_acknowledgment";

	/**
	 * The message as jnats received it; an {@code io.nats.client.Message}.
	 */
	public static final String RAW_MESSAGE = "nats_rawMessage";

	/**
	 * The content type, on the wire.
	 */
	public static final String CONTENT_TYPE = "Content-Type";

	/**
	 * The id by which a stream recognises duplicates, on the wire.
	 */
	public static final String MESSAGE_ID = "Nats-Msg-Id";

	/**
	 * The name of the stream that must store the message, on the wire.
	 */
	public static final String EXPECTED_STREAM = "Nats-Expected-Stream";

	/**
	 * The last sequence that the stream must have, on the wire.
	 */
	public static final String EXPECTED_LAST_SEQUENCE = "Nats-Expected-Last-Sequence";

	/**
	 * The last sequence that the subject must have, on the wire.
	 */
	public static final String EXPECTED_LAST_SUBJECT_SEQUENCE = "Nats-Expected-Last-Subject-Sequence";

	/**
	 * The subject or pattern that {@link #EXPECTED_LAST_SUBJECT_SEQUENCE} is about, on
	 * the wire.
	 */
	public static final String EXPECTED_LAST_SUBJECT_SEQUENCE_SUBJECT = "Nats-Expected-Last-Subject-Sequence-Subject";

	/**
	 * The last message id that the stream must have, on the wire.
	 */
	public static final String EXPECTED_LAST_MESSAGE_ID = "Nats-Expected-Last-Msg-Id";

	/**
	 * How long the stream keeps the message, on the wire.
	 */
	public static final String TTL = "Nats-TTL";

	/**
	 * The text of a reply that reports a failure, on the wire; every client's services
	 * use it.
	 */
	public static final String SERVICE_ERROR = "Nats-Service-Error";

	/**
	 * The number of a reply that reports a failure, on the wire.
	 */
	public static final String SERVICE_ERROR_CODE = "Nats-Service-Error-Code";

	private NatsHeaders() {
	}

}
