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

package io.github.natsspring.event;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Runs what publishes the events of one container, one after the other, on a daemon
 * thread that ends when idle. Event listeners are code of the application and may hang:
 * the queue is bounded, and drops what is too much.
 */
final class EventQueue {

	static final int CAPACITY = 1_000;

	private static final Log logger = LogFactory.getLog(EventQueue.class);

	private static final AtomicLong number = new AtomicLong();

	private static final ThreadPoolExecutor threads = new ThreadPoolExecutor(0, Integer.MAX_VALUE, 10, TimeUnit.SECONDS,
			new SynchronousQueue<>(), EventQueue::newThread);

	private final String id;

	private final ReentrantLock lock = new ReentrantLock();

	private final Deque<Runnable> waiting = new ArrayDeque<>();

	private boolean dropping;

	private boolean running;

	private volatile @Nullable Thread thread;

	EventQueue(String id) {
		this.id = id;
	}

	private static Thread newThread(Runnable task) {
		Thread thread = new Thread(task, "nats-listener-events-" + number.incrementAndGet());
		thread.setDaemon(true);
		return thread;
	}

	/**
	 * Add a task; does not wait, and may be called under locks.
	 */
	void add(Runnable task) {
		this.lock.lock();
		try {
			if (this.waiting.size() >= CAPACITY) {
				if (!this.dropping) {
					logger.error("Events of listener '%s' are dropped: an event listener does not return"
						.formatted(this.id));
				}
				this.dropping = true;
				return;
			}
			this.dropping = false;
			this.waiting.add(task);
			if (!this.running) {
				this.running = true;
				threads.execute(this::run);
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Wait until what was added so far has run.
	 * @return whether it has
	 */
	boolean await(Duration timeout) {
		CountDownLatch done = new CountDownLatch(1);
		add(done::countDown);
		try {
			return done.await(timeout.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	boolean isCurrentThread() {
		return Thread.currentThread() == this.thread;
	}

	private void run() {
		this.thread = Thread.currentThread();
		Runnable task = next();
		while (task != null) {
			try {
				task.run();
			}
			catch (Throwable ex) {
				logger.error("A listener of an event of '%s' failed".formatted(this.id), ex);
			}
			// Neither concerns the next event
			Thread.interrupted();
			task = next();
		}
	}

	private @Nullable Runnable next() {
		this.lock.lock();
		try {
			Runnable task = this.waiting.poll();
			if (task == null) {
				this.running = false;
				this.thread = null;
			}
			return task;
		}
		finally {
			this.lock.unlock();
		}
	}

}
