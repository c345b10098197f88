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

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The workers of a lane, and how they get their threads. Guarded by the lock of the lane.
 */
final class LaneWorkers {

	private final Lane lane;

	private final int most;

	private final Executor executor;

	private final LaneHandler handler;

	private final LaneTurns turns;

	private final ReentrantLock lock;

	private final Condition changed;

	private final Set<LaneWorker> workers = new HashSet<>();

	// The executor did not take a worker, and there is no other
	private boolean refused;

	// Until the executor is tried again
	private boolean waits;

	LaneWorkers(Lane lane, int most, Executor executor, LaneHandler handler, LaneTurns turns, ReentrantLock lock,
			Condition changed) {
		this.lane = lane;
		this.most = most;
		this.executor = executor;
		this.handler = handler;
		this.turns = turns;
		this.lock = lock;
		this.changed = changed;
	}

	/**
	 * Have one more worker, if there may be one.
	 */
	void startOne() {
		if (this.workers.size() < this.most) {
			LaneWorker worker = new LaneWorker(this.lane, this.handler);
			this.workers.add(worker);
			this.turns.await();
			// An executor may block, or run its tasks on the thread that brings them:
			// ours is one of jnats, and has the lock
			ContainerThreads.execute(() -> start(worker));
		}
	}

	private void start(LaneWorker worker) {
		try {
			this.executor.execute(worker);
		}
		catch (RuntimeException | Error ex) {
			if (isNoneAfter(worker)) {
				this.handler.refused(this.lane, ex);
			}
			else if (this.lane.isHeld()) {
				// What has ended is to be settled, and nothing is started any more
				worker.run();
			}
		}
	}

	private boolean isNoneAfter(LaneWorker worker) {
		this.lock.lock();
		try {
			begin(worker);
			this.workers.remove(worker);
			this.changed.signalAll();
			this.refused = !this.lane.isHeld() && this.workers.isEmpty();
			this.waits = this.refused;
			return this.refused;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * A worker has its thread.
	 */
	void accepted(LaneWorker worker) {
		begin(worker);
		if (this.refused) {
			this.refused = false;
			this.handler.accepted();
		}
	}

	private void begin(LaneWorker worker) {
		if (!worker.hasBegun()) {
			worker.begin();
			this.turns.begin();
		}
	}

	void remove(LaneWorker worker) {
		this.workers.remove(worker);
		this.changed.signalAll();
	}

	/**
	 * A worker is to end after its run.
	 * @return {@code false} if it is none any more
	 */
	boolean giveUp(LaneWorker worker) {
		if (!this.workers.remove(worker)) {
			return false;
		}
		worker.giveUp();
		return true;
	}

	/**
	 * Those that the executor has not run yet will find nothing to do.
	 */
	void removeUnbegun() {
		copy().stream().filter((worker) -> !worker.hasBegun()).forEach((worker) -> {
			begin(worker);
			this.workers.remove(worker);
		});
	}

	/**
	 * Whether the executor takes none for now.
	 */
	boolean isWaiting() {
		return this.waits;
	}

	void retry() {
		this.waits = false;
	}

	boolean isRefused() {
		return this.refused;
	}

	boolean contains(LaneWorker worker) {
		return this.workers.contains(worker);
	}

	/**
	 * Whether a worker may take what is to be run.
	 */
	boolean mayRun(LaneWorker worker) {
		return this.workers.contains(worker) && this.workers.size() <= this.most;
	}

	/**
	 * Somebody waits for the end of what the worker has taken, also if there was to be
	 * nothing for it.
	 */
	void rejoin(LaneWorker worker) {
		this.workers.add(worker);
	}

	/**
	 * How many more may be run, beside those that go on without a worker.
	 */
	int room(int pending) {
		int active = 0;
		for (LaneWorker worker : this.workers) {
			active += worker.isActive() ? 1 : 0;
		}
		return this.most - pending - active;
	}

	/**
	 * Whether one of them has something to run.
	 */
	boolean isBusy() {
		return this.workers.stream().anyMatch(LaneWorker::isBusy);
	}

	boolean isEmpty() {
		return this.workers.isEmpty();
	}

	List<LaneWorker> copy() {
		return new ArrayList<>(this.workers);
	}

}
