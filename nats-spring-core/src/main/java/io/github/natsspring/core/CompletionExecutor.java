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
import java.util.concurrent.RejectedExecutionException;

import org.jspecify.annotations.Nullable;

/**
 * Where futures that users hold are completed, so that what they do then holds up neither
 * jnats nor other requests.
 */
final class CompletionExecutor implements Executor {

	private static final ThreadLocal<Boolean> COMPLETING = new ThreadLocal<>();

	private final Executor delegate;

	private CompletionExecutor(Executor delegate) {
		this.delegate = delegate;
	}

	static CompletionExecutor of(@Nullable Executor executor, String name) {
		return new CompletionExecutor(
				(executor != null) ? (task) -> executor.execute(() -> complete(task)) : new CompletionPool(name));
	}

	private static void complete(Runnable task) {
		COMPLETING.set(Boolean.TRUE);
		try {
			task.run();
		}
		finally {
			COMPLETING.remove();
		}
	}

	/**
	 * Whether the thread runs callbacks of futures. It must not wait for other callbacks,
	 * which may wait for this thread.
	 */
	static boolean isCompleting() {
		return Thread.currentThread() instanceof CompletionPool.Worker || COMPLETING.get() != null;
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
