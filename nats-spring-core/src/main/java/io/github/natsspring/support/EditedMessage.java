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

import java.time.Duration;
import java.util.concurrent.TimeoutException;

import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.Subscription;
import io.nats.client.impl.AckType;
import io.nats.client.impl.Headers;
import io.nats.client.impl.NatsJetStreamMetaData;
import io.nats.client.support.Status;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * A received message with another subject, other headers or another body. Whatever else
 * there is to it, as who waits for a reply and what JetStream says of it, is that of the
 * message it was made of, which stays as it is. Immutable: each change makes another one.
 */
public final class EditedMessage implements Message {

	private final Message origin;

	private final String subject;

	private final @Nullable Headers headers;

	private final byte[] data;

	private EditedMessage(Message origin, String subject, @Nullable Headers headers, byte[] data) {
		this.origin = origin;
		this.subject = subject;
		this.headers = headers;
		this.data = data;
	}

	/**
	 * Begin with a message as it is.
	 * @param message the message
	 * @return a message that can be changed
	 */
	public static EditedMessage of(Message message) {
		if (message instanceof EditedMessage edited) {
			return edited;
		}
		return new EditedMessage(message, message.getSubject(), message.getHeaders(), message.getData());
	}

	/**
	 * A message as another one replaces it: with its subject, headers and body.
	 * @param message the message that was received
	 * @param replacement what takes its place, which may be a message that was made by
	 * hand
	 * @return the replacement if it was made of the message, else a message with what is
	 * in the replacement
	 */
	public static Message replace(Message message, Message replacement) {
		Message origin = originOf(message);
		if (replacement == message || originOf(replacement) == origin) {
			return replacement;
		}
		String subject = replacement.getSubject();
		byte[] data = replacement.getData();
		return new EditedMessage(origin, (subject != null) ? subject : message.getSubject(), replacement.getHeaders(),
				(data != null) ? data : new byte[0]);
	}

	private static Message originOf(Message message) {
		return (message instanceof EditedMessage edited) ? edited.origin : message;
	}

	/**
	 * Change the subject.
	 * @param subject the subject, without wildcards
	 * @return another message
	 * @throws IllegalArgumentException if it is no valid subject
	 */
	public EditedMessage withSubject(String subject) {
		return new EditedMessage(this.origin, Subjects.requireLiteral(subject), this.headers, this.data);
	}

	/**
	 * Change the body.
	 * @param data the bytes, which are not copied
	 * @return another message
	 */
	public EditedMessage withData(byte[] data) {
		Assert.notNull(data, "'data' must not be null");
		return new EditedMessage(this.origin, this.subject, this.headers, data);
	}

	/**
	 * Set a header, in place of its earlier values.
	 * @param name the name; NATS minds the case
	 * @param values the values, printable ASCII
	 * @return another message
	 */
	public EditedMessage withHeader(String name, String... values) {
		return withHeaders(new Headers(this.headers).put(name, values));
	}

	/**
	 * Take a header away.
	 * @param name the name; NATS minds the case
	 * @return another message
	 */
	public EditedMessage withoutHeader(String name) {
		Headers changed = new Headers(this.headers);
		changed.remove(name);
		return withHeaders(changed);
	}

	/**
	 * Change all headers.
	 * @param headers the headers in the place of all there were, which are not copied
	 * @return another message
	 */
	public EditedMessage withHeaders(Headers headers) {
		Assert.notNull(headers, "'headers' must not be null");
		return new EditedMessage(this.origin, this.subject, headers, this.data);
	}

	@Override
	public String getSubject() {
		return this.subject;
	}

	@Override
	public boolean hasHeaders() {
		return this.headers != null && !this.headers.isEmpty();
	}

	@Override
	public @Nullable Headers getHeaders() {
		return this.headers;
	}

	@Override
	public byte[] getData() {
		return this.data;
	}

	@Override
	public @Nullable String getReplyTo() {
		return this.origin.getReplyTo();
	}

	@Override
	public boolean isStatusMessage() {
		return this.origin.isStatusMessage();
	}

	@Override
	public @Nullable Status getStatus() {
		return this.origin.getStatus();
	}

	@Override
	@SuppressWarnings("deprecation")
	public boolean isUtf8mode() {
		return this.origin.isUtf8mode();
	}

	@Override
	public @Nullable Subscription getSubscription() {
		return this.origin.getSubscription();
	}

	@Override
	public @Nullable String getSID() {
		return this.origin.getSID();
	}

	@Override
	public @Nullable Connection getConnection() {
		return this.origin.getConnection();
	}

	@Override
	public NatsJetStreamMetaData metaData() {
		return this.origin.metaData();
	}

	@Override
	public @Nullable AckType lastAck() {
		return this.origin.lastAck();
	}

	@Override
	public void ack() {
		this.origin.ack();
	}

	@Override
	public void ackSync(Duration timeout) throws TimeoutException, InterruptedException {
		this.origin.ackSync(timeout);
	}

	@Override
	public void nak() {
		this.origin.nak();
	}

	@Override
	public void nakWithDelay(Duration nakDelay) {
		this.origin.nakWithDelay(nakDelay);
	}

	@Override
	public void nakWithDelay(long nakDelayMillis) {
		this.origin.nakWithDelay(nakDelayMillis);
	}

	@Override
	public void term() {
		this.origin.term();
	}

	@Override
	public void inProgress() {
		this.origin.inProgress();
	}

	@Override
	public boolean isJetStream() {
		return this.origin.isJetStream();
	}

	@Override
	public long consumeByteCount() {
		return this.origin.consumeByteCount();
	}

	@Override
	public String toString() {
		return "EditedMessage[subject=%s, %d bytes]".formatted(Subjects.printable(this.subject), this.data.length);
	}

}
