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
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.natsspring.support.Subjects;
import io.github.natsspring.support.Suggestions;
import io.github.natsspring.topology.Findings.Subject;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.ConsumerInfo;
import io.nats.client.api.DeliverPolicy;
import io.nats.client.api.RetentionPolicy;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.api.StreamInfo;
import org.jspecify.annotations.Nullable;

import org.springframework.util.CollectionUtils;

/**
 * Finds what is wrong with streams and consumers as a whole, with what the server has of
 * them already: with declared consumers beside the stream that they are of, as it will
 * be, and beside each other. Does no I/O.
 */
final class PlanChecks {

	private final Findings findings = new Findings();

	private final TopologyState state;

	private final Map<String, StreamConfiguration> declared = new HashMap<>();

	private final Map<String, List<Queued>> workQueues = new HashMap<>();

	private PlanChecks(List<PlannedStream> streams, TopologyState state) {
		this.state = state;
		streams.forEach((stream) -> this.declared.put(stream.configuration().getName(), stream.configuration()));
	}

	/**
	 * Check the consumers of a plan.
	 * @param definitions the declared consumers
	 * @param streams the streams of the plan, with the configuration that is wanted
	 * @param state what the server has
	 */
	static List<TopologyProblem> check(List<ConsumerDefinition> definitions, List<PlannedStream> streams,
			TopologyState state) {
		PlanChecks checks = new PlanChecks(streams, state);
		streams.forEach(checks::check);
		definitions.forEach(checks::check);
		return checks.findings.problems();
	}

	private void check(PlannedStream stream) {
		if (stream.kind() == ResourceKind.STREAM && (stream.action() == PlannedResource.Action.CREATE
				|| stream.action() == PlannedResource.Action.UPDATE)) {
			StreamChecks.checkWhole(new Subject(this.findings, stream.kind(), stream.name(), stream.source(), stream),
					stream.configuration());
		}
	}

	private void check(ConsumerDefinition definition) {
		StreamInfo existingStream = this.state.streams().get(definition.stream());
		StreamConfiguration wanted = this.declared.get(definition.stream());
		StreamConfiguration stream = (existingStream != null) ? existingStream.getConfiguration() : wanted;
		if (stream == null) {
			return;
		}
		ConsumerId id = new ConsumerId(definition.stream(), definition.name());
		Subject subject = new Subject(this.findings, ResourceKind.CONSUMER, id.toString(), definition.source(),
				definition.settings());
		ConsumerConfiguration consumer = definition.create();
		ConsumerInfo existing = this.state.consumers().get(id);
		ConsumerChecks.checkWhole(subject,
				(existing != null) ? definition.applyTo(existing.getConsumerConfiguration()) : consumer,
				existing == null);
		checkFilters(subject, consumer, definition.stream(), subjects(wanted, existingStream));
		checkReplicas(subject, consumer, (wanted != null) ? wanted : stream);
		if (stream.getRetentionPolicy() == RetentionPolicy.WorkQueue) {
			checkWorkQueue(subject, consumer, definition.stream(), existing == null);
		}
	}

	/**
	 * What a stream captures or will capture, or {@code null} if it holds what comes from
	 * elsewhere.
	 */
	private static @Nullable Set<String> subjects(@Nullable StreamConfiguration wanted, @Nullable StreamInfo existing) {
		Set<String> subjects = new LinkedHashSet<>();
		for (StreamConfiguration stream : new StreamConfiguration[] { wanted,
				(existing != null) ? existing.getConfiguration() : null }) {
			if (stream != null) {
				if (stream.getMirror() != null || !CollectionUtils.isEmpty(stream.getSources())
						|| stream.getSubjectTransform() != null) {
					return null;
				}
				subjects.addAll(stream.getSubjects());
			}
		}
		return subjects;
	}

	private void checkFilters(Subject subject, ConsumerConfiguration consumer, String stream,
			@Nullable Set<String> subjects) {
		List<String> filters = ConsumerChecks.filters(consumer);
		if (subjects == null || subjects.isEmpty()) {
			return;
		}
		for (int i = 0; i < filters.size(); i++) {
			String filter = filters.get(i);
			if (subjects.stream().noneMatch((captured) -> Subjects.overlap(filter, captured))) {
				subject.problem("filter-subjects[%s]".formatted(i),
						"'%s' matches none of the subjects %s of stream '%s': nothing would ever be delivered"
							.formatted(filter, subjects, stream),
						Suggestions.didYouMean(filter, subjects,
								"correct the filter, or add its subject to the stream"));
			}
		}
	}

	private static void checkReplicas(Subject subject, ConsumerConfiguration consumer, StreamConfiguration stream) {
		if (consumer.getNumReplicas() > stream.getReplicas()) {
			subject.problem(
					"num-replicas", "%s is more than the %s of stream '%s'".formatted(consumer.getNumReplicas(),
							stream.getReplicas(), stream.getName()),
					"remove it: a consumer has the replicas of its stream");
		}
	}

	private void checkWorkQueue(Subject subject, ConsumerConfiguration consumer, String stream, boolean missing) {
		if (missing && consumer.getDeliverPolicy() != DeliverPolicy.All) {
			subject.problem("deliver-policy",
					"%s is not for stream '%s', which is a work queue: its consumers begin with the first message"
						.formatted(ConsumerChecks.print(consumer.getDeliverPolicy()), stream),
					"remove deliver-policy, or set it to all");
		}
		if (missing && consumer.getAckPolicy() != AckPolicy.Explicit && consumer.getDeliverSubject() == null) {
			subject.problem("ack-policy",
					"%s is not for stream '%s', which is a work queue: it keeps each message until it is acknowledged"
						.formatted(consumer.getAckPolicy(), stream),
					"set ack-policy: explicit");
		}
		List<String> filters = ConsumerChecks.filters(consumer);
		List<Queued> others = this.workQueues.computeIfAbsent(stream, (name) -> new ArrayList<>());
		for (Queued other : others) {
			for (String filter : filters.isEmpty() ? List.of(">") : filters) {
				other.filters().stream().filter((another) -> Subjects.overlap(filter, another)).forEach((another) -> {
					String value = filters.isEmpty() ? "not set, which means all," : "'%s'".formatted(filter);
					subject.problem("filter-subjects",
							"%s overlaps '%s' of %s: a message of the work queue '%s' is for one consumer only"
								.formatted(value, another, other.describe(), stream),
							"separate the filters, let both share one consumer, or choose another retention");
				});
			}
		}
		others.add(new Queued(subject.name(), subject.source(), filters.isEmpty() ? List.of(">") : filters));
	}

	/**
	 * A consumer of a work queue.
	 *
	 * @param name its name
	 * @param source where it was declared
	 * @param filters its filters
	 */
	private record Queued(String name, String source, List<String> filters) {

		String describe() {
			return "consumer '%s' (%s)".formatted(this.name, this.source);
		}

	}

}
