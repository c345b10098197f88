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

package io.github.natsspring.listener.adapter;

import java.util.ArrayList;
import java.util.List;

import io.github.natsspring.support.SubjectTemplate;

import org.springframework.messaging.handler.annotation.SendTo;

/**
 * The subjects of a {@code @SendTo}; refuses what cannot work.
 */
final class SendToTargets {

	private final MethodListenerAdapterFactory settings;

	private final ListenerMethod method;

	private final boolean jetStream;

	SendToTargets(MethodListenerAdapterFactory settings, ListenerMethod method, boolean jetStream) {
		this.settings = settings;
		this.method = method;
		this.jetStream = jetStream;
	}

	/**
	 * Plan the targets.
	 * @param sendTo the annotation
	 * @param subjects the patterns of the listener, whose variables targets may have
	 * @return the targets; none if the result is a reply
	 */
	List<SubjectTemplate> plan(SendTo sendTo, List<SubjectTemplate> subjects) {
		if (sendTo.value().length == 0) {
			if (this.jetStream) {
				throw this.method.failure(
						"its @SendTo names no subject, and a JetStream message has nobody to reply to",
						"Name the subject, as in @SendTo(\"orders.{region}.billed\")");
			}
			return List.of();
		}
		List<SubjectTemplate> targets = new ArrayList<>();
		for (String value : sendTo.value()) {
			targets.add(target(value, subjects));
		}
		return targets;
	}

	private SubjectTemplate target(String value, List<SubjectTemplate> subjects) {
		SubjectTemplate target;
		try {
			target = SubjectTemplate.parse(this.settings.resolve(value));
		}
		catch (RuntimeException ex) {
			throw this.method.failure("its @SendTo '%s' cannot be used: %s".formatted(value, ex.getMessage()),
					"Correct the subject", ex);
		}
		if (target.pattern().startsWith("$")) {
			throw this.method.failure("its @SendTo '%s' is '%s', which belongs to the server".formatted(value, target),
					"Name a subject that does not begin with '$'");
		}
		long wildcards = target.pattern().chars().filter((c) -> c == '*' || c == '>').count();
		if (wildcards > target.variables().size()) {
			throw this.method.failure("its @SendTo '%s' is '%s', which has a wildcard".formatted(value, target),
					"Name the exact subject; a {variable} stands for a token of the incoming one");
		}
		for (String variable : target.variables()) {
			if (subjects.isEmpty() || !subjects.stream().allMatch((one) -> one.variables().contains(variable))) {
				throw this.method.failure(
						"its @SendTo '%s' has the variable '%s', which is not in each of the subjects %s"
							.formatted(value, variable, subjects),
						"Write {%s} for a token of each subject, or correct the name".formatted(variable));
			}
		}
		return target;
	}

}
