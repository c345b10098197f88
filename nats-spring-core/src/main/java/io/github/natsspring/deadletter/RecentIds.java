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

package io.github.natsspring.deadletter;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The last few ids.
 */
final class RecentIds {

	private final int limit;

	private final Set<String> ids = new LinkedHashSet<>();

	private final ReentrantLock lock = new ReentrantLock();

	RecentIds(int limit) {
		this.limit = limit;
	}

	boolean contains(String id) {
		this.lock.lock();
		try {
			return this.ids.contains(id);
		}
		finally {
			this.lock.unlock();
		}
	}

	void add(String id) {
		this.lock.lock();
		try {
			this.ids.add(id);
			if (this.ids.size() > this.limit) {
				this.ids.remove(this.ids.iterator().next());
			}
		}
		finally {
			this.lock.unlock();
		}
	}

}
