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
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.listener.AckMode;
import io.github.natsspring.listener.FailureHandler;
import io.github.natsspring.listener.NatsBatchListener;
import io.github.natsspring.listener.NatsMessageListener;
import io.nats.client.Message;
import io.nats.client.api.ConsumerInfo;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * A container from one start to the next stop: wires what it consists of, and stops it in
 * order. Everything that may block is a task of {@link SerialTasks}, one at a time.
 */
final class PullSession implements LaneHandler, Permits {

	private static final Log logger = LogFactory.getLog(PullSession.class);

	private static final Duration FLUSH_TIMEOUT = Duration.ofSeconds(2);

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

	private final Failures failures;

	private final DeliveryRunner runner;

	private final @Nullable BatchRunner batches;

	private final LaneGroup lanes;

	private final LateDeliveries late;

	private final LetterTasks letters = new LetterTasks();

	private final LongRuns longRuns;

	private final ConsumerPosition position;

	private final PullAttachment attachment;

	private final PullIntake intake;

	private final ServerPause serverPause;

	private final SessionPauses pauses;

	private final PullStatistics statistics;

	private final SessionView view;

	// One while the only handler there is hangs; below zero when its end is heard of
	// first. Used by tasks only
	private int hanging;

	// Handlers that hang and were replaced
	private final AtomicInteger replaced = new AtomicInteger();

	private @Nullable ScheduledFuture<?> checks;

	PullSession(String id, ConnectionHolder holder, ConsumerSource source, NatsMessageListener listener,
			@Nullable NatsBatchListener batchListener, FailureHandler failureHandler, Executor executor,
			PullContainerSettings settings, ContainerState state, SerialTasks tasks, PullStatistics statistics) {
		this.id = id;
		this.statistics = statistics;
		this.holder = holder;
		this.source = source;
		this.settings = settings;
		this.state = state;
		this.tasks = tasks;
		this.engine = new PullEngine(settings.jetStream(), new WindowBounds(settings.maxInFlight(),
				settings.quickMaxInFlight(), settings.concurrency(), settings.batchSize()),
				settings.maxBytesInFlight());
		// A busy lane of a key says nothing of the others
		this.settler = new Settler(this, CONFIRM_TIMEOUT,
				(settings.orderingKey() != null) ? 1 : settings.concurrency());
		this.late = new LateDeliveries(this.settler);
		this.failures = new Failures(id, failureHandler, settings, this.settler, this.letters, this::maxAckPending,
				(source.kind() == ConsumerKind.ORDERED) ? this::fail : null, statistics);
		this.runner = new DeliveryRunner(id, listener, settings, this.settler, this.failures, this.engine, statistics);
		this.batches = (batchListener != null) ? new BatchRunner(id, batchListener, settings, this.settler,
				this.failures, this.engine, this.late, statistics) : null;
		this.lanes = LaneGroup.of(settings, executor, this);
		this.longRuns = new LongRuns(id, settings, this.lanes, this.runner, this.letters, this.settler, this.engine,
				(lane, run) -> tasks.submit(() -> hang(lane, run)), () -> replaced(1));
		this.position = ConsumerPosition.of(source.kind());
		this.attachment = new PullAttachment(id, source, settings, state, tasks, this.engine, this.settler,
				this.position, this::accept, this.longRuns::schedule);
		this.intake = new PullIntake(id, tasks, this.engine, this.settler, this.lanes, this.late, this.position,
				this.attachment, statistics);
		this.serverPause = new ServerPause(this.attachment, settings, state, tasks, this.engine.lastMessage());
		this.view = new SessionView(this.engine, this.lanes, this.attachment, this.failures);
		this.pauses = new SessionPauses(tasks, this.lanes, this.late, this.engine, this.attachment, this::handBack);
	}

	/**
	 * Start, with the consumer if it is known already.
	 */
	void start(@Nullable ConsumerInfo consumer) {
		if (consumer != null) {
			this.attachment.guard().opened(consumer);
		}
		this.holder.addObserver(this.attachment);
		this.checks = ContainerThreads.repeat(this::check, CHECK_PERIOD);
	}

	private void accept(Inbox inbox, int slot, Message message) {
		this.intake.accept(inbox, slot, message);
	}

	@Override
	public @Nullable PendingRun run(Delivery delivery, Lane lane) {
		return this.position.skip(delivery, this.settler) ? null : this.runner.run(delivery, lane);
	}

	@Override
	public @Nullable PendingRun runBatch(List<Delivery> deliveries, Lane lane) {
		return (this.batches != null) ? this.batches.run(this.position.due(deliveries, this.settler), lane) : null;
	}

	@Override
	public void idle() {
		this.settler.bundle().flush();
	}

	@Override
	public void recovered() {
		logger.info("Listener '%s' ended a handler that had hung".formatted(this.id));
		if (this.settings.concurrency() == 1) {
			this.tasks.submit(() -> {
				if (--this.hanging == 0) {
					this.attachment.hanging(false);
				}
			});
		}
		else {
			replaced(-1);
		}
	}

	/**
	 * When as many hang as may run at once, those in their places will most likely, too,
	 * and threads and messages pile up.
	 */
	private void replaced(int change) {
		this.replaced.addAndGet(change);
		this.tasks.submit(() -> {
			int hanging = this.replaced.get();
			if (!this.attachment.isStopping()) {
				this.state.blocked((hanging < this.settings.concurrency()) ? null
						: "all handlers hang, %d of them, and those in their places may, too".formatted(hanging));
			}
		});
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
			this.attachment.consuming();
		});
	}

	@Override
	public void settled(Delivery delivery) {
		this.runner.settled(delivery);
		this.position.settled(delivery);
		// Confirmations arrive on a thread of jnats
		this.engine.settled(delivery.arrived(), delivery.size(), this.settings.ackMode() != AckMode.AUTO_CONFIRMED);
	}

	@Override
	public void ended(Delivery delivery) {
		// What is handled need not come again, also while its acknowledgement waits
		this.position.settled(delivery);
	}

	@Override
	public void free(List<Delivery> deliveries, long nanos) {
		this.engine.settled(deliveries, nanos);
	}

	@Override
	public void unsent() {
		this.statistics.unsettled();
	}

	@Override
	public void unconfirmed() {
		this.statistics.unsettled();
		this.log.warn("The server did not confirm an acknowledgement of listener '%s'; the message may come again"
			.formatted(this.id), null);
	}

	/**
	 * The only handler there is hangs: nothing is pulled until its end, which may have
	 * been heard of first.
	 */
	private void hang(Lane lane, LaneRun run) {
		if (++this.hanging <= 0 || this.attachment.isStopping()) {
			return;
		}
		this.attachment.hanging(true);
		this.state.trouble("a handler hangs", true);
		// Handed back before the pulls are gone, messages would come straight back
		this.attachment.detach();
		lane.giveUp(run, false).forEach(this.settler::handBack);
	}

	/**
	 * A message cannot be helped, and what is behind it must not be handled before. On
	 * any thread.
	 */
	private void fail(String reason) {
		this.tasks.submit(() -> {
			if (!this.attachment.isStopping()) {
				this.attachment.giveUp(reason);
				this.lanes.close().forEach(this.settler::abandon);
			}
		});
	}

	private long maxAckPending() {
		PullLimits limits = this.attachment.limits();
		return (limits != null) ? limits.maxAckPending() : 0;
	}

	SessionView view() {
		return this.view;
	}

	// On the timer that all containers share: nothing here waits
	private void check() {
		if (this.settler.isHolding()) {
			this.tasks.submit(this.settler::retry);
		}
		if (this.settler.bundle().isOld(System.nanoTime())) {
			ContainerThreads.execute(this.settler.bundle()::flush);
		}
		if (!this.attachment.isStopping()) {
			this.attachment.guard().check();
			this.serverPause.check(System.nanoTime(), this.engine.lastMessage());
			this.pauses.check();
			this.state.check(this.engine.lastMessage(), this.engine.inFlight() > 0);
			if (this.settler.runs() != null) {
				this.tasks.submit(this.attachment::learnForAcks);
			}
		}
	}

	/**
	 * Start nothing more until {@link #resume()}: what has not started goes back to the
	 * server. On any thread; does not wait.
	 */
	void pause() {
		this.pauses.pause();
	}

	void resume() {
		this.pauses.resume();
	}

	private void handBack(@Nullable Inbox inbox, List<Delivery> unstarted) {
		// Handed back before the pulls are gone, messages would come straight back
		this.attachment.drain(inbox);
		if (!unstarted.isEmpty()) {
			this.attachment.forgetPulls();
		}
		long handedBack = unstarted.stream()
			.sorted(Comparator.comparingLong((delivery) -> delivery.message().metaData().streamSequence()))
			.filter(this.settler::handBack)
			.count() + this.late.drained();
		this.settler.flush(FLUSH_TIMEOUT);
		if (handedBack > 0 && this.settings.ackMode() != AckMode.NONE) {
			logger.info("Listener '%s' handed back %d messages that had not started".formatted(this.id, handedBack));
		}
	}

	/**
	 * Stop: no more pulls, what has not started goes back to the server at once, what
	 * runs may end. A task like the others.
	 */
	void stop() {
		this.attachment.stop();
		long deadline = System.nanoTime() + this.settings.shutdownTimeout().toNanos();
		this.holder.removeObserver(this.attachment);
		if (this.checks != null) {
			this.checks.cancel(false);
		}
		Inbox inbox = PullEnd.end(this.engine);
		if (this.engine.pin() != null) {
			finishInOrder(inbox, deadline - System.nanoTime());
		}
		List<Delivery> unstarted = this.lanes.close();
		handBack(inbox, unstarted);
		boolean ended = awaitRunning(deadline - System.nanoTime());
		if (!ended) {
			logger.warn("Listener '%s' did not end within %s; its message will be delivered again".formatted(this.id,
					this.settings.shutdownTimeout()));
		}
		this.attachment.learnForAcks();
		this.settler.flush(FLUSH_TIMEOUT);
		this.attachment.releasePin();
		this.longRuns.cancel();
		try {
			this.source.close();
		}
		catch (RuntimeException ex) {
			logger.warn("Listener '%s' could not close its consumer in order".formatted(this.id), ex);
		}
		this.state.stopped(this.attachment.hasGivenUp(), ended);
	}

	/**
	 * Where one instance at a time is active, order is to hold beyond a take-over. The
	 * server mixes up what is handed back while others wait for their turn, so everything
	 * that is here is run, as far as there is time.
	 */
	private void finishInOrder(@Nullable Inbox inbox, long nanos) {
		this.attachment.drain(inbox);
		try {
			this.lanes.awaitIdle(nanos);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
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
