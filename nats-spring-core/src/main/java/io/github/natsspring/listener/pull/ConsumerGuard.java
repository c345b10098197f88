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

import io.github.natsspring.connection.Redaction;
import io.github.natsspring.listener.MissingConsumer;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.api.ConsumerInfo;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Notices that a container does not consume, or no longer from the consumer it had, and
 * has its {@link ConsumerRecovery} look for a way out. Its methods are called in tasks of
 * the container, one at a time, unless they say otherwise.
 */
final class ConsumerGuard {

	private static final Log logger = LogFactory.getLog(ConsumerGuard.class);

	// Nobody answers while a server starts, which is no reason to look closer at once
	private static final int PATIENCE = 9;

	// In checks, so about five seconds
	private static final int ACK_FLOOR_PERIOD = 5;

	// As long as nothing is pulled, the server has no reason to say that something is
	// wrong
	private static final int FULL_PERIOD = 6;

	private final String id;

	private final PullContainerSettings settings;

	private final SerialTasks tasks;

	private final PullEngine engine;

	private final ConsumerKind kind;

	private final ConsumerPosition position;

	private final Attachment attachment;

	private final ConsumerRecovery recovery;

	private final ConsumerLookup lookup;

	private final UsedConsumer consumer;

	// Used by the timer only
	private long checks;

	// Used by the timer only
	private int full;

	ConsumerGuard(String id, ConsumerSource source, PullContainerSettings settings, ContainerState state,
			SerialTasks tasks, PullEngine engine, Settler settler, ConsumerPosition position, Attachment attachment) {
		this.id = id;
		this.settings = settings;
		this.tasks = tasks;
		this.engine = engine;
		this.kind = source.kind();
		this.position = position;
		this.attachment = attachment;
		this.recovery = new ConsumerRecovery(id, source, settings, state, tasks, engine, settler, position, attachment);
		this.lookup = this.recovery.lookup();
		this.consumer = this.recovery.consumer();
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
			this.consumer.accept(this.lookup.findQuickly(connection, limits));
		}
		catch (JetStreamApiException ex) {
			if (ConsumerLookup.isMissing(ex)) {
				this.consumer.renounce();
				replaceEphemeral();
			}
		}
		catch (IOException | RuntimeException ex) {
			this.lookup.failed(ex);
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

	/**
	 * Whether the server has shown that it serves the pulls. On any thread.
	 */
	boolean isWell() {
		return this.recovery.isWell();
	}

	/**
	 * The server serves the pulls.
	 */
	void recovered() {
		this.recovery.recovered();
	}

	/**
	 * The server has refused a pull, or the inbox for what comes of it, to this user. It
	 * does not answer then, it reports an error.
	 */
	void refused(String error) {
		if (this.attachment.isStopping() || this.attachment.connection() == null) {
			return;
		}
		this.recovery.refused("the server refuses its pulls: " + Redaction.redact(error));
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
		int failures = this.recovery.unanswered();
		// One of our own may well be gone, for which nobody has to be asked
		if (failures > ((this.kind == ConsumerKind.DURABLE) ? PATIENCE : 1)) {
			trouble("nobody answers for the consumer");
			return;
		}
		this.recovery.resumeLater();
	}

	/**
	 * Something keeps the container from consuming: look closer.
	 */
	void trouble(String reason) {
		// Without a connection there is a better reason, and what recovers finds out more
		if (!this.attachment.isStopping() && !this.recovery.isRecovering() && this.attachment.connection() != null) {
			this.recovery.trouble(reason);
		}
	}

	/**
	 * Look closer after a while, unless that is to come anyway.
	 */
	void recoverLater() {
		this.recovery.recoverLater();
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
			this.consumer.accept(this.lookup.find(connection, limits));
		}
		catch (JetStreamApiException ex) {
			if (ConsumerLookup.isMissing(ex) && !this.recovery.isRecovering()) {
				this.consumer.renounce();
				this.recovery.missing(limits, ex);
			}
		}
		catch (IOException | RuntimeException ex) {
			this.lookup.failed(ex);
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
