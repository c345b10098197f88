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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Acknowledgements of a listener that is quick, or of which many run at once: collected
 * while there is more to run and written together. Each that is written by itself wakes
 * jnats' thread for it, which then takes the processor from the listener for a few bytes.
 * A delivery keeps its permit until its acknowledgement is written.
 */
final class AckBundle {

	private static final int MOST = 64;

	// How old the first may become while others are run
	private static final long LONGEST = Duration.ofMillis(1).toNanos();

	// Of a listener that ends one less often, each is written at once
	private static final long QUICK = 50_000;

	private final Writer writer;

	private final long quick;

	private final ReentrantLock lock = new ReentrantLock();

	private final List<Delivery> deliveries = new ArrayList<>(MOST);

	private long since;

	// How long all of their runs took
	private long nanos;

	// Until its runs show that it is quick, a listener is not
	private final AverageRun average;

	/**
	 * Create a bundle.
	 * @param concurrency how many runs may be under way at once
	 * @param writer writes what was collected; by one thread at a time
	 */
	AckBundle(int concurrency, Writer writer) {
		this.quick = QUICK * concurrency;
		this.average = new AverageRun(20 * this.quick);
		this.writer = writer;
	}

	/**
	 * Take an acknowledgement in.
	 * @param delivery has succeeded, and has not ended
	 * @param nanos how long its run took
	 * @param now when that ended
	 * @return {@code false} if it was not taken, and is to be written at once
	 */
	boolean add(Delivery delivery, long nanos, long now) {
		this.lock.lock();
		try {
			this.average.add(nanos);
			if (this.average.nanos() > this.quick || !delivery.end()) {
				write();
				return false;
			}
			if (this.deliveries.isEmpty()) {
				this.since = now;
			}
			this.deliveries.add(delivery);
			this.nanos += nanos;
			if (this.deliveries.size() >= MOST || now - this.since > LONGEST) {
				write();
			}
			return true;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Write what there is.
	 */
	void flush() {
		this.lock.lock();
		try {
			write();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Whether something has been here for long, because the run after it takes longer
	 * than those before. Does not wait for a thread that writes.
	 */
	boolean isOld(long now) {
		if (!this.lock.tryLock()) {
			return false;
		}
		try {
			return !this.deliveries.isEmpty() && now - this.since > LONGEST;
		}
		finally {
			this.lock.unlock();
		}
	}

	// Under the lock, so that who flushes knows that nothing is left that was added
	// before
	private void write() {
		if (!this.deliveries.isEmpty()) {
			try {
				this.writer.write(this.deliveries, this.nanos);
			}
			finally {
				this.deliveries.clear();
				this.nanos = 0;
			}
		}
	}

	/**
	 * Writes acknowledgements.
	 */
	@FunctionalInterface
	interface Writer {

		/**
		 * Acknowledge.
		 * @param deliveries what has succeeded and has ended, and is not used afterwards
		 * @param nanos how long their runs took together
		 */
		void write(List<Delivery> deliveries, long nanos);

	}

}
