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
import java.time.Instant;

import io.github.natsspring.connection.NatsException;
import io.github.natsspring.core.NatsPublishRejectedException;
import io.github.natsspring.listener.DeadLetterSink;
import io.github.natsspring.listener.FailedRun;
import io.github.natsspring.listener.NatsListenerException;
import io.github.natsspring.observation.NatsPublishContext;
import io.github.natsspring.observation.PublishObservations;
import io.github.natsspring.support.LogPace;
import io.github.natsspring.support.NatsHeaders;
import io.github.natsspring.support.Subjects;
import io.nats.client.Message;
import io.nats.client.api.MessageInfo;
import io.nats.client.api.PublishAck;
import io.nats.client.impl.Headers;
import io.nats.client.impl.NatsJetStreamMetaData;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Stores the dead letters of one listener: the original bytes, the original headers
 * except {@code Nats-*} (which would act on the stream of the dead letters; the
 * correlation id does not and is kept) and {@code Dead-Letter-*} (which anybody could
 * have written), where the message comes from, and what the listener failed with. Every
 * try to store a letter has the same message id, made of stream, its creation time,
 * sequence and consumer, so that it is stored once within the duplicate window of the
 * stream, an hour where we made it. A letter that was removed within that time and is
 * sent again is stored again, except where provisioning is off and the user may not read
 * the stream of the letters.
 * <p>
 * What does not fit is left out in this order: stack trace, message of the exception,
 * headers of the original from the largest on. If the bytes still do not fit, the letter
 * has no body and refers to the original, which must then be kept: {@link #send} returns
 * {@code false}, except on a stream with limits retention, which keeps a message that was
 * terminated (until its limits are reached).
 */
public final class DeadLetterPublisher implements DeadLetterSink {

	/**
	 * How often a letter may be removed and sent again within the duplicate window.
	 */
	private static final int MAX_REPEATS = 20;

	private static final Log logger = LogFactory.getLog(DeadLetterPublisher.class);

	private final DeadLetterStore store;

	private final DeadLetterDestination destination;

	private final @Nullable DeadLetterDestinationResolver resolver;

	private final DeadLetterFactory factory = new DeadLetterFactory();

	private final RecentIds references = new RecentIds(1000);

	private final LogPace pace = new LogPace();

	private final LogPace unread = new LogPace();

	DeadLetterPublisher(DeadLetterStore store, DeadLetterDestination destination,
			@Nullable DeadLetterDestinationResolver resolver) {
		this.store = store;
		this.destination = destination;
		this.resolver = resolver;
	}

	/**
	 * Where the letters go.
	 * @return the destination
	 */
	public DeadLetterDestination getDestination() {
		return this.destination;
	}

	/**
	 * Store a dead letter, on the calling thread and for the publish timeout at most.
	 * @throws NatsException if it was not stored, or it is not known whether it was
	 */
	@Override
	public boolean send(FailedRun failure) {
		DeadLetterOrigin origin = originOf(failure);
		String subject = subjectFor(failure);
		StreamIdentity identity = this.store.identities().get(origin.stream());
		String id = identity.messageId(origin);
		if (!identity.keepsSettled() && this.references.contains(id)) {
			// The original is kept and fails again and again; one letter says so
			return false;
		}
		Sending sending = new Sending(failure, subject, origin, identity, id);
		PublishAck ack = publish(sending);
		this.store.stored(this.destination.source(), subject, ack.getStream());
		if (!sending.isReference()) {
			return true;
		}
		this.references.add(sending.identity.messageId(origin));
		this.pace.log((more) -> logger
			.warn(("The dead letter for message %d of stream '%s' (listener '%s') is too large for its stream or the"
					+ " server: it has no body, and the original is kept%s")
				.formatted(origin.sequence(), origin.stream(), origin.listenerId(), more)));
		return sending.identity.keepsSettled();
	}

	/**
	 * Publish a letter, in the trace of the run that failed if that is observed. The
	 * headers of the trace are there before the letter is made to fit.
	 */
	private PublishAck publish(Sending sending) {
		PublishObservations observations = this.store.observations();
		if (observations == null) {
			return sending.send(null);
		}
		Headers trace = new Headers().put(NatsHeaders.MESSAGE_ID, sending.id);
		return observations.observe(NatsPublishContext.Operation.PUBLISH, sending.subject, trace,
				() -> sending.send(trace));
	}

	private DeadLetterOrigin originOf(FailedRun failure) {
		NatsJetStreamMetaData metaData = failure.message().metaData();
		Instant timestamp = metaData.timestamp().toInstant();
		DeadLetterSource source = this.destination.source();
		return new DeadLetterOrigin(source.stream(), source.consumer(), failure.message().getSubject(),
				metaData.streamSequence(), failure.deliveries(), timestamp, failure.listenerId());
	}

	private String subjectFor(FailedRun failure) {
		String subject = (this.resolver != null) ? this.resolver.resolveSubject(failure) : null;
		if (subject == null) {
			return this.destination.subject();
		}
		if (!Subjects.isLiteral(subject)) {
			throw new NatsListenerException(this.destination.source().description(),
					"its DeadLetterDestinationResolver chose '%s', which is no subject to publish to"
						.formatted(HeaderText.encode(subject, 200)),
					"Return a subject without blanks, wildcards and empty tokens, or null");
		}
		if (this.destination.loops(subject)) {
			throw new NatsListenerException(this.destination.source().description(),
					"its DeadLetterDestinationResolver chose '%s', which the listener consumes itself"
						.formatted(subject),
					"Return a subject that another stream captures");
		}
		return subject;
	}

	/**
	 * A letter on its way to its stream.
	 */
	private final class Sending {

		private final FailedRun failure;

		private final String subject;

		private final DeadLetterOrigin origin;

		private StreamIdentity identity;

		private String id;

		private boolean reference;

		Sending(FailedRun failure, String subject, DeadLetterOrigin origin, StreamIdentity identity, String id) {
			this.failure = failure;
			this.subject = subject;
			this.origin = origin;
			this.identity = identity;
			this.id = id;
		}

		/**
		 * Whether the letter has no body.
		 */
		boolean isReference() {
			return this.reference;
		}

		/**
		 * Send the letter.
		 * @param trace headers of another trace than that of the original, or
		 * {@code null}
		 */
		PublishAck send(@Nullable Headers trace) {
			PublishAck ack = publish(trace);
			if (!ack.isDuplicate()) {
				return ack;
			}
			// Stored before, or else the stream was deleted and made again, and what
			// answers is a letter of the earlier one
			StreamIdentity now = store().identities().refresh(this.origin.stream());
			String other = now.messageId(this.origin);
			if (!other.equals(this.id)) {
				this.identity = now;
				this.id = other;
				ack = publish(trace);
			}
			// The stream remembers the id for longer than it may have the letter
			for (int repeats = 0; ack.isDuplicate() && !isStored(ack); repeats++) {
				if (repeats == MAX_REPEATS) {
					throw new NatsException(
							("The dead letter for message %d of stream '%s' (listener '%s') is not stored: within the"
									+ " duplicate window of stream '%s' it was stored and removed too often")
								.formatted(this.origin.sequence(), this.origin.stream(), this.origin.listenerId(),
										ack.getStream()));
				}
				// The same on every instance
				this.id = other + ":" + ack.getSeqno();
				ack = publish(trace);
			}
			return ack;
		}

		private boolean isStored(PublishAck ack) {
			MessageInfo stored;
			try {
				stored = store().confirmedMessage(ack.getStream(), ack.getSeqno());
			}
			catch (NatsException ex) {
				if (!store().isLenient() || !(ex.getCause() instanceof IOException)) {
					throw ex;
				}
				// Who may only publish could never send a letter twice
				DeadLetterPublisher.this.unread.log((more) -> logger
					.warn(("The dead letter for message %d of stream '%s' (listener '%s') is taken for message %d of"
							+ " stream '%s', which cannot be read; allow $JS.API.STREAM.MSG.GET.%s to be sure%s")
						.formatted(this.origin.sequence(), this.origin.stream(), this.origin.listenerId(),
								ack.getSeqno(), ack.getStream(), ack.getStream(), more)));
				return true;
			}
			return stored != null && stored.getHeaders() != null
					&& this.id.equals(stored.getHeaders().getFirst(NatsHeaders.MESSAGE_ID));
		}

		private PublishAck publish(@Nullable Headers trace) {
			Message message = this.failure.message();
			DeadLetterDestination destination = getDestination();
			DeadLetterFactory factory = DeadLetterPublisher.this.factory;
			long maxSize = store().maxSize(destination.maxMessageSize());
			OutgoingLetter letter = factory.create(message, this.origin, this.failure.exception(), this.id, maxSize,
					destination.includeStackTrace(), trace);
			this.reference = letter.isReference();
			try {
				return store().publish(this.subject, letter);
			}
			catch (NatsPublishRejectedException ex) {
				if (letter.isReference() || !DeadLetterStore.isTooLarge(ex)) {
					throw ex;
				}
				this.reference = true;
				return store().publish(this.subject,
						factory.refer(message, this.origin, this.failure.exception(), this.id, maxSize, trace));
			}
		}

		private DeadLetterStore store() {
			return DeadLetterPublisher.this.store;
		}

	}

}
