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

import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;

import org.jspecify.annotations.Nullable;

/**
 * Pauses and resumes a session. No handler starts once {@link #pause()} has returned; the
 * rest follows in a task, as what may block.
 */
final class SessionPauses {

	private final SerialTasks tasks;

	private final LaneGroup lanes;

	private final LateDeliveries late;

	private final PullEngine engine;

	private final PullAttachment attachment;

	private final BiConsumer<@Nullable Inbox, List<Delivery>> handBack;

	// Held while it is decided whether lanes may start something
	private final ReentrantLock lock = new ReentrantLock();

	private boolean requested;

	// Written by tasks
	private volatile boolean paused;

	/**
	 * Create it.
	 * @param handBack drains an inbox and hands back deliveries that have not started
	 */
	SessionPauses(SerialTasks tasks, LaneGroup lanes, LateDeliveries late, PullEngine engine, PullAttachment attachment,
			BiConsumer<@Nullable Inbox, List<Delivery>> handBack) {
		this.tasks = tasks;
		this.lanes = lanes;
		this.late = late;
		this.engine = engine;
		this.attachment = attachment;
		this.handBack = handBack;
	}

	void pause() {
		List<Delivery> unstarted;
		this.lock.lock();
		try {
			this.requested = true;
			this.late.collect();
			unstarted = this.lanes.hold();
		}
		finally {
			this.lock.unlock();
		}
		this.tasks.submit(() -> {
			this.paused = true;
			this.attachment.paused(true);
			this.handBack.accept(PullEnd.end(this.engine), unstarted);
		});
	}

	void resume() {
		this.lock.lock();
		try {
			this.requested = false;
		}
		finally {
			this.lock.unlock();
		}
		this.tasks.submit(() -> {
			if (releaseLanes()) {
				this.paused = false;
				this.attachment.paused(false);
			}
		});
	}

	private boolean releaseLanes() {
		this.lock.lock();
		try {
			// By now it may be paused again
			if (!this.requested) {
				this.lanes.release();
			}
			return !this.requested;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Called about once a second by the timer: when nothing is left to do, another
	 * instance may be the active one.
	 */
	void check() {
		if (this.paused && this.engine.pin() != null && this.engine.inFlight() == 0) {
			this.tasks.submit(this.attachment::releasePin);
		}
	}

}
