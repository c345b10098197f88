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

import java.io.IOException;
import java.time.Duration;
import java.time.ZonedDateTime;

import io.github.natsspring.listener.MissingConsumer;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamOptions;
import io.nats.client.api.ConsumerInfo;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Finds out why a container does not consume, and what to do about it: looks its consumer
 * up, attaches again, waits for it, makes it again or gives up. Its methods are called in
 * tasks of the container, one at a time, unless they say otherwise.
 */
final class ConsumerGuard {

	private static final Log logger = LogFactory.getLog(ConsumerGuard.class);

	private static final Duration LONGEST_BACKOFF = Duration.ofSeconds(5);

	private static final Duration IDENTIFY_TIMEOUT = Duration.ofMillis(500);

	// Nobody answers while a server starts, which is no reason to look closer at once
	private static final int PATIENCE = 5;

	// In checks, so about five seconds
	private static final int ACK_FLOOR_PERIOD = 5;

	// JetStream's errors for a missing stream and a missing consumer
	private static final int STREAM_NOT_FOUND = 10059;

	private static final int CONSUMER_NOT_FOUND = 10014;

	private final String id;

	private final ConsumerSource source;

	private final PullContainerSettings settings;

	private final ContainerState state;

	private final SerialTasks tasks;

	private final PullEngine engine;

	private final Settler settler;

	private final Attachment attachment;

	// Since the server last showed that it serves the pulls
	private volatile int failures;

	private volatile boolean recovering;

	private @Nullable ZonedDateTime consumerCreated;

	// Up to where the server is known to have seen everything acknowledged
	private long ackFloor;

	// Used by the timer only
	private long checks;

	ConsumerGuard(String id, ConsumerSource source, PullContainerSettings settings, ContainerState state,
			SerialTasks tasks, PullEngine engine, Settler settler, Attachment attachment) {
		this.id = id;
		this.source = source;
		this.settings = settings;
		this.state = state;
		this.tasks = tasks;
		this.engine = engine;
		this.settler = settler;
		this.attachment = attachment;
	}

	/**
	 * There is a connection; what failed before it does not count.
	 * @param again whether there was one before
	 */
	void connected(boolean again) {
		this.failures = 0;
		Connection connection = this.attachment.connection();
		PullLimits limits = this.attachment.limits();
		if (again && connection != null && limits != null) {
			identify(connection, limits);
		}
	}

	/**
	 * Find out, before anything is settled over a new connection, whether the consumer is
	 * still the one that the deliveries came from. A server that starts may not be able
	 * to tell; it must not be waited for.
	 */
	private void identify(Connection connection, PullLimits limits) {
		try {
			JetStreamOptions options = JetStreamOptions.builder(this.settings.jetStream())
				.requestTimeout(IDENTIFY_TIMEOUT)
				.build();
			this.attachment
				.use(connection.jetStreamManagement(options).getConsumerInfo(limits.stream(), limits.consumer()));
		}
		catch (JetStreamApiException ex) {
			if (isMissing(ex)) {
				// Whatever will have its name is another one
				this.settler.renounce();
				this.consumerCreated = null;
			}
		}
		catch (IOException | RuntimeException ex) {
			logger.debug("Listener '%s' could not look its consumer up: %s".formatted(this.id, ex.getMessage()));
		}
	}

	private static boolean isMissing(JetStreamApiException ex) {
		return ex.getApiErrorCode() == STREAM_NOT_FOUND || ex.getApiErrorCode() == CONSUMER_NOT_FOUND;
	}

	/**
	 * Whether the server has shown that it serves the pulls. On any thread.
	 */
	boolean isWell() {
		return this.failures == 0;
	}

	/**
	 * The server serves the pulls.
	 */
	void recovered() {
		this.failures = 0;
	}

	/**
	 * Called about once a second by the timer; must not block.
	 */
	void check() {
		if (this.settings.missingConsumer() == MissingConsumer.RECREATE && ++this.checks % ACK_FLOOR_PERIOD == 0) {
			this.tasks.submit(this::lookUpAckFloor);
		}
		if (this.engine.check(System.nanoTime())) {
			this.tasks.submit(() -> trouble("no heartbeat for the pulls"));
		}
	}

	/**
	 * Nobody answers for the consumer: common while a server starts, so try again soon,
	 * and look closer when it lasts.
	 */
	void noResponders() {
		if (this.attachment.isStopping()) {
			return;
		}
		this.failures++;
		if (this.failures > PATIENCE) {
			trouble("nobody answers for the consumer");
			return;
		}
		ContainerThreads.schedule(() -> this.tasks.submit(this.engine::resume), backoff());
	}

	/**
	 * Something keeps the container from consuming: look closer.
	 */
	void trouble(String reason) {
		// Without a connection there is a better reason, and what recovers finds out more
		if (!this.attachment.isStopping() && !this.recovering && this.attachment.connection() != null) {
			this.state.trouble(reason, false);
			recoverLater();
		}
	}

	void recoverLater() {
		if (!this.recovering) {
			this.recovering = true;
			this.failures++;
			ContainerThreads.schedule(() -> this.tasks.submit(this::recover), backoff());
		}
	}

	/**
	 * Look the consumer up, and attach again if it is there.
	 */
	private void recover() {
		this.recovering = false;
		Connection connection = this.attachment.connection();
		if (this.attachment.isStopping() || connection == null) {
			return;
		}
		PullLimits limits = this.attachment.limits();
		try {
			if (limits != null) {
				this.attachment.use(lookUp(connection, limits));
			}
			this.attachment.attach();
		}
		catch (JetStreamApiException ex) {
			if (limits != null && isMissing(ex)) {
				missing("consumer '%s' of stream '%s' does not exist (%s)".formatted(limits.consumer(), limits.stream(),
						ex.getMessage()));
				return;
			}
			this.state.trouble(String.valueOf(ex.getMessage()), false);
			recoverLater();
		}
		catch (IOException | RuntimeException ex) {
			this.state.trouble("the consumer could not be looked up: " + ex.getMessage(), false);
			recoverLater();
		}
	}

	private ConsumerInfo lookUp(Connection connection, PullLimits limits) throws IOException, JetStreamApiException {
		return connection.jetStreamManagement(this.settings.jetStream())
			.getConsumerInfo(limits.stream(), limits.consumer());
	}

	private void missing(String reason) {
		this.engine.pause();
		switch (this.settings.missingConsumer()) {
			case WAIT -> {
				this.state.trouble(reason, true);
				recoverLater();
			}
			case RECREATE -> recreate(reason);
			case FAIL -> this.attachment.giveUp(reason);
		}
	}

	private void recreate(String reason) {
		this.state.trouble(reason, true);
		try {
			long floor = this.ackFloor;
			ConsumerInfo consumer = this.source.recreate(floor);
			logger.warn("Listener '%s' goes on with another consumer '%s' of stream '%s'; everything up to sequence %d "
				.formatted(this.id, consumer.getName(), consumer.getStreamName(), floor) + "was acknowledged before");
			this.attachment.use(consumer);
			this.attachment.attach();
		}
		catch (RuntimeException ex) {
			this.state.trouble("%s, and cannot be made: %s".formatted(reason, ex.getMessage()), true);
			recoverLater();
		}
	}

	/**
	 * Learn from time to time what the server has seen acknowledged, in case the consumer
	 * has to be made again.
	 */
	private void lookUpAckFloor() {
		Connection connection = this.attachment.connection();
		PullLimits limits = this.attachment.limits();
		if (this.attachment.isStopping() || connection == null || limits == null
				|| connection.getStatus() != Connection.Status.CONNECTED) {
			return;
		}
		try {
			learn(lookUp(connection, limits));
		}
		catch (IOException | JetStreamApiException | RuntimeException ex) {
			logger.debug("Listener '%s' could not look its consumer up: %s".formatted(this.id, ex.getMessage()));
		}
	}

	/**
	 * Take into account what the server says of the consumer.
	 */
	void learn(ConsumerInfo consumer) {
		long floor = consumer.getAckFloor().getStreamSequence();
		boolean same = consumer.getCreationTime().equals(this.consumerCreated);
		if (!same && this.consumerCreated != null) {
			logger.warn("Consumer '%s' of stream '%s' of listener '%s' is another one now".formatted(consumer.getName(),
					consumer.getStreamName(), this.id));
			this.settler.renounce();
		}
		this.ackFloor = same ? Math.max(this.ackFloor, floor) : floor;
		this.consumerCreated = consumer.getCreationTime();
	}

	private Duration backoff() {
		Duration backoff = Duration.ofMillis(50L << Math.min(this.failures, 10));
		return (backoff.compareTo(LONGEST_BACKOFF) < 0) ? backoff : LONGEST_BACKOFF;
	}

	/**
	 * The session that is guarded.
	 */
	interface Attachment {

		/**
		 * The connection, or {@code null} while it is lost.
		 */
		@Nullable Connection connection();

		/**
		 * What the consumer allows, or {@code null} before it was opened.
		 */
		@Nullable PullLimits limits();

		boolean isStopping();

		/**
		 * Go by what the server says of the consumer.
		 */
		void use(ConsumerInfo consumer);

		/**
		 * Pull through a new inbox.
		 */
		void attach();

		/**
		 * Consume no more until the next start.
		 */
		void giveUp(String reason);

	}

}
