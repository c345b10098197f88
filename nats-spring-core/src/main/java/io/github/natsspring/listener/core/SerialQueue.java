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

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

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

	private final HandOver handOver;

	private final Handler handler;

	// Begun, and going on without the task
	private final AtomicInteger pending = new AtomicInteger();

	private final Mailbox messages;

	// With the executor, or running, or null: none of them
	private final AtomicReference<@Nullable Drain> task = new AtomicReference<>();

	// Stands for the one that runs
	private final Drain running = new Drain();

	private final ExecutorTrouble trouble = new ExecutorTrouble();

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition idle = this.lock.newCondition();

	private volatile @Nullable Thread worker;

	private volatile boolean held;

	/**
	 * Create a queue.
	 * @param id the listener in messages
	 * @param capacity how many messages may wait or be pending, the one that is handled
	 * not counted
	 * @param handOver gives the task to the executor of the listener
	 * @param handler handles a message, and never throws
	 */
	SerialQueue(String id, int capacity, HandOver handOver, Handler handler) {
		this.id = id;
		this.messages = new Mailbox(capacity, this.pending);
		this.handOver = handOver;
		this.handler = handler;
	}

	/**
	 * Add a message; never blocks.
	 * @return {@code false} if the queue is full or closed
	 */
	boolean offer(Message message) {
		if (!this.messages.add(message)) {
			return false;
		}
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
		if (!this.messages.isEmpty()) {
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
			boolean first = true;
			Message message = next();
			while (message != null) {
				this.handler.handle(message, first);
				// An interrupt that was meant for this message must not reach the next
				// one
				Thread.interrupted();
				this.messages.end();
				first = false;
				message = next();
			}
		}
		finally {
			this.messages.end();
			this.worker = null;
			this.task.set(null);
			if (!this.messages.isEmpty()) {
				schedule();
			}
			signalIdle();
		}
	}

	private @Nullable Message next() {
		return this.held ? null : this.messages.begin();
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
		return this.messages.waiting();
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
		if (!this.messages.isEmpty()) {
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
		return this.messages.waiting() + this.pending.get() + this.messages.running();
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
			while (left > 0 && (this.task.get() != null || this.pending.get() > 0
					|| (!this.held && !this.messages.isEmpty()))) {
				// Bounded, since a task that an executor dropped never signals
				this.idle.awaitNanos(Math.min(left, TimeUnit.MILLISECONDS.toNanos(100)));
				left = deadline - System.nanoTime();
			}
			return this.task.get() == null && (this.held || this.messages.isEmpty());
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
		return this.messages.close();
	}

	/**
	 * Handles a message, and never throws.
	 */
	@FunctionalInterface
	interface Handler {

		/**
		 * Handle a message.
		 * @param message the message
		 * @param first whether time has passed since the handler was called before
		 */
		void handle(Message message, boolean first);

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
