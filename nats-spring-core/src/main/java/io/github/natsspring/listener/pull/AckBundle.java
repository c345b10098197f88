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
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * Acknowledgements of a listener that is quick, or of which many may run at once:
 * collected while there is more to run and written together. Each that is written by
 * itself wakes jnats' thread for it, which then takes the processor from the listener for
 * a few bytes. A delivery keeps its permit until its acknowledgement is written.
 */
final class AckBundle {

	private static final int MOST = 64;

	// How old the first may become while others are run
	private static final long LONGEST = Duration.ofMillis(1).toNanos();

	// Of a listener that ends one less often, each is written at once
	private static final long QUICK = 50_000;

	private final Consumer<List<Delivery>> writer;

	private final Permits permits;

	private final long quick;

	private final ReentrantLock lock = new ReentrantLock();

	// Until its runs show that it is quick, a listener is not
	private final AverageRun average;

	private Collected collected = new Collected(MOST);

	/**
	 * Create a bundle.
	 * @param concurrency how many runs may be under way at once
	 * @param writer acknowledges what has succeeded and has ended; called by one thread
	 * at a time
	 * @param permits where the permits of what was written return
	 */
	AckBundle(int concurrency, Consumer<List<Delivery>> writer, Permits permits) {
		this.quick = QUICK * concurrency;
		this.average = new AverageRun(20 * this.quick);
		this.writer = writer;
		this.permits = permits;
	}

	/**
	 * Take an acknowledgement in.
	 * @param delivery has succeeded, and has not ended
	 * @param nanos how long its run took
	 * @param now when that ended
	 * @return {@code false} if it was not taken, and is to be written at once
	 */
	boolean add(Delivery delivery, long nanos, long now) {
		boolean taken;
		Collected written;
		this.lock.lock();
		try {
			this.average.add(nanos);
			taken = this.average.nanos() <= this.quick && delivery.end();
			if (taken) {
				this.collected.add(delivery, nanos, now);
			}
			written = (!taken || this.collected.isDue(now)) ? write() : null;
		}
		finally {
			this.lock.unlock();
		}
		if (taken) {
			this.permits.ended(delivery);
		}
		free(written);
		return taken;
	}

	/**
	 * Write what there is. When it returns, everything is written that was added before,
	 * also by a thread that was at it.
	 */
	void flush() {
		Collected written;
		this.lock.lock();
		try {
			written = write();
		}
		finally {
			this.lock.unlock();
		}
		free(written);
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
			return this.collected.isOld(now);
		}
		finally {
			this.lock.unlock();
		}
	}

	// Under the lock, so that who flushes knows that nothing is left that was added
	// before
	private @Nullable Collected write() {
		Collected collected = this.collected;
		if (collected.deliveries.isEmpty()) {
			return null;
		}
		// Most likely as many as this time
		this.collected = new Collected(collected.deliveries.size());
		try {
			this.writer.accept(collected.deliveries);
			return collected;
		}
		catch (RuntimeException | Error ex) {
			free(collected);
			throw ex;
		}
	}

	// Without the lock: a pull may follow, and others have acknowledgements to add
	private void free(@Nullable Collected written) {
		if (written != null) {
			this.permits.free(written.deliveries, written.nanos);
		}
	}

	/**
	 * What was added and is written together.
	 */
	private static final class Collected {

		private final List<Delivery> deliveries;

		private long since;

		// How long all of their runs took
		private long nanos;

		Collected(int size) {
			this.deliveries = new ArrayList<>(size);
		}

		void add(Delivery delivery, long nanos, long now) {
			if (this.deliveries.isEmpty()) {
				this.since = now;
			}
			this.deliveries.add(delivery);
			this.nanos += nanos;
		}

		boolean isDue(long now) {
			return this.deliveries.size() >= MOST || isOld(now);
		}

		boolean isOld(long now) {
			return !this.deliveries.isEmpty() && now - this.since > LONGEST;
		}

	}

}
