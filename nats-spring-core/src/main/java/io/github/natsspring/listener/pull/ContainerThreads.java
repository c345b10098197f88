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

import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Threads that all containers share for what must not be done on a thread of jnats:
 * looking up consumers, draining, stopping. They are daemons and end when idle.
 */
final class ContainerThreads {

	private static final Duration IDLE = Duration.ofSeconds(10);

	private static final ThreadPoolExecutor control = new ThreadPoolExecutor(0, Integer.MAX_VALUE, IDLE.toMillis(),
			TimeUnit.MILLISECONDS, new SynchronousQueue<>(), factory("nats-control-"));

	private static final ScheduledThreadPoolExecutor timer = timer();

	private ContainerThreads() {
	}

	private static ScheduledThreadPoolExecutor timer() {
		ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, factory("nats-timer-"));
		timer.setRemoveOnCancelPolicy(true);
		timer.setKeepAliveTime(IDLE.toMillis(), TimeUnit.MILLISECONDS);
		timer.allowCoreThreadTimeOut(true);
		return timer;
	}

	private static ThreadFactory factory(String prefix) {
		AtomicLong number = new AtomicLong();
		return (task) -> {
			Thread thread = new Thread(task, prefix + number.incrementAndGet());
			thread.setDaemon(true);
			return thread;
		};
	}

	/**
	 * Run a task that may block for a bounded time.
	 */
	static void execute(Runnable task) {
		control.execute(task);
	}

	/**
	 * Run a task that does not block, after a delay.
	 */
	static ScheduledFuture<?> schedule(Runnable task, Duration delay) {
		return timer.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
	}

	/**
	 * Run a task that does not block, again and again.
	 */
	static ScheduledFuture<?> repeat(Runnable task, Duration period) {
		return timer.scheduleWithFixedDelay(task, period.toNanos(), period.toNanos(), TimeUnit.NANOSECONDS);
	}

}
