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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * A queue of deliveries and the workers that run them: one worker keeps their order,
 * several take the next in turn. A worker is started when there is something to run and
 * ends when there was nothing for a while, so that an idle lane holds no thread.
 */
final class Lane {

	private static final Log logger = LogFactory.getLog(Lane.class);

	private static final int BATCH = 64;

	private static final Duration IDLE = Duration.ofSeconds(5);

	private final int maxWorkers;

	private final Executor executor;

	private final LaneHandler handler;

	// Above one, the lane collects so many deliveries, or waits this long, and runs them
	// together
	private final int batchSize;

	private final Duration batchTimeout;

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition changed = this.lock.newCondition();

	private final Deque<Delivery> queue = new ArrayDeque<>();

	private final Set<LaneWorker> workers = new HashSet<>();

	// Wait for their next run in place, before all others; with one worker nothing runs
	// meanwhile
	private final Set<Delivery> parked = new LinkedHashSet<>();

	private int idle;

	private volatile boolean closed;

	// The executor did not take a worker, and there is no other
	private boolean refused;

	// Until the executor is tried again
	private boolean waits;

	Lane(int maxWorkers, Executor executor, LaneHandler handler) {
		this(maxWorkers, executor, handler, 1, Duration.ZERO);
	}

	Lane(int maxWorkers, Executor executor, LaneHandler handler, int batchSize, Duration batchTimeout) {
		this.batchSize = batchSize;
		this.batchTimeout = batchTimeout;
		this.maxWorkers = maxWorkers;
		this.executor = executor;
		this.handler = handler;
	}

	/**
	 * Add a delivery.
	 * @return {@code false} if the lane is closed, then the delivery was not taken
	 */
	boolean add(Delivery delivery) {
		return enqueue(() -> this.queue.addLast(delivery));
	}

	/**
	 * Take a delivery in again, before all others, that was parked.
	 * @return {@code false} if the lane is closed, then the delivery was not taken
	 */
	boolean unpark(Delivery delivery) {
		return enqueue(() -> {
			this.parked.remove(delivery);
			this.queue.addFirst(delivery);
		});
	}

	/**
	 * Keep a delivery that is to run again before what is behind it. Called by the worker
	 * that ran it.
	 * @return {@code false} if the lane is closed, then the delivery was not taken
	 */
	boolean park(Delivery delivery) {
		this.lock.lock();
		try {
			if (this.closed) {
				return false;
			}
			this.parked.add(delivery);
			if (keepsOrder() && !isBatch()) {
				// Now: it may be back before the worker takes its next
				this.workers.forEach((worker) -> putBack(worker.takeBehind(delivery)));
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
	void release(Delivery delivery) {
		this.lock.lock();
		try {
			if (this.parked.remove(delivery) && !this.closed && !this.queue.isEmpty()) {
				wakeWorker();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	private void putBack(List<Delivery> deliveries) {
		for (int i = deliveries.size() - 1; i >= 0; i--) {
			this.queue.addFirst(deliveries.get(i));
		}
	}

	private boolean keepsOrder() {
		return this.maxWorkers == 1;
	}

	private boolean isBlocked() {
		return keepsOrder() && !this.parked.isEmpty();
	}

	private boolean enqueue(Runnable change) {
		this.lock.lock();
		try {
			if (this.closed) {
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
		if (isBlocked() || this.waits) {
			return;
		}
		if (isBatch() && this.queue.size() >= this.batchSize) {
			// Those that collect wait for the same as those that are idle
			this.changed.signalAll();
		}
		if (this.queue.size() <= this.idle) {
			this.changed.signal();
		}
		else if (this.workers.size() < this.maxWorkers) {
			LaneWorker worker = new LaneWorker(this);
			this.workers.add(worker);
			// An executor may block, or run its tasks on the thread that brings them:
			// ours
			// is one of jnats, and has the lock
			ContainerThreads.execute(() -> start(worker));
		}
	}

	private void start(LaneWorker worker) {
		try {
			this.executor.execute(worker);
		}
		catch (RuntimeException | Error ex) {
			if (isWithoutWorkersAfter(worker)) {
				this.handler.refused(this, ex);
			}
		}
	}

	private boolean isWithoutWorkersAfter(LaneWorker worker) {
		this.lock.lock();
		try {
			this.workers.remove(worker);
			this.changed.signalAll();
			this.refused = !this.closed && this.workers.isEmpty();
			this.waits = this.refused;
			return this.refused;
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
			this.waits = false;
			if (!this.closed && !this.queue.isEmpty()) {
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
			this.closed = true;
			// Those that the executor has not run yet will find nothing to do
			this.workers.removeIf((worker) -> !worker.hasBegun());
			this.changed.signalAll();
			return takeUnstarted();
		}
		finally {
			this.lock.unlock();
		}
	}

	private List<Delivery> takeUnstarted() {
		List<Delivery> unstarted = new ArrayList<>(this.queue);
		this.queue.clear();
		this.workers.forEach((worker) -> worker.addUnstarted(unstarted));
		unstarted.addAll(this.parked);
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
			List<Delivery> unstarted = keepsOrder() ? takeUnstarted() : List.of();
			if (replace && this.workers.remove(worker)) {
				worker.giveUp();
				wakeWorker();
			}
			return unstarted;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Wait for the runs that are under way when the lane is closed.
	 * @return whether they ended in time
	 */
	boolean awaitEnd(long nanos) throws InterruptedException {
		long left = nanos;
		this.lock.lock();
		try {
			while (!this.workers.isEmpty()) {
				if (left <= 0) {
					return false;
				}
				left = this.changed.awaitNanos(left);
			}
			return true;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Look at everything that is here and has not ended.
	 * @param waiting called for what waits
	 * @param running called for each worker that runs something
	 */
	void scan(Consumer<Delivery> waiting, Consumer<LaneWorker> running) {
		List<Delivery> deliveries;
		List<LaneWorker> busy;
		this.lock.lock();
		try {
			// Without a worker nothing comes of what is here, somebody else may take it
			deliveries = new ArrayList<>(this.refused ? List.of() : this.queue);
			this.workers.forEach((worker) -> worker.addUnstarted(deliveries));
			deliveries.addAll(this.parked);
			busy = new ArrayList<>(this.workers);
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
			worker.begin();
			if (this.refused) {
				this.refused = false;
				this.handler.accepted();
			}
			while (awaitDelivery(worker)) {
				if (isBatch()) {
					awaitBatch();
				}
				int most = mostAtOnce();
				while (batch.size() < most && !this.queue.isEmpty()) {
					batch.add(this.queue.poll());
				}
				// Another worker may have taken the batch while this one collected it
				if (!batch.isEmpty()) {
					return true;
				}
			}
			this.workers.remove(worker);
			this.changed.signalAll();
			return false;
		}
		finally {
			this.lock.unlock();
		}
	}

	private boolean awaitDelivery(LaneWorker worker) {
		long left = IDLE.toNanos();
		while (runnable() == 0 && !this.closed && left > 0 && !isBlocked() && this.workers.contains(worker)) {
			this.idle++;
			left = awaitUninterruptibly(left);
			this.idle--;
		}
		return runnable() > 0 && !this.closed && this.workers.contains(worker);
	}

	boolean isBatch() {
		return this.batchSize > 1;
	}

	private int mostAtOnce() {
		if (isBatch()) {
			return this.batchSize;
		}
		// Several workers share a queue that is short: none takes what another could run
		return keepsOrder() ? BATCH : 1;
	}

	private void awaitBatch() {
		long left = this.batchTimeout.toNanos();
		while (this.queue.size() < this.batchSize && !this.closed && left > 0) {
			left = awaitUninterruptibly(left);
		}
	}

	private int runnable() {
		return isBlocked() ? 0 : this.queue.size();
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

	boolean isClosed() {
		return this.closed;
	}

	boolean isParked() {
		this.lock.lock();
		try {
			return !this.parked.isEmpty();
		}
		finally {
			this.lock.unlock();
		}
	}

	void run(Delivery delivery) {
		safely(() -> this.handler.run(delivery, this));
	}

	void runBatch(List<Delivery> deliveries) {
		safely(() -> this.handler.runBatch(deliveries, this));
	}

	void recovered() {
		safely(this.handler::recovered);
	}

	private void safely(Runnable run) {
		try {
			run.run();
		}
		catch (Throwable ex) {
			// One message must not end the worker for all
			logger.error("A message could not be settled and is delivered again after ack-wait", ex);
		}
	}

}
