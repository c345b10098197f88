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

package io.github.natsspring.core;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * A few threads that complete futures, and more of them when all of these wait in the
 * callbacks of users: perhaps for futures whose completion is behind them in the queue.
 * Threads end when they have nothing to do.
 */
final class CompletionPool implements Executor {

	private static final Log logger = LogFactory.getLog(CompletionPool.class);

	private static final int IDLE_SECONDS = 10;

	private static final long LOOK_MILLIS = 50;

	/**
	 * Each helper that waits in its turn leaves more done for the next one, so that the
	 * number needed rises with the root of what is queued.
	 */
	private static final int MAX_HELPERS = 256;

	private static final int MANY_HELPERS = 8;

	private final String name;

	private final LinkedBlockingQueue<Runnable> queue = new LinkedBlockingQueue<>();

	private final ThreadPoolExecutor pool;

	private final AtomicInteger threads = new AtomicInteger();

	private final Set<Worker> workers = ConcurrentHashMap.newKeySet();

	private final AtomicInteger helpers = new AtomicInteger();

	private final AtomicLong helped = new AtomicLong();

	private final AtomicBoolean watching = new AtomicBoolean();

	private final Executor watcher = CompletableFuture.delayedExecutor(LOOK_MILLIS, TimeUnit.MILLISECONDS,
			Runnable::run);

	private volatile long ended = -1;

	private volatile boolean warned;

	CompletionPool(String name) {
		this.name = name;
		int size = Math.max(4, Runtime.getRuntime().availableProcessors());
		this.pool = new ThreadPoolExecutor(size, size, IDLE_SECONDS, TimeUnit.SECONDS, this.queue, this::thread);
		this.pool.allowCoreThreadTimeOut(true);
	}

	private Thread thread(Runnable task) {
		return new Worker(task, this.name + "-" + this.threads.incrementAndGet(), this.workers);
	}

	@Override
	public void execute(Runnable task) {
		this.pool.execute(task);
		if (!this.watching.get() && this.watching.compareAndSet(false, true)) {
			this.watcher.execute(this::watch);
		}
	}

	private void watch() {
		long ended = this.pool.getCompletedTaskCount() + this.helped.get();
		if (this.queue.isEmpty()) {
			this.watching.set(false);
			if (this.queue.isEmpty() || !this.watching.compareAndSet(false, true)) {
				return;
			}
		}
		boolean stuck = ended == this.ended && !this.queue.isEmpty();
		this.ended = ended;
		this.watcher.execute(this::watch);
		if (stuck) {
			addHelper();
		}
	}

	private void addHelper() {
		if (this.helpers.incrementAndGet() > MAX_HELPERS) {
			this.helpers.decrementAndGet();
			return;
		}
		if (!this.warned && (areWaiting() || this.helpers.get() > MANY_HELPERS)) {
			this.warned = true;
			logger.warn(("All threads '%s' wait in callbacks of futures, so that more are started;"
					+ " do not wait in these callbacks, or give them an executor of their own")
				.formatted(this.name));
		}
		thread(this::help).start();
	}

	/**
	 * Whether callbacks wait. On a machine that is busy they may only take long.
	 */
	private boolean areWaiting() {
		return this.pool.getActiveCount() >= this.pool.getCorePoolSize()
				&& this.workers.stream().noneMatch((worker) -> worker.getState() == Thread.State.RUNNABLE);
	}

	private void help() {
		try {
			Runnable task = newest();
			while (task != null) {
				try {
					task.run();
				}
				finally {
					this.helped.incrementAndGet();
				}
				task = newest();
			}
		}
		finally {
			this.helpers.decrementAndGet();
		}
	}

	/**
	 * What callbacks wait for was begun after they began. The oldest are for the pool.
	 */
	private @Nullable Runnable newest() {
		while (true) {
			Object[] queued = this.queue.toArray();
			if (queued.length == 0) {
				return null;
			}
			for (int i = queued.length - 1; i >= 0; i--) {
				if (this.queue.remove(queued[i])) {
					return (Runnable) queued[i];
				}
			}
		}
	}

	/**
	 * A thread that runs callbacks.
	 */
	static final class Worker extends Thread {

		private final Set<Worker> workers;

		private Worker(Runnable task, String name, Set<Worker> workers) {
			super(task, name);
			setDaemon(true);
			this.workers = workers;
		}

		@Override
		public void run() {
			this.workers.add(this);
			try {
				super.run();
			}
			finally {
				this.workers.remove(this);
			}
		}

	}

}
