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

import java.time.ZonedDateTime;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import io.nats.client.Connection;
import io.nats.client.JetStreamOptions;
import io.nats.client.support.NatsKeyValueUtil;
import io.nats.client.support.NatsObjectStoreUtil;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Finds out after a reconnect whether the server still has what it had, and makes again
 * what went with its store. A consumer that was deleted from a living stream is none of
 * that: whether it is made again, its listener decides.
 */
final class TopologyRecheck {

	private static final Log logger = LogFactory.getLog(TopologyRecheck.class);

	private final Supplier<TopologyDefinition> definition;

	private final TopologySettings settings;

	private final JetStreamOptions options;

	private final TopologyPlanner planner;

	// When the streams were made that are used: tells them from later ones of their name
	private final Map<String, ZonedDateTime> known = new ConcurrentHashMap<>();

	private volatile Set<String> missing = Set.of();

	private Set<String> reported = Set.of();

	TopologyRecheck(Supplier<TopologyDefinition> definition, TopologySettings settings, JetStreamOptions options,
			TopologyPlanner planner) {
		this.definition = definition;
		this.settings = settings;
		this.options = options;
		this.planner = planner;
	}

	/**
	 * Remember which streams are used.
	 */
	void remember(TopologyState state, Map<String, ZonedDateTime> made) {
		this.known.clear();
		this.missing = Set.of();
		remember(state);
		this.known.putAll(made);
	}

	/**
	 * What the server had and has no more.
	 */
	Set<String> missing() {
		return this.missing;
	}

	/**
	 * Look whether everything is there.
	 * @param connection the connection
	 * @param confirmed whether something was missing a moment ago, too: a server that
	 * starts may not see all that it has
	 * @return what to do next
	 * @throws NatsProvisioningException if the server cannot be asked, or refuses
	 */
	Outcome run(Connection connection, boolean confirmed) {
		TopologyDefinition declared = this.definition.get().in(this.settings.mode());
		if (declared.isEmpty() || this.settings.planOnly() || this.known.isEmpty()) {
			return Outcome.FINE;
		}
		JetStreamApi api = new JetStreamApi(connection, this.options);
		TopologyState state = TopologyLookup.lookUp(api, this.options, declared);
		Set<String> lost = this.known.keySet()
			.stream()
			.filter((stream) -> !state.streams().containsKey(stream))
			.collect(Collectors.toCollection(TreeSet::new));
		Set<ConsumerId> lostConsumers = new HashSet<>();
		for (ConsumerDefinition consumer : declared.consumers()) {
			ConsumerId id = new ConsumerId(consumer.stream(), consumer.name());
			if (!state.consumers().containsKey(id)) {
				if (isSameStream(id.stream(), state)) {
					logger.debug("Consumer '%s' is gone from its stream".formatted(id));
				}
				else {
					lostConsumers.add(id);
				}
			}
		}
		if (!lost.isEmpty() || !lostConsumers.isEmpty()) {
			return confirmed ? makeAgain(api, declared, state, lost, lostConsumers) : Outcome.SUSPECT;
		}
		remember(state);
		found(Set.of());
		return Outcome.FINE;
	}

	private boolean isSameStream(String stream, TopologyState state) {
		return state.streams().containsKey(stream)
				&& state.streams().get(stream).getCreateTime().equals(this.known.get(stream));
	}

	private Outcome makeAgain(JetStreamApi api, TopologyDefinition declared, TopologyState state, Set<String> lost,
			Set<ConsumerId> lostConsumers) {
		TopologyDefinition gone = only(declared, lost, lostConsumers);
		report(lost, lostConsumers);
		TopologyDefinition toMake = creatable(gone, state);
		if (!toMake.isEmpty()) {
			TopologyPlan plan = this.planner.plan(toMake, state);
			if (!plan.problems().isEmpty()) {
				throw new NatsProvisioningException(plan.problems());
			}
			TopologyExecution execution = new TopologyExecution(api, this.options, this.planner, toMake, (made) -> {
			});
			execution.execute(plan);
			remember(state);
			this.known.putAll(execution.streamTimes());
		}
		Set<String> left = new TreeSet<>(lost);
		left.removeAll(streamNames(toMake));
		lostConsumers.forEach((id) -> left.add(id.toString()));
		toMake.consumers()
			.forEach((consumer) -> left.remove(new ConsumerId(consumer.stream(), consumer.name()).toString()));
		found(left);
		return left.isEmpty() ? Outcome.FINE : Outcome.LOST;
	}

	private void report(Set<String> lost, Set<ConsumerId> lostConsumers) {
		Set<String> all = new TreeSet<>(lost);
		lostConsumers.forEach((id) -> all.add(id.toString()));
		if (!all.equals(this.reported)) {
			this.reported = all;
			logger.warn("The server has lost streams or consumers since the connection was made: " + all);
		}
		this.missing = all;
	}

	private void found(Set<String> left) {
		if (left.isEmpty() && !this.reported.isEmpty()) {
			logger.info("Everything that was declared is on the server again");
			this.reported = Set.of();
		}
		this.missing = Set.copyOf(left);
	}

	private void remember(TopologyState state) {
		state.streams().forEach((name, info) -> this.known.put(name, info.getCreateTime()));
	}

	private static TopologyDefinition only(TopologyDefinition declared, Set<String> streams,
			Set<ConsumerId> consumers) {
		return new TopologyDefinition(
				declared.streams().stream().filter((stream) -> streams.contains(stream.name())).toList(),
				declared.consumers()
					.stream()
					.filter((consumer) -> consumers.contains(new ConsumerId(consumer.stream(), consumer.name())))
					.toList(),
				declared.keyValues()
					.stream()
					.filter((bucket) -> streams.contains(NatsKeyValueUtil.toStreamName(bucket.bucket())))
					.toList(),
				declared.objectStores()
					.stream()
					.filter((bucket) -> streams.contains(NatsObjectStoreUtil.toStreamName(bucket.bucket())))
					.toList());
	}

	/**
	 * What may be made, without consumers that will have no stream.
	 */
	private static TopologyDefinition creatable(TopologyDefinition gone, TopologyState state) {
		TopologyDefinition streams = new TopologyDefinition(
				gone.streams().stream().filter((stream) -> creates(stream.provisioning())).toList(), List.of(),
				gone.keyValues().stream().filter((bucket) -> creates(bucket.provisioning())).toList(),
				gone.objectStores().stream().filter((bucket) -> creates(bucket.provisioning())).toList());
		Set<String> present = new HashSet<>(state.streams().keySet());
		present.addAll(streamNames(streams));
		return new TopologyDefinition(streams.streams(),
				gone.consumers()
					.stream()
					.filter((consumer) -> creates(consumer.provisioning()) && present.contains(consumer.stream()))
					.toList(),
				streams.keyValues(), streams.objectStores());
	}

	private static boolean creates(ProvisioningPolicy policy) {
		ProvisioningMode mode = policy.mode();
		return mode != null && mode.creates();
	}

	private static Set<String> streamNames(TopologyDefinition definition) {
		Set<String> names = new HashSet<>();
		definition.streams().forEach((stream) -> names.add(stream.name()));
		definition.keyValues().forEach((bucket) -> names.add(NatsKeyValueUtil.toStreamName(bucket.bucket())));
		definition.objectStores().forEach((bucket) -> names.add(NatsObjectStoreUtil.toStreamName(bucket.bucket())));
		return names;
	}

	/**
	 * What came of it.
	 */
	enum Outcome {

		/**
		 * Everything is there, or there again.
		 */
		FINE,

		/**
		 * Something is missing, which should be seen twice.
		 */
		SUSPECT,

		/**
		 * Something is missing and may not be made.
		 */
		LOST

	}

}
