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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
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

	private final String id;

	private final int capacity;

	private final HandOver handOver;

	private final Consumer<Message> handler;

	private final Queue<Message> queue = new ConcurrentLinkedQueue<>();

	private final AtomicInteger waiting = new AtomicInteger();

	// Begun, and going on without the task
	private final AtomicInteger pending = new AtomicInteger();

	// With the executor, or running, or null: none of them
	private final AtomicReference<@Nullable Drain> task = new AtomicReference<>();

	// Stands for the one that runs
	private final Drain running = new Drain();

	private final ExecutorTrouble trouble = new ExecutorTrouble();

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition idle = this.lock.newCondition();

	private volatile @Nullable Thread worker;

	private volatile boolean busy;

	private volatile boolean closed;

	private volatile boolean held;

	/**
	 * Create a queue.
	 * @param id the listener in messages
	 * @param capacity how many messages may wait or be pending, the one that is handled
	 * not counted
	 * @param handOver gives the task to the executor of the listener
	 * @param handler handles a message, and never throws
	 */
	SerialQueue(String id, int capacity, HandOver handOver, Consumer<Message> handler) {
		this.id = id;
		this.capacity = capacity;
		this.handOver = handOver;
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
		if (this.held || this.task.get() != null) {
			return;
		}
		Drain next = new Drain();
		if (this.task.compareAndSet(null, next)) {
			this.handOver.submit(next);
		}
	}

	private void refused(Drain refused, Throwable reason) {
		// Unless the executor has begun it nevertheless
		if (!this.task.compareAndSet(refused, null)) {
			return;
		}
		if (this.trouble.refused(reason)) {
			logger.error("The executor of listener '%s' refuses to run it; its messages wait, and it is tried again"
				.formatted(this.id), reason);
		}
		signalIdle();
		scheduleLater();
	}

	/**
	 * Nobody would handle the messages if no further one arrived.
	 */
	private void scheduleLater() {
		try {
			CompletableFuture.delayedExecutor(RETRY_MILLIS, TimeUnit.MILLISECONDS, Runnable::run)
				.execute(this::scheduleWaiting);
		}
		catch (RuntimeException | Error ex) {
			// As the executor, so the timer may get no thread; there is check(), too
			logger.debug("Could not try again later", ex);
		}
	}

	private void scheduleWaiting() {
		if (!this.closed && !this.queue.isEmpty()) {
			schedule();
		}
	}

	/**
	 * Look whether messages wait for an executor that does not run them. Called about
	 * once a second, by one thread at a time; does not block.
	 */
	void check() {
		scheduleWaiting();
		Drain current = this.task.get();
		this.trouble.check((current != this.running) ? current : null);
		if (this.task.get() != current) {
			// It has begun meanwhile, and perhaps ended
			this.trouble.notWaiting();
		}
	}

	/**
	 * Why the messages that wait are not handled, or {@code null} if they are.
	 */
	ExecutorTrouble.@Nullable Report trouble() {
		return this.trouble.report();
	}

	private void drain() {
		this.worker = Thread.currentThread();
		this.trouble.begun();
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
			this.task.set(null);
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
	 * How many messages wait for the handler.
	 */
	int waiting() {
		return this.waiting.get();
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
			while (left > 0
					&& (this.task.get() != null || this.pending.get() > 0 || (!this.held && !this.queue.isEmpty()))) {
				// Bounded, since a task that an executor dropped never signals
				this.idle.awaitNanos(Math.min(left, TimeUnit.MILLISECONDS.toNanos(100)));
				left = deadline - System.nanoTime();
			}
			return this.task.get() == null && (this.held || this.queue.isEmpty());
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

	/**
	 * Handles what waits, once.
	 */
	private final class Drain implements HandOver.Task {

		@Override
		public void run() {
			// An executor that threw may have kept it, and another one may run by now
			if (SerialQueue.this.task.compareAndSet(this, SerialQueue.this.running)) {
				drain();
			}
		}

		@Override
		public void refused(Throwable reason) {
			SerialQueue.this.refused(this, reason);
		}

	}

}
