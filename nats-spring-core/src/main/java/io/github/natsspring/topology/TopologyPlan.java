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
	 * What the plan has to update.
	 * @return the resources of which at least a field is changed
	 */
	public List<PlannedResource> updates() {
		return with(PlannedResource.Action.UPDATE);
	}

	/**
	 * What is on the server in another way than declared, and stays so.
	 * @return the resources of which at least a field is left as it is
	 */
	public List<PlannedResource> different() {
		return resources().stream().filter((resource) -> !resource.withheld().isEmpty()).toList();
	}

	/**
	 * Whether everything is on the server as declared.
	 * @return {@code true} if there is nothing to do and nothing differs
	 */
	public boolean isUnchanged() {
		return this.problems.isEmpty() && with(PlannedResource.Action.UNCHANGED).size() == resources().size();
	}

	/**
	 * The plan for reading.
	 * @return one line if nothing has to be done, else one more for each resource with
	 * something to do, and for each of its fields
	 */
	@Override
	public String toString() {
		StringBuilder text = new StringBuilder("Topology: %s declared, %s unchanged".formatted(resources().size(),
				with(PlannedResource.Action.UNCHANGED).size()));
		count(text, PlannedResource.Action.CREATE, "to create");
		count(text, PlannedResource.Action.UPDATE, "to update");
		count(text, PlannedResource.Action.DIFFERENT, "different");
		count(text, PlannedResource.Action.CONFLICT, "in conflict");
		for (PlannedResource resource : resources()) {
			String sign = switch (resource.action()) {
				case CREATE -> "+";
				case UPDATE -> "~";
				case DIFFERENT -> "=";
				case CONFLICT -> "!";
				case UNCHANGED -> "";
			};
			if (!sign.isEmpty()) {
				text.append("%n  %s %s".formatted(sign, resource.describe()));
				resource.changes().forEach((change) -> text.append("%n      %s".formatted(change)));
			}
		}
		return text.toString();
	}

	private void count(StringBuilder text, PlannedResource.Action action, String label) {
		int count = with(action).size();
		if (count > 0) {
			text.append(", %s %s".formatted(count, label));
		}
	}

	private List<PlannedResource> with(PlannedResource.Action action) {
		return resources().stream().filter((resource) -> resource.action() == action).toList();
	}

}
