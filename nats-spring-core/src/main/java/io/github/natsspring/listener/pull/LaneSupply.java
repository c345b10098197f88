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
import java.util.List;
import java.util.concurrent.locks.Condition;

/**
 * Gives the workers of a lane what is to be run, and has them come when there is
 * something. Guarded by the lock of the lane.
 */
final class LaneSupply {

	private static final Duration IDLE = Duration.ofSeconds(5);

	// How long a worker stays for the end of what goes on without it: many end soon, and
	// a new thread costs more
	private static final Duration LINGER = Duration.ofMillis(10);

	// How many stay
	private static final int LINGERING = Runtime.getRuntime().availableProcessors();

	private final Lane lane;

	private final LaneQueue queue;

	private final LaneWorkers workers;

	private final PendingRuns pending;

	private final LaneTurns turns;

	// How long the first delivery of a batch waits for others
	private final Duration batchTimeout;

	private final Condition changed;

	private int idle;

	// There was more to run than places beside what is pending
	private boolean starved;

	LaneSupply(Lane lane, LaneQueue queue, LaneWorkers workers, PendingRuns pending, LaneTurns turns,
			Duration batchTimeout, Condition changed) {
		this.lane = lane;
		this.queue = queue;
		this.workers = workers;
		this.pending = pending;
		this.turns = turns;
		this.batchTimeout = batchTimeout;
		this.changed = changed;
	}

	/**
	 * Have a worker come if there is something for it.
	 */
	void wake() {
		int tasks = runnable() + this.pending.ended();
		if (tasks == 0 || this.workers.isWaiting()) {
			return;
		}
		if (this.queue.isBatch() && (this.queue.isBatchComplete() || this.pending.hasEnded())) {
			// Those that collect wait for the same as those that are idle
			this.changed.signalAll();
		}
		if (tasks <= this.idle) {
			this.changed.signal();
		}
		else {
			this.workers.startOne();
		}
	}

	/**
	 * How many may run now, and have a place.
	 */
	private int runnable() {
		int runnable = this.queue.runnable();
		if (runnable == 0 || this.pending.isEmpty()) {
			return runnable;
		}
		int room = Math.max(0, this.workers.room(this.pending.size()));
		this.starved |= runnable > room;
		return Math.min(runnable, room);
	}

	/**
	 * Give a worker what to run next.
	 * @return {@code false} if there is nothing any more, then the worker is none
	 */
	boolean next(LaneWorker worker, List<Delivery> batch) {
		batch.clear();
		this.workers.accepted(worker);
		while (!worker.isGivenUp()) {
			if (takeEnded(worker, batch)) {
				return true;
			}
			// Another worker may have taken the batch while this one collected it
			if (awaitDelivery(worker)) {
				if (take(batch)) {
					return true;
				}
			}
			else if (!this.pending.hasEnded()) {
				break;
			}
		}
		this.workers.remove(worker);
		return false;
	}

	/**
	 * Take what has ended elsewhere, also when nothing is to be started any more.
	 */
	private boolean takeEnded(LaneWorker worker, List<Delivery> batch) {
		PendingRun ended = this.pending.pollEnded();
		if (ended == null) {
			return false;
		}
		this.workers.rejoin(worker);
		worker.resume(ended);
		batch.addAll(ended.deliveries());
		return true;
	}

	private boolean take(List<Delivery> batch) {
		if (this.queue.isBatch()) {
			awaitBatch();
		}
		if (runnable() > 0) {
			this.queue.take(batch);
		}
		if (this.starved) {
			this.starved = false;
			wake();
		}
		return !batch.isEmpty();
	}

	private boolean awaitDelivery(LaneWorker worker) {
		long left = (this.pending.isEmpty() ? IDLE : LINGER).toNanos();
		long end = System.nanoTime() + left;
		while (runnable() == 0 && left > 0 && !this.lane.isHeld() && !this.queue.isBlocked()
				&& this.workers.mayRun(worker) && !this.turns.isAwaited() && !isAttended()) {
			this.idle++;
			awaitUninterruptibly(this.turns.idle(left));
			this.idle--;
			left = end - System.nanoTime();
		}
		return runnable() > 0 && !this.lane.isHeld() && this.workers.mayRun(worker);
	}

	/**
	 * Whether nobody has to stay for the end of what is pending.
	 */
	private boolean isAttended() {
		return this.pending.hasEnded() || (!this.pending.isEmpty() && this.idle >= LINGERING);
	}

	private void awaitBatch() {
		long left = this.batchTimeout.toNanos();
		while (!this.queue.isBatchComplete() && !this.lane.isHeld() && left > 0) {
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

}
