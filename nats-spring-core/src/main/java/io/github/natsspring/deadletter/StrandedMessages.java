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

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.github.natsspring.connection.NatsException;
import io.github.natsspring.listener.DeadLetterSink;
import io.github.natsspring.listener.FailedRun;
import io.github.natsspring.support.LogPace;
import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.api.ConsumerInfo;
import io.nats.client.api.MessageInfo;
import io.nats.client.api.RetentionPolicy;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Finds messages that no delivery will bring back, and dead-letters them. Everything that
 * waits runs as a task.
 */
final class StrandedMessages {

	private static final Log logger = LogFactory.getLog(StrandedMessages.class);

	private static final int TRIES = 5;

	private static final int SWEEP_LIMIT = 1000;

	/**
	 * A message that was acknowledged just now may still be in the stream, longest in a
	 * cluster; one that is still there after this time was given up.
	 */
	private static final Duration SETTLING = Duration.ofSeconds(2);

	private static final byte[] ACK = "+ACK".getBytes(StandardCharsets.US_ASCII);

	private final DeadLetterStore store;

	private final DeadLetterSource source;

	private final DeadLetterSink sink;

	private final BoundedTasks tasks;

	private final LogPace gone = new LogPace();

	private final LogPace rescued = new LogPace();

	private final LogPace failed = new LogPace();

	private volatile boolean stopped;

	StrandedMessages(DeadLetterStore store, DeadLetterSource source, DeadLetterSink sink, BoundedTasks tasks) {
		this.store = store;
		this.source = source;
		this.sink = sink;
		this.tasks = tasks;
	}

	void start() {
		this.stopped = false;
	}

	void stop() {
		this.stopped = true;
	}

	/**
	 * Look for messages that were given up before. Only a work-queue stream shows them:
	 * they are still there although the consumer has everything behind it.
	 */
	void sweep() {
		this.tasks.execute(() -> {
			if (this.stopped) {
				return;
			}
			try {
				List<Long> candidates = candidates();
				if (!candidates.isEmpty()) {
					this.tasks.executeLater(() -> candidates.forEach((sequence) -> rescue(sequence, 0,
							"The server gave the message up while no instance listened")), SETTLING);
				}
			}
			catch (NatsException ex) {
				this.failed.log((more) -> logger
					.warn("Listener '%s': messages that the server gave up before could not be looked for: %s%s"
						.formatted(this.source.listenerId(), ex.getMessage(), more)));
			}
		});
	}

	private List<Long> candidates() {
		String stream = this.source.stream();
		if (this.store.identities().refresh(stream).retention() != RetentionPolicy.WorkQueue) {
			return List.of();
		}
		ConsumerInfo consumer = this.store.ask("look up consumer '%s'".formatted(this.source.consumer()),
				(management) -> management.getConsumerInfo(stream, this.source.consumer()));
		long floor = (consumer.getNumAckPending() == 0) ? consumer.getDelivered().getStreamSequence()
				: consumer.getAckFloor().getStreamSequence();
		List<Long> candidates = new ArrayList<>();
		for (String filter : this.source.filters().isEmpty() ? List.of(">") : this.source.filters()) {
			long next = 1;
			while (next <= floor && candidates.size() < SWEEP_LIMIT) {
				long from = next;
				MessageInfo message = this.store.askFor("read stream '%s'".formatted(stream),
						(management) -> management.getNextMessage(stream, from, filter),
						List.of(DeadLetterStore.NO_MESSAGE_FOUND));
				if (message == null || message.getSeq() > floor) {
					break;
				}
				candidates.add(message.getSeq());
				next = message.getSeq() + 1;
			}
		}
		if (candidates.size() >= SWEEP_LIMIT) {
			logger.warn(
					"Listener '%s': stream '%s' has more than %d messages that were given up; the rest is left for the next start"
						.formatted(this.source.listenerId(), stream, SWEEP_LIMIT));
		}
		return candidates;
	}

	/**
	 * Dead-letter a message, as far as its stream still has it.
	 * @param sequence its sequence
	 * @param deliveries how often it was delivered; 0 if not known
	 * @param reason why it was given up
	 */
	void rescue(long sequence, long deliveries, String reason) {
		rescue(sequence, deliveries, reason, 1);
	}

	private void rescue(long sequence, long deliveries, String reason, int attempt) {
		if (this.stopped) {
			// The connection must not be made again for this
			return;
		}
		try {
			MessageInfo stored = this.store.message(this.source.stream(), sequence);
			if (stored == null || stored.getTime() == null || stored.getSubject() == null) {
				this.gone.log((more) -> logger
					.warn("Listener '%s': message %d of stream '%s' is gone and cannot be dead-lettered. %s%s"
						.formatted(this.source.listenerId(), sequence, this.source.stream(), reason, more)));
				return;
			}
			Instant timestamp = stored.getTime().toInstant();
			DeadLetterOrigin origin = new DeadLetterOrigin(this.source.stream(), this.source.consumer(),
					stored.getSubject(), sequence, deliveries, timestamp, this.source.listenerId());
			byte[] data = stored.getData();
			Message message = new DetachedMessage(origin, stored.getHeaders(), (data != null) ? data : new byte[0]);
			boolean done = this.sink.send(new FailedRun(this.source.listenerId(), message, 0, deliveries,
					new MessageGivenUpException(reason)));
			this.rescued.log((more) -> logger.warn("Listener '%s': message %d of stream '%s' is dead-lettered. %s%s"
				.formatted(this.source.listenerId(), sequence, this.source.stream(), reason, more)));
			if (done && this.store.identities().get(origin.stream()).retention() != RetentionPolicy.Limits) {
				release(origin);
			}
		}
		catch (RuntimeException ex) {
			if (attempt < TRIES && !this.stopped) {
				this.tasks.executeLater(() -> rescue(sequence, deliveries, reason, attempt + 1),
						Duration.ofSeconds(1L << attempt));
				return;
			}
			this.failed.log(
					(more) -> logger.error(
							"Listener '%s': message %d of stream '%s' could not be dead-lettered and stays there. %s%s"
								.formatted(this.source.listenerId(), sequence, this.source.stream(), reason, more),
							ex));
		}
	}

	/**
	 * Take a message that is stored as a dead letter from its work queue. The consumer
	 * has given it up, but still takes an acknowledgement.
	 */
	private void release(DeadLetterOrigin origin) {
		if (!"$JS.API.".equals(this.store.options().getPrefix())) {
			logger.debug("Message %d of stream '%s' is in another domain and stays there".formatted(origin.sequence(),
					origin.stream()));
			return;
		}
		Connection connection = this.store.holder().get();
		try {
			Future<Message> answer = connection.request(DetachedMessage.replyOf(origin), ACK);
			answer.get(5, TimeUnit.SECONDS);
		}
		catch (ExecutionException | TimeoutException | IllegalStateException ex) {
			this.failed.log((more) -> logger.warn(
					"Message %d of stream '%s' is dead-lettered, but its consumer '%s' did not confirm that it is done%s"
						.formatted(origin.sequence(), origin.stream(), origin.consumer(), more)));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
