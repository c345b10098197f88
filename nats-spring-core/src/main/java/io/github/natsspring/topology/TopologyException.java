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

import java.util.List;
import java.util.stream.Collectors;

import io.github.natsspring.connection.NatsException;

/**
 * The declared streams, consumers and buckets are not there as the provisioning mode
 * demands, or could not be made. Holds everything that was found wrong at once.
 */
public class TopologyException extends NatsException {

	private final transient List<TopologyProblem> problems;

	public TopologyException(List<TopologyProblem> problems) {
		super(describe(problems));
		this.problems = List.copyOf(problems);
	}

	/**
	 * What is wrong.
	 * @return the problems, in the order of the declaration
	 */
	public List<TopologyProblem> getProblems() {
		return this.problems;
	}

	private static String describe(List<TopologyProblem> problems) {
		if (problems.size() == 1) {
			return problems.get(0).toString();
		}
		return problems.stream()
			.map((problem) -> "%n  - %s".formatted(problem))
			.collect(Collectors.joining("", "%s problems with the topology:".formatted(problems.size()), ""));
	}

}
