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

/**
 * What one round of one side came to.
 *
 * @param value in the unit of the scenario
 * @param bytes allocated per message, {@link Double#NaN} if that means nothing here
 * @param cpuMicros processor time of this process per message, likewise
 */
record Sample(double value, double bytes, double cpuMicros) {

	static Sample of(double value) {
		return new Sample(value, Double.NaN, Double.NaN);
	}

	/**
	 * Messages per second between two moments.
	 * @param count how many messages
	 * @param exceptThread whose allocations are of the measurement itself, or -1
	 */
	static Sample rate(Usage before, Usage after, long count, long exceptThread) {
		return valued(count * 1e9 / (after.nanos() - before.nanos()), before, after, count, exceptThread);
	}

	static Sample valued(double value, Usage before, Usage after, long count, long exceptThread) {
		return new Sample(value, (double) after.bytesSince(before, exceptThread) / count,
				(after.cpuNanos() - before.cpuNanos()) / 1000.0 / count);
	}

}
