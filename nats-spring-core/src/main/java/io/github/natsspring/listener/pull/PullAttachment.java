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
import java.util.Objects;
import java.util.function.Consumer;

import io.github.natsspring.connection.ConnectionObserver;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamOptions;
import io.nats.client.api.ConsumerInfo;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * What a container pulls through: follows the epochs of the connection, with a new inbox
 * for each, and what the server says of the consumer. Its methods are called in tasks of
 * the container unless they say otherwise.
 */
final class PullAttachment implements ConnectionObserver, ConsumerGuard.Attachment {

	private static final Log logger = LogFactory.getLog(PullAttachment.class);

	private static final Duration DRAIN_TIMEOUT = Duration.ofSeconds(2);

	private static final Duration FORGET_TIMEOUT = Duration.ofMillis(500);

	private final String id;

	private final ConsumerSource source;

	private final PullContainerSettings settings;

	private final ContainerState state;

	private final SerialTasks tasks;

	private final PullEngine engine;

	private final Settler settler;

	private final Inbox.Receiver receiver;

	private final Consumer<PullLimits> onLimits;

	private final ConsumerGuard guard;

	private volatile @Nullable PullLimits limits;

	private volatile boolean stopping;

	private @Nullable Connection connection;

	private long epoch = -1;

	private volatile boolean gaveUp;

	private boolean hanging;

	private boolean paused;

	/**
	 * Create an attachment.
	 * @param receiver called for what arrives, on a thread of jnats; must not block
	 * @param onLimits called when the consumer allows something else than before
	 */
	PullAttachment(String id, ConsumerSource source, PullContainerSettings settings, ContainerState state,
			SerialTasks tasks, PullEngine engine, Settler settler, ConsumerPosition position, Inbox.Receiver receiver,
			Consumer<PullLimits> onLimits) {
		this.id = id;
		this.source = source;
		this.settings = settings;
		this.state = state;
		this.tasks = tasks;
		this.engine = engine;
		this.settler = settler;
		this.receiver = receiver;
		this.onLimits = onLimits;
		this.guard = new ConsumerGuard(id, source, settings, state, tasks, engine, settler, position, this);
	}

	ConsumerGuard guard() {
		return this.guard;
	}

	/**
	 * Called on any thread; must not block.
	 */
	@Override
	public void connected(Connection connection, long epoch) {
		this.tasks.submit(() -> {
			if (!isStopping() && epoch > this.epoch) {
				boolean again = this.epoch >= 0;
				this.epoch = epoch;
				this.connection = connection;
				this.guard.connected(again);
				attach();
				consuming();
			}
		});
	}

	/**
	 * Called on any thread; must not block.
	 */
	@Override
	public void disconnected() {
		this.settler.detach();
		this.tasks.submit(() -> {
			Connection current = this.connection;
			if (!isStopping() && (current == null || current.getStatus() != Connection.Status.CONNECTED)) {
				this.connection = null;
				this.state.trouble("the connection is lost", false);
			}
		});
	}

	/**
	 * Called on any thread; must not block.
	 */
	@Override
	public void serverError(Connection connection, String error) {
		if (this.engine.isMeant(error)) {
			this.tasks.submit(() -> this.guard.refused(error));
		}
	}

	@Override
	public void attach() {
		Connection connection = this.connection;
		if (connection == null || opened() == null) {
			return;
		}
		// Its pulls may still be served: only what has arrived from them is accounted for
		detach();
		this.settler.attach(connection);
		if (this.paused && !this.hanging) {
			// Whatever was wrong, there is nothing that could show it
			this.guard.recovered();
			consuming();
		}
		if (this.paused || this.hanging || !this.guard.isReady()) {
			return;
		}
		// Those of another consumer by now, it may be
		PullLimits limits = Objects.requireNonNull(this.limits);
		try {
			this.engine.attach(new Inbox(connection, this.receiver), limits);
		}
		catch (IllegalStateException ex) {
			logger.debug("Listener '%s' could not attach: %s".formatted(this.id, ex.getMessage()));
			// Most likely the connection is lost again; if not, nobody else would try
			this.guard.recoverLater();
		}
	}

	/**
	 * Pull no more, and wait until everything that is on its way has arrived.
	 */
	@Override
	public void detach() {
		drain(this.engine.detach());
	}

	/**
	 * Wait until everything that is on its way to an inbox has arrived.
	 */
	void drain(@Nullable Inbox inbox) {
		if (inbox != null) {
			inbox.drain(DRAIN_TIMEOUT);
		}
	}

	/**
	 * The only handler there is hangs: attach without pulling, until it is heard of.
	 */
	void hanging(boolean hanging) {
		this.hanging = hanging;
		pullAgain();
	}

	/**
	 * Attach without pulling while this is so.
	 */
	void paused(boolean paused) {
		this.paused = paused;
		pullAgain();
	}

	private void pullAgain() {
		if (!this.hanging && !this.paused && !isStopping()) {
			attach();
			consuming();
		}
	}

	/**
	 * Have the server forget the pulls of inboxes that are gone. Otherwise it finds out
	 * one by one, and each time moves a message that was handed back behind the others.
	 */
	void forgetPulls() {
		Connection connection = this.connection;
		PullLimits limits = this.limits;
		if (connection == null || limits == null || connection.getStatus() != Connection.Status.CONNECTED) {
			return;
		}
		try {
			// It counts those that wait, for which it looks at each
			connection
				.jetStreamManagement(
						JetStreamOptions.builder(this.settings.jetStream()).requestTimeout(FORGET_TIMEOUT).build())
				.getConsumerInfo(limits.stream(), limits.consumer());
		}
		catch (IOException | JetStreamApiException | RuntimeException ex) {
			logger.debug("Listener '%s' could not look its consumer up: %s".formatted(this.id, ex.getMessage()));
		}
	}

	/**
	 * If the consumer serves us alone, let it serve another.
	 */
	void releasePin() {
		String pin = this.engine.releasePin();
		Connection connection = this.connection;
		PullLimits limits = this.limits;
		if (pin != null && connection != null && limits != null) {
			Pin.release(connection, this.settings.jetStream(), limits, pin);
		}
	}

	/**
	 * Ask the server for what acknowledgements wait for, if they do.
	 */
	void learnForAcks() {
		AckRuns runs = this.settler.runs();
		if (runs != null) {
			runs.lookUp(this.connection, this.limits, this.settings.jetStream(), this.guard::learn);
		}
	}

	private @Nullable PullLimits opened() {
		try {
			if (this.limits == null && this.connection != null) {
				this.guard.opened(this.source.open());
			}
		}
		catch (RuntimeException ex) {
			this.state.trouble(String.valueOf(ex.getMessage()), false);
			this.guard.recoverLater();
		}
		return this.limits;
	}

	/**
	 * Say that the container consumes, if nothing speaks against it.
	 */
	@Override
	public void consuming() {
		Connection connection = this.connection;
		if (!isStopping() && this.guard.isWell() && !this.hanging && connection != null
				&& connection.getStatus() == Connection.Status.CONNECTED) {
			this.state.consuming();
		}
	}

	@Override
	public void use(ConsumerInfo consumer) {
		this.state.pausedOnServer(ServerPause.describe(consumer));
		PullLimits limits = PullLimits.of(consumer);
		if (limits.cumulative()) {
			this.settler.cumulate().learn(consumer);
		}
		if (limits.equals(this.limits)) {
			return;
		}
		if (limits.maxAckPending() > 0 && this.settings.maxInFlight() > limits.maxAckPending()) {
			logger.warn(
					"Listener '%s' may have %d messages in flight, but consumer '%s' of stream '%s' allows only %d (max-ack-pending) over all instances"
						.formatted(this.id, this.settings.maxInFlight(), limits.consumer(), limits.stream(),
								limits.maxAckPending()));
		}
		this.limits = limits;
		this.onLimits.accept(limits);
	}

	@Override
	public void giveUp(String reason) {
		this.gaveUp = true;
		detach();
		logger.error("Listener '%s' gives up: %s".formatted(this.id, reason));
		this.state.failed(reason, null);
	}

	@Override
	public @Nullable Connection connection() {
		return this.connection;
	}

	/**
	 * On any thread.
	 */
	@Override
	public @Nullable PullLimits limits() {
		return this.limits;
	}

	/**
	 * Attach no more. On any thread.
	 */
	void stop() {
		this.stopping = true;
	}

	/**
	 * Whether only a new start helps. On any thread.
	 */
	boolean hasGivenUp() {
		return this.gaveUp;
	}

	/**
	 * Whether the container stops, or has given up. On any thread.
	 */
	@Override
	public boolean isStopping() {
		return this.stopping || this.gaveUp;
	}

}
