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
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Stores the dead letters of a container on threads of its own, so that no lane waits for
 * the server: a few at once, and a bounded number of others behind them.
 */
final class LetterTasks {

	private static final Log logger = LogFactory.getLog(LetterTasks.class);

	private static final int AT_ONCE = 4;

	private static final int WAITING = 64;

	private final Executor executor;

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition ended = this.lock.newCondition();

	private final Deque<Runnable> waiting = new ArrayDeque<>();

	private final Set<Delivery> deliveries = ConcurrentHashMap.newKeySet();

	private int workers;

	LetterTasks() {
		this(ContainerThreads::execute);
	}

	LetterTasks(Executor executor) {
		this.executor = executor;
	}

	/**
	 * Run a task for a delivery.
	 * @return {@code false} if there are too many, then it was not taken
	 */
	boolean submit(Delivery delivery, Runnable task) {
		this.lock.lock();
		try {
			if (this.waiting.size() >= WAITING) {
				return false;
			}
			this.deliveries.add(delivery);
			this.waiting.add(() -> {
				try {
					task.run();
				}
				finally {
					this.deliveries.remove(delivery);
				}
			});
			if (this.workers < AT_ONCE) {
				this.executor.execute(this::work);
				this.workers++;
			}
			return true;
		}
		finally {
			this.lock.unlock();
		}
	}

	private void work() {
		for (Runnable task = next(); task != null; task = next()) {
			try {
				task.run();
			}
			catch (RuntimeException | Error ex) {
				logger.error("A dead letter could not be stored, its message is delivered again after ack-wait", ex);
			}
		}
	}

	private @Nullable Runnable next() {
		this.lock.lock();
		try {
			Runnable task = this.waiting.poll();
			if (task == null) {
				this.workers--;
				this.ended.signalAll();
			}
			return task;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * What letters are being stored for.
	 */
	Set<Delivery> deliveries() {
		return this.deliveries;
	}

	/**
	 * Wait for all letters.
	 * @return whether they were done with in time
	 */
	boolean awaitEnd(long nanos) throws InterruptedException {
		long left = nanos;
		this.lock.lock();
		try {
			while (this.workers > 0) {
				if (left <= 0) {
					return false;
				}
				left = this.ended.awaitNanos(left);
			}
			return true;
		}
		finally {
			this.lock.unlock();
		}
	}

}
