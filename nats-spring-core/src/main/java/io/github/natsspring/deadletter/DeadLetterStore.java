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

import java.io.IOException;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.connection.NatsException;
import io.github.natsspring.core.JetStreamTemplate;
import io.github.natsspring.core.JetStreamTemplateSettings;
import io.github.natsspring.core.NatsPublishRejectedException;
import io.github.natsspring.observation.NatsPublishObservationConvention;
import io.github.natsspring.observation.PublishObservations;
import io.github.natsspring.support.NatsMessageConverter;
import io.github.natsspring.topology.ConsumerProvisioner;
import io.github.natsspring.topology.ProvisioningMode;
import io.micrometer.observation.ObservationRegistry;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.JetStreamOptions;
import io.nats.client.Message;
import io.nats.client.api.MessageInfo;
import io.nats.client.api.PublishAck;
import io.nats.client.impl.Headers;
import org.jspecify.annotations.Nullable;

import org.springframework.util.MimeType;

/**
 * What this package asks of the server, over one connection.
 */
final class DeadLetterStore {

	static final int NO_MESSAGE_FOUND = 10037;

	static final int SEQUENCE_NOT_FOUND = 10043;

	static final int STREAM_NOT_FOUND = 10059;

	private static final int MESSAGE_TOO_LARGE = 10054;

	private static final int HEADERS_TOO_LARGE = 10097;

	private final ConnectionHolder holder;

	private final JetStreamOptions options;

	private final JetStreamTemplate template;

	private final ConsumerProvisioner server;

	private final StreamIdentities identities;

	private final boolean lenient;

	private final Supplier<JetStreamManagement> management;

	private final Set<Stored> stored = ConcurrentHashMap.newKeySet();

	private volatile @Nullable PublishObservations observations;

	DeadLetterStore(ConnectionHolder holder, ProvisioningMode mode, JetStreamOptions options,
			JetStreamTemplateSettings publishing) {
		this.holder = holder;
		this.options = options;
		this.template = new JetStreamTemplate(holder, new Bytes(), options, publishing);
		this.server = new ConsumerProvisioner(holder, ProvisioningMode.NONE, options);
		this.lenient = mode == ProvisioningMode.NONE;
		this.identities = new StreamIdentities(holder, this.server, this.lenient);
		this.management = holder.context((connection) -> connection.jetStreamManagement(options));
	}

	void observe(ObservationRegistry registry, @Nullable NatsPublishObservationConvention convention) {
		this.observations = PublishObservations.of(registry, convention, this.holder.getName());
	}

	/**
	 * What observes letters that are stored on this thread, or {@code null} if nobody
	 * does.
	 */
	@Nullable PublishObservations observations() {
		PublishObservations observations = this.observations;
		return (observations != null && observations.isWithin()) ? observations : null;
	}

	ConnectionHolder holder() {
		return this.holder;
	}

	JetStreamOptions options() {
		return this.options;
	}

	/**
	 * Looks streams up; {@code null} is told from a failure.
	 */
	ConsumerProvisioner server() {
		return this.server;
	}

	StreamIdentities identities() {
		return this.identities;
	}

	/**
	 * Whether the user may be one who must not ask the server.
	 */
	boolean isLenient() {
		return this.lenient;
	}

	/**
	 * The number of bytes that a message may have.
	 * @param streamLimit the limit of the stream, or -1
	 * @return the number
	 */
	long maxSize(long streamLimit) {
		long server = this.holder.get().getMaxPayload();
		long limit = (server > 0) ? server : Long.MAX_VALUE;
		return (streamLimit > 0) ? Math.min(limit, streamLimit) : limit;
	}

	PublishAck publish(String subject, OutgoingLetter letter) {
		return this.template.publish(subject, letter.body(), (options) -> options.headers(letter.headers()));
	}

	static boolean isTooLarge(NatsPublishRejectedException ex) {
		return ex.getApiErrorCode() == MESSAGE_TOO_LARGE || ex.getApiErrorCode() == HEADERS_TOO_LARGE;
	}

	/**
	 * Ask the server.
	 * @param <T> the type of the answer
	 * @param what what is asked, for messages
	 * @param request the request
	 * @return the answer
	 * @throws NatsException if there is no answer, or the server refuses
	 */
	<T> T ask(String what, Request<T> request) {
		T answer = askFor(what, request, List.of());
		if (answer == null) {
			throw new NatsException("Could not " + what + ": no answer");
		}
		return answer;
	}

	/**
	 * Ask the server for something that may not be there.
	 * @return the answer, or {@code null} if the server answered with one of the codes
	 */
	<T> @Nullable T askFor(String what, Request<T> request, List<Integer> missing) {
		try {
			return request.send(this.management.get());
		}
		catch (JetStreamApiException ex) {
			if (missing.contains(ex.getApiErrorCode())) {
				return null;
			}
			throw new NatsException("Could not %s: %s".formatted(what, ex.getMessage()), ex);
		}
		catch (IOException | IllegalStateException ex) {
			throw new NatsException("Could not %s: %s".formatted(what, ex.getMessage()), ex);
		}
	}

	/**
	 * Read a message.
	 * @return the message, or {@code null} if it or the stream is not there
	 */
	@Nullable MessageInfo message(String stream, long sequence) {
		return askFor("read message %d of stream '%s'".formatted(sequence, stream),
				(management) -> management.getMessage(stream, sequence), List.of(NO_MESSAGE_FOUND, STREAM_NOT_FOUND));
	}

	/**
	 * Read a message from the leader of its stream, whether direct reads are allowed or
	 * not: what answers those may not have yet what the leader has confirmed.
	 * @return the message, or {@code null} if it or the stream is not there
	 */
	@Nullable MessageInfo confirmedMessage(String stream, long sequence) {
		return askFor("read message %d of stream '%s'".formatted(sequence, stream),
				(management) -> readFromLeader(stream, sequence), List.of(NO_MESSAGE_FOUND, STREAM_NOT_FOUND));
	}

	private MessageInfo readFromLeader(String stream, long sequence) throws IOException, JetStreamApiException {
		Connection connection = this.holder.get();
		Duration timeout = this.options.getRequestTimeout();
		try {
			Message answer = connection.request(this.options.getPrefix() + "STREAM.MSG.GET." + stream,
					"{\"seq\":%d}".formatted(sequence).getBytes(StandardCharsets.US_ASCII),
					(timeout != null) ? timeout : connection.getOptions().getConnectionTimeout());
			if (answer == null) {
				throw new IOException("Timeout or no response waiting for NATS JetStream server");
			}
			MessageInfo info = new MessageInfo(answer, stream, false);
			info.throwOnHasError();
			return info;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IOException("interrupted", ex);
		}
	}

	/**
	 * Delete a letter, if it is there.
	 */
	void delete(DeadLetterId id) {
		askFor("delete dead letter " + id, (management) -> management.deleteMessage(id.stream(), id.sequence()),
				List.of(NO_MESSAGE_FOUND, SEQUENCE_NOT_FOUND));
	}

	/**
	 * Remember where letters are.
	 */
	void stored(DeadLetterSource source, String subject, String stream) {
		Stored entry = new Stored(source.stream(), source.consumer(), subject, stream);
		// A resolver may choose a subject for each message
		if (this.stored.size() < 1000) {
			this.stored.add(entry);
		}
	}

	Set<Stored> stored() {
		return this.stored;
	}

	/**
	 * That letters of a consumer went to a subject in a stream.
	 */
	record Stored(String source, String consumer, String subject, String stream) {
	}

	/**
	 * A request to the JetStream API.
	 *
	 * @param <T> the type of the answer
	 */
	@FunctionalInterface
	interface Request<T> {

		T send(JetStreamManagement management) throws IOException, JetStreamApiException;

	}

	/**
	 * Sends bytes as they are, without a content type of our own.
	 */
	private static final class Bytes implements NatsMessageConverter {

		@Override
		public boolean canRead(Type type, @Nullable MimeType contentType) {
			return false;
		}

		@Override
		public Object read(Message message, Type type) {
			throw new UnsupportedOperationException();
		}

		@Override
		public boolean canWrite(Class<?> type, @Nullable MimeType contentType) {
			return type == byte[].class;
		}

		@Override
		public byte[] write(Object payload, Headers headers) {
			return (byte[]) payload;
		}

	}

}
