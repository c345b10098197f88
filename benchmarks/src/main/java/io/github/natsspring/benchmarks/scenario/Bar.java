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
 * What a scenario is compared by, and what is asked of it. Printed beside the figure,
 * judged by whoever reads it.
 *
 * @param kind how ours and the other side are compared
 * @param text what is asked for, or a dash
 */
record Bar(Kind kind, String text) {

	static final Bar NONE = new Bar(Kind.RATIO, "–");

	static Bar ratioAtLeast(String ratio) {
		return new Bar(Kind.RATIO, "ratio ≥ " + ratio);
	}

	static Bar ratioAtMost(String ratio) {
		return new Bar(Kind.RATIO, "ratio ≤ " + ratio);
	}

	static Bar differenceAtMost(String difference) {
		return new Bar(Kind.DIFFERENCE, "difference ≤ " + difference);
	}

	static Bar oursAtMost(String value) {
		// What the other side has may be nothing
		return new Bar(Kind.DIFFERENCE, "ours ≤ " + value);
	}

	enum Kind {

		RATIO, DIFFERENCE

	}

}
