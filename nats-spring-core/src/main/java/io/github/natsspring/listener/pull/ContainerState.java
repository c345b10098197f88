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

import io.github.natsspring.listener.ContainerStatus;
import io.github.natsspring.listener.ContainerStatus.State;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * What a container does and what keeps it from consuming, for logs and for health.
 */
final class ContainerState {

	private static final Log logger = LogFactory.getLog(ContainerState.class);

	private final String id;

	private final Duration stallTimeout;

	private final ReentrantLock lock = new ReentrantLock();

	private State state = State.STOPPED;

	private @Nullable String trouble;

	private long troubleSince;

	private boolean certain;

	// By the application
	private boolean paused;

	// By the server: until when, or null
	private @Nullable String pausedOnServer;

	ContainerState(String id, Duration stallTimeout) {
		this.id = id;
		this.stallTimeout = stallTimeout;
	}

	void to(State state) {
		this.lock.lock();
		try {
			this.state = state;
			this.trouble = null;
			logger.debug("Listener '%s' is %s".formatted(this.id, state));
		}
		finally {
			this.lock.unlock();
		}
	}

	void failed(String reason) {
		this.lock.lock();
		try {
			this.state = State.FAILED;
			this.trouble = reason;
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
			this.pausedOnServer = reason;
		}
		finally {
			this.lock.unlock();
		}
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
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * How the container is doing.
	 * @param note what is worth to be known while it consumes, or {@code null}
	 */
	ContainerStatus status(int inFlight, @Nullable Long lastHeard, @Nullable String note) {
		long now = System.nanoTime();
		Instant lastActivity = (lastHeard != null) ? Instant.now().minusNanos(now - lastHeard) : null;
		this.lock.lock();
		try {
			return new ContainerStatus(shown(now), (this.trouble != null) ? this.trouble : detail(note), inFlight,
					lastActivity);
		}
		finally {
			this.lock.unlock();
		}
	}

	private State shown(long now) {
		if (this.state != State.RUNNING && this.state != State.STARTING) {
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
		return (this.pausedOnServer != null && this.state == State.RUNNING) ? State.PAUSED : this.state;
	}

	private @Nullable String detail(@Nullable String note) {
		if (this.state != State.RUNNING && this.state != State.STARTING) {
			return null;
		}
		if (this.paused) {
			return "paused by the application";
		}
		return (this.pausedOnServer != null) ? this.pausedOnServer : note;
	}

}
