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

package io.github.natsspring.listener.adapter;

import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.listener.ListenerObservations;
import io.github.natsspring.observation.NatsPublishContext;
import io.github.natsspring.observation.PublishObservations;
import io.github.natsspring.support.CorrelationIds;
import io.github.natsspring.support.LogPace;
import io.github.natsspring.support.NatsHeaders;
import io.github.natsspring.support.Subjects;
import io.nats.client.Message;
import io.nats.client.impl.Headers;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.messaging.converter.MessageConversionException;
import org.springframework.messaging.handler.invocation.MethodArgumentResolutionException;

/**
 * Answers requests of core NATS.
 */
final class ReplySender {

	/**
	 * The code of an answer to a request that could not be read.
	 */
	static final int BAD_REQUEST = 400;

	/**
	 * The code of an answer to a request whose handling failed.
	 */
	static final int FAILED = 500;

	private static final Log logger = LogFactory.getLog(ReplySender.class);

	private static final LogPace pace = new LogPace();

	private static final byte[] NOTHING = new byte[0];

	private final ConnectionHolder connection;

	private final ResultWriter writer;

	private final @Nullable PublishObservations observations;

	ReplySender(ConnectionHolder connection, ResultWriter writer, @Nullable ListenerObservations observations) {
		this.connection = connection;
		this.writer = writer;
		this.observations = (observations != null) ? observations.replies() : null;
	}

	void reply(Message request, @Nullable Object result) {
		String replyTo = replyTo(request);
		if (replyTo == null) {
			return;
		}
		Headers headers = new Headers();
		byte[] data;
		try {
			data = this.writer.write(request, result, headers);
		}
		catch (MessageConversionException ex) {
			// No fault of the request
			throw new IllegalStateException("The reply cannot be written: " + ex.getMessage(), ex);
		}
		publish(replyTo, headers, data);
	}

	private void publish(String replyTo, Headers headers, byte[] data) {
		if (this.observations == null || !this.observations.isActive()) {
			this.connection.get().publish(replyTo, headers, data);
			return;
		}
		this.observations.observe(NatsPublishContext.Operation.REPLY, replyTo, headers, () -> {
			this.connection.get().publish(replyTo, headers, data);
			return null;
		});
	}

	/**
	 * Who asks may name any subject, also one that only this application may publish to:
	 * an answer must not become a call of the server's API, an acknowledgment or the
	 * value of a bucket.
	 */
	private static @Nullable String replyTo(Message request) {
		String replyTo = request.getReplyTo();
		if (replyTo == null || !Subjects.isReserved(replyTo) && Subjects.isLiteral(replyTo)) {
			return replyTo;
		}
		pace.log((more) -> logger.warn("A request on subject '%s' is not answered, because its reply-to '%s' is none to"
			.formatted(Subjects.printable(request.getSubject()), Subjects.printable(replyTo)) + " answer to" + more));
		return null;
	}

	/**
	 * Answer with an error. The text does not go beyond the kind of the failure, because
	 * messages of exceptions tell of queries, hosts and other people's data, and those
	 * who ask may be anybody.
	 */
	void fail(Message request, Throwable failure) {
		String replyTo = replyTo(request);
		if (replyTo == null) {
			return;
		}
		boolean badRequest = failure instanceof MessageConversionException
				|| failure instanceof MethodArgumentResolutionException;
		try {
			Headers headers = new Headers();
			CorrelationIds.carry(request, headers);
			headers.put(NatsHeaders.SERVICE_ERROR,
					"%s (%s)".formatted(badRequest ? "The request cannot be read" : "The request failed",
							ascii(failure.getClass().getSimpleName())));
			headers.put(NatsHeaders.SERVICE_ERROR_CODE, Integer.toString(badRequest ? BAD_REQUEST : FAILED));
			publish(replyTo, headers, NOTHING);
		}
		catch (RuntimeException ex) {
			logger.warn("The failure of a request on subject '%s' could not be answered"
				.formatted(Subjects.printable(request.getSubject())), ex);
		}
	}

	/**
	 * A name as jnats sends it in a header.
	 */
	private static String ascii(String name) {
		StringBuilder result = new StringBuilder(name.length());
		name.chars()
			.forEach((c) -> result.append((c >= ' ' && c < 127) ? String.valueOf((char) c) : "\\u%04x".formatted(c)));
		return result.toString();
	}

}
