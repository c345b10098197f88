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

import java.util.HashMap;
import java.util.Map;

import io.github.natsspring.support.NatsHeaders;
import io.github.natsspring.support.NatsMessageConverter;
import io.github.natsspring.support.Subjects;
import io.nats.client.impl.Headers;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * A message on its way out, as interceptors see and change it. Must not be changed after
 * it was sent.
 */
public final class OutgoingMessage {

	private static final byte[] EMPTY = new byte[0];

	private final String connectionName;

	private final Kind kind;

	private final NatsMessageConverter converter;

	private final Headers headers;

	private final boolean ownContentType;

	private @Nullable Object payload;

	private String subject;

	private byte[] body;

	private boolean discarded;

	private @Nullable Map<String, Object> attributes;

	OutgoingMessage(String connectionName, Kind kind, Outgoing message, @Nullable Object payload,
			boolean ownContentType, NatsMessageConverter converter) {
		this.connectionName = connectionName;
		this.kind = kind;
		this.subject = message.subject();
		this.headers = message.headers();
		this.body = message.body();
		this.payload = payload;
		this.ownContentType = ownContentType;
		this.converter = converter;
	}

	/**
	 * The connection that the message goes over.
	 * @return the name of the connection, {@code default} for the first one
	 */
	public String getConnectionName() {
		return this.connectionName;
	}

	/**
	 * What is asked of the message.
	 * @return the kind
	 */
	public Kind getKind() {
		return this.kind;
	}

	/**
	 * The subject.
	 * @return the subject
	 */
	public String getSubject() {
		return this.subject;
	}

	/**
	 * Send the message to another subject.
	 * @param subject the subject
	 * @throws IllegalArgumentException if nothing can be published to it
	 */
	public void setSubject(String subject) {
		this.subject = Subjects.requireLiteral(subject);
	}

	/**
	 * The headers, with the content type and what options stand for.
	 * @return the headers, which may be changed
	 */
	public Headers getHeaders() {
		return this.headers;
	}

	/**
	 * The payload that the caller gave.
	 * @return the payload, or {@code null} for none
	 */
	public @Nullable Object getPayload() {
		return this.payload;
	}

	/**
	 * Send another payload, which is converted like the first one.
	 * @param payload the payload, or {@code null} for an empty body
	 * @throws org.springframework.messaging.converter.MessageConversionException if it
	 * cannot be written
	 */
	public void setPayload(@Nullable Object payload) {
		if (!this.ownContentType) {
			this.headers.remove(NatsHeaders.CONTENT_TYPE);
		}
		this.body = (payload != null) ? this.converter.write(payload, this.headers) : EMPTY;
		this.payload = payload;
	}

	/**
	 * The bytes that the payload became.
	 * @return the body, not copied
	 */
	public byte[] getBody() {
		return this.body;
	}

	/**
	 * Send other bytes. The content type stays as it is.
	 * @param body the body, not copied
	 */
	public void setBody(byte[] body) {
		Assert.notNull(body, "'body' must not be null");
		this.body = body;
	}

	/**
	 * Do not send the message; interceptors behind this one do not see it. A publish over
	 * core NATS returns as if it had been sent. Who waits for a stream's confirmation or
	 * for an answer gets a {@link NatsPublishDiscardedException}, since there is none.
	 */
	public void discard() {
		this.discarded = true;
	}

	/**
	 * Whether the message was discarded.
	 * @return whether that is so
	 */
	public boolean isDiscarded() {
		return this.discarded;
	}

	/**
	 * Keep a value with the message.
	 * @param name the name, which all interceptors share
	 * @param value the value, or {@code null} to remove it
	 */
	public void setAttribute(String name, @Nullable Object value) {
		Map<String, Object> attributes = this.attributes;
		if (attributes == null) {
			attributes = new HashMap<>(4);
			this.attributes = attributes;
		}
		if (value != null) {
			attributes.put(name, value);
		}
		else {
			attributes.remove(name);
		}
	}

	/**
	 * A value that was kept.
	 * @param name the name
	 * @return the value, or {@code null} if there is none
	 */
	public @Nullable Object getAttribute(String name) {
		return (this.attributes != null) ? this.attributes.get(name) : null;
	}

	Outgoing toOutgoing() {
		return new Outgoing(this.subject, this.headers, this.body);
	}

	@Override
	public String toString() {
		return "OutgoingMessage[%s to %s, %d bytes]".formatted(this.kind, this.subject, this.body.length);
	}

	/**
	 * What is asked of a message.
	 */
	public enum Kind {

		/**
		 * Sent over core NATS, to whoever listens.
		 */
		PUBLISH,

		/**
		 * A request over core NATS.
		 */
		REQUEST,

		/**
		 * Sent to a stream, which confirms it.
		 */
		STREAM

	}

}
