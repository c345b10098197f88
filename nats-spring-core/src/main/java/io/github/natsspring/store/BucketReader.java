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

package io.github.natsspring.store;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

import io.github.natsspring.connection.NatsException;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.Message;
import io.nats.client.PullRequestOptions;
import io.nats.client.Subscription;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.ConsumerInfo;
import io.nats.client.api.DeliverPolicy;
import io.nats.client.impl.NatsJetStreamMetaData;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a bucket holds, in order and to its end, with a bounded number of messages
 * on their way. After a gap or a lost connection it goes on behind the last message, and
 * when it cannot, it fails: it never ends early in silence. Not safe for several threads.
 */
final class BucketReader implements AutoCloseable {

	private static final int TRIES = 5;

	private static final Duration FIRST_PAUSE = Duration.ofMillis(50);

	private static final Duration EXPIRY = Duration.ofSeconds(30);

	private static final Duration INACTIVE_THRESHOLD = Duration.ofMinutes(1);

	private static final int HEARTBEAT = 100;

	private static final int UNAVAILABLE = 503;

	private final BucketAccess bucket;

	private final List<String> filters;

	private final DeliverPolicy policy;

	private final boolean headersOnly;

	private final int window;

	private @Nullable Session session;

	private long lastSequence;

	private boolean ended;

	/**
	 * Create a reader, which asks for nothing yet.
	 * @param bucket the bucket
	 * @param filters the subjects
	 * @param policy where to begin
	 * @param headersOnly whether bodies are left out
	 * @param window how many messages may be on their way
	 */
	BucketReader(BucketAccess bucket, List<String> filters, DeliverPolicy policy, boolean headersOnly, int window) {
		this.bucket = bucket;
		this.filters = filters;
		this.policy = policy;
		this.headersOnly = headersOnly;
		this.window = window;
	}

	/**
	 * The next message.
	 * @return the message, or {@code null} at the end
	 * @throws IOException if nothing came for too long
	 * @throws JetStreamApiException if the server refused
	 */
	@Nullable Message next() throws IOException, JetStreamApiException {
		int tries = 0;
		while (!this.ended) {
			Exception trouble = null;
			try {
				Session session = (this.session != null) ? this.session : open();
				if (session.remaining == 0) {
					this.ended = true;
					break;
				}
				Message message = session.next();
				if (message != null) {
					this.lastSequence = message.metaData().streamSequence();
					return message;
				}
			}
			catch (JetStreamApiException ex) {
				if (ex.getErrorCode() != UNAVAILABLE) {
					throw ex;
				}
				trouble = ex;
			}
			catch (BucketNotFoundException ex) {
				throw ex;
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				throw new InterruptedIOException("Interrupted while bucket '%s' was read".formatted(bucketName()));
			}
			catch (IOException | IllegalStateException | NatsException ex) {
				trouble = ex;
			}
			endSession();
			if (++tries >= TRIES || Thread.currentThread().isInterrupted()) {
				throw new IOException(
						"Bucket '%s' could not be read on; %d tries brought nothing".formatted(bucketName(), tries),
						trouble);
			}
			LockSupport.parkNanos(FIRST_PAUSE.toNanos() << tries);
		}
		close();
		return null;
	}

	@Override
	public void close() {
		this.ended = true;
		endSession();
	}

	private String bucketName() {
		return this.bucket.bucket();
	}

	private void endSession() {
		Session session = this.session;
		this.session = null;
		if (session != null) {
			session.close();
		}
	}

	private Session open() throws IOException, JetStreamApiException {
		BucketAccess.Context context = this.bucket.context();
		Connection connection = this.bucket.connection();
		ConsumerInfo info = context.management().addOrUpdateConsumer(this.bucket.stream(), consumer());
		String inbox = connection.createInbox();
		Session session = new Session(connection, info.getName(), inbox, connection.subscribe(inbox),
				info.getNumPending());
		this.session = session;
		return session;
	}

	private ConsumerConfiguration consumer() {
		ConsumerConfiguration.Builder consumer = ConsumerConfiguration.builder()
			.ackPolicy(AckPolicy.None)
			.memStorage(true)
			.numReplicas(1)
			.inactiveThreshold(INACTIVE_THRESHOLD);
		if (this.headersOnly) {
			consumer.headersOnly(true);
		}
		if (this.filters.size() == 1) {
			consumer.filterSubject(this.filters.get(0));
		}
		else {
			consumer.filterSubjects(this.filters);
		}
		if (this.lastSequence == 0) {
			return consumer.deliverPolicy(this.policy).build();
		}
		return consumer.deliverPolicy(DeliverPolicy.ByStartSequence).startSequence(this.lastSequence + 1).build();
	}

	/**
	 * A consumer of the server and what is pulled from it.
	 */
	private final class Session {

		private final Connection connection;

		private final String consumer;

		private final String inbox;

		private final Subscription subscription;

		private long remaining;

		private long sequence;

		private long outstanding;

		Session(Connection connection, String consumer, String inbox, Subscription subscription, long remaining) {
			this.connection = connection;
			this.consumer = consumer;
			this.inbox = inbox;
			this.subscription = subscription;
			this.remaining = remaining;
		}

		/**
		 * The next message.
		 * @return the message, or {@code null} if a new session is needed
		 */
		@Nullable Message next() throws InterruptedException {
			pull();
			Message message;
			do {
				message = this.subscription.nextMessage(BucketReader.this.bucket.timeout());
			}
			while (message != null && message.isStatusMessage() && message.getStatus().getCode() == HEARTBEAT);
			if (message == null || message.isStatusMessage()) {
				return null;
			}
			NatsJetStreamMetaData metaData = message.metaData();
			if (metaData.consumerSequence() != ++this.sequence) {
				return null;
			}
			this.outstanding--;
			this.remaining = metaData.pendingCount();
			return message;
		}

		private void pull() {
			int window = BucketReader.this.window;
			long wanted = Math.min(window, this.remaining) - this.outstanding;
			if (wanted <= 0 || this.outstanding > window / 2) {
				return;
			}
			byte[] request = PullRequestOptions.builder((int) wanted).expiresIn(EXPIRY).build().serialize();
			this.connection.publish(api("CONSUMER.MSG.NEXT."), this.inbox, request);
			this.outstanding += wanted;
		}

		void close() {
			try {
				this.subscription.unsubscribe();
				// Nobody waits for the answer: the server removes it later by itself
				this.connection.publish(api("CONSUMER.DELETE."), null);
			}
			catch (IllegalStateException ex) {
				// The connection is gone, and with it the subscription
			}
		}

		private String api(String operation) {
			BucketAccess bucket = BucketReader.this.bucket;
			return bucket.options().getPrefix() + operation + bucket.stream() + "." + this.consumer;
		}

	}

}
