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

package io.github.natsspring.test;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Says when bytes may leave a proxy.
 */
final class ProxyGate {

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition changed = this.lock.newCondition();

	private Set<TcpProxy.Direction> stalled = Set.of();

	private Duration delay = Duration.ZERO;

	/**
	 * Change the rules, for what waits already too.
	 * @param stalled the directions in which nothing passes
	 * @param delay for how long bytes are kept in the others
	 */
	void set(Set<TcpProxy.Direction> stalled, Duration delay) {
		this.lock.lock();
		try {
			this.stalled = stalled;
			this.delay = delay;
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Wait until bytes may leave. An interrupt is the end of their connection.
	 * @param direction where they go
	 * @param readAt when they came, by {@link System#nanoTime()}
	 * @throws InterruptedException if the connection ends meanwhile
	 */
	void await(TcpProxy.Direction direction, long readAt) throws InterruptedException {
		this.lock.lockInterruptibly();
		try {
			while (true) {
				long left = readAt + this.delay.toNanos() - System.nanoTime();
				if (this.stalled.contains(direction)) {
					this.changed.await(1, TimeUnit.MINUTES);
				}
				else if (left > 0) {
					this.changed.awaitNanos(left);
				}
				else {
					return;
				}
			}
		}
		finally {
			this.lock.unlock();
		}
	}

}
