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

import io.github.natsspring.connection.Redaction;
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

	// A refusal takes some milliseconds, a heartbeat that shows the contrary seconds
	private static final Duration CONFIRMATION = Duration.ofMillis(300);

	private static final Duration IDENTIFY_TIMEOUT = Duration.ofMillis(500);

	// Nobody answers while a server starts, which is no reason to look closer at once
	private static final int PATIENCE = 9;

	// In checks, so about five seconds
	private static final int ACK_FLOOR_PERIOD = 5;

	// As long as nothing is pulled, the server has no reason to say that something is
	// wrong
	private static final int FULL_PERIOD = 6;

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

	private final RecoveryPace pace = new RecoveryPace();

	private final ConsumerKind kind;

	private final ConsumerPosition position;

	private final Attachment attachment;

	private final UsedConsumer consumer;

	// Since the server last showed that it serves the pulls
	private volatile int failures;

	private volatile boolean recovering;

	// What the server says of pulls that the user has no permission for
	private @Nullable String refusal;

	// Used by the timer only
	private long checks;

	// Used by the timer only
	private int full;

	ConsumerGuard(String id, ConsumerSource source, PullContainerSettings settings, ContainerState state,
			SerialTasks tasks, PullEngine engine, Settler settler, ConsumerPosition position, Attachment attachment) {
		this.id = id;
		this.source = source;
		this.settings = settings;
		this.state = state;
		this.tasks = tasks;
		this.engine = engine;
		this.settler = settler;
		this.kind = source.kind();
		this.position = position;
		this.attachment = attachment;
		this.consumer = new UsedConsumer(id, source, position, state, settler, attachment, this::recoverLater);
	}

	/**
	 * There is a connection; what failed before it does not count.
	 * @param again whether there was one before
	 */
	void connected(boolean again) {
		recovered();
		Connection connection = this.attachment.connection();
		PullLimits limits = this.attachment.limits();
		// An ordered consumer is replaced anyway: it does not say what was lost on the
		// way
		if (again && connection != null && limits != null && this.kind != ConsumerKind.ORDERED) {
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
			this.consumer
				.accept(connection.jetStreamManagement(options).getConsumerInfo(limits.stream(), limits.consumer()));
		}
		catch (JetStreamApiException ex) {
			if (isMissing(ex)) {
				this.consumer.renounce();
				replaceEphemeral();
			}
		}
		catch (IOException | RuntimeException ex) {
			logger.debug("Listener '%s' could not look its consumer up: %s".formatted(this.id, ex.getMessage()));
		}
	}

	/**
	 * Nobody else makes it again. If it fails, pulling will show it once more.
	 */
	private void replaceEphemeral() {
		if (this.kind == ConsumerKind.EPHEMERAL) {
			try {
				this.consumer.replace();
			}
			catch (RuntimeException ex) {
				logger.debug("Listener '%s' could not make its consumer again: %s".formatted(this.id, ex.getMessage()));
			}
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
		if (this.failures > 0) {
			// Most likely another server answers now, and the last of them were lost
			this.settler.repeatAcks();
		}
		this.failures = 0;
		this.refusal = null;
		this.pace.answered();
	}

	/**
	 * The server has refused a pull, or the inbox for what comes of it, to this user. It
	 * does not answer then, it reports an error.
	 */
	void refused(String error) {
		if (this.attachment.isStopping() || this.attachment.connection() == null) {
			return;
		}
		String reason = "the server refuses its pulls: " + Redaction.redact(error);
		this.refusal = reason;
		this.state.trouble(reason, true);
		recoverLater();
	}

	/**
	 * Called about once a second by the timer; must not block.
	 */
	void check() {
		this.full = this.engine.isFull() ? this.full + 1 : 0;
		if (++this.checks % ACK_FLOOR_PERIOD == 0 && needsAckFloor() || this.full == FULL_PERIOD) {
			this.full = 0;
			this.tasks.submit(this::inspect);
		}
		if (this.engine.check(System.nanoTime())) {
			this.tasks.submit(() -> trouble("no heartbeat for the pulls"));
		}
	}

	private boolean needsAckFloor() {
		return (this.kind == ConsumerKind.DURABLE) ? this.settings.missingConsumer() == MissingConsumer.RECREATE
				: this.position.isUncertain();
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
		this.pace.unanswered();
		// One of our own may well be gone, for which nobody has to be asked
		if (this.failures > ((this.kind == ConsumerKind.DURABLE) ? PATIENCE : 1)) {
			trouble("nobody answers for the consumer");
			return;
		}
		ContainerThreads.schedule(() -> this.tasks.submit(this.engine::resume), this.pace.backoff(this.failures));
	}

	/**
	 * Something keeps the container from consuming: look closer.
	 */
	void trouble(String reason) {
		// Without a connection there is a better reason, and what recovers finds out more
		if (!this.attachment.isStopping() && !this.recovering && this.attachment.connection() != null) {
			this.state.trouble(reason, false);
			this.pace.unanswered();
			recoverLater();
		}
	}

	void recoverLater() {
		if (!this.recovering) {
			this.recovering = true;
			this.failures++;
			ContainerThreads.schedule(() -> this.tasks.submit(this::recover), this.pace.backoff(this.failures));
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
			// Where pulls are refused, the lookup may be, too, which would cost its
			// timeout
			if (limits == null || this.refusal != null || this.kind == ConsumerKind.ORDERED
					|| this.consumer.accept(lookUp(connection, limits))) {
				this.attachment.attach();
				confirmLater();
			}
		}
		catch (JetStreamApiException ex) {
			if (limits != null && isMissing(ex)) {
				missing(limits, ex);
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

	/**
	 * The first heartbeat comes after seconds: see whether the server has taken the pull.
	 */
	private void confirmLater() {
		ContainerThreads.schedule(() -> this.tasks.submit(this::confirm), CONFIRMATION);
	}

	private void confirm() {
		Connection connection = this.attachment.connection();
		PullLimits limits = this.attachment.limits();
		if (this.recovering || isWell() || this.attachment.isStopping() || connection == null || limits == null
				|| this.engine.isIdle()) {
			return;
		}
		try {
			JetStreamOptions options = JetStreamOptions.builder(this.settings.jetStream())
				.requestTimeout(IDENTIFY_TIMEOUT)
				.build();
			ConsumerInfo info = connection.jetStreamManagement(options)
				.getConsumerInfo(limits.stream(), limits.consumer());
			if (info.getNumWaiting() > 0 && !this.recovering) {
				recovered();
				this.attachment.consuming();
			}
		}
		catch (IOException | JetStreamApiException | RuntimeException ex) {
			// The next heartbeat or message shows it
			logger.debug("Listener '%s' could not look its consumer up: %s".formatted(this.id, ex.getMessage()));
		}
	}

	private ConsumerInfo lookUp(Connection connection, PullLimits limits) throws IOException, JetStreamApiException {
		return connection.jetStreamManagement(this.pace.lookUp(this.settings.jetStream()))
			.getConsumerInfo(limits.stream(), limits.consumer());
	}

	private void missing(PullLimits limits, JetStreamApiException ex) {
		this.pace.answered();
		String reason = "consumer '%s' of stream '%s' does not exist (%s)".formatted(limits.consumer(), limits.stream(),
				ex.getMessage());
		this.engine.pause();
		if (this.kind != ConsumerKind.DURABLE) {
			recreate(reason);
			return;
		}
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
		this.state.trouble(reason, this.kind == ConsumerKind.DURABLE);
		try {
			if (this.kind == ConsumerKind.ORDERED || this.consumer.replace()) {
				this.attachment.attach();
				confirmLater();
			}
		}
		catch (RuntimeException ex) {
			this.state.trouble("%s, and cannot be made: %s".formatted(reason, ex.getMessage()), true);
			recoverLater();
		}
	}

	/**
	 * Called before anything is pulled.
	 * @return whether there is a consumer to pull from; if not, it is looked for
	 */
	boolean isReady() {
		return this.consumer.isReady();
	}

	/**
	 * Go by what the server says of the consumer, which was just opened.
	 */
	void opened(ConsumerInfo consumer) {
		this.consumer.opened(consumer);
	}

	/**
	 * Take into account what the server says of the consumer.
	 */
	void learn(ConsumerInfo consumer) {
		this.consumer.learn(consumer);
	}

	/**
	 * Look the consumer up although nothing seems to be wrong: for what the server has
	 * seen acknowledged, and because nobody says so when the consumer is gone while
	 * nothing is pulled.
	 */
	private void inspect() {
		Connection connection = this.attachment.connection();
		PullLimits limits = this.attachment.limits();
		if (this.attachment.isStopping() || connection == null || limits == null
				|| connection.getStatus() != Connection.Status.CONNECTED) {
			return;
		}
		try {
			this.consumer.accept(lookUp(connection, limits));
		}
		catch (JetStreamApiException ex) {
			if (isMissing(ex) && !this.recovering) {
				this.consumer.renounce();
				missing(limits, ex);
			}
		}
		catch (IOException | RuntimeException ex) {
			logger.debug("Listener '%s' could not look its consumer up: %s".formatted(this.id, ex.getMessage()));
		}
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
		 * Pull no more.
		 */
		void detach();

		/**
		 * Say that it consumes, if nothing speaks against it.
		 */
		void consuming();

		/**
		 * Consume no more until the next start.
		 */
		void giveUp(String reason);

	}

}
