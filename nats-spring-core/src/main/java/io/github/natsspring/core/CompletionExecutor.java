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

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;

/**
 * Where futures that users hold are completed, so that what they do then holds up neither
 * jnats nor other requests. Its threads end when they have nothing to do.
 */
final class CompletionExecutor implements Executor {

	private static final int IDLE_SECONDS = 10;

	private final Executor delegate;

	private CompletionExecutor(Executor delegate) {
		this.delegate = delegate;
	}

	static CompletionExecutor of(@Nullable Executor executor, String name) {
		return new CompletionExecutor((executor != null) ? executor : pool(name));
	}

	private static Executor pool(String name) {
		int size = Math.max(4, Runtime.getRuntime().availableProcessors());
		AtomicInteger count = new AtomicInteger();
		ThreadPoolExecutor pool = new ThreadPoolExecutor(size, size, IDLE_SECONDS, TimeUnit.SECONDS,
				new LinkedBlockingQueue<>(), (task) -> {
					Thread thread = new Thread(task, name + "-" + count.incrementAndGet());
					thread.setDaemon(true);
					return thread;
				});
		pool.allowCoreThreadTimeOut(true);
		return pool;
	}

	@Override
	public void execute(Runnable task) {
		try {
			this.delegate.execute(task);
		}
		catch (RejectedExecutionException ex) {
			// The application is going down; its futures must be completed all the same
			Thread thread = new Thread(task, "nats-completion");
			thread.setDaemon(true);
			thread.start();
		}
	}

}
