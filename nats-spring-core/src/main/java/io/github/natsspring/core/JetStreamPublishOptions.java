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

import java.time.Duration;

import io.github.natsspring.support.NatsHeaders;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * Options of a message to a stream. An expectation that does not hold makes the stream
 * refuse the message.
 */
public final class JetStreamPublishOptions extends MessageOptions<JetStreamPublishOptions> {

	private @Nullable Duration timeout;

	JetStreamPublishOptions() {
	}

	@Override
	JetStreamPublishOptions self() {
		return this;
	}

	/**
	 * Set the message id, by which the stream recognises a duplicate within its duplicate
	 * window.
	 * @param messageId the id
	 * @return these options
	 */
	public JetStreamPublishOptions messageId(String messageId) {
		Assert.hasText(messageId, "'messageId' must not be empty");
		return header(NatsHeaders.MESSAGE_ID, messageId);
	}

	/**
	 * Expect that the message is stored in a stream.
	 * @param stream the name of the stream
	 * @return these options
	 */
	public JetStreamPublishOptions expectedStream(String stream) {
		return header(NatsHeaders.EXPECTED_STREAM, stream);
	}

	/**
	 * Expect a last sequence of the stream.
	 * @param sequence the sequence; 0 for an empty stream
	 * @return these options
	 */
	public JetStreamPublishOptions expectedLastSequence(long sequence) {
		return header(NatsHeaders.EXPECTED_LAST_SEQUENCE, sequence(sequence));
	}

	/**
	 * Expect a last sequence of the subject.
	 * @param sequence the sequence; 0 if the subject must have no message
	 * @return these options
	 */
	public JetStreamPublishOptions expectedLastSubjectSequence(long sequence) {
		return header(NatsHeaders.EXPECTED_LAST_SUBJECT_SEQUENCE, sequence(sequence));
	}

	/**
	 * Expect a last sequence of a subject or pattern (server 2.12 and newer).
	 * @param sequence the sequence; 0 if the subject must have no message
	 * @param subject the subject or pattern
	 * @return these options
	 */
	public JetStreamPublishOptions expectedLastSubjectSequence(long sequence, String subject) {
		header(NatsHeaders.EXPECTED_LAST_SUBJECT_SEQUENCE_SUBJECT, subject);
		return expectedLastSubjectSequence(sequence);
	}

	/**
	 * Expect the last message of the stream by its id.
	 * @param messageId the id
	 * @return these options
	 */
	public JetStreamPublishOptions expectedLastMessageId(String messageId) {
		return header(NatsHeaders.EXPECTED_LAST_MESSAGE_ID, messageId);
	}

	/**
	 * Let the stream delete the message after a time (server 2.11 and newer, on streams
	 * that allow it).
	 * @param ttl the time, at least a second; parts of a second are rounded up
	 * @return these options
	 */
	public JetStreamPublishOptions ttl(Duration ttl) {
		Assert.isTrue(ttl.compareTo(Duration.ofSeconds(1)) >= 0,
				() -> "'ttl' must be at least a second, and not " + ttl);
		long seconds = ttl.toSeconds() + ((ttl.getNano() > 0) ? 1 : 0);
		return header(NatsHeaders.TTL, seconds + "s");
	}

	/**
	 * Set how long to wait for the confirmation, in place of the timeout of the template.
	 * @param timeout how long to wait, retries included
	 * @return these options
	 */
	public JetStreamPublishOptions timeout(Duration timeout) {
		Assert.isTrue(timeout.toNanos() > 0, "'timeout' must be positive");
		this.timeout = timeout;
		return this;
	}

	@Nullable Duration timeout() {
		return this.timeout;
	}

	private static String sequence(long sequence) {
		Assert.isTrue(sequence >= 0, () -> "'sequence' must not be negative, and is " + sequence);
		return Long.toString(sequence);
	}

}
