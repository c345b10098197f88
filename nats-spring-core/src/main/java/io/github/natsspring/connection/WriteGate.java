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

import java.time.Duration;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

import io.nats.client.Connection;

/**
 * Has jnats' writer wait a moment for the rest of what is published together. The first
 * of it wakes the writer, which takes the processor from the publisher, writes a few
 * bytes and waits again, and that several times over. Kept before a write, it finds all
 * the rest at once.
 */
public final class WriteGate {

	private static final ReentrantLock registry = new ReentrantLock();

	private static final Map<Connection, WriteGate> instances = new WeakHashMap<>();

	private final ReentrantLock lock = new ReentrantLock();

	// A publisher may itself have to wait, until the writer has made room
	private volatile long longest = Duration.ofMillis(1).toNanos();

	// Counts what is published together; written under the lock
	private volatile long last;

	// What the writer has not waited for to its end, and does not wait for again
	private volatile long passed;

	private WriteGate() {
	}

	/**
	 * The gate of a connection, which is always the same.
	 * @param connection the connection, not a delegate
	 * @return its gate
	 */
	public static WriteGate of(Connection connection) {
		registry.lock();
		try {
			return instances.computeIfAbsent(connection, (raw) -> new WriteGate());
		}
		finally {
			registry.unlock();
		}
	}

	/**
	 * Publish several messages. The writer is kept by one publisher at a time, and by no
	 * other while it waits.
	 * @param publish publishes them, and does nothing that takes longer
	 */
	public void together(Runnable publish) {
		boolean keeps = !this.lock.hasQueuedThreads() && this.lock.tryLock();
		if (keeps) {
			this.last++;
		}
		try {
			publish.run();
		}
		finally {
			if (keeps) {
				this.lock.unlock();
			}
		}
	}

	/**
	 * Wait until what is published together is complete, but not for long, and only once.
	 */
	void pass() {
		long last = this.last;
		if (!this.lock.isLocked() || last == this.passed) {
			return;
		}
		try {
			if (this.lock.tryLock(this.longest, TimeUnit.NANOSECONDS)) {
				this.lock.unlock();
			}
			else {
				this.passed = last;
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * How long the writer waits at the most.
	 */
	void longest(Duration longest) {
		this.longest = longest.toNanos();
	}

	/**
	 * Whether the writer waits.
	 */
	boolean isAwaited() {
		return this.lock.hasQueuedThreads();
	}

}
