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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

import io.github.natsspring.connection.ConnectionInitializer;
import io.nats.client.Connection;
import io.nats.client.JetStreamOptions;
import io.nats.client.api.ConsumerInfo;
import io.nats.client.api.StreamInfo;
import io.nats.client.support.NatsKeyValueUtil;
import io.nats.client.support.NatsObjectStoreUtil;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Brings the declared topology to the server before the connection is used: looks
 * everything up at once, plans, and does what the {@link ProvisioningMode} allows of the
 * plan. Nothing is ever updated, purged or deleted.
 */
public final class TopologyApplier implements ConnectionInitializer {

	private static final Log logger = LogFactory.getLog(TopologyApplier.class);

	private final Supplier<TopologyDefinition> definition;

	private final ProvisioningMode mode;

	private final JetStreamOptions options;

	private final TopologyPlanner planner = new TopologyPlanner();

	/**
	 * Create an applier.
	 * @param definition what was declared; asked for when there is a connection
	 * @param mode what may be done
	 * @param options domain or API prefix, and the timeout of each request, by default
	 * the connection timeout
	 */
	public TopologyApplier(Supplier<TopologyDefinition> definition, ProvisioningMode mode, JetStreamOptions options) {
		this.definition = definition;
		this.mode = mode;
		this.options = options;
	}

	/**
	 * Look up, plan, apply.
	 * @param connection the raw jnats connection, connected
	 * @throws TopologyException with everything that is wrong, found first without the
	 * server, then in the plan, then when it is applied
	 */
	@Override
	public void initialize(Connection connection) {
		if (this.mode == ProvisioningMode.NONE) {
			logger.debug("Provisioning is 'none': the topology is not looked at");
			return;
		}
		TopologyDefinition declared = this.definition.get();
		if (isEmpty(declared)) {
			return;
		}
		Findings findings = TopologyValidator.examine(declared);
		throwIfAny(findings.problems());
		JetStreamApi api = new JetStreamApi(connection, this.options);
		ServerChecks checks = new ServerChecks(api, connection.getServerInfo(), this.options);
		throwIfAny(checks.check(declared));
		findings.warnings().forEach(logger::warn);
		TopologyPlan plan = this.planner.plan(declared, lookUp(api, declared));
		plan = plan.withProblems(checks.check(plan));
		if (this.mode == ProvisioningMode.VALIDATE) {
			throwIfAny(plan.violations());
			logger.info(plan);
			return;
		}
		throwIfAny(plan.problems());
		logger.info(plan);
		plan.different().forEach(TopologyApplier::warn);
		new TopologyCreation(api, this.options, this.planner, declared).create(plan);
	}

	/**
	 * Log how a resource differs, and that it stays so.
	 */
	static void warn(PlannedResource resource) {
		for (FieldDifference difference : resource.differences()) {
			logger.warn("%s is left as it is: %s".formatted(resource.describe(), difference));
		}
	}

	private TopologyState lookUp(JetStreamApi api, TopologyDefinition declared) {
		ApiProblems problems = new ApiProblems(this.options);
		List<Runnable> answers = new ArrayList<>();
		Map<String, StreamInfo> streams = new HashMap<>();
		Map<ConsumerId, ConsumerInfo> consumers = new HashMap<>();
		Set<String> missingStreams = new HashSet<>();
		backingStreams(declared).forEach((name, resource) -> {
			ApiCall<StreamInfo> call = api.stream(name);
			answers.add(() -> call.await((info) -> streams.put(name, info), (failure) -> {
				if (!failure.isNotFound()) {
					problems.add(resource.kind(), resource.name(), resource.source(), failure);
				}
			}));
		});
		declared.consumers().stream().map(ConsumerDefinition::stream).distinct().forEach((name) -> {
			if (!backingStreams(declared).containsKey(name)) {
				ApiCall<StreamInfo> call = api.stream(name);
				// What is wrong with it, its consumers will tell
				answers.add(() -> call.await((info) -> streams.put(name, info), logger::debug));
			}
		});
		for (ConsumerDefinition consumer : declared.consumers()) {
			ConsumerId id = new ConsumerId(consumer.stream(), consumer.name());
			ApiCall<ConsumerInfo> call = api.consumer(id);
			answers.add(() -> call.await((info) -> consumers.put(id, info), (failure) -> {
				if (failure.errorCode() == ApiFailure.STREAM_NOT_FOUND) {
					missingStreams.add(id.stream());
				}
				else if (!failure.isNotFound()) {
					problems.add(ResourceKind.CONSUMER, id.toString(), consumer.source(), failure);
				}
			}));
		}
		answers.forEach(Runnable::run);
		problems.throwIfAny();
		Set<String> others = new HashSet<>();
		if (!backingStreams(declared).keySet().containsAll(missingStreams)) {
			api.streams().await((names) -> others.addAll(names.all()), logger::debug);
		}
		return new TopologyState(streams, consumers, missingStreams, others);
	}

	private static Map<String, Resource> backingStreams(TopologyDefinition declared) {
		Map<String, Resource> streams = new LinkedHashMap<>();
		for (StreamDefinition stream : declared.streams()) {
			streams.put(stream.name(), new Resource(ResourceKind.STREAM, stream.name(), stream.source()));
		}
		for (KeyValueDefinition bucket : declared.keyValues()) {
			streams.put(NatsKeyValueUtil.toStreamName(bucket.bucket()),
					new Resource(ResourceKind.KEY_VALUE, bucket.bucket(), bucket.source()));
		}
		for (ObjectStoreDefinition bucket : declared.objectStores()) {
			streams.put(NatsObjectStoreUtil.toStreamName(bucket.bucket()),
					new Resource(ResourceKind.OBJECT_STORE, bucket.bucket(), bucket.source()));
		}
		return streams;
	}

	private static boolean isEmpty(TopologyDefinition declared) {
		return declared.streams().isEmpty() && declared.consumers().isEmpty() && declared.keyValues().isEmpty()
				&& declared.objectStores().isEmpty();
	}

	private static void throwIfAny(List<TopologyProblem> problems) {
		if (!problems.isEmpty()) {
			throw new TopologyException(problems);
		}
	}

	private record Resource(ResourceKind kind, String name, String source) {
	}

}
