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

package io.github.natsspring.boot.autoconfigure;

import java.util.Objects;
import java.util.stream.Collectors;

import io.github.natsspring.topology.NatsProvisioningException;
import io.github.natsspring.topology.TopologyProblem;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains everything that keeps the declared streams, consumers and buckets from being
 * there.
 */
class TopologyFailureAnalyzer extends AbstractFailureAnalyzer<NatsProvisioningException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, NatsProvisioningException cause) {
		String description = cause.getProblems()
			.stream()
			.map(TopologyProblem::toString)
			.collect(Collectors.joining("%n    ".formatted(),
					"The declared topology cannot be used:%n%n    ".formatted(), ""));
		String action = cause.getProblems()
			.stream()
			.map((problem) -> action(problem, cause.getProblems().size() > 1))
			.filter(Objects::nonNull)
			.distinct()
			.collect(Collectors.joining("%n".formatted()));
		return new FailureAnalysis(description, action.isEmpty() ? null : action, cause);
	}

	/**
	 * The action as a sentence, with the place where there are several.
	 */
	private static @Nullable String action(TopologyProblem problem, boolean several) {
		String action = problem.action();
		if (action == null) {
			return null;
		}
		String location = problem.location();
		String text = Character.toUpperCase(action.charAt(0)) + action.substring(1) + ".";
		return (several && !location.isEmpty() && !action.contains(problem.source())) ? location + ": " + text : text;
	}

}
