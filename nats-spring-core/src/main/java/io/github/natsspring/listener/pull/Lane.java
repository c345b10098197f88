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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * A queue of deliveries and the workers that run them: one worker keeps their order,
 * several take the next in turn. A worker is started when there is something to run and
 * ends when there was nothing for a while, so that an idle lane holds no thread.
 */
final class Lane {

	private static final Duration IDLE = Duration.ofSeconds(5);

	// How long the first delivery of a batch waits for others
	private final Duration batchTimeout;

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition changed = this.lock.newCondition();

	private final LaneQueue queue;

	private final LaneWorkers workers;

	private final LaneTurns turns;

	private final LaneEnd end;

	private int idle;

	private volatile boolean closed;

	// As if closed, until it is released
	private volatile boolean held;

	Lane(int maxWorkers, Executor executor, LaneHandler handler) {
		this(maxWorkers, executor, handler, new LaneTurns(false), 1, Duration.ZERO);
	}

	Lane(int maxWorkers, Executor executor, LaneHandler handler, LaneTurns turns, int batchSize,
			Duration batchTimeout) {
		this.turns = turns;
		this.batchTimeout = batchTimeout;
		this.queue = new LaneQueue(maxWorkers == 1, batchSize);
		this.workers = new LaneWorkers(this, maxWorkers, executor, handler, turns, this.lock, this.changed);
		this.end = new LaneEnd(this.queue, this.workers, this.lock, this.changed);
	}

	/**
	 * Add a delivery.
	 * @return {@code false} if the lane is held, then the delivery was not taken
	 */
	boolean add(Delivery delivery) {
		return enqueue(() -> this.queue.add(delivery));
	}

	/**
	 * Take a delivery in again, before all others, that was parked.
	 * @return {@code false} if the lane is held, then the delivery was not taken
	 */
	boolean unpark(Delivery delivery) {
		return enqueue(() -> this.queue.unpark(delivery));
	}

	/**
	 * Keep a delivery that is to run again before what is behind it. Called by the worker
	 * that ran it.
	 * @return {@code false} if the lane is held, then the delivery was not taken
	 */
	boolean park(Delivery delivery) {
		this.lock.lock();
		try {
			if (isHeld()) {
				return false;
			}
			this.queue.park(delivery);
			if (this.queue.keepsOrder() && !isBatch()) {
				// Now: it may be back before the worker takes its next
				this.workers.copy().forEach((worker) -> this.queue.putBack(worker.takeBehind(delivery)));
			}
			return true;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * What is behind a delivery that was parked need not wait for it any more.
	 */
	void unblock(Delivery delivery) {
		this.lock.lock();
		try {
			if (this.queue.unblock(delivery) && !isHeld() && this.queue.size() > 0) {
				wakeWorker();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	private boolean enqueue(Runnable change) {
		this.lock.lock();
		try {
			if (isHeld()) {
				return false;
			}
			change.run();
			wakeWorker();
			return true;
		}
		finally {
			this.lock.unlock();
		}
	}

	private void wakeWorker() {
		if (this.queue.isBlocked() || this.workers.isWaiting()) {
			return;
		}
		if (isBatch() && this.queue.isBatchComplete()) {
			// Those that collect wait for the same as those that are idle
			this.changed.signalAll();
		}
		if (this.queue.size() <= this.idle) {
			this.changed.signal();
		}
		else {
			this.workers.startOne();
		}
	}

	/**
	 * Try the executor again that did not take a worker.
	 */
	void retry() {
		this.lock.lock();
		try {
			this.workers.retry();
			if (!isHeld() && this.queue.size() > 0) {
				wakeWorker();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Start nothing more.
	 * @return what was taken in and may not have started
	 */
	List<Delivery> close() {
		this.lock.lock();
		try {
			// Under the lock: a worker that saw it would drop what it has not started
			this.closed = true;
			return hold();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Start nothing until {@link #release()}.
	 * @return what was taken in and may not have started
	 */
	List<Delivery> hold() {
		this.lock.lock();
		try {
			this.held = true;
			this.workers.removeUnbegun();
			this.changed.signalAll();
			return takeUnstarted();
		}
		finally {
			this.lock.unlock();
		}
	}

	void release() {
		this.held = false;
	}

	private List<Delivery> takeUnstarted() {
		List<Delivery> unstarted = new ArrayList<>();
		this.queue.takeParked(unstarted);
		this.workers.copy().forEach((worker) -> worker.addUnstarted(unstarted));
		this.queue.takeWaiting(unstarted);
		return unstarted;
	}

	/**
	 * Give up on a worker whose handler hangs.
	 * @param worker the worker
	 * @param replace whether another may take its place
	 * @return what the worker alone would have run and has not started
	 */
	List<Delivery> giveUp(LaneWorker worker, boolean replace) {
		this.lock.lock();
		try {
			List<Delivery> unstarted = this.queue.keepsOrder() ? takeUnstarted() : List.of();
			if (replace && this.workers.giveUp(worker)) {
				wakeWorker();
			}
			return unstarted;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Wait for its work to end.
	 */
	LaneEnd end() {
		return this.end;
	}

	/**
	 * Look at everything that is here and has not ended.
	 * @param waiting called for what waits
	 * @param running called for each worker that runs something
	 */
	void scan(Consumer<Delivery> waiting, Consumer<LaneWorker> running) {
		List<Delivery> deliveries = new ArrayList<>();
		List<LaneWorker> busy;
		this.lock.lock();
		try {
			// Without a worker nothing comes of what is here, somebody else may take it
			if (!this.workers.isRefused()) {
				this.queue.addWaitingTo(deliveries);
			}
			busy = this.workers.copy();
			busy.forEach((worker) -> worker.addUnstarted(deliveries));
			this.queue.addParkedTo(deliveries);
		}
		finally {
			this.lock.unlock();
		}
		busy.stream().filter((worker) -> worker.current() != null).forEach(running);
		deliveries.forEach(waiting);
	}

	/**
	 * Look at what a worker runs: one delivery, or those of a batch that have not ended.
	 */
	void forEachRunning(LaneWorker worker, Consumer<Delivery> visitor) {
		List<Delivery> running = new ArrayList<>();
		this.lock.lock();
		try {
			worker.addUnstarted(running);
		}
		finally {
			this.lock.unlock();
		}
		running.stream().filter(Delivery::isRunning).forEach(visitor);
	}

	/**
	 * Give a worker what to run next.
	 * @return {@code false} if there is nothing any more, then the worker is none
	 */
	boolean next(LaneWorker worker, List<Delivery> batch) {
		this.lock.lock();
		try {
			batch.clear();
			this.workers.accepted(worker);
			while (awaitDelivery(worker)) {
				if (isBatch()) {
					awaitBatch();
				}
				this.queue.take(batch);
				// Another worker may have taken the batch while this one collected it
				if (!batch.isEmpty()) {
					return true;
				}
			}
			this.workers.remove(worker);
			return false;
		}
		finally {
			this.lock.unlock();
		}
	}

	private boolean awaitDelivery(LaneWorker worker) {
		long end = System.nanoTime() + IDLE.toNanos();
		long left = IDLE.toNanos();
		while (this.queue.runnable() == 0 && !isHeld() && left > 0 && !this.queue.isBlocked()
				&& this.workers.contains(worker) && !this.turns.isAwaited()) {
			this.idle++;
			awaitUninterruptibly(this.turns.idle(left));
			this.idle--;
			left = end - System.nanoTime();
		}
		return this.queue.runnable() > 0 && !isHeld() && this.workers.contains(worker);
	}

	/**
	 * Whether a worker that has its thread since a time is to give it back.
	 */
	boolean isTurnOver(long began) {
		return this.turns.isOver(began);
	}

	/**
	 * A worker gives its thread back; another one of this lane will go on.
	 */
	void giveWay(LaneWorker worker) {
		this.lock.lock();
		try {
			if (!isHeld() && this.workers.contains(worker)) {
				this.queue.putBack(worker.takeRest());
				this.workers.remove(worker);
				if (this.queue.runnable() > 0) {
					wakeWorker();
				}
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	boolean isBatch() {
		return this.queue.isBatch();
	}

	private void awaitBatch() {
		long left = this.batchTimeout.toNanos();
		while (!this.queue.isBatchComplete() && !isHeld() && left > 0) {
			left = awaitUninterruptibly(left);
		}
	}

	private long awaitUninterruptibly(long nanos) {
		long end = System.nanoTime() + nanos;
		try {
			return this.changed.awaitNanos(nanos);
		}
		catch (InterruptedException ex) {
			// Only close() ends a lane, so that nothing is left unsettled
			return end - System.nanoTime();
		}
	}

	/**
	 * Whether nothing is to be started.
	 */
	boolean isHeld() {
		return this.held || this.closed;
	}

	boolean isParked() {
		this.lock.lock();
		try {
			return this.queue.isParked();
		}
		finally {
			this.lock.unlock();
		}
	}

}
