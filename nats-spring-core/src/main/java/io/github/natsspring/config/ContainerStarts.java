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

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;

import io.github.natsspring.listener.MessageListenerContainer;
import org.jspecify.annotations.Nullable;

/**
 * Starts containers, several at a time: each asks the server some questions, and one
 * after the other they would add up to a long start.
 */
final class ContainerStarts {

	// They wait for the server more than they compute
	private static final int AT_ONCE = 8;

	private final List<MessageListenerContainer> containers;

	private final AtomicReferenceArray<@Nullable Throwable> failures;

	private final AtomicInteger next = new AtomicInteger();

	private final AtomicBoolean failed = new AtomicBoolean();

	private ContainerStarts(List<MessageListenerContainer> containers) {
		this.containers = containers;
		this.failures = new AtomicReferenceArray<>(containers.size());
	}

	/**
	 * Start containers, and wait until all have been started. When one cannot be, no
	 * further ones are begun.
	 * @param containers begun in this order
	 * @throws RuntimeException what the first of them threw that could not be started
	 */
	static void start(List<MessageListenerContainer> containers) {
		ContainerStarts starts = new ContainerStarts(containers);
		List<Thread> helpers = new ArrayList<>();
		for (int i = 1; i < Math.min(AT_ONCE, containers.size()); i++) {
			Thread helper = new Thread(starts::run, "nats-start-" + i);
			helper.setDaemon(true);
			helper.start();
			helpers.add(helper);
		}
		starts.run();
		helpers.forEach(ContainerStarts::join);
		starts.throwFailure();
	}

	private void run() {
		while (!this.failed.get()) {
			int index = this.next.getAndIncrement();
			if (index >= this.containers.size()) {
				return;
			}
			try {
				this.containers.get(index).start();
			}
			catch (Throwable ex) {
				this.failures.set(index, ex);
				this.failed.set(true);
			}
		}
	}

	/**
	 * Each start is bounded, and one that went on could not be stopped.
	 */
	private static void join(Thread helper) {
		boolean interrupted = false;
		while (true) {
			try {
				helper.join();
				break;
			}
			catch (InterruptedException ex) {
				interrupted = true;
			}
		}
		if (interrupted) {
			Thread.currentThread().interrupt();
		}
	}

	private void throwFailure() {
		for (int i = 0; i < this.failures.length(); i++) {
			Throwable failure = this.failures.get(i);
			if (failure instanceof Error error) {
				throw error;
			}
			if (failure != null) {
				throw (failure instanceof RuntimeException exception) ? exception : new IllegalStateException(failure);
			}
		}
	}

}
