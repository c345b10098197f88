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

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition changed = this.lock.newCondition();

	private final LaneQueue queue;

	private final LaneWorkers workers;

	private final LaneTurns turns;

	private final PendingRuns pending = new PendingRuns();

	private final LaneEnd end;

	private final LaneScan scan;

	private final LaneSupply supply;

	private volatile boolean closed;

	// As if closed, until it is released
	private volatile boolean held;

	Lane(int maxWorkers, Executor executor, LaneHandler handler) {
		this(maxWorkers, executor, handler, new LaneTurns(false), 1, Duration.ZERO);
	}

	Lane(int maxWorkers, Executor executor, LaneHandler handler, LaneTurns turns, int batchSize,
			Duration batchTimeout) {
		this.turns = turns;
		this.queue = new LaneQueue(maxWorkers == 1, batchSize);
		this.workers = new LaneWorkers(this, maxWorkers, executor, handler, turns, this.lock, this.changed);
		this.end = new LaneEnd(this.queue, this.workers, this.pending, this.lock, this.changed);
		this.supply = new LaneSupply(this, this.queue, this.workers, this.pending, turns, batchTimeout, this.changed);
		this.scan = new LaneScan(this.queue, this.workers, this.pending, this.lock);
	}

	/**
	 * Add a delivery.
	 * @return {@code false} if the lane is held, then the delivery was not taken
	 */
	boolean add(Delivery delivery) {
		// Without a lambda: this is done for each message
		this.lock.lock();
		try {
			if (isHeld()) {
				return false;
			}
			this.queue.add(delivery);
			this.supply.wake();
			return true;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Take a delivery in again, before all others, that was parked.
	 * @return {@code false} if the lane is held, then the delivery was not taken
	 */
	boolean unpark(Delivery delivery) {
		this.lock.lock();
		try {
			delivery.blocking(false);
			if (isHeld()) {
				return false;
			}
			this.queue.unpark(delivery);
			this.supply.wake();
			return true;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Keep a delivery that is to run again before what is behind it, or whose letter is
	 * to be stored before that runs.
	 * @return {@code false} if the lane is held or gave up on the delivery, whose key may
	 * be in another one by now; then it was not taken
	 */
	boolean park(Delivery delivery) {
		this.lock.lock();
		try {
			if (isHeld() || delivery.hasLeft()) {
				return false;
			}
			delivery.blocking(true);
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
			delivery.blocking(false);
			delivery.leave();
			if (this.queue.unblock(delivery) && !isHeld() && this.queue.size() > 0) {
				this.supply.wake();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Have a run go on without the worker that began it.
	 */
	void await(LaneWorker worker, PendingRun run) {
		this.lock.lock();
		try {
			// Not if another has taken the place of the worker
			if (this.workers.contains(worker)) {
				this.pending.add(run);
				if (this.queue.keepsOrder() && !isBatch() && !isHeld()) {
					this.queue.putBack(worker.takeRest());
				}
			}
		}
		finally {
			this.lock.unlock();
		}
		run.await(this);
	}

	/**
	 * What went on without a worker has ended. On any thread.
	 */
	void ended(PendingRun run) {
		this.lock.lock();
		try {
			this.pending.ended(run);
			this.supply.wake();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Try the executor again that did not take a worker.
	 */
	void retry() {
		this.lock.lock();
		try {
			this.workers.retry();
			this.supply.wake();
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
		this.workers.copy().forEach((worker) -> worker.addTaken(unstarted));
		this.queue.takeWaiting(unstarted);
		return unstarted;
	}

	/**
	 * Give up on a run that hangs.
	 * @param run a worker whose handler hangs, or what goes on without one
	 * @param replace whether another may take its place
	 * @return what would have been run behind it and has not started
	 */
	List<Delivery> giveUp(LaneRun run, boolean replace) {
		this.lock.lock();
		try {
			List<Delivery> unstarted = this.queue.keepsOrder() ? takeUnstarted() : List.of();
			if (replace && removed(run)) {
				putBack(run);
				this.supply.wake();
			}
			return unstarted;
		}
		finally {
			this.lock.unlock();
		}
	}

	// What hangs may never end; or it has, and the next run has not begun
	private void putBack(LaneRun run) {
		List<Delivery> taken = new ArrayList<>();
		run.addTaken(taken);
		taken.stream().filter((delivery) -> !delivery.isWaiting()).forEach(Delivery::leave);
		if (!this.queue.keepsOrder()) {
			this.queue.putBack(taken.stream().filter(Delivery::isWaiting).toList());
		}
	}

	private boolean removed(LaneRun run) {
		return (run instanceof LaneWorker worker) ? this.workers.giveUp(worker)
				: run instanceof PendingRun goingOn && this.pending.remove(goingOn);
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
	 * @param running called for each run that is under way
	 */
	void scan(Consumer<Delivery> waiting, Consumer<LaneRun> running) {
		this.scan.scan(waiting, running);
	}

	/**
	 * How many deliveries wait for a run.
	 */
	int waiting() {
		return this.scan.waiting();
	}

	/**
	 * Look at what is run: one delivery, or those of a batch that have not ended.
	 */
	void forEachRunning(LaneRun run, Consumer<Delivery> visitor) {
		this.scan.forEachRunning(run, visitor);
	}

	/**
	 * Give a worker what to run next.
	 * @return {@code false} if there is nothing any more, then the worker is none
	 */
	boolean next(LaneWorker worker, List<Delivery> batch) {
		this.lock.lock();
		try {
			return this.supply.next(worker, batch);
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Whether nothing waits for a run.
	 */
	boolean isEmpty() {
		this.lock.lock();
		try {
			return this.queue.size() == 0;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Whether a worker that has its thread since a time is to give it back.
	 */
	boolean isTurnOver(long began) {
		return this.turns.isOver(began);
	}

	/**
	 * A worker gives its thread back, or cannot go on; another one of this lane will.
	 * @return {@code false} if it is none any more
	 */
	boolean giveWay(LaneWorker worker) {
		this.lock.lock();
		try {
			if (!this.workers.contains(worker)) {
				return false;
			}
			List<Delivery> rest = worker.takeRest();
			// Who holds the lane has taken it
			if (!isHeld()) {
				this.queue.putBack(rest);
			}
			this.workers.remove(worker);
			this.supply.wake();
			return true;
		}
		finally {
			this.lock.unlock();
		}
	}

	boolean isBatch() {
		return this.queue.isBatch();
	}

	/**
	 * Whether nothing is to be started.
	 */
	boolean isHeld() {
		return this.held || this.closed;
	}

	/**
	 * Whether nothing runs until something that is parked has run again, or is done with.
	 * Does not take the lock.
	 */
	boolean isBlocked() {
		return this.queue.isBlocked();
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
