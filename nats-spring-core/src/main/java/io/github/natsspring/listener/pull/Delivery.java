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
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

import io.github.natsspring.listener.Acknowledgment;
import io.github.natsspring.listener.ScopedRun;
import io.nats.client.Message;
import org.jspecify.annotations.Nullable;

/**
 * One delivery of a message: it ends at most once. Also what a listener settles it
 * through.
 */
final class Delivery implements Acknowledgment, ScopedRun {

	private static final AtomicIntegerFieldUpdater<Delivery> STATE = AtomicIntegerFieldUpdater
		.newUpdater(Delivery.class, "state");

	private static final AtomicIntegerFieldUpdater<Delivery> SLOT = AtomicIntegerFieldUpdater.newUpdater(Delivery.class,
			"slot");

	private static final int WAITING = 0;

	private static final int RUNNING = 1;

	private static final int SETTLED = 2;

	// Not settled until it was too late: the permit has returned
	private static final int EXPIRED = 3;

	private final Message message;

	private final Settler settler;

	private final long ackWait;

	private final int generation;

	// When it arrived, in the time of the window
	private final int arrived;

	private final long size;

	private volatile long deadline;

	private volatile int state = WAITING;

	// Not to come again, as far as this instance is concerned
	private volatile boolean handled;

	// When its run began, for the limit on how long it may be extended
	private volatile long started;

	// Of its last run
	private volatile @Nullable Executor scope;

	// Chose its lane by its key; written before a lane has it
	private @Nullable KeyLanes keys;

	// What it is counted at there, below zero if it is not any more
	private volatile int slot = -1;

	// Whether what is behind it waits for what becomes of it after its run
	private volatile boolean blocking;

	Delivery(Message message, Settler settler, long now, long ackWait) {
		this(message, settler, now, ackWait, 0, 0);
	}

	Delivery(Message message, Settler settler, long now, long ackWait, int arrived, long size) {
		this.message = message;
		this.arrived = arrived;
		this.size = size;
		this.settler = settler;
		this.ackWait = ackWait;
		this.generation = settler.generation();
		this.deadline = now + ackWait;
	}

	Message message() {
		return this.message;
	}

	/**
	 * When it arrived, as {@link PullEngine#received} has it.
	 */
	int arrived() {
		return this.arrived;
	}

	/**
	 * How many bytes it has, as the server counts them.
	 */
	long size() {
		return this.size;
	}

	/**
	 * Which consumer of that name it comes from, as {@link Settler#generation()}.
	 */
	int generation() {
		return this.generation;
	}

	/**
	 * Whether the server may have delivered the message again by now.
	 * @param now the time of {@link System#nanoTime()}
	 */
	boolean isStale(long now) {
		return now - this.deadline >= 0;
	}

	/**
	 * Whether it will be stale at the next look: somebody looks eight times in each
	 * ack-wait.
	 */
	boolean isSoonStale(long now) {
		return isStale(now + this.ackWait / 6);
	}

	/**
	 * Whether so much of ack-wait is over that the server should hear of it.
	 */
	boolean needsExtension(long now) {
		return this.deadline - now < this.ackWait * 5 / 8;
	}

	/**
	 * The server was told at this time that the message is in progress.
	 */
	void extended(long now) {
		this.deadline = now + this.ackWait;
	}

	/**
	 * When the last run began.
	 * @return the time of {@link System#nanoTime()}; only after {@link #start(long)}
	 */
	long started() {
		return this.started;
	}

	/**
	 * Claim the delivery for a run.
	 * @return {@code false} if it has ended
	 */
	boolean start(long now) {
		if (!STATE.compareAndSet(this, WAITING, RUNNING)) {
			return false;
		}
		this.started = now;
		return true;
	}

	@Override
	public void setScope(Executor scope) {
		this.scope = scope;
	}

	/**
	 * Do something that belongs to the last run.
	 */
	void inScope(Runnable task) {
		Executor scope = this.scope;
		if (scope != null) {
			scope.execute(task);
		}
		else {
			task.run();
		}
	}

	/**
	 * Let the delivery wait for another run.
	 * @return {@code false} if it has ended
	 */
	boolean park() {
		return STATE.compareAndSet(this, RUNNING, WAITING);
	}

	/**
	 * Claim the end of a delivery that does not run.
	 * @return {@code false} if it runs, or has ended
	 */
	boolean endUnstarted() {
		boolean ended = STATE.compareAndSet(this, WAITING, SETTLED);
		if (ended) {
			leave();
		}
		return ended;
	}

	/**
	 * Claim the end of a delivery that runs, or ran.
	 * @return {@code false} if it has ended before
	 */
	boolean end() {
		return STATE.compareAndSet(this, RUNNING, SETTLED);
	}

	/**
	 * The message does not have to come again, however the delivery ends.
	 */
	void handled() {
		this.handled = true;
	}

	boolean isHandled() {
		return this.handled;
	}

	/**
	 * Claim the end of a delivery that ran and was not settled in time.
	 * @return {@code false} if it has ended before
	 */
	boolean expire() {
		return STATE.compareAndSet(this, RUNNING, EXPIRED);
	}

	/**
	 * Claim the settlement of a delivery that has expired.
	 * @return {@code false} if it has not, or was settled before
	 */
	boolean endExpired() {
		return STATE.compareAndSet(this, EXPIRED, SETTLED);
	}

	/**
	 * Its key chose a lane.
	 */
	void entered(KeyLanes keys, int slot) {
		this.keys = keys;
		this.slot = slot;
	}

	/**
	 * A run is over, also for the listener. Unless it waits for another one, its key need
	 * not stay in its lane.
	 */
	void over() {
		if (this.keys != null && !this.blocking && !isWaiting()) {
			leave();
		}
	}

	/**
	 * Whatever becomes of it, its key need not stay in its lane. Has no effect the second
	 * time.
	 */
	void leave() {
		KeyLanes keys = this.keys;
		if (keys != null) {
			int slot = SLOT.getAndSet(this, -1);
			if (slot >= 0) {
				keys.leave(slot);
			}
		}
	}

	/**
	 * Whether its key may be in another lane by now.
	 */
	boolean hasLeft() {
		return this.keys != null && this.slot < 0;
	}

	void blocking(boolean blocking) {
		this.blocking = blocking;
	}

	boolean isRunning() {
		return this.state == RUNNING;
	}

	boolean isWaiting() {
		return this.state == WAITING;
	}

	@Override
	public boolean isSettled() {
		return this.state == SETTLED;
	}

	@Override
	public void ack() {
		handled();
		once(this.settler.ack(this));
	}

	@Override
	public void ackSync() {
		handled();
		once(this.settler.ackSync(this));
	}

	@Override
	public void nak(Duration delay) {
		once(this.settler.nak(this, delay));
	}

	@Override
	public void term(@Nullable String reason) {
		handled();
		once(this.settler.term(this, reason));
	}

	@Override
	public void inProgress() {
		once(!isSettled());
		this.settler.inProgress(this);
	}

	private void once(boolean first) {
		if (!first) {
			throw new IllegalStateException("The message was settled before");
		}
	}

}
