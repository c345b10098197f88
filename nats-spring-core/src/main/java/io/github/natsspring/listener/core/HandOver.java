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

import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RejectedExecutionHandler;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.core.task.VirtualThreadTaskExecutor;
import org.springframework.scheduling.concurrent.ConcurrentTaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

/**
 * Gives tasks to the executor of a listener: at once if it is known to come back at once,
 * else on a thread of our own. An executor may block its caller while its threads are
 * busy, or run the task on the caller's thread, and here the caller is a thread of jnats.
 */
final class HandOver {

	private static final Set<Class<? extends RejectedExecutionHandler>> PROMPT_REFUSALS = Set.of(
			ThreadPoolExecutor.AbortPolicy.class, ThreadPoolExecutor.DiscardPolicy.class,
			ThreadPoolExecutor.DiscardOldestPolicy.class);

	// Of Executors.newVirtualThreadPerTaskExecutor(), which Java 17 does not know
	private static final String THREAD_PER_TASK = "java.util.concurrent.ThreadPerTaskExecutor";

	private static final AtomicLong number = new AtomicLong();

	// Shared; at most one thread for each listener whose executor blocks
	private static final ThreadPoolExecutor threads = new ThreadPoolExecutor(0, Integer.MAX_VALUE, 10, TimeUnit.SECONDS,
			new SynchronousQueue<>(), HandOver::thread);

	private final Executor executor;

	private final boolean prompt;

	private HandOver(Executor executor, boolean prompt) {
		this.executor = executor;
		this.prompt = prompt;
	}

	/**
	 * Give tasks to an executor that may block or run them on the caller's thread.
	 * @param executor the executor of a listener
	 */
	static HandOver to(Executor executor) {
		return new HandOver(executor, isPrompt(executor));
	}

	/**
	 * Give tasks to an executor on the calling thread, whatever it does.
	 * @param executor the executor of a listener
	 */
	static HandOver directlyTo(Executor executor) {
		return new HandOver(executor, true);
	}

	private static Thread thread(Runnable task) {
		Thread thread = new Thread(task, "nats-hand-over-" + number.incrementAndGet());
		thread.setDaemon(true);
		return thread;
	}

	/**
	 * Whether an executor is known to run tasks on other threads, and to start or queue
	 * or refuse them without waiting.
	 */
	static boolean isPrompt(Executor executor) {
		if (executor instanceof ThreadPoolExecutor pool) {
			return PROMPT_REFUSALS.contains(pool.getRejectedExecutionHandler().getClass());
		}
		if (executor instanceof ThreadPoolTaskExecutor pool) {
			// An executor that is not initialized has no pool
			return pool.isRunning() && isPrompt(pool.getThreadPoolExecutor());
		}
		if (executor instanceof ConcurrentTaskExecutor wrapper) {
			return isPrompt(wrapper.getConcurrentExecutor());
		}
		if (executor instanceof SimpleAsyncTaskExecutor tasks) {
			return !tasks.isThrottleActive();
		}
		return executor instanceof VirtualThreadTaskExecutor || executor instanceof ForkJoinPool
				|| executor.getClass().getName().equals(THREAD_PER_TASK);
	}

	/**
	 * Have a task run; never throws, and never blocks.
	 */
	void submit(Task task) {
		try {
			if (this.prompt) {
				give(task);
			}
			else {
				threads.execute(() -> give(task));
			}
		}
		catch (RuntimeException | Error ex) {
			task.refused(ex);
		}
	}

	private void give(Task task) {
		try {
			this.executor.execute(task);
		}
		catch (RuntimeException | Error ex) {
			// Any: an executor that can make no thread throws an OutOfMemoryError
			task.refused(ex);
		}
	}

	/**
	 * A task that is told when the executor does not take it.
	 */
	interface Task extends Runnable {

		/**
		 * The executor has thrown. It may have kept the task nevertheless.
		 */
		void refused(Throwable reason);

	}

}
