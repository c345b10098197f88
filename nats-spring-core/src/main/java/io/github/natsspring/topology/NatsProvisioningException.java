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
import org.jspecify.annotations.Nullable;

/**
 * The declared streams, consumers and buckets are not there as the provisioning mode
 * demands, or could not be made or changed. Holds everything that was found wrong at
 * once; resource, field and error code are those of the first problem.
 */
public class NatsProvisioningException extends NatsException {

	private final transient List<TopologyProblem> problems;

	public NatsProvisioningException(List<TopologyProblem> problems) {
		this(problems, List.of());
	}

	/**
	 * Create an exception.
	 * @param problems what is wrong, at least one
	 * @param applied what was created or updated before, for the message
	 */
	NatsProvisioningException(List<TopologyProblem> problems, List<String> applied) {
		super(applied.isEmpty() ? describe(problems)
				: "%s (applied before: %s)".formatted(describe(problems), String.join(", ", applied)));
		this.problems = List.copyOf(problems);
	}

	/**
	 * What is wrong.
	 * @return the problems, in the order of the declaration
	 */
	public List<TopologyProblem> getProblems() {
		return this.problems;
	}

	/**
	 * What kind of resource the first problem is about.
	 * @return the kind
	 */
	public ResourceKind getResourceKind() {
		return this.problems.get(0).kind();
	}

	/**
	 * The resource that the first problem is about.
	 * @return its name; that of a consumer is {@code stream/consumer}, that of JetStream
	 * itself is empty
	 */
	public String getResource() {
		return this.problems.get(0).name();
	}

	/**
	 * The field that the first problem is about.
	 * @return the property below that of the resource, or {@code null} if it is not a
	 * single one
	 */
	public @Nullable String getField() {
		return this.problems.get(0).field();
	}

	/**
	 * The error code of the JetStream API of the first problem that has one.
	 * @return the code, such as 10065, or 0 if the server refused nothing
	 */
	public int getErrorCode() {
		return this.problems.stream()
			.mapToInt(TopologyProblem::errorCode)
			.filter((code) -> code != 0)
			.findFirst()
			.orElse(0);
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
