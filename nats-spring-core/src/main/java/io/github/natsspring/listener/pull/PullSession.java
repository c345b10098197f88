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
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.atomic.AtomicBoolean;

import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.connection.ConnectionObserver;
import io.github.natsspring.connection.NatsException;
import io.github.natsspring.connection.NatsNotConnectedException;
import io.github.natsspring.listener.AckMode;
import io.github.natsspring.listener.ContainerStatus;
import io.github.natsspring.listener.FailureHandler;
import io.github.natsspring.listener.NatsMessageListener;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamOptions;
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
final class PullSession implements ConnectionObserver, Lane.Handler, Settler.Permits {

	private static final Log logger = LogFactory.getLog(PullSession.class);

	private static final Duration DRAIN_TIMEOUT = Duration.ofSeconds(2);

	private static final Duration CHECK_PERIOD = Duration.ofSeconds(1);

	private static final Duration CONFIRM_TIMEOUT = Duration.ofSeconds(5);

	private static final Duration IDENTIFY_TIMEOUT = Duration.ofMillis(500);

	private static final Duration SHORTEST_SCAN = Duration.ofMillis(20);

	private static final Duration LONGEST_BACKOFF = Duration.ofSeconds(5);

	// JetStream's errors for a missing stream and a missing consumer
	private static final int STREAM_NOT_FOUND = 10059;

	private static final int CONSUMER_NOT_FOUND = 10014;

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

	private final LaneGroup lanes;

	private final AckExtender extender;

	private volatile @Nullable PullLimits limits;

	private volatile boolean stopping;

	private @Nullable ScheduledFuture<?> checks;

	private volatile @Nullable ScheduledFuture<?> scans;

	private final AtomicBoolean scanning = new AtomicBoolean();

	// Used by tasks only
	private @Nullable Connection connection;

	// Used by tasks only
	private long epoch = -1;

	// Tells the consumer from a later one of its name; used at the start, then by tasks
	// only
	private @Nullable ZonedDateTime created;

	// Since the server last showed that it serves the pulls; written by tasks only
	private volatile int failures;

	private volatile boolean recovering;

	// What arrives after the lane was closed
	private final Queue<Delivery> refused = new ConcurrentLinkedQueue<>();

	private volatile boolean drained;

	PullSession(String id, ConnectionHolder holder, ConsumerSource source, NatsMessageListener listener,
			FailureHandler failureHandler, Executor executor, PullContainerSettings settings, ContainerState state,
			SerialTasks tasks) {
		this.id = id;
		this.holder = holder;
		this.source = source;
		this.settings = settings;
		this.state = state;
		this.tasks = tasks;
		this.engine = new PullEngine(settings.jetStream(), settings.maxInFlight(), settings.concurrency());
		this.settler = new Settler(this, CONFIRM_TIMEOUT);
		Failures failures = new Failures(id, failureHandler, settings, this.settler, this::maxAckPending);
		this.runner = new DeliveryRunner(id, listener, settings, this.settler, failures, this.engine);
		this.lanes = LaneGroup.of(settings.concurrency(), settings.orderingKey(), executor, this);
		this.extender = new AckExtender(this.lanes, this.runner.unsettled(), this.settler, settings.longestExtension(),
				this::stuck);
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
		if (delivery.isStuck()) {
			logger.info("Listener '%s' ended a handler that had hung".formatted(this.id));
			this.tasks.submit(() -> {
				this.engine.resume();
				consuming();
			});
		}
	}

	@Override
	public void refused(List<Delivery> deliveries, RuntimeException ex) {
		this.state.trouble("the executor takes no more tasks: " + ex.getMessage(), false);
		this.engine.pause();
		this.refused.addAll(deliveries);
		this.tasks.submit(() -> {
			handBackRefused();
			recoverLater();
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

	private void stuck(Lane lane, LaneWorker worker, Delivery delivery) {
		boolean replace = this.settings.concurrency() > 1;
		StringBuilder stack = new StringBuilder();
		for (StackTraceElement element : worker.stack()) {
			stack.append("%n\tat %s".formatted(element));
		}
		logger.error("Listener '%s' has run for more than %s on message %d of stream '%s'%s; it stands at%s".formatted(
				this.id, this.settings.longestExtension(), delivery.message().metaData().streamSequence(),
				delivery.message().metaData().getStream(), replace ? ", others go on without it" : "", stack));
		if (!replace) {
			this.engine.pause();
			this.state.trouble("a handler hangs", true);
		}
		lane.giveUp(worker, replace).forEach(this.settler::handBack);
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
			if (!this.stopping && epoch > this.epoch) {
				boolean again = this.epoch >= 0;
				this.epoch = epoch;
				this.connection = connection;
				this.failures = 0;
				if (again) {
					identify(connection);
				}
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

	/**
	 * Find out, before anything is settled over a new connection, whether the consumer is
	 * still the one that the deliveries came from. A server that starts may not be able
	 * to tell; it must not be waited for.
	 */
	private void identify(Connection connection) {
		PullLimits limits = this.limits;
		if (limits == null) {
			return;
		}
		try {
			use(connection
				.jetStreamManagement(
						JetStreamOptions.builder(this.settings.jetStream()).requestTimeout(IDENTIFY_TIMEOUT).build())
				.getConsumerInfo(limits.stream(), limits.consumer()));
		}
		catch (JetStreamApiException ex) {
			if (isMissing(ex)) {
				// Whatever will have its name is another one
				this.settler.renounce();
				this.created = null;
			}
		}
		catch (IOException | RuntimeException ex) {
			logger.debug("Listener '%s' could not look up its consumer: %s".formatted(this.id, ex.getMessage()));
		}
	}

	private static boolean isMissing(JetStreamApiException ex) {
		return ex.getApiErrorCode() == STREAM_NOT_FOUND || ex.getApiErrorCode() == CONSUMER_NOT_FOUND;
	}

	private void attach() {
		Connection connection = this.connection;
		if (connection == null) {
			return;
		}
		PullLimits limits = this.limits;
		try {
			if (limits == null) {
				limits = use(this.source.open());
			}
		}
		catch (RuntimeException ex) {
			this.state.trouble(String.valueOf(ex.getMessage()), false);
			recoverLater();
			return;
		}
		Inbox previous = this.engine.detach();
		if (previous != null) {
			// Its pulls may still be served: only what has arrived from them is accounted
			// for
			previous.drain(DRAIN_TIMEOUT);
		}
		this.settler.attach(connection);
		try {
			this.engine.attach(new Inbox(connection, this::onMessage), limits);
		}
		catch (IllegalStateException ex) {
			logger.debug("Listener '%s' could not attach: %s".formatted(this.id, ex.getMessage()));
			// Most likely the connection is lost again; if not, nobody else would try
			recoverLater();
		}
	}

	private void consuming() {
		Connection connection = this.connection;
		if (!this.stopping && this.failures == 0 && connection != null
				&& connection.getStatus() == Connection.Status.CONNECTED) {
			this.state.consuming();
		}
	}

	private PullLimits use(ConsumerInfo consumer) {
		PullLimits limits = PullLimits.of(consumer);
		if (this.created != null && !this.created.equals(consumer.getCreationTime())) {
			logger.warn("Consumer '%s' of stream '%s' of listener '%s' is another one now".formatted(limits.consumer(),
					limits.stream(), this.id));
			this.settler.renounce();
		}
		this.created = consumer.getCreationTime();
		if (limits.maxAckPending() > 0 && this.settings.maxInFlight() > limits.maxAckPending()) {
			logger.warn(
					"Listener '%s' may have %d messages in flight, but consumer '%s' of stream '%s' allows only %d (max-ack-pending) over all instances"
						.formatted(this.id, this.settings.maxInFlight(), limits.consumer(), limits.stream(),
								limits.maxAckPending()));
		}
		if (!limits.equals(this.limits)) {
			this.limits = limits;
			scheduleScans(limits);
		}
		return limits;
	}

	private void scheduleScans(PullLimits limits) {
		ScheduledFuture<?> previous = this.scans;
		if (previous != null) {
			previous.cancel(false);
		}
		if (this.settings.extendAcks() && this.settings.ackMode() != AckMode.NONE) {
			Duration period = Duration.ofNanos(limits.shortestAckWait().toNanos() / 8);
			this.scans = ContainerThreads.repeat(this::scan,
					(period.compareTo(SHORTEST_SCAN) > 0) ? period : SHORTEST_SCAN);
		}
	}

	private void scan() {
		if (this.engine.inFlight() > 0 && this.scanning.compareAndSet(false, true)) {
			// Not on the shared timer: a write may have to wait for the connection
			ContainerThreads.execute(() -> {
				try {
					this.extender.scan(System.nanoTime());
				}
				finally {
					this.scanning.set(false);
				}
			});
		}
	}

	private void onMessage(Inbox inbox, Message message) {
		long now = System.nanoTime();
		if (!message.isStatusMessage()) {
			if (!message.isJetStream()) {
				// Whoever may publish to inboxes can send us anything; it is no delivery
				logger.debug("Listener '%s' ignored a message that is not from a stream".formatted(this.id));
				return;
			}
			this.engine.received(inbox, now);
			Delivery delivery = new Delivery(message, this.settler, now, ackWait(message));
			if (!this.lanes.add(delivery)) {
				this.refused.add(delivery);
				if (this.drained) {
					handBackRefused();
				}
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
			this.tasks.submit(this::retryPull);
		}
		else if (event instanceof PullEvent.Rejected rejected) {
			this.engine.pause();
			this.tasks.submit(() -> trouble("the server refused a pull: " + rejected.reason()));
		}
		else if (event instanceof PullEvent.Lost lost) {
			if (lost.isConsumerDeleted()) {
				// Until it is known whether there is another one of its name
				this.settler.detach();
			}
			this.tasks.submit(() -> trouble("the server ended the pulls: " + lost.reason()));
		}
	}

	private void heard() {
		if (this.failures != 0) {
			this.tasks.submit(() -> {
				this.failures = 0;
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

	/**
	 * Nobody answers for the consumer: common while a server starts, so try again soon,
	 * and look closer when it lasts.
	 */
	private void retryPull() {
		if (this.stopping) {
			return;
		}
		this.failures++;
		if (this.failures > 5) {
			trouble("nobody answers for the consumer");
			return;
		}
		ContainerThreads.schedule(() -> this.tasks.submit(this.engine::resume), backoff());
	}

	private void trouble(String reason) {
		// Without a connection there is a better reason, and what recovers finds out more
		if (!this.stopping && !this.recovering && this.connection != null) {
			this.state.trouble(reason, false);
			recoverLater();
		}
	}

	private void check() {
		if (this.settler.isHolding()) {
			this.tasks.submit(this.settler::retry);
		}
		if (!this.stopping && this.engine.check(System.nanoTime())) {
			this.tasks.submit(() -> trouble("no heartbeat for the pulls"));
		}
	}

	private void recoverLater() {
		if (!this.recovering) {
			this.recovering = true;
			this.failures++;
			ContainerThreads.schedule(() -> this.tasks.submit(this::recover), backoff());
		}
	}

	/**
	 * Look the consumer up, and attach again if it is there; else wait for it.
	 */
	private void recover() {
		this.recovering = false;
		Connection connection = this.connection;
		if (this.stopping || connection == null) {
			return;
		}
		PullLimits limits = this.limits;
		if (limits == null) {
			attach();
			return;
		}
		try {
			use(connection.jetStreamManagement(this.settings.jetStream())
				.getConsumerInfo(limits.stream(), limits.consumer()));
		}
		catch (JetStreamApiException ex) {
			boolean missing = isMissing(ex);
			if (missing) {
				this.engine.pause();
			}
			this.state.trouble(missing ? "consumer '%s' of stream '%s' does not exist (%s)".formatted(limits.consumer(),
					limits.stream(), ex.getMessage()) : String.valueOf(ex.getMessage()), missing);
			recoverLater();
			return;
		}
		catch (IOException | RuntimeException ex) {
			this.state.trouble("the consumer could not be looked up: " + ex.getMessage(), false);
			recoverLater();
			return;
		}
		attach();
	}

	private Duration backoff() {
		Duration backoff = Duration.ofMillis(50L << Math.min(this.failures, 10));
		return (backoff.compareTo(LONGEST_BACKOFF) < 0) ? backoff : LONGEST_BACKOFF;
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
		this.drained = true;
		long handedBack = unstarted.stream().filter(this.settler::handBack).count() + handBackRefused();
		this.settler.flush(DRAIN_TIMEOUT);
		if (handedBack > 0) {
			logger.info("Listener '%s' handed back %d messages that had not started".formatted(this.id, handedBack));
		}
		if (!awaitRunning(deadline - System.nanoTime())) {
			logger.warn("Listener '%s' did not end within %s; its message will be delivered again".formatted(this.id,
					this.settings.shutdownTimeout()));
		}
		this.settler.flush(DRAIN_TIMEOUT);
		ScheduledFuture<?> scans = this.scans;
		if (scans != null) {
			scans.cancel(false);
		}
		this.state.to(ContainerStatus.State.STOPPED);
	}

	private long handBackRefused() {
		long count = 0;
		for (Delivery delivery = this.refused.poll(); delivery != null; delivery = this.refused.poll()) {
			this.settler.handBack(delivery);
			count++;
		}
		return count;
	}

	private boolean awaitRunning(long nanos) {
		try {
			return this.lanes.awaitEnd(nanos);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	/**
	 * Open the consumer for a start, unless the connection is still being made.
	 */
	static @Nullable ConsumerInfo open(ConnectionHolder holder, ConsumerSource source) throws NatsException {
		try {
			holder.get();
		}
		catch (NatsNotConnectedException ex) {
			return null;
		}
		return source.open();
	}

}
