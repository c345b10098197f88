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

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledFuture;

import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.connection.ConnectionObserver;
import io.github.natsspring.listener.ContainerStatus;
import io.github.natsspring.listener.FailureHandler;
import io.github.natsspring.listener.NatsBatchListener;
import io.github.natsspring.listener.NatsMessageListener;
import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.api.ConsumerInfo;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * A container from one start to the next stop: attaches to each connection epoch,
 * recovers when the server is not heard of, and stops in order. Everything that may block
 * is a task of {@link SerialTasks}, one at a time.
 */
final class PullSession implements ConnectionObserver, ConsumerGuard.Attachment, LaneHandler, Settler.Permits {

	private static final Log logger = LogFactory.getLog(PullSession.class);

	private static final Duration DRAIN_TIMEOUT = Duration.ofSeconds(2);

	private static final Duration CHECK_PERIOD = Duration.ofSeconds(1);

	private static final Duration CONFIRM_TIMEOUT = Duration.ofSeconds(5);

	private static final Duration EXECUTOR_RETRY = Duration.ofSeconds(1);

	private final ThrottledLog log = new ThrottledLog(logger);

	private final String id;

	private final ConnectionHolder holder;

	private final ConsumerSource source;

	private final PullContainerSettings settings;

	private final ContainerState state;

	private final SerialTasks tasks;

	private final PullEngine engine;

	private final Settler settler;

	private final DeliveryRunner runner;

	private final @Nullable BatchRunner batches;

	private final LaneGroup lanes;

	private final LateDeliveries late;

	private final LetterTasks letters = new LetterTasks();

	private final LongRuns longRuns;

	private final ConsumerGuard guard;

	private volatile @Nullable PullLimits limits;

	private volatile boolean stopping;

	private @Nullable ScheduledFuture<?> checks;

	// Used by tasks only
	private @Nullable Connection connection;

	// Used by tasks only
	private long epoch = -1;

	// Used by tasks only
	private boolean gaveUp;

	// With a single handler, one while it hangs; below zero when its end is heard of
	// first.
	// Used by tasks only
	private int hanging;

	PullSession(String id, ConnectionHolder holder, ConsumerSource source, NatsMessageListener listener,
			@Nullable NatsBatchListener batchListener, FailureHandler failureHandler, Executor executor,
			PullContainerSettings settings, ContainerState state, SerialTasks tasks) {
		this.id = id;
		this.holder = holder;
		this.source = source;
		this.settings = settings;
		this.state = state;
		this.tasks = tasks;
		this.engine = new PullEngine(settings.jetStream(), settings.maxInFlight(),
				settings.concurrency() * settings.batchSize());
		this.settler = new Settler(this, CONFIRM_TIMEOUT);
		this.late = new LateDeliveries(this.settler);
		Failures failures = new Failures(id, failureHandler, settings, this.settler, this.letters, this::maxAckPending);
		this.runner = new DeliveryRunner(id, listener, settings, this.settler, failures, this.engine);
		this.batches = (batchListener != null)
				? new BatchRunner(id, batchListener, settings, this.settler, failures, this.engine, this.late) : null;
		this.lanes = LaneGroup.of(settings, executor, this);
		this.longRuns = new LongRuns(id, settings, this.lanes,
				List.of(this.runner.unsettled(), this.letters.deliveries()), this.settler, this.engine,
				(lane, worker) -> tasks.submit(() -> hang(lane, worker)));
		this.guard = new ConsumerGuard(id, source, settings, state, tasks, this.engine, this.settler, this);
	}

	/**
	 * Start, with the consumer if it is known already.
	 */
	void start(@Nullable ConsumerInfo consumer) {
		if (consumer != null) {
			use(consumer);
		}
		this.holder.addObserver(this);
		this.checks = ContainerThreads.repeat(this::check, CHECK_PERIOD);
	}

	@Override
	public void run(Delivery delivery, Lane lane) {
		this.runner.run(delivery, lane);
	}

	@Override
	public void runBatch(List<Delivery> deliveries, Lane lane) {
		if (this.batches != null) {
			this.batches.run(deliveries, lane);
		}
	}

	@Override
	public void recovered() {
		logger.info("Listener '%s' ended a handler that had hung".formatted(this.id));
		if (this.settings.concurrency() == 1) {
			this.tasks.submit(() -> {
				if (--this.hanging == 0 && !this.stopping) {
					attach();
					consuming();
				}
			});
		}
	}

	@Override
	public void refused(Lane lane, Throwable ex) {
		this.state.trouble("the executor takes no more tasks: " + ex.getMessage(), false);
		this.engine.pause();
		// Handed back they would come straight back, and use up their deliveries
		ContainerThreads.schedule(() -> ContainerThreads.execute(lane::retry), EXECUTOR_RETRY);
	}

	@Override
	public void accepted() {
		this.tasks.submit(() -> {
			this.engine.resume();
			consuming();
		});
	}

	@Override
	public void settled(Delivery delivery) {
		this.runner.settled(delivery);
		this.engine.settled();
	}

	@Override
	public void unconfirmed(Delivery delivery) {
		this.log.warn("The server did not confirm an acknowledgement of listener '%s'; the message may come again"
			.formatted(this.id), null);
	}

	private void hang(Lane lane, LaneWorker worker) {
		if (++this.hanging <= 0 || this.stopping) {
			return;
		}
		this.state.trouble("a handler hangs", true);
		Inbox inbox = this.engine.detach();
		if (inbox != null) {
			// Handed back before the pulls are gone, messages would come straight back
			inbox.drain(DRAIN_TIMEOUT);
		}
		lane.giveUp(worker, false).forEach(this.settler::handBack);
	}

	private long maxAckPending() {
		PullLimits limits = this.limits;
		return (limits != null) ? limits.maxAckPending() : 0;
	}

	int inFlight() {
		return this.engine.inFlight();
	}

	@Nullable Long lastHeard() {
		return (this.limits != null) ? this.engine.lastHeard() : null;
	}

	@Override
	public void connected(Connection connection, long epoch) {
		this.tasks.submit(() -> {
			if (!this.stopping && !this.gaveUp && epoch > this.epoch) {
				boolean again = this.epoch >= 0;
				this.epoch = epoch;
				this.connection = connection;
				this.guard.connected(again);
				attach();
				consuming();
			}
		});
	}

	@Override
	public void disconnected() {
		this.settler.detach();
		this.tasks.submit(() -> {
			Connection current = this.connection;
			if (!this.stopping && (current == null || current.getStatus() != Connection.Status.CONNECTED)) {
				this.connection = null;
				this.state.trouble("the connection is lost", false);
			}
		});
	}

	@Override
	public void attach() {
		Connection connection = this.connection;
		PullLimits limits = opened();
		if (connection == null || limits == null) {
			return;
		}
		Inbox previous = this.engine.detach();
		if (previous != null) {
			// Its pulls may still be served: only what has arrived from them is accounted
			// for
			previous.drain(DRAIN_TIMEOUT);
		}
		this.settler.attach(connection);
		if (this.hanging > 0) {
			return;
		}
		try {
			this.engine.attach(new Inbox(connection, this::onMessage), limits);
		}
		catch (IllegalStateException ex) {
			logger.debug("Listener '%s' could not attach: %s".formatted(this.id, ex.getMessage()));
			// Most likely the connection is lost again; if not, nobody else would try
			this.guard.recoverLater();
		}
	}

	private @Nullable PullLimits opened() {
		try {
			if (this.limits == null && this.connection != null) {
				use(this.source.open());
			}
		}
		catch (RuntimeException ex) {
			this.state.trouble(String.valueOf(ex.getMessage()), false);
			this.guard.recoverLater();
		}
		return this.limits;
	}

	private void consuming() {
		Connection connection = this.connection;
		if (!this.stopping && this.guard.isWell() && this.hanging <= 0 && connection != null
				&& connection.getStatus() == Connection.Status.CONNECTED) {
			this.state.consuming();
		}
	}

	@Override
	public void use(ConsumerInfo consumer) {
		this.guard.learn(consumer);
		PullLimits limits = PullLimits.of(consumer);
		if (limits.maxAckPending() > 0 && this.settings.maxInFlight() > limits.maxAckPending()) {
			logger.warn(
					"Listener '%s' may have %d messages in flight, but consumer '%s' of stream '%s' allows only %d (max-ack-pending) over all instances"
						.formatted(this.id, this.settings.maxInFlight(), limits.consumer(), limits.stream(),
								limits.maxAckPending()));
		}
		if (!limits.equals(this.limits)) {
			this.limits = limits;
			this.longRuns.schedule(limits);
		}
		if (limits.cumulative()) {
			this.settler.cumulate().learn(consumer);
		}
	}

	@Override
	public void giveUp(String reason) {
		this.gaveUp = true;
		this.engine.detach();
		logger.error("Listener '%s' gives up: %s".formatted(this.id, reason));
		this.state.failed(reason);
	}

	@Override
	public @Nullable Connection connection() {
		return this.connection;
	}

	@Override
	public @Nullable PullLimits limits() {
		return this.limits;
	}

	@Override
	public boolean isStopping() {
		return this.stopping;
	}

	private void onMessage(Inbox inbox, Message message) {
		long now = System.nanoTime();
		if (!message.isStatusMessage()) {
			if (!message.isJetStream()) {
				// Whoever may publish to inboxes can send us anything; it is no delivery
				logger.debug("Listener '%s' ignored a message that is not from a stream".formatted(this.id));
				return;
			}
			this.engine.received(inbox, message, now);
			Delivery delivery = new Delivery(message, this.settler, now, ackWait(message));
			AckRuns runs = this.settler.runs();
			if (runs != null && !runs.delivered(delivery)) {
				// Handled before, only its acknowledgement is missing
				this.settler.abandon(delivery);
			}
			else if (!this.lanes.add(delivery)) {
				this.late.add(delivery);
			}
			heard();
			return;
		}
		PullEvent event = this.engine.status(inbox, message, now);
		if (event instanceof PullEvent.Heartbeat || event instanceof PullEvent.Ended) {
			heard();
		}
		else if (event instanceof PullEvent.NoResponders) {
			this.engine.pause();
			this.tasks.submit(this.guard::noResponders);
		}
		else if (event instanceof PullEvent.Rejected rejected) {
			this.engine.pause();
			this.tasks.submit(() -> this.guard.trouble("the server refused a pull: " + rejected.reason()));
		}
		else if (event instanceof PullEvent.Lost lost) {
			if (lost.isConsumerDeleted()) {
				// Until it is known whether there is another one of its name
				this.settler.detach();
			}
			this.tasks.submit(() -> this.guard.trouble("the server ended the pulls: " + lost.reason()));
		}
	}

	private void heard() {
		if (!this.guard.isWell()) {
			this.tasks.submit(() -> {
				this.guard.recovered();
				consuming();
			});
		}
	}

	private long ackWait(Message message) {
		PullLimits limits = this.limits;
		if (limits == null) {
			return 0;
		}
		return limits.ackWaitNanos(limits.isConstantAckWait() ? 1 : message.metaData().deliveredCount());
	}

	private void check() {
		if (this.settler.isHolding()) {
			this.tasks.submit(this.settler::retry);
		}
		if (!this.stopping) {
			this.guard.check();
			AckRuns runs = this.settler.runs();
			if (runs != null && runs.isWaiting()) {
				this.tasks.submit(() -> learn(runs));
			}
		}
	}

	private void learn(@Nullable AckRuns runs) {
		if (runs != null) {
			runs.lookUp(this.connection, this.limits, this.settings.jetStream(), this.guard::learn);
		}
	}

	/**
	 * Stop: no more pulls, what has not started goes back to the server at once, what
	 * runs may end. A task like the others.
	 */
	void stop() {
		this.stopping = true;
		long deadline = System.nanoTime() + this.settings.shutdownTimeout().toNanos();
		this.holder.removeObserver(this);
		if (this.checks != null) {
			this.checks.cancel(false);
		}
		Inbox inbox = this.engine.detach();
		List<Delivery> unstarted = this.lanes.close();
		if (inbox != null) {
			// Handed back before the pulls are gone, messages would come straight back
			inbox.drain(DRAIN_TIMEOUT);
		}
		long handedBack = unstarted.stream().filter(this.settler::handBack).count() + this.late.drained();
		this.settler.flush(DRAIN_TIMEOUT);
		if (handedBack > 0) {
			logger.info("Listener '%s' handed back %d messages that had not started".formatted(this.id, handedBack));
		}
		if (!awaitRunning(deadline - System.nanoTime())) {
			logger.warn("Listener '%s' did not end within %s; its message will be delivered again".formatted(this.id,
					this.settings.shutdownTimeout()));
		}
		learn(this.settler.runs());
		this.settler.flush(DRAIN_TIMEOUT);
		this.longRuns.cancel();
		try {
			this.source.close();
		}
		catch (RuntimeException ex) {
			logger.warn("Listener '%s' could not close its consumer in order".formatted(this.id), ex);
		}
		this.state.to(ContainerStatus.State.STOPPED);
	}

	private boolean awaitRunning(long nanos) {
		try {
			long deadline = System.nanoTime() + nanos;
			return this.lanes.awaitEnd(nanos) && this.letters.awaitEnd(deadline - System.nanoTime());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

}
