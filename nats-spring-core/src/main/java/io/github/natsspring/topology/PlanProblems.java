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
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import io.github.natsspring.support.Suggestions;
import io.nats.client.api.StreamConfiguration;

import org.springframework.util.CollectionUtils;

/**
 * Says what makes a plan impossible.
 */
final class PlanProblems {

	private PlanProblems() {
	}

	static void find(PlannedStream stream, List<TopologyProblem> problems) {
		if (stream.kind() == ResourceKind.STREAM && stream.action() == PlannedResource.Action.CREATE
				&& isEmpty(stream.configuration())) {
			problems.add(TopologyProblem
				.of(ResourceKind.STREAM, stream.name(), stream.source(),
						"has no subjects, and neither mirror nor sources (the server would silently use '%s')"
							.formatted(stream.name()),
						"set %s.subjects".formatted(stream.source()))
				.withField("subjects"));
		}
		findConflicts(stream, problems);
	}

	/**
	 * Find what is wrong with a consumer.
	 * @param consumer the consumer
	 * @param missingStreams the streams that the server does not have
	 * @param declaredStreams the declared streams by name, and whether they are
	 * provisioned
	 * @param otherStreams further streams of the server, to suggest one
	 * @param problems takes what is found
	 */
	static void find(PlannedConsumer consumer, Set<String> missingStreams, Map<String, Boolean> declaredStreams,
			Set<String> otherStreams, List<TopologyProblem> problems) {
		String stream = consumer.id().stream();
		if (missingStreams.contains(stream) && !declaredStreams.getOrDefault(stream, false)) {
			boolean declared = declaredStreams.containsKey(stream);
			problems.add(TopologyProblem.of(ResourceKind.CONSUMER, consumer.name(), consumer.source(),
					declared ? "stream '%s' is not on the server, and its provisioning is 'none'".formatted(stream)
							: "stream '%s' is neither declared nor on the server".formatted(stream),
					declared ? "create the stream, or set its provisioning to 'create'"
							: Suggestions.didYouMean(stream,
									Stream.concat(declaredStreams.keySet().stream(), otherStreams.stream()).toList(),
									"declare the stream, or create it")));
		}
		else {
			findConflicts(consumer, problems);
		}
	}

	static void findConflicts(PlannedResource resource, List<TopologyProblem> problems) {
		if (resource.action() != PlannedResource.Action.CONFLICT) {
			return;
		}
		if (resource.changes().isEmpty()) {
			problems.add(TopologyProblem.of(resource.kind(), resource.name(), resource.source(),
					"is not on the server, and provisioning 'validate' changes nothing",
					"create it, or set provisioning to 'create'"));
		}
		for (PlannedChange change : resource.changes()) {
			if (change.outcome() == PlannedChange.Outcome.CONFLICT) {
				String action = (change.kind() == ChangeKind.IMMUTABLE)
						? "align the two, leave the field out, or make the %s under another name and move there"
							.formatted(resource.kind().label())
						: "align the two, or leave the field out";
				problems.add(TopologyProblem
					.of(resource.kind(), resource.name(), resource.source(), change.toString(), action)
					.withField(PropertyNames.of(resource.kind(), change.difference().field())));
			}
		}
	}

	private static boolean isEmpty(StreamConfiguration configuration) {
		return configuration.getSubjects().isEmpty() && configuration.getMirror() == null
				&& CollectionUtils.isEmpty(configuration.getSources());
	}

}
