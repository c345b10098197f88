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

package io.github.natsspring.listener.core;

import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

import io.github.natsspring.event.ListenerEvents;
import io.github.natsspring.event.NatsListenerStoppedEvent.Reason;
import io.github.natsspring.listener.ContainerStatus;
import io.github.natsspring.listener.ContainerStatus.State;
import org.jspecify.annotations.Nullable;

/**
 * Whether messages can come to a container and whether it is paused, for its status and
 * for those who listen to its events.
 */
final class CoreState {

	static final String PAUSED = "paused by the application";

	static final String LOST = "the connection is lost";

	// As nats.listener.stall-timeout is by default
	static final Duration STALL_TIMEOUT = Duration.ofSeconds(30);

	private static final Duration CHECK_PERIOD = Duration.ofSeconds(1);

	private static final ScheduledThreadPoolExecutor timer = timer();

	private final ListenerEvents events;

	private final Runnable onStall;

	private final ReentrantLock lock = new ReentrantLock();

	private boolean started;

	private boolean paused;

	// Why the last start failed, or null if it did not
	private @Nullable String failure;

	private boolean lost;

	// What the server says of subscriptions that the user has no permission for
	private @Nullable String refusal;

	// On the monotonic clock, or null while nothing keeps messages from coming
	private @Nullable Long troubleSince;

	private boolean stalled;

	// Since when the executor does not run the listener, or null unless that was reported
	private @Nullable Long blockedSince;

	private @Nullable ScheduledFuture<?> checks;

	/**
	 * Create a state.
	 * @param onStall called each time that a stall begins, under the lock
	 */
	CoreState(ListenerEvents events, Runnable onStall) {
		this.onStall = onStall;
		this.events = events;
	}

	private static ScheduledThreadPoolExecutor timer() {
		ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, (task) -> {
			Thread thread = new Thread(task, "nats-core-timer");
			thread.setDaemon(true);
			return thread;
		});
		timer.setRemoveOnCancelPolicy(true);
		timer.setKeepAliveTime(10, TimeUnit.SECONDS);
		timer.allowCoreThreadTimeOut(true);
		return timer;
	}

	/**
	 * The container has been started.
	 * @param subscriber the subscription from now on
	 * @param refused those of it that the server refuses
	 */
	void started(Subscriber subscriber, RefusedSubscriptions refused) {
		this.lock.lock();
		try {
			this.started = true;
			this.failure = null;
			this.events.restartIdle();
			this.events.started();
			if (this.paused) {
				this.events.paused(false, PAUSED);
			}
			this.checks = timer.scheduleWithFixedDelay(() -> {
				check(subscriber);
				refused.check();
			}, CHECK_PERIOD.toNanos(), CHECK_PERIOD.toNanos(), TimeUnit.NANOSECONDS);
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * The container could not be started.
	 */
	void failed(RuntimeException cause) {
		this.lock.lock();
		try {
			this.failure = String.valueOf(cause.getMessage());
			forget();
			this.events.failed(this.failure, cause);
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * The container has been stopped.
	 * @param ended whether everything that had arrived was handled
	 */
	void stopped(boolean ended) {
		this.lock.lock();
		try {
			this.started = false;
			forget();
			ScheduledFuture<?> current = this.checks;
			if (current != null) {
				current.cancel(false);
			}
			this.events.stopped(ended ? Reason.NORMAL : Reason.TIMEOUT);
		}
		finally {
			this.lock.unlock();
		}
	}

	private void forget() {
		this.stalled = false;
		this.lost = false;
		this.refusal = null;
		this.troubleSince = null;
		this.blockedSince = null;
	}

	void paused(boolean paused) {
		this.lock.lock();
		try {
			boolean changed = this.paused != paused;
			this.paused = paused;
			if (changed && this.started) {
				if (paused) {
					this.events.paused(false, PAUSED);
				}
				else {
					this.events.resumed(false);
				}
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	void connected(boolean connected) {
		this.lock.lock();
		try {
			this.lost = !connected;
			changed();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * The server refuses a subscription, or none any more.
	 * @param reason what it says, or {@code null}
	 */
	void refused(@Nullable String reason) {
		this.lock.lock();
		try {
			this.refusal = reason;
			changed();
		}
		finally {
			this.lock.unlock();
		}
	}

	private void changed() {
		Long since = this.troubleSince;
		if (trouble() == null) {
			this.troubleSince = null;
			if (this.stalled && since != null) {
				this.events.recovered(Duration.ofNanos(System.nanoTime() - since));
			}
			this.stalled = false;
		}
		else if (since == null) {
			this.troubleSince = System.nanoTime();
			reportStall();
		}
	}

	private @Nullable String trouble() {
		return this.lost ? LOST : this.refusal;
	}

	/**
	 * The status while there is no subscription.
	 */
	ContainerStatus stopped() {
		this.lock.lock();
		try {
			return new ContainerStatus((this.failure != null) ? State.FAILED : State.STOPPED, this.failure, 0, null);
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * The status while there is one.
	 */
	ContainerStatus status(Subscriber subscriber, boolean stopping, int window) {
		this.lock.lock();
		try {
			State state = State.RUNNING;
			String detail = null;
			if (stopping) {
				state = State.STOPPING;
			}
			else if (this.paused) {
				state = State.PAUSED;
				detail = PAUSED;
			}
			else if (!subscriber.isAttached()) {
				state = subscriber.isFailed() ? State.STALLED : State.STARTING;
				detail = subscriber.isFailed() ? "it could not subscribe, and tries again" : "waits for a connection";
			}
			else if (trouble() != null) {
				state = State.STALLED;
				detail = trouble();
			}
			else {
				ExecutorTrouble.Report blocked = subscriber.getTrouble();
				if (blocked != null) {
					state = blocked.isOlderThan(STALL_TIMEOUT) ? State.STALLED : State.RUNNING;
					detail = blocked.reason();
				}
			}
			return new ContainerStatus(state, detail, subscriber.getInFlight(), subscriber.getLastActivity(), window);
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * What is published meanwhile is lost to this listener, so that there is nothing to
	 * wait for.
	 */
	private void reportStall() {
		String reason = trouble();
		if (this.started && !this.paused && !this.stalled && reason != null) {
			this.stalled = true;
			this.onStall.run();
			this.events.stalled(reason);
		}
	}

	private void reportBlocked(ExecutorTrouble.@Nullable Report blocked) {
		Long since = this.blockedSince;
		if (blocked == null && since != null) {
			this.blockedSince = null;
			this.events.recovered(Duration.ofNanos(System.nanoTime() - since));
		}
		else if (blocked != null && since == null && !this.paused && blocked.isOlderThan(STALL_TIMEOUT)) {
			this.blockedSince = blocked.since();
			this.onStall.run();
			this.events.stalled(blocked.reason());
		}
	}

	private void check(Subscriber subscriber) {
		subscriber.check();
		this.lock.lock();
		try {
			if (!this.started) {
				return;
			}
			reportStall();
			reportBlocked(subscriber.getTrouble());
			this.events.checkIdle(System.nanoTime(), subscriber.getLastMessage(),
					subscriber.getInFlight() > 0 || trouble() != null, this.paused);
		}
		finally {
			this.lock.unlock();
		}
	}

}
