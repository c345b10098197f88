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

package io.github.natsspring.config;

import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs each task at once, on a daemon thread that is kept for a while.
 */
final class ListenerThreads extends ThreadPoolExecutor {

	private final AtomicInteger number = new AtomicInteger();

	ListenerThreads() {
		super(0, Integer.MAX_VALUE, 30, TimeUnit.SECONDS, new SynchronousQueue<>());
		setThreadFactory(this::newThread);
	}

	private Thread newThread(Runnable task) {
		Thread thread = new Thread(task, "nats-listener-" + this.number.incrementAndGet());
		thread.setDaemon(true);
		return thread;
	}

}
