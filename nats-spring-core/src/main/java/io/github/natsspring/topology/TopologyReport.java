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

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What became of the declared topology when the connection was made.
 *
 * @param time when the report was made
 * @param plan what had to be done, or {@code null} if the server could not be asked or
 * the declaration is wrong
 * @param result how it ended
 * @param applied what was created or updated, also if something failed later
 * @param problems what is wrong
 */
public record TopologyReport(Instant time, @Nullable TopologyPlan plan, Result result, List<PlannedResource> applied,
		List<TopologyProblem> problems) {

	public TopologyReport {
		applied = List.copyOf(applied);
		problems = List.copyOf(problems);
	}

	/**
	 * How it ended.
	 */
	public enum Result {

		/**
		 * Everything in the plan was done, if there was anything to do.
		 */
		APPLIED,

		/**
		 * Nothing was to be done.
		 */
		PLAN_ONLY,

		/**
		 * The problems kept all or a part of it from being done.
		 */
		FAILED

	}

}
