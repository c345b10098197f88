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

import java.io.IOException;
import java.time.Duration;

import io.nats.client.JetStreamApiException;
import io.nats.client.Message;
import io.nats.client.api.PublishAck;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a stream answers to a message.
 */
final class StreamReplies {

	/**
	 * The message of this id is being stored at the moment.
	 */
	static final int DUPLICATE_IN_PROCESS = 10158;

	private StreamReplies() {
	}

	static PublishAck read(String subject, Message reply) {
		try {
			return new PublishAck(reply);
		}
		catch (JetStreamApiException ex) {
			throw new NatsPublishRejectedException(subject, ex);
		}
		catch (IOException | RuntimeException ex) {
			throw new NatsPublishOutcomeUnknownException(subject,
					"Something else than a stream answered the message to '%s'; a stream may have stored it as well"
						.formatted(subject),
					ex);
		}
	}

	static NatsPublishException failed(String subject, RequestFailure failure, Duration timeout) {
		return switch (failure.reason()) {
			case NO_RESPONDERS -> new NatsNoStreamException(subject,
					"No stream captures the subject '%s', or JetStream is off for this account; declare a stream with this subject, or publish with NatsTemplate"
						.formatted(subject),
					null);
			case REFUSED -> Outgoing.refused(subject, String.valueOf(failure.getMessage()));
			case TIMEOUT -> unknown(subject, "no answer within %d ms".formatted(timeout.toMillis()), null);
			case CLOSED -> unknown(subject, "the connection was closed", null);
		};
	}

	static NatsPublishOutcomeUnknownException unknown(String subject, String reason, @Nullable Throwable cause) {
		return new NatsPublishOutcomeUnknownException(subject,
				"It is not known whether the message to '%s' is stored (%s); publish it again with the same message id only"
					.formatted(subject, reason),
				cause);
	}

}
