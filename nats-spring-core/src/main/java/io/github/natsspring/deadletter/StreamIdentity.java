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

package io.github.natsspring.deadletter;

import java.time.Instant;

import io.nats.client.api.RetentionPolicy;
import io.nats.client.api.StreamInfo;
import org.jspecify.annotations.Nullable;

/**
 * What tells a stream from another one of the same name.
 *
 * @param created when the stream was made; {@code null} if it is gone or not known
 * @param retention what it keeps
 */
record StreamIdentity(@Nullable Instant created, RetentionPolicy retention) {

	static StreamIdentity of(@Nullable StreamInfo info) {
		return (info != null)
				? new StreamIdentity(info.getCreateTime().toInstant(), info.getConfiguration().getRetentionPolicy())
				: new StreamIdentity(null, RetentionPolicy.WorkQueue);
	}

	/**
	 * Whether a message stays in the stream after it was settled.
	 */
	boolean keepsSettled() {
		return this.created != null && this.retention == RetentionPolicy.Limits;
	}

	/**
	 * The id of a letter, the same for every try and every instance.
	 * @param origin where the letter comes from
	 * @return the id
	 */
	String messageId(DeadLetterOrigin origin) {
		return messageId(origin.stream(), origin.timestamp(), origin.sequence(), origin.consumer());
	}

	/**
	 * The id of what is made of a message, the same for every try and every instance.
	 * @param stream the stream of the message
	 * @param timestamp when the stream stored it
	 * @param sequence its sequence
	 * @param suffix what is made of it
	 * @return the id
	 */
	String messageId(String stream, Instant timestamp, long sequence, String suffix) {
		Instant created = this.created;
		// A message that is older than its stream is of an earlier stream, of which the
		// sequences come again, or was copied from another; its own time is then as good
		Instant identity = (created != null && !timestamp.isBefore(created)) ? created : timestamp;
		return HeaderText.encode(
				"%s:%d%09d:%d:%s".formatted(stream, identity.getEpochSecond(), identity.getNano(), sequence, suffix),
				Integer.MAX_VALUE);
	}

}
