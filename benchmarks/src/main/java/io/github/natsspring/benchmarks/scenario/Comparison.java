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

import java.util.ArrayList;
import java.util.List;

/**
 * The rounds of both sides.
 *
 * @param ours what each round of ours came to
 * @param raw what each round of the other side came to, in the same order
 */
record Comparison(List<Sample> ours, List<Sample> raw) {

	private static final int WARM_UP = 5;

	/**
	 * Run both sides in turn. The first rounds of each are thrown away, in which the JVM
	 * still compiles, and who begins changes with each round, so that neither has the
	 * better half of a drift.
	 */
	static Comparison run(int rounds, Side ours, Side raw) throws Exception {
		for (int round = 0; round < Math.max(1, rounds / WARM_UP); round++) {
			ours.run();
			raw.run();
		}
		List<Sample> oursSamples = new ArrayList<>();
		List<Sample> rawSamples = new ArrayList<>();
		for (int round = 0; round < rounds; round++) {
			if (round % 2 == 0) {
				oursSamples.add(ours.run());
				rawSamples.add(raw.run());
			}
			else {
				rawSamples.add(raw.run());
				oursSamples.add(ours.run());
			}
		}
		return new Comparison(oursSamples, rawSamples);
	}

}
