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

package io.github.natsspring.listener.core;

import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

import io.nats.client.Message;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * A bounded queue whose messages are handled one at a time, by a task that runs as long
 * as there are messages.
 */
class SerialQueue {

	private static final Log logger = LogFactory.getLog(SerialQueue.class);

	private static final long RETRY_MILLIS = 100;

	private final int capacity;

	private final Executor executor;

	private final Consumer<Message> handler;

	private final Queue<Message> queue = new ConcurrentLinkedQueue<>();

	private final AtomicInteger waiting = new AtomicInteger();

	// Begun, and going on without the task
	private final AtomicInteger pending = new AtomicInteger();

	private final AtomicBoolean active = new AtomicBoolean();

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition idle = this.lock.newCondition();

	private volatile @Nullable Thread worker;

	private volatile boolean busy;

	private volatile boolean closed;

	private volatile boolean held;

	private volatile boolean refused;

	/**
	 * Create a queue.
	 * @param capacity how many messages may wait or be pending, the one that is handled
	 * not counted
	 * @param executor runs the task
	 * @param handler handles a message, and never throws
	 */
	SerialQueue(int capacity, Executor executor, Consumer<Message> handler) {
		this.capacity = capacity;
		this.executor = executor;
		this.handler = handler;
	}

	/**
	 * Add a message; never blocks.
	 * @return {@code false} if the queue is full or closed
	 */
	boolean offer(Message message) {
		if (this.closed || this.waiting.incrementAndGet() + this.pending.get() > this.capacity) {
			this.waiting.decrementAndGet();
			return false;
		}
		this.queue.add(message);
		schedule();
		return true;
	}

	private void schedule() {
		if (this.held || !this.active.compareAndSet(false, true)) {
			return;
		}
		try {
			this.executor.execute(this::drain);
			this.refused = false;
		}
		catch (RejectedExecutionException ex) {
			this.active.set(false);
			if (!this.refused) {
				this.refused = true;
				logger.error("The executor refuses to run a listener, whose messages wait; trying again", ex);
			}
			scheduleLater();
		}
	}

	/**
	 * Nobody would handle the messages if no further one arrived.
	 */
	private void scheduleLater() {
		CompletableFuture.delayedExecutor(RETRY_MILLIS, TimeUnit.MILLISECONDS).execute(() -> {
			if (!this.closed && !this.queue.isEmpty()) {
				schedule();
			}
		});
	}

	private void drain() {
		this.worker = Thread.currentThread();
		try {
			Message message = next();
			while (message != null) {
				this.busy = true;
				this.waiting.decrementAndGet();
				this.handler.accept(message);
				// An interrupt that was meant for this message must not reach the next
				// one
				Thread.interrupted();
				this.busy = false;
				message = next();
			}
		}
		finally {
			this.busy = false;
			this.worker = null;
			this.active.set(false);
			if (!this.queue.isEmpty()) {
				schedule();
			}
			signalIdle();
		}
	}

	private @Nullable Message next() {
		return this.held ? null : this.queue.poll();
	}

	/**
	 * The work of the message that is handled goes on after the handler has returned.
	 * Called by the handler.
	 */
	void begun() {
		this.pending.incrementAndGet();
	}

	/**
	 * Work that went on has ended. On any thread.
	 */
	void ended() {
		this.pending.decrementAndGet();
		signalIdle();
	}

	/**
	 * How many messages are pending.
	 */
	int pending() {
		return this.pending.get();
	}

	/**
	 * Begin nothing until {@link #release()}; what comes waits.
	 */
	void hold() {
		this.held = true;
	}

	void release() {
		this.held = false;
		if (!this.queue.isEmpty()) {
			schedule();
		}
	}

	private void signalIdle() {
		this.lock.lock();
		try {
			this.idle.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * How many messages wait or are handled.
	 */
	int size() {
		return this.waiting.get() + this.pending.get() + (this.busy ? 1 : 0);
	}

	/**
	 * Wait until everything is handled, or while this is held, what is begun.
	 * @param deadline the time at which to give up, by {@link System#nanoTime()}
	 * @throws InterruptedException if the thread was interrupted
	 */
	boolean awaitIdle(long deadline) throws InterruptedException {
		if (Thread.currentThread() == this.worker) {
			// A listener that stops its own container cannot wait for itself
			return true;
		}
		this.lock.lock();
		try {
			long left = deadline - System.nanoTime();
			while (left > 0 && (this.active.get() || this.pending.get() > 0 || (!this.held && !this.queue.isEmpty()))) {
				// Bounded, since a task that an executor dropped never signals
				this.idle.awaitNanos(Math.min(left, TimeUnit.MILLISECONDS.toNanos(100)));
				left = deadline - System.nanoTime();
			}
			return !this.active.get() && (this.held || this.queue.isEmpty());
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Accept and begin nothing any more.
	 * @return how many messages were discarded
	 */
	int close() {
		this.closed = true;
		int discarded = 0;
		while (this.queue.poll() != null) {
			this.waiting.decrementAndGet();
			discarded++;
		}
		return discarded;
	}

}
