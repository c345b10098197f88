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

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Bounds what is in flight. Unlike a semaphore it does not wake who waits for each place
 * that becomes free, but for a sixteenth of them at once; for fewer, it looks by itself,
 * more and more seldom: a publisher that is ahead of its stream would be woken for each
 * message.
 */
final class Flight {

	private static final int PART = 16;

	private static final long FIRST_LOOK = TimeUnit.MILLISECONDS.toNanos(1);

	private static final long LONGEST_LOOK = TimeUnit.MILLISECONDS.toNanos(64);

	private final int size;

	private final int wake;

	private final AtomicInteger free;

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition places = this.lock.newCondition();

	private volatile boolean waiting;

	Flight(int size) {
		this.size = size;
		this.wake = Math.max(1, size / PART);
		this.free = new AtomicInteger(size);
	}

	/**
	 * Take a place if there is one.
	 */
	boolean tryEnter() {
		int current = this.free.get();
		while (current > 0) {
			if (this.free.compareAndSet(current, current - 1)) {
				return true;
			}
			current = this.free.get();
		}
		return false;
	}

	/**
	 * Take a place, and wait for it if there is none.
	 * @param nanos how long to wait
	 * @return whether there was one in time
	 */
	boolean tryEnter(long nanos) throws InterruptedException {
		long deadline = System.nanoTime() + nanos;
		long look = FIRST_LOOK;
		this.lock.lockInterruptibly();
		try {
			while (true) {
				// Before the look: what becomes free behind it is told
				this.waiting = true;
				if (tryEnter()) {
					return true;
				}
				long left = deadline - System.nanoTime();
				if (left <= 0) {
					return false;
				}
				boolean told = this.places.awaitNanos(Math.min(left, look)) > 0;
				look = told ? FIRST_LOOK : Math.min(2 * look, LONGEST_LOOK);
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Give a place back. On any thread, does not wait for others.
	 */
	void leave() {
		// If somebody looks just now, who leaves next tells the others
		if (this.free.incrementAndGet() >= this.wake && this.waiting && this.lock.tryLock()) {
			try {
				this.waiting = false;
				this.places.signalAll();
			}
			finally {
				this.lock.unlock();
			}
		}
	}

	/**
	 * How many places are taken.
	 */
	int taken() {
		return this.size - this.free.get();
	}

}
