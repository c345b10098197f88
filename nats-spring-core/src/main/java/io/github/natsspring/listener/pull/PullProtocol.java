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

package io.github.natsspring.listener.pull;

import java.nio.charset.StandardCharsets;

import io.nats.client.JetStreamOptions;
import io.nats.client.Message;
import io.nats.client.PullRequestOptions;
import io.nats.client.impl.Headers;
import io.nats.client.support.Status;
import org.jspecify.annotations.Nullable;

/**
 * The pull protocol of JetStream (NATS ADR-13, ADR-37): what a pull looks like and what
 * the answers mean. Pure.
 */
final class PullProtocol {

	private static final String PENDING_MESSAGES = "Nats-Pending-Messages";

	private static final String PIN_ID = "Nats-Pin-Id";

	private static final int HEARTBEAT_OR_FLOW_CONTROL = 100;

	private PullProtocol() {
	}

	static String subject(JetStreamOptions options, PullLimits limits) {
		return options.getPrefix() + "CONSUMER.MSG.NEXT." + limits.stream() + "." + limits.consumer();
	}

	/**
	 * A pull.
	 * @param pin what the server knows the one client by that it serves, or {@code null}
	 */
	static byte[] request(PullLimits limits, int batch, long maxBytes, @Nullable String pin) {
		PullRequestOptions.Builder request = PullRequestOptions.builder(batch)
			.maxBytes(maxBytes)
			.expiresIn(limits.expires())
			.idleHeartbeat(limits.heartbeat());
		if (limits.group() != null) {
			request.group(limits.group());
		}
		if (pin == null) {
			return request.build().serialize();
		}
		// The options of jnats have no way to say it
		String json = request.build().toJson();
		return (json.substring(0, json.length() - 1) + ",\"id\":\"" + pin + "\"}").getBytes(StandardCharsets.UTF_8);
	}

	/**
	 * What the server will know this client by, if it serves one client only.
	 */
	static @Nullable String pin(Message message) {
		Headers headers = message.getHeaders();
		String pin = (headers != null) ? headers.getFirst(PIN_ID) : null;
		return (pin != null && pin.chars().allMatch(Character::isLetterOrDigit)) ? pin : null;
	}

	/**
	 * How many bytes the server counts for a message.
	 * @param pinned whether the server has added what it knows this client by, which it
	 * does not count
	 */
	static long size(Message message, boolean pinned) {
		long size = message.consumeByteCount();
		if (size < 0) {
			size = message.getData().length;
		}
		Headers headers = message.getHeaders();
		String pin = (pinned && headers != null) ? headers.getFirst(PIN_ID) : null;
		if (headers == null || pin == null) {
			return size;
		}
		// Alone, it has brought the version line and the empty one, too
		return size - PIN_ID.length() - pin.length() - 4 - ((headers.size() == 1) ? 12 : 0);
	}

	/**
	 * The id of the pull that a status answers.
	 * @param subject the subject of the status: the inbox, a dot and the id
	 */
	static long pullId(String subject) {
		try {
			return Long.parseLong(subject, subject.lastIndexOf('.') + 1, subject.length(), 10);
		}
		catch (NumberFormatException ex) {
			return -1;
		}
	}

	static PullEvent decode(Message message) {
		Headers headers = message.getHeaders();
		int pending = parse((headers != null) ? headers.getFirst(PENDING_MESSAGES) : null);
		return decode(message.getStatus(), pullId(message.getSubject()), pending);
	}

	/**
	 * What a status means.
	 * @param status the status
	 * @param pull the id of the pull that it answers
	 * @param pending how many messages of the pull were not sent, or -1 if it does not
	 * say
	 */
	static PullEvent decode(Status status, long pull, int pending) {
		return switch (status.getCode()) {
			case HEARTBEAT_OR_FLOW_CONTROL -> new PullEvent.Heartbeat();
			case Status.NOT_FOUND_CODE, Status.REQUEST_TIMEOUT_CODE -> ended(status, pull, pending);
			case Status.NO_RESPONDERS_CODE -> new PullEvent.NoResponders(pull);
			case Status.CONFLICT_CODE -> conflict(status, pull, pending);
			case Status.PIN_ERROR_CODE -> new PullEvent.Unpinned(pull, pending);
			default -> new PullEvent.Rejected(pull, status.getMessageWithCode());
		};
	}

	private static PullEvent conflict(Status status, long pull, int pending) {
		String text = status.getMessage();
		if (text.startsWith(Status.MESSAGE_SIZE_EXCEEDS_MAX_BYTES)) {
			return new PullEvent.TooLarge(pull, Math.max(0, pending));
		}
		if (text.startsWith(Status.BATCH_COMPLETED)) {
			return ended(status, pull, pending);
		}
		if (text.startsWith(Status.CONSUMER_DELETED) || text.startsWith(Status.LEADERSHIP_CHANGE)
				|| text.startsWith(Status.SERVER_SHUTDOWN)) {
			return new PullEvent.Lost(text);
		}
		return new PullEvent.Rejected(pull, text);
	}

	private static PullEvent ended(Status status, long pull, int pending) {
		// Without the header the pull was refused at once, with all that it asked for
		return (pending >= 0) ? new PullEvent.Ended(pull, pending)
				: new PullEvent.Rejected(pull, status.getMessageWithCode());
	}

	private static int parse(@Nullable String value) {
		try {
			return (value != null) ? Integer.parseInt(value) : -1;
		}
		catch (NumberFormatException ex) {
			return -1;
		}
	}

}
