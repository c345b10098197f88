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

import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.api.ConsumerInfo;
import org.jspecify.annotations.Nullable;

/**
 * Gets a container that does not consume to consume again, with growing pauses between
 * its attempts: looks the consumer up, attaches again, waits for it, makes it again or
 * gives up. Its methods are called in tasks of the container, one at a time, unless they
 * say otherwise.
 */
final class ConsumerRecovery {

	// A refusal takes some milliseconds, a heartbeat that shows the contrary seconds
	private static final Duration CONFIRMATION = Duration.ofMillis(300);

	private final PullContainerSettings settings;

	private final ContainerState state;

	private final SerialTasks tasks;

	private final PullEngine engine;

	private final Settler settler;

	private final ConsumerKind kind;

	private final ConsumerGuard.Attachment attachment;

	private final RecoveryPace pace = new RecoveryPace();

	private final ConsumerLookup lookup;

	private final UsedConsumer consumer;

	// Since the server last showed that it serves the pulls
	private volatile int failures;

	private volatile boolean recovering;

	// What the server says of pulls that the user has no permission for
	private @Nullable String refusal;

	ConsumerRecovery(String id, ConsumerSource source, PullContainerSettings settings, ContainerState state,
			SerialTasks tasks, PullEngine engine, Settler settler, ConsumerPosition position,
			ConsumerGuard.Attachment attachment) {
		this.settings = settings;
		this.state = state;
		this.tasks = tasks;
		this.engine = engine;
		this.settler = settler;
		this.kind = source.kind();
		this.attachment = attachment;
		this.lookup = new ConsumerLookup(id, settings.jetStream(), this.pace);
		this.consumer = new UsedConsumer(id, source, position, state, settler, attachment, this::recoverLater);
	}

	ConsumerLookup lookup() {
		return this.lookup;
	}

	UsedConsumer consumer() {
		return this.consumer;
	}

	/**
	 * Whether the server has shown that it serves the pulls. On any thread.
	 */
	boolean isWell() {
		return this.failures == 0;
	}

	/**
	 * Whether an attempt is to come.
	 */
	boolean isRecovering() {
		return this.recovering;
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
	 * The server refuses the pulls to this user.
	 */
	void refused(String reason) {
		this.refusal = reason;
		this.state.trouble(reason, true);
		recoverLater();
	}

	/**
	 * Nobody answers for the consumer.
	 * @return how often in a row
	 */
	int unanswered() {
		this.failures++;
		this.pace.unanswered();
		return this.failures;
	}

	/**
	 * Pull once more after a while.
	 */
	void resumeLater() {
		ContainerThreads.schedule(() -> this.tasks.submit(this.engine::resume), this.pace.backoff(this.failures));
	}

	/**
	 * Something keeps the container from consuming.
	 */
	void trouble(String reason) {
		this.state.trouble(reason, false);
		this.pace.unanswered();
		recoverLater();
	}

	/**
	 * Make an attempt after a while, unless one is to come anyway.
	 */
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
					|| this.consumer.accept(this.lookup.find(connection, limits))) {
				this.attachment.attach();
				confirmLater();
			}
		}
		catch (JetStreamApiException ex) {
			if (limits != null && ConsumerLookup.isMissing(ex)) {
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
			ConsumerInfo info = this.lookup.findQuickly(connection, limits);
			if (info.getNumWaiting() > 0 && !this.recovering) {
				recovered();
				this.attachment.consuming();
			}
		}
		catch (IOException | JetStreamApiException | RuntimeException ex) {
			// The next heartbeat or message shows it
			this.lookup.failed(ex);
		}
	}

	/**
	 * The server says that the consumer is gone: do what the settings say.
	 */
	void missing(PullLimits limits, JetStreamApiException ex) {
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

}
