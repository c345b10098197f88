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
import java.time.Instant;
import java.util.concurrent.locks.ReentrantLock;

import io.github.natsspring.event.ListenerEvents;
import io.github.natsspring.event.NatsListenerStoppedEvent.Reason;
import io.github.natsspring.listener.ContainerStatus;
import io.github.natsspring.listener.ContainerStatus.State;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * What a container does and what keeps it from consuming, for logs, for health and for
 * those who listen to its events.
 */
final class ContainerState {

	private static final Log logger = LogFactory.getLog(ContainerState.class);

	private static final String PAUSED = "paused by the application";

	private final String id;

	private final Duration stallTimeout;

	private final ListenerEvents events;

	private final Runnable onStall;

	private final ReentrantLock lock = new ReentrantLock();

	private State state = State.STOPPED;

	private @Nullable String trouble;

	private long troubleSince;

	private boolean certain;

	// Whether event listeners know that it does not consume
	private boolean stalled;

	// Why it only seems to consume, or null
	private @Nullable String blocked;

	// By the application
	private boolean paused;

	// By the server: until when, or null
	private @Nullable String pausedOnServer;

	/**
	 * Create a state.
	 * @param onStall called each time that a stall begins, under the lock
	 */
	ContainerState(String id, Duration stallTimeout, ListenerEvents events, Runnable onStall) {
		this.onStall = onStall;
		this.id = id;
		this.stallTimeout = stallTimeout;
		this.events = events;
	}

	void to(State state) {
		this.lock.lock();
		try {
			this.state = state;
			this.trouble = null;
			this.blocked = null;
			this.stalled = false;
			logger.debug("Listener '%s' is %s".formatted(this.id, state));
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * The container has been started; whatever comes of that comes after it.
	 */
	void started() {
		this.lock.lock();
		try {
			this.events.restartIdle();
			this.events.started();
			if (this.paused) {
				this.events.paused(false, PAUSED);
			}
			if (this.pausedOnServer != null) {
				this.events.paused(true, this.pausedOnServer);
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * The container has been stopped.
	 * @param failed whether it had failed before
	 * @param ended whether everything that ran has ended
	 */
	void stopped(boolean failed, boolean ended) {
		to(State.STOPPED);
		this.events.stopped(failed ? Reason.FAILED : ended ? Reason.NORMAL : Reason.TIMEOUT);
	}

	/**
	 * The container could not be started, or has given up.
	 * @param cause what was thrown at the start, or {@code null}
	 */
	void failed(String reason, @Nullable Throwable cause) {
		this.lock.lock();
		try {
			this.state = State.FAILED;
			this.trouble = reason;
			this.stalled = false;
			this.events.failed(reason, cause);
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * The application has paused the container, or not any more.
	 */
	void paused(boolean paused) {
		this.lock.lock();
		try {
			if (this.paused != paused) {
				logger.info("Listener '%s' is %s".formatted(this.id, paused ? "paused" : "resumed"));
				if (isActive() && paused) {
					this.events.paused(false, PAUSED);
				}
				else if (isActive()) {
					this.events.resumed(false);
				}
			}
			this.paused = paused;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * The consumer is paused on the server, or not any more.
	 * @param reason what the server says, or {@code null}
	 */
	void pausedOnServer(@Nullable String reason) {
		this.lock.lock();
		try {
			if (reason != null && !reason.equals(this.pausedOnServer)) {
				logger.info("Listener '%s' waits: %s".formatted(this.id, reason));
			}
			else if (reason == null && this.pausedOnServer != null) {
				logger.info("The consumer of listener '%s' is not paused any more".formatted(this.id));
			}
			boolean changed = (reason == null) != (this.pausedOnServer == null);
			this.pausedOnServer = reason;
			if (changed && isActive()) {
				if (reason != null) {
					this.events.paused(true, reason);
				}
				else {
					this.events.resumed(true);
				}
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	private boolean isActive() {
		return this.state == State.RUNNING || this.state == State.STARTING;
	}

	boolean isPausedOnServer() {
		this.lock.lock();
		try {
			return this.pausedOnServer != null;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * The container consumes.
	 */
	void consuming() {
		this.lock.lock();
		try {
			if (this.trouble != null) {
				logger.info("Listener '%s' consumes again".formatted(this.id));
			}
			this.state = State.RUNNING;
			this.trouble = null;
			if (this.stalled && this.blocked == null) {
				this.events.recovered(Duration.ofNanos(System.nanoTime() - this.troubleSince));
				this.stalled = false;
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * The container pulls, and nothing comes of it.
	 * @param reason why, or {@code null} if that is over
	 */
	void blocked(@Nullable String reason) {
		this.lock.lock();
		try {
			boolean over = reason == null && this.blocked != null;
			boolean news = reason != null && !reason.equals(this.blocked);
			this.blocked = reason;
			if (news && isActive()) {
				logger.error("Listener '%s' does not consume: %s".formatted(this.id, reason));
				if (this.trouble == null) {
					this.troubleSince = System.nanoTime();
				}
			}
			if (over && isActive() && this.trouble == null) {
				consuming();
			}
			reportStall();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Something keeps the container from consuming; logged when it is new.
	 * @param reason what it is
	 * @param certain whether only a change on the server helps; else it counts as stalled
	 * after the stall timeout
	 */
	void trouble(String reason, boolean certain) {
		this.lock.lock();
		try {
			if (this.trouble == null) {
				this.troubleSince = System.nanoTime();
			}
			if (!reason.equals(this.trouble)) {
				String text = "Listener '%s' does not consume: %s".formatted(this.id, reason);
				if (certain) {
					logger.error(text);
				}
				else {
					logger.warn(text);
				}
			}
			this.trouble = reason;
			this.certain = certain;
			reportStall();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Tell event listeners what only time shows. Called again and again.
	 * @param lastMessage when the last message arrived
	 * @param busy whether messages are in flight
	 */
	void check(long lastMessage, boolean busy) {
		this.lock.lock();
		try {
			reportStall();
			State shown = shown(System.nanoTime());
			this.events.checkIdle(System.nanoTime(), lastMessage,
					busy || (shown != State.RUNNING && shown != State.PAUSED), shown == State.PAUSED);
		}
		finally {
			this.lock.unlock();
		}
	}

	private void reportStall() {
		String reason = (this.trouble != null) ? this.trouble : this.blocked;
		if (reason != null && !this.stalled && shown(System.nanoTime()) == State.STALLED) {
			this.stalled = true;
			this.onStall.run();
			this.events.stalled(reason);
		}
	}

	/**
	 * How the container is doing.
	 * @param window how many messages it may hold
	 * @param note what is worth to be known while it consumes, or {@code null}
	 */
	ContainerStatus status(int inFlight, int window, @Nullable Long lastHeard, @Nullable String note) {
		long now = System.nanoTime();
		Instant lastActivity = (lastHeard != null) ? Instant.now().minusNanos(now - lastHeard) : null;
		this.lock.lock();
		try {
			return new ContainerStatus(shown(now), (this.trouble != null) ? this.trouble : detail(note), inFlight,
					lastActivity, window);
		}
		finally {
			this.lock.unlock();
		}
	}

	private State shown(long now) {
		if (!isActive()) {
			return this.state;
		}
		if (this.paused) {
			// Whatever is wrong keeps it from nothing
			return State.PAUSED;
		}
		if (this.trouble != null) {
			boolean stalled = this.certain || now - this.troubleSince > this.stallTimeout.toNanos();
			return stalled ? State.STALLED : this.state;
		}
		if (this.blocked != null) {
			return State.STALLED;
		}
		return (this.pausedOnServer != null && this.state == State.RUNNING) ? State.PAUSED : this.state;
	}

	private @Nullable String detail(@Nullable String note) {
		if (!isActive()) {
			return null;
		}
		if (this.paused) {
			return PAUSED;
		}
		if (this.blocked != null) {
			return this.blocked;
		}
		return (this.pausedOnServer != null) ? this.pausedOnServer : note;
	}

}
