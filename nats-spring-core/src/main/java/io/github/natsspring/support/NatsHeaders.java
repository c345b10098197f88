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
	 * What belongs together, on the wire: a reply carries the id of its request.
	 */
	public static final String CORRELATION_ID = "Nats-Correlation-Id";

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

	/**
	 * The stream that a dead letter comes from, on the wire. The values of all
	 * {@code Dead-Letter-} headers have what is not printable ASCII, and the backslash,
	 * written as <code>&#92;uXXXX</code>.
	 */
	public static final String DEAD_LETTER_STREAM = "Dead-Letter-Stream";

	/**
	 * The consumer whose listener failed on a dead letter, on the wire.
	 */
	public static final String DEAD_LETTER_CONSUMER = "Dead-Letter-Consumer";

	/**
	 * The subject that a dead letter was published to originally, on the wire.
	 */
	public static final String DEAD_LETTER_SUBJECT = "Dead-Letter-Subject";

	/**
	 * The sequence that a dead letter had in its stream, on the wire.
	 */
	public static final String DEAD_LETTER_SEQUENCE = "Dead-Letter-Sequence";

	/**
	 * How often a dead letter was delivered before it was given up, on the wire.
	 */
	public static final String DEAD_LETTER_DELIVERIES = "Dead-Letter-Deliveries";

	/**
	 * When the stream stored the original of a dead letter, on the wire, in ISO 8601.
	 */
	public static final String DEAD_LETTER_TIMESTAMP = "Dead-Letter-Timestamp";

	/**
	 * The id of the listener that failed on a dead letter, on the wire.
	 */
	public static final String DEAD_LETTER_LISTENER = "Dead-Letter-Listener";

	/**
	 * The class of the exception that a listener failed with, on the wire.
	 */
	public static final String DEAD_LETTER_EXCEPTION = "Dead-Letter-Exception";

	/**
	 * The message of the exception that a listener failed with, on the wire.
	 */
	public static final String DEAD_LETTER_EXCEPTION_MESSAGE = "Dead-Letter-Exception-Message";

	/**
	 * The stack trace of the exception that a listener failed with, on the wire.
	 */
	public static final String DEAD_LETTER_STACK_TRACE = "Dead-Letter-Stack-Trace";

	/**
	 * What a dead letter lacks because it would have been too large, on the wire:
	 * {@code stack-trace}, {@code exception-message}, {@code headers}, {@code body}, with
	 * commas between.
	 */
	public static final String DEAD_LETTER_OMITTED = "Dead-Letter-Omitted";

	private NatsHeaders() {
	}

}
