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
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

/**
 * What went wrong lately, in few words: with several servers, each may have a reason of
 * its own for not being there, and the last one is not always the one that tells.
 */
class RecentProblems {

	private static final long LATELY = Duration.ofSeconds(15).toNanos();

	private static final int MAX = 5;

	private final ReentrantLock lock = new ReentrantLock();

	// The latest comes last
	private final Map<String, Long> times = new LinkedHashMap<>();

	void add(String problem) {
		this.lock.lock();
		try {
			this.times.remove(problem);
			this.times.put(problem, System.nanoTime());
			if (this.times.size() > MAX) {
				this.times.remove(this.times.keySet().iterator().next());
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	void clear() {
		this.lock.lock();
		try {
			this.times.clear();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * All of the last seconds, or the last one if that is longer ago.
	 */
	@Nullable String describe() {
		this.lock.lock();
		try {
			long now = System.nanoTime();
			while (this.times.size() > 1) {
				Map.Entry<String, Long> eldest = this.times.entrySet().iterator().next();
				if (now - eldest.getValue() < LATELY) {
					break;
				}
				this.times.remove(eldest.getKey());
			}
			return this.times.isEmpty() ? null : String.join("; ", this.times.keySet());
		}
		finally {
			this.lock.unlock();
		}
	}

}
