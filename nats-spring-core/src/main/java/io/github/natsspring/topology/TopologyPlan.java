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
import java.util.stream.Stream;

/**
 * What has to be done to have the declared topology on the server.
 *
 * @param streams the declared streams and buckets
 * @param consumers the declared consumers
 * @param problems what makes the plan impossible; nothing may be applied then
 */
public record TopologyPlan(List<PlannedStream> streams, List<PlannedConsumer> consumers,
		List<TopologyProblem> problems) {

	public TopologyPlan {
		streams = List.copyOf(streams);
		consumers = List.copyOf(consumers);
		problems = List.copyOf(problems);
	}

	/**
	 * The plan with further problems.
	 * @param further what else makes it impossible
	 */
	TopologyPlan withProblems(List<TopologyProblem> further) {
		return new TopologyPlan(this.streams, this.consumers,
				Stream.concat(this.problems.stream(), further.stream()).toList());
	}

	/**
	 * Everything in the plan.
	 * @return streams and buckets first, then consumers
	 */
	public List<PlannedResource> resources() {
		return Stream.concat(this.streams.stream(), this.consumers.stream()).map(PlannedResource.class::cast).toList();
	}

	/**
	 * What the plan has to create.
	 * @return the missing resources
	 */
	public List<PlannedResource> missing() {
		return with(PlannedResource.Action.CREATE);
	}

	/**
	 * What is on the server in another way than declared.
	 * @return the differing resources
	 */
	public List<PlannedResource> different() {
		return with(PlannedResource.Action.DIFFERENT);
	}

	/**
	 * What is wrong if nothing may be changed.
	 * @return the problems of the plan, and one for each missing or differing resource
	 */
	List<TopologyProblem> violations() {
		List<TopologyProblem> violations = new ArrayList<>(this.problems);
		for (PlannedResource resource : missing()) {
			violations.add(TopologyProblem.of(resource.kind(), resource.name(), resource.source(),
					"is not on the server, and provisioning 'validate' changes nothing",
					"create it, or set provisioning to 'create'"));
		}
		for (PlannedResource resource : different()) {
			for (FieldDifference difference : resource.differences()) {
				violations.add(TopologyProblem.of(resource.kind(), resource.name(), resource.source(),
						difference.toString(), "align the two, or leave the field out"));
			}
		}
		return violations;
	}

	/**
	 * The plan for reading.
	 * @return one line if nothing has to be done, else one more for each resource with
	 * something to do
	 */
	@Override
	public String toString() {
		List<PlannedResource> missing = missing();
		List<PlannedResource> different = different();
		int all = resources().size();
		StringBuilder text = new StringBuilder(
				"Topology: %s declared, %s unchanged".formatted(all, all - missing.size() - different.size()));
		if (!missing.isEmpty()) {
			text.append(", %s to create".formatted(missing.size()));
		}
		if (!different.isEmpty()) {
			text.append(", %s different".formatted(different.size()));
		}
		missing.forEach((resource) -> text.append("%n  + %s".formatted(resource.describe())));
		different.forEach((resource) -> {
			text.append("%n  ~ %s".formatted(resource.describe()));
			resource.differences().forEach((difference) -> text.append("%n      %s".formatted(difference)));
		});
		return text.toString();
	}

	private List<PlannedResource> with(PlannedResource.Action action) {
		return resources().stream().filter((resource) -> resource.action() == action).toList();
	}

}
