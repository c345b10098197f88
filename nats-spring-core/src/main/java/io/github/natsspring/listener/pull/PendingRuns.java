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

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * The runs of a lane that go on without a thread. Guarded by the lock of the lane.
 */
final class PendingRuns {

	// Those that take a place among what runs at once, until a worker takes them
	private final Set<PendingRun> pending = new LinkedHashSet<>();

	// Those that ended and that no worker has taken
	private final Queue<PendingRun> ended = new ArrayDeque<>();

	void add(PendingRun run) {
		this.pending.add(run);
	}

	/**
	 * Free the place of a run.
	 * @return whether it had one
	 */
	boolean remove(PendingRun run) {
		return this.pending.remove(run);
	}

	void ended(PendingRun run) {
		if (run.end()) {
			this.ended.add(run);
		}
	}

	/**
	 * Take one that ended, and its place.
	 */
	@Nullable PendingRun pollEnded() {
		PendingRun run = this.ended.poll();
		if (run != null) {
			this.pending.remove(run);
		}
		return run;
	}

	boolean hasEnded() {
		return !this.ended.isEmpty();
	}

	int ended() {
		return this.ended.size();
	}

	/**
	 * Whether none takes a place.
	 */
	boolean isEmpty() {
		return this.pending.isEmpty();
	}

	int size() {
		return this.pending.size();
	}

	List<PendingRun> copy() {
		return new ArrayList<>(this.pending);
	}

}
