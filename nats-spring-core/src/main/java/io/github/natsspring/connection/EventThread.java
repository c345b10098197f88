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

package io.github.natsspring.connection;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Runs tasks in order on one thread of its own, which ends when it is idle. A task for
 * which no thread can be made waits until one can.
 */
final class EventThread {

	private static final Log logger = LogFactory.getLog(EventThread.class);

	private static final long RETRY_MILLIS = 500;

	private final ThreadPoolExecutor executor;

	EventThread(String name) {
		this((task) -> {
			Thread thread = new Thread(task, name);
			thread.setDaemon(true);
			return thread;
		});
	}

	EventThread(ThreadFactory factory) {
		this.executor = new ThreadPoolExecutor(1, 1, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), factory);
		this.executor.allowCoreThreadTimeOut(true);
	}

	/**
	 * Run a task; ignored after the end.
	 */
	void run(Runnable task) {
		if (this.executor.isShutdown()) {
			logger.trace("Ignored an event after the end");
			return;
		}
		// Given to the executor, a task that finds no thread would be lost
		this.executor.getQueue().add(task);
		ensureThread();
	}

	/**
	 * Run a task, unless too many wait already.
	 * @param bound how many may wait
	 * @return whether it is run
	 */
	boolean offer(Runnable task, int bound) {
		if (this.executor.getQueue().size() >= bound) {
			return false;
		}
		run(task);
		return true;
	}

	private void ensureThread() {
		if (this.executor.isShutdown()) {
			return;
		}
		try {
			this.executor.prestartCoreThread();
		}
		catch (Throwable ex) {
			// An OutOfMemoryError, if the system allows no more threads
			logger.error("There is no thread for the events of a connection; trying again", ex);
			Retries.later(RETRY_MILLIS, this::ensureThread);
		}
	}

	void shutdown() {
		this.executor.shutdown();
	}

	/**
	 * Tries again what needs a thread that could not be made.
	 */
	static final class Retries {

		private Retries() {
		}

		static void later(long millis, Runnable task) {
			try {
				// On the timer's own thread, since others may not be had
				CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS, Runnable::run).execute(task);
			}
			catch (RuntimeException | Error ex) {
				logger.error("There is no thread to try again on either", ex);
			}
		}

	}

}
