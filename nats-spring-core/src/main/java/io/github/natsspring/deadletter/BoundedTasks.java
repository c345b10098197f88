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

package io.github.natsspring.deadletter;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Runs tasks one after the other on an executor, up to a number of them.
 */
final class BoundedTasks {

	private static final Log logger = LogFactory.getLog(BoundedTasks.class);

	private final Executor executor;

	private final int limit;

	private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();

	private final ReentrantLock lock = new ReentrantLock();

	private boolean busy;

	BoundedTasks(Executor executor, int limit) {
		this.executor = executor;
		this.limit = limit;
	}

	boolean execute(Runnable task) {
		this.lock.lock();
		try {
			if (this.waiting.size() >= this.limit) {
				return false;
			}
			this.waiting.add(task);
			if (this.busy) {
				return true;
			}
			this.busy = true;
		}
		finally {
			this.lock.unlock();
		}
		return submit();
	}

	void executeLater(Runnable task, Duration delay) {
		CompletableFuture.delayedExecutor(delay.toMillis(), TimeUnit.MILLISECONDS, Runnable::run).execute(() -> {
			if (!execute(task)) {
				logger.error("A message that the server gave up is not looked at, since too many came at once");
			}
		});
	}

	private boolean submit() {
		try {
			this.executor.execute(this::run);
			return true;
		}
		catch (RejectedExecutionException ex) {
			this.lock.lock();
			try {
				this.busy = false;
				this.waiting.clear();
			}
			finally {
				this.lock.unlock();
			}
			return false;
		}
	}

	private void run() {
		while (true) {
			Runnable task;
			this.lock.lock();
			try {
				task = this.waiting.poll();
				if (task == null) {
					this.busy = false;
					return;
				}
			}
			finally {
				this.lock.unlock();
			}
			try {
				task.run();
			}
			catch (RuntimeException | Error ex) {
				logger.error("A message that the server gave up could not be looked at", ex);
			}
		}
	}

}
