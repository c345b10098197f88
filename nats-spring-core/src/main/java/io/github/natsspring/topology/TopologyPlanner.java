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
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

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
import io.nats.client.support.ServerVersion;
import org.jspecify.annotations.Nullable;

import org.springframework.util.CollectionUtils;

/**
 * Compares what was declared with what the server has. Only written fields count, by
 * value. Does no I/O.
 */
public final class TopologyPlanner {

	private static final ConfigurationDifferences STREAM = new ConfigurationDifferences(ResourceKind.STREAM);

	// jnats' builder derives the duplicate window itself; it is no setting of a bucket
	private static final ConfigurationDifferences BUCKET = new ConfigurationDifferences(ResourceKind.STREAM,
			"duplicate_window");

	private static final ConfigurationDifferences CONSUMER = new ConfigurationDifferences(ResourceKind.CONSUMER);

	private static final String METADATA_VERSION = "2.10.0";

	private final TopologySettings settings;

	/**
	 * Create a planner for the mode {@link ProvisioningMode#CREATE}.
	 */
	public TopologyPlanner() {
		this(TopologySettings.of(ProvisioningMode.CREATE));
	}

	/**
	 * Create a planner.
	 * @param settings what may be done, and in whose name
	 */
	public TopologyPlanner(TopologySettings settings) {
		this.settings = settings;
	}

	/**
	 * Make a plan.
	 * @param definition what was declared, free of the problems that
	 * {@link TopologyApplier} finds without the server
	 * @param state what the server has of it
	 * @return the plan, without what has the mode {@link ProvisioningMode#NONE}; if it
	 * has problems, nothing of it may be applied
	 */
	public TopologyPlan plan(TopologyDefinition definition, TopologyState state) {
		TopologyDefinition planned = definition.in(this.settings.mode());
		String version = state.serverVersion();
		List<TopologyProblem> problems = new ArrayList<>();
		List<PlannedStream> streams = new ArrayList<>();
		for (StreamDefinition stream : planned.streams()) {
			streams.add(plan(stream, state.streams().get(stream.name()), version));
		}
		for (KeyValueDefinition bucket : planned.keyValues()) {
			streams.add(plan(bucket, state.streams().get(NatsKeyValueUtil.toStreamName(bucket.bucket())), version));
		}
		for (ObjectStoreDefinition bucket : planned.objectStores()) {
			streams.add(plan(bucket, state.streams().get(NatsObjectStoreUtil.toStreamName(bucket.bucket())), version));
		}
		streams.forEach((stream) -> PlanProblems.find(stream, problems));
		List<PlannedConsumer> consumers = new ArrayList<>();
		for (ConsumerDefinition consumer : planned.consumers()) {
			consumers.add(
					plan(consumer, state.consumers().get(new ConsumerId(consumer.stream(), consumer.name())), version));
		}
		Map<String, Boolean> made = new HashMap<>();
		definition.streams().forEach((stream) -> made.put(stream.name(), false));
		streams.forEach((stream) -> made.put(stream.configuration().getName(), true));
		Set<String> missing = new HashSet<>(state.missingStreams());
		consumers.forEach((consumer) -> PlanProblems.find(consumer, missing, made, state.otherStreams(), problems));
		problems.addAll(PlanChecks.check(planned.consumers(), streams, state));
		problems.replaceAll((problem) -> problem.asWritten(definition));
		return new TopologyPlan(streams, consumers, problems);
	}

	PlannedStream plan(StreamDefinition definition, @Nullable StreamInfo existing, String serverVersion) {
		StreamConfiguration created = definition.create();
		Resource resource = new Resource(ResourceKind.STREAM, definition.name(), definition.source(),
				definition.provisioning().in(this.settings.mode()), serverVersion);
		if (existing == null) {
			return missing(resource, created);
		}
		StreamConfiguration server = existing.getConfiguration();
		StreamConfiguration desired = withDeclaredSources(definition.applyTo(server), created);
		return compared(resource, desired, existing,
				STREAM.between(desired.toJsonValue(), server.toJsonValue(), server.toJsonValue()));
	}

	PlannedStream plan(KeyValueDefinition definition, @Nullable StreamInfo existing, String serverVersion) {
		StreamConfiguration created = definition.create().getBackingConfig();
		Resource resource = new Resource(ResourceKind.KEY_VALUE, definition.bucket(), definition.source(),
				definition.provisioning().in(this.settings.mode()), serverVersion);
		if (existing == null) {
			return missing(resource, created);
		}
		KeyValueConfiguration server = new KeyValueStatus(existing).getConfiguration();
		StreamConfiguration untouched = KeyValueConfiguration.builder(server).build().getBackingConfig();
		StreamConfiguration desired = withDeclaredSources(definition.applyTo(server).getBackingConfig(), created);
		return bucket(resource, desired, existing, untouched);
	}

	PlannedStream plan(ObjectStoreDefinition definition, @Nullable StreamInfo existing, String serverVersion) {
		Resource resource = new Resource(ResourceKind.OBJECT_STORE, definition.bucket(), definition.source(),
				definition.provisioning().in(this.settings.mode()), serverVersion);
		if (existing == null) {
			return missing(resource, definition.create().getBackingConfig());
		}
		ObjectStoreConfiguration server = new ObjectStoreStatus(existing).getConfiguration();
		StreamConfiguration untouched = ObjectStoreConfiguration.builder(server).build().getBackingConfig();
		return bucket(resource, definition.applyTo(server).getBackingConfig(), existing, untouched);
	}

	PlannedConsumer plan(ConsumerDefinition definition, @Nullable ConsumerInfo existing, String serverVersion) {
		ConsumerId id = new ConsumerId(definition.stream(), definition.name());
		ProvisioningPolicy policy = definition.provisioning().in(this.settings.mode());
		if (existing == null) {
			ConsumerConfiguration created = definition.create();
			String owner = ownerToWrite(serverVersion);
			return new PlannedConsumer(id, definition.source(), actionForMissing(policy), List.of(), null,
					(owner != null) ? ConsumerConfiguration.builder(created)
						.metadata(withOwner(created.getMetadata(), owner))
						.build() : created,
					null);
		}
		ConsumerConfiguration server = existing.getConsumerConfiguration();
		ConsumerConfiguration desired = definition.applyTo(server);
		JsonValue serverJson = server.toJsonValue();
		String otherOwner = ChangePlanner.otherOwner(server.getMetadata(), this.settings.owner());
		ChangePlanner planner = new ChangePlanner(ResourceKind.CONSUMER, policy, otherOwner, serverVersion);
		JsonValue update = planner.plan(CONSUMER.between(desired.toJsonValue(), serverJson, serverJson),
				rawConfiguration(existing.getJv()));
		return new PlannedConsumer(id, definition.source(), PlannedResource.Action.of(planner.planned()),
				planner.planned(), otherOwner, desired, (update != null) ? update.toJson() : null);
	}

	private PlannedStream missing(Resource resource, StreamConfiguration created) {
		String owner = ownerToWrite(resource.serverVersion());
		return new PlannedStream(resource.kind(), resource.name(), resource.source(),
				actionForMissing(resource.policy()), List.of(), null,
				(owner != null)
						? StreamConfiguration.builder(created).metadata(withOwner(created.getMetadata(), owner)).build()
						: created,
				null);
	}

	private PlannedStream bucket(Resource resource, StreamConfiguration desired, StreamInfo existing,
			StreamConfiguration untouched) {
		return compared(resource, desired, existing, BUCKET.between(desired.toJsonValue(),
				existing.getConfiguration().toJsonValue(), untouched.toJsonValue()));
	}

	private PlannedStream compared(Resource resource, StreamConfiguration desired, StreamInfo existing,
			List<ValueChange> differences) {
		String otherOwner = ChangePlanner.otherOwner(existing.getConfiguration().getMetadata(), this.settings.owner());
		ChangePlanner planner = new ChangePlanner(resource.kind(), resource.policy(), otherOwner,
				resource.serverVersion());
		JsonValue update = planner.plan(differences, rawConfiguration(existing.getJv()));
		return new PlannedStream(resource.kind(), resource.name(), resource.source(),
				PlannedResource.Action.of(planner.planned()), planner.planned(), otherOwner, desired,
				(update != null) ? update.toJson() : null);
	}

	private @Nullable String ownerToWrite(String serverVersion) {
		return hasMetadata(serverVersion) ? this.settings.owner() : null;
	}

	static boolean hasMetadata(String serverVersion) {
		return !serverVersion.isEmpty() && !ServerVersion.isOlder(serverVersion, METADATA_VERSION);
	}

	private static Map<String, String> withOwner(@Nullable Map<String, String> metadata, String owner) {
		Map<String, String> entries = new HashMap<>((metadata != null) ? metadata : Map.of());
		entries.putIfAbsent(TopologySettings.OWNER_KEY, owner);
		return entries;
	}

	private static PlannedResource.Action actionForMissing(ProvisioningPolicy policy) {
		return policy.is(ProvisioningMode.VALIDATE) ? PlannedResource.Action.CONFLICT : PlannedResource.Action.CREATE;
	}

	private static @Nullable JsonValue rawConfiguration(@Nullable JsonValue info) {
		return (info != null && info.map != null) ? info.map.get("config") : null;
	}

	private static StreamConfiguration withDeclaredSources(StreamConfiguration desired, StreamConfiguration created) {
		// Builders add sources to those that are there
		return CollectionUtils.isEmpty(created.getSources()) ? desired
				: StreamConfiguration.builder(desired).sources(created.getSources()).build();
	}

	private record Resource(ResourceKind kind, String name, String source, ProvisioningPolicy policy,
			String serverVersion) {
	}

}
