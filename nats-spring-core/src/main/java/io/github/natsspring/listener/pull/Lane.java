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
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

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

	private final Handler handler;

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition changed = this.lock.newCondition();

	private final Deque<Delivery> queue = new ArrayDeque<>();

	private final Set<LaneWorker> workers = new HashSet<>();

	// Waits for its next run in place, before all others; with one worker nothing runs
	// meanwhile
	private volatile @Nullable Delivery parked;

	private int idle;

	private volatile boolean closed;

	Lane(int maxWorkers, Executor executor, Handler handler) {
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
			if (this.parked == delivery) {
				this.parked = null;
			}
			this.queue.addFirst(delivery);
		});
	}

	/**
	 * Keep a delivery that is to run again before what is behind it. Called by its run.
	 */
	void park(Delivery delivery) {
		this.lock.lock();
		try {
			if (this.maxWorkers == 1) {
				this.parked = delivery;
				// At once: it may run again before its worker gets to look
				this.workers.stream().filter(LaneWorker::isRunningHere).forEach((worker) -> prepend(worker.takeRest()));
			}
		}
		finally {
			this.lock.unlock();
		}
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
		if (this.parked != null && this.maxWorkers == 1) {
			return;
		}
		if (this.queue.size() <= this.idle) {
			this.changed.signal();
		}
		else if (this.workers.size() < this.maxWorkers) {
			LaneWorker worker = new LaneWorker(this);
			this.workers.add(worker);
			try {
				this.executor.execute(worker);
			}
			catch (RuntimeException ex) {
				this.workers.remove(worker);
				if (this.workers.isEmpty()) {
					List<Delivery> refused = new ArrayList<>(this.queue);
					this.queue.clear();
					this.handler.refused(refused, ex);
				}
			}
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
		if (this.parked != null) {
			unstarted.add(this.parked);
		}
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
			List<Delivery> unstarted = (this.maxWorkers == 1) ? takeUnstarted() : List.of();
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
			deliveries = new ArrayList<>(this.queue);
			this.workers.forEach((worker) -> worker.addUnstarted(deliveries));
			if (this.parked != null) {
				deliveries.add(this.parked);
			}
			busy = new ArrayList<>(this.workers);
		}
		finally {
			this.lock.unlock();
		}
		busy.stream().filter((worker) -> worker.current() != null).forEach(running);
		deliveries.forEach(waiting);
	}

	/**
	 * Give a worker what to run next.
	 * @return {@code false} if there is nothing any more, then the worker is none
	 */
	boolean next(LaneWorker worker, List<Delivery> batch) {
		this.lock.lock();
		try {
			batch.clear();
			long left = IDLE.toNanos();
			while (runnable() == 0 && !this.closed && left > 0 && this.parked == null
					&& this.workers.contains(worker)) {
				this.idle++;
				left = awaitUninterruptibly(left);
				this.idle--;
			}
			if (runnable() == 0 || this.closed || !this.workers.contains(worker)) {
				this.workers.remove(worker);
				this.changed.signalAll();
				return false;
			}
			// Several workers share a queue that is short: none takes what another could
			// run
			int most = (this.maxWorkers == 1) ? BATCH : 1;
			while (batch.size() < most && !this.queue.isEmpty()) {
				batch.add(this.queue.poll());
			}
			return true;
		}
		finally {
			this.lock.unlock();
		}
	}

	private int runnable() {
		return (this.parked != null) ? 0 : this.queue.size();
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
	 * Put back what a worker took and did not run, because a delivery was parked.
	 */
	void putBack(LaneWorker worker) {
		this.lock.lock();
		try {
			prepend(worker.takeRest());
		}
		finally {
			this.lock.unlock();
		}
	}

	private void prepend(List<Delivery> deliveries) {
		for (int i = deliveries.size() - 1; i >= 0; i--) {
			this.queue.addFirst(deliveries.get(i));
		}
	}

	boolean isClosed() {
		return this.closed;
	}

	boolean isParked() {
		return this.parked != null;
	}

	void run(Delivery delivery) {
		try {
			this.handler.run(delivery, this);
		}
		catch (RuntimeException | Error ex) {
			// One message must not end the worker for all
			logger.error("A message could not be settled and is delivered again after ack-wait", ex);
		}
	}

	/**
	 * What a lane calls.
	 */
	interface Handler {

		/**
		 * Run a delivery if it can still be started. Must not throw.
		 */
		void run(Delivery delivery, Lane lane);

		/**
		 * The executor did not take a worker; the deliveries are no longer in the lane.
		 */
		void refused(List<Delivery> deliveries, RuntimeException ex);

	}

}
