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

/**
 * How much of what is in flight is young. Pure.
 */
final class PullAges {

	// What arrived since the last tick, and since the one before, in turns
	private final int[] counts = new int[2];

	private final long[] bytes = new long[2];

	private int time;

	void received(long size) {
		this.counts[this.time & 1]++;
		this.bytes[this.time & 1] += size;
	}

	void settled(int arrived, long size) {
		if (this.time - arrived <= 1) {
			this.counts[arrived & 1]--;
			this.bytes[arrived & 1] -= size;
		}
	}

	void tick() {
		this.time++;
		this.counts[this.time & 1] = 0;
		this.bytes[this.time & 1] = 0;
	}

	int time() {
		return this.time;
	}

	int oldCount(int all) {
		return all - this.counts[0] - this.counts[1];
	}

	long oldBytes(long all) {
		return all - this.bytes[0] - this.bytes[1];
	}

}
