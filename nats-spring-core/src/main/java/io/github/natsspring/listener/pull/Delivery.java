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

import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

import io.nats.client.Message;

/**
 * One delivery of a message: it starts at most once and ends at most once.
 */
final class Delivery {

	private static final AtomicIntegerFieldUpdater<Delivery> STATE = AtomicIntegerFieldUpdater
		.newUpdater(Delivery.class, "state");

	private static final int NEW = 0;

	private static final int RUNNING = 1;

	private static final int SETTLED = 2;

	private final Message message;

	private final long deadline;

	private volatile int state = NEW;

	Delivery(Message message, long deadline) {
		this.message = message;
		this.deadline = deadline;
	}

	Message message() {
		return this.message;
	}

	/**
	 * Whether the server may have delivered the message again by now.
	 * @param now the time of {@link System#nanoTime()}
	 */
	boolean isStale(long now) {
		return now - this.deadline >= 0;
	}

	/**
	 * Claim the delivery for a run.
	 * @return {@code false} if it was handed back before
	 */
	boolean start() {
		return STATE.compareAndSet(this, NEW, RUNNING);
	}

	/**
	 * Claim the delivery for its end without a run.
	 * @return {@code false} if it has started, or ended
	 */
	boolean endUnstarted() {
		return STATE.compareAndSet(this, NEW, SETTLED);
	}

	/**
	 * Claim the end of the run.
	 * @return {@code false} if it has ended before
	 */
	boolean end() {
		return STATE.compareAndSet(this, RUNNING, SETTLED);
	}

}
