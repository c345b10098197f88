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
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import io.github.natsspring.support.Suggestions;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.ConsumerInfo;
import io.nats.client.api.KeyValueConfiguration;
import io.nats.client.api.KeyValueStatus;
import io.nats.client.api.ObjectStoreConfiguration;
import io.nats.client.api.ObjectStoreStatus;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.api.StreamInfo;
import io.nats.client.support.JsonValue;
import io.nats.client.support.NatsKeyValueUtil;
import io.nats.client.support.NatsObjectStoreUtil;
import org.jspecify.annotations.Nullable;

import org.springframework.util.CollectionUtils;

/**
 * Compares what was declared with what the server has. Only written fields count, by
 * value. Does no I/O.
 */
public final class TopologyPlanner {

	private static final ConfigurationDifferences STREAM = new ConfigurationDifferences("name");

	// jnats' builder derives the duplicate window itself; it is no setting of a bucket
	private static final ConfigurationDifferences BUCKET = new ConfigurationDifferences("name", "duplicate_window");

	// Where a consumer begins matters when it is made, and never again
	private static final ConfigurationDifferences CONSUMER = new ConfigurationDifferences("name", "durable_name",
			"deliver_policy", "opt_start_seq", "opt_start_time");

	/**
	 * Make a plan.
	 * @param definition what was declared, free of the problems that
	 * {@link TopologyApplier} finds without the server
	 * @param state what the server has of it
	 * @return the plan; if it has problems, nothing of it may be applied
	 */
	public TopologyPlan plan(TopologyDefinition definition, TopologyState state) {
		List<TopologyProblem> problems = new ArrayList<>();
		List<PlannedStream> streams = new ArrayList<>();
		for (StreamDefinition stream : definition.streams()) {
			PlannedStream planned = plan(stream, state.streams().get(stream.name()));
			streams.add(planned);
			if (planned.action() == PlannedResource.Action.CREATE && isEmpty(planned.configuration())) {
				problems.add(TopologyProblem.of(ResourceKind.STREAM, stream.name(), stream.source(),
						"has no subjects, and neither mirror nor sources (the server would silently use '%s')"
							.formatted(stream.name()),
						"set %s.subjects".formatted(stream.source())));
			}
		}
		for (KeyValueDefinition bucket : definition.keyValues()) {
			streams.add(plan(bucket, state.streams().get(NatsKeyValueUtil.toStreamName(bucket.bucket()))));
		}
		for (ObjectStoreDefinition bucket : definition.objectStores()) {
			streams.add(plan(bucket, state.streams().get(NatsObjectStoreUtil.toStreamName(bucket.bucket()))));
		}
		Set<String> declared = new HashSet<>();
		streams.forEach((stream) -> declared.add(stream.configuration().getName()));
		List<PlannedConsumer> consumers = new ArrayList<>();
		for (ConsumerDefinition consumer : definition.consumers()) {
			ConsumerId id = new ConsumerId(consumer.stream(), consumer.name());
			if (state.missingStreams().contains(consumer.stream()) && !declared.contains(consumer.stream())) {
				problems.add(TopologyProblem.of(ResourceKind.CONSUMER, id.toString(), consumer.source(),
						"stream '%s' is neither declared nor on the server".formatted(consumer.stream()),
						Suggestions.didYouMean(consumer.stream(), declared, "declare the stream, or create it")));
			}
			consumers.add(plan(consumer, state.consumers().get(id)));
		}
		return new TopologyPlan(streams, consumers, problems);
	}

	PlannedStream plan(StreamDefinition definition, @Nullable StreamInfo existing) {
		StreamConfiguration created = definition.create();
		if (existing == null) {
			return missing(ResourceKind.STREAM, definition.name(), definition.source(), created);
		}
		StreamConfiguration server = existing.getConfiguration();
		StreamConfiguration desired = withDeclaredSources(definition.applyTo(server), created);
		List<FieldDifference> differences = STREAM.between(desired.toJsonValue(), server.toJsonValue(),
				server.toJsonValue());
		return new PlannedStream(ResourceKind.STREAM, definition.name(), definition.source(),
				PlannedResource.Action.of(differences), differences, desired);
	}

	PlannedStream plan(KeyValueDefinition definition, @Nullable StreamInfo existing) {
		StreamConfiguration created = definition.create().getBackingConfig();
		if (existing == null) {
			return missing(ResourceKind.KEY_VALUE, definition.bucket(), definition.source(), created);
		}
		KeyValueConfiguration server = new KeyValueStatus(existing).getConfiguration();
		StreamConfiguration untouched = KeyValueConfiguration.builder(server).build().getBackingConfig();
		StreamConfiguration desired = withDeclaredSources(definition.applyTo(server).getBackingConfig(), created);
		return bucket(ResourceKind.KEY_VALUE, definition.bucket(), definition.source(), desired, existing, untouched);
	}

	PlannedStream plan(ObjectStoreDefinition definition, @Nullable StreamInfo existing) {
		if (existing == null) {
			return missing(ResourceKind.OBJECT_STORE, definition.bucket(), definition.source(),
					definition.create().getBackingConfig());
		}
		ObjectStoreConfiguration server = new ObjectStoreStatus(existing).getConfiguration();
		StreamConfiguration untouched = ObjectStoreConfiguration.builder(server).build().getBackingConfig();
		return bucket(ResourceKind.OBJECT_STORE, definition.bucket(), definition.source(),
				definition.applyTo(server).getBackingConfig(), existing, untouched);
	}

	PlannedConsumer plan(ConsumerDefinition definition, @Nullable ConsumerInfo existing) {
		ConsumerId id = new ConsumerId(definition.stream(), definition.name());
		if (existing == null) {
			return new PlannedConsumer(id, definition.source(), PlannedResource.Action.CREATE, List.of(),
					definition.create());
		}
		ConsumerConfiguration server = existing.getConsumerConfiguration();
		ConsumerConfiguration desired = definition.applyTo(server);
		JsonValue serverJson = server.toJsonValue();
		List<FieldDifference> differences = CONSUMER.between(desired.toJsonValue(), serverJson, serverJson);
		return new PlannedConsumer(id, definition.source(), PlannedResource.Action.of(differences), differences,
				desired);
	}

	private static PlannedStream missing(ResourceKind kind, String name, String source,
			StreamConfiguration configuration) {
		return new PlannedStream(kind, name, source, PlannedResource.Action.CREATE, List.of(), configuration);
	}

	private static PlannedStream bucket(ResourceKind kind, String name, String source, StreamConfiguration desired,
			StreamInfo existing, StreamConfiguration untouched) {
		List<FieldDifference> differences = BUCKET.between(desired.toJsonValue(),
				existing.getConfiguration().toJsonValue(), untouched.toJsonValue());
		return new PlannedStream(kind, name, source, PlannedResource.Action.of(differences), differences, desired);
	}

	private static StreamConfiguration withDeclaredSources(StreamConfiguration desired, StreamConfiguration created) {
		// Builders add sources to those that are there
		return CollectionUtils.isEmpty(created.getSources()) ? desired
				: StreamConfiguration.builder(desired).sources(created.getSources()).build();
	}

	private static boolean isEmpty(StreamConfiguration configuration) {
		return configuration.getSubjects().isEmpty() && configuration.getMirror() == null
				&& CollectionUtils.isEmpty(configuration.getSources());
	}

}
