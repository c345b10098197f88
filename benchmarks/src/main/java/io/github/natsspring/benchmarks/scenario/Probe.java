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

package io.github.natsspring.benchmarks.scenario;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;

/**
 * Counts handled messages. The first tenth is a run-up, so that neither the start of a
 * listener nor the growth of its window is measured.
 */
final class Probe {

	private final AtomicLong count = new AtomicLong();

	private final CountDownLatch done = new CountDownLatch(1);

	private final long total;

	private final long runUp;

	private volatile @Nullable Usage begun;

	Probe(long total) {
		this.total = total;
		this.runUp = Math.max(1, total / 10);
	}

	void hit() {
		long now = this.count.incrementAndGet();
		if (now == this.runUp) {
			this.begun = Usage.now();
		}
		if (now == this.total) {
			this.done.countDown();
		}
	}

	long count() {
		return this.count.get();
	}

	void await() throws InterruptedException, TimeoutException {
		if (!this.done.await(Duration.ofMinutes(2).toSeconds(), TimeUnit.SECONDS)) {
			throw new TimeoutException("Only %d of %d messages were handled".formatted(this.count.get(), this.total));
		}
	}

	/**
	 * The rate from the end of the run-up until now.
	 */
	Sample sample() {
		Usage after = Usage.now();
		Usage before = this.begun;
		if (before == null) {
			throw new IllegalStateException("Nothing was handled");
		}
		return Sample.rate(before, after, this.total - this.runUp, Thread.currentThread().getId());
	}

}
