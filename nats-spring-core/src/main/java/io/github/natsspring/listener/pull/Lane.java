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

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Runs deliveries one after the other on one thread. It takes them from its queue in
 * batches, which keeps the hand-over from jnats' thread cheap.
 */
final class Lane implements Runnable {

	private static final Log logger = LogFactory.getLog(Lane.class);

	private static final int BATCH = 64;

	private final Consumer<Delivery> runner;

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition changed = this.lock.newCondition();

	private final Deque<Delivery> queue = new ArrayDeque<>();

	private final List<Delivery> batch = new ArrayList<>(BATCH);

	private final CountDownLatch ended = new CountDownLatch(1);

	private volatile boolean closed;

	private boolean waiting;

	/**
	 * Create a lane.
	 * @param runner runs a delivery, if it can still be started; must not throw
	 */
	Lane(Consumer<Delivery> runner) {
		this.runner = runner;
	}

	/**
	 * Add a delivery.
	 * @return {@code false} if the lane is closed, then the delivery was not taken
	 */
	boolean add(Delivery delivery) {
		this.lock.lock();
		try {
			if (this.closed) {
				return false;
			}
			this.queue.add(delivery);
			if (this.waiting) {
				this.changed.signal();
			}
			return true;
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
			this.changed.signal();
			List<Delivery> unstarted = new ArrayList<>(this.batch);
			unstarted.addAll(this.queue);
			this.queue.clear();
			return unstarted;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Wait for the run that is under way when the lane is closed.
	 * @return whether it ended in time
	 */
	boolean awaitEnd(long nanos) throws InterruptedException {
		return this.ended.await(nanos, TimeUnit.NANOSECONDS);
	}

	@Override
	public void run() {
		try {
			while (nextBatch()) {
				for (Delivery delivery : this.batch) {
					if (this.closed) {
						return;
					}
					run(delivery);
				}
			}
		}
		finally {
			this.ended.countDown();
		}
	}

	private void run(Delivery delivery) {
		try {
			this.runner.accept(delivery);
		}
		catch (RuntimeException | Error ex) {
			// One message must not end the lane for all
			logger.error("A message could not be settled and is delivered again after ack-wait", ex);
		}
	}

	private boolean nextBatch() {
		this.lock.lock();
		try {
			this.batch.clear();
			while (this.queue.isEmpty() && !this.closed) {
				this.waiting = true;
				// Not interruptible: only close() ends a lane, so that nothing is left
				// unsettled
				this.changed.awaitUninterruptibly();
				this.waiting = false;
			}
			while (this.batch.size() < BATCH && !this.queue.isEmpty()) {
				this.batch.add(this.queue.poll());
			}
			return !this.closed;
		}
		finally {
			this.lock.unlock();
		}
	}

}
