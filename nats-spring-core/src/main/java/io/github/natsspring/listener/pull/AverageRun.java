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
 * How long the runs of a listener take at present. A slow run counts at once, by half, a
 * quick one little by little, by an eighth: to take a listener for slow costs only speed.
 * Pure; used by one thread at a time.
 */
final class AverageRun {

	private long nanos;

	/**
	 * Create an average.
	 * @param nanos what is assumed before the first run
	 */
	AverageRun(long nanos) {
		this.nanos = nanos;
	}

	/**
	 * Take a run into account.
	 */
	void add(long nanos) {
		this.nanos += (nanos - this.nanos) / ((nanos > this.nanos) ? 2 : 8);
	}

	long nanos() {
		return this.nanos;
	}

}
