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

package io.github.natsspring.topology;

import java.util.ArrayList;
import java.util.List;

/**
 * What checks found.
 */
final class Findings {

	private final List<TopologyProblem> problems = new ArrayList<>();

	private final List<TopologyProblem> warnings = new ArrayList<>();

	/**
	 * What must not be applied.
	 */
	List<TopologyProblem> problems() {
		return this.problems;
	}

	/**
	 * What works, though hardly as it was meant.
	 */
	List<TopologyProblem> warnings() {
		return this.warnings;
	}

	/**
	 * What is found out about one resource.
	 *
	 * @param findings where it is kept
	 * @param kind what was declared
	 * @param name its name
	 * @param source where it was declared
	 * @param settings its settings, which may know the names as written
	 */
	record Subject(Findings findings, ResourceKind kind, String name, String source, Object settings) {

		/**
		 * A property as it was written.
		 * @param property the name as jnats has it
		 */
		String nameOf(String property) {
			return PropertyNames.written(this.settings, property);
		}

		void problem(String reason, String action) {
			this.findings.problems.add(TopologyProblem.of(this.kind, this.name, this.source, reason, action));
		}

		/**
		 * Report a field.
		 * @param property the property as jnats has it, an index behind it is kept
		 * @param reason what is wrong, beginning with the value
		 * @param action what to do
		 */
		void problem(String property, String reason, String action) {
			this.findings.problems.add(field(property, reason, action));
		}

		void warning(String property, String reason, String action) {
			this.findings.warnings.add(field(property, reason, action));
		}

		private TopologyProblem field(String property, String reason, String action) {
			int end = property.indexOf('[');
			String plain = (end < 0) ? property : property.substring(0, end);
			String written = nameOf(plain);
			if (end >= 0 && written.equals(plain)) {
				// The other name of a list is that of a single value
				written = property;
			}
			return TopologyProblem.of(this.kind, this.name, this.source, reason, action).withField(written);
		}

	}

}
