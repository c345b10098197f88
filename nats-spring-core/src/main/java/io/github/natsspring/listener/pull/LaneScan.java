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
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Looks at everything that is in a lane and has not ended.
 */
final class LaneScan {

	private final LaneQueue queue;

	private final LaneWorkers workers;

	private final PendingRuns pending;

	private final ReentrantLock lock;

	LaneScan(LaneQueue queue, LaneWorkers workers, PendingRuns pending, ReentrantLock lock) {
		this.queue = queue;
		this.workers = workers;
		this.pending = pending;
		this.lock = lock;
	}

	void scan(Consumer<Delivery> waiting, Consumer<LaneRun> running) {
		List<Delivery> deliveries = new ArrayList<>();
		List<LaneRun> runs;
		this.lock.lock();
		try {
			// Without a worker nothing comes of what is here, somebody else may take it
			if (!this.workers.isRefused()) {
				this.queue.addWaitingTo(deliveries);
			}
			runs = new ArrayList<>(this.workers.copy());
			runs.forEach((worker) -> worker.addTaken(deliveries));
			runs.addAll(this.pending.copy());
			this.queue.addParkedTo(deliveries);
		}
		finally {
			this.lock.unlock();
		}
		runs.stream().filter((run) -> run.current() != null).forEach(running);
		deliveries.forEach(waiting);
	}

	/**
	 * How many deliveries are here and wait for a run, whether a worker has taken them or
	 * not.
	 */
	int waiting() {
		List<Delivery> taken = new ArrayList<>();
		int queued;
		this.lock.lock();
		try {
			queued = this.queue.size();
			this.workers.copy().forEach((worker) -> worker.addTaken(taken));
			this.queue.addParkedTo(taken);
		}
		finally {
			this.lock.unlock();
		}
		return queued + (int) taken.stream().filter(Delivery::isWaiting).count();
	}

	/**
	 * Look at what a run has taken and what has not ended.
	 */
	void forEachRunning(LaneRun run, Consumer<Delivery> visitor) {
		List<Delivery> running = new ArrayList<>();
		this.lock.lock();
		try {
			run.addTaken(running);
		}
		finally {
			this.lock.unlock();
		}
		running.stream().filter(Delivery::isRunning).forEach(visitor);
	}

}
