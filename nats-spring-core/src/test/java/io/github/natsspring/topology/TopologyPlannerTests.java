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

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

import io.nats.client.api.ConsumerInfo;
import io.nats.client.api.DeliverPolicy;
import io.nats.client.api.Placement;
import io.nats.client.api.Source;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.api.StreamInfo;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link TopologyPlanner}.
 */
class TopologyPlannerTests {

	// As a server gives it back, defaults filled in, keys in an order of its own
	private static final String ORDERS = """
			{"storage": "file", "subjects": ["orders.>", "returns.>"], "name": "ORDERS", "retention": "limits",
			"max_consumers": -1, "max_msgs": -1, "max_bytes": -1, "max_age": 86400000000000,
			"max_msgs_per_subject": -1, "max_msg_size": -1, "discard": "old", "num_replicas": 1,
			"duplicate_window": 120000000000, "allow_direct": true, "placement": {"cluster": "C1", "tags": ["ssd"]},
			"metadata": {"_nats.req.level": "0", "owner": "shop", "team": "a"}, "consumer_limits": {}}""";

	private static final String BILLING = """
			{"durable_name": "billing", "name": "billing", "deliver_policy": "all", "ack_policy": "explicit",
			"ack_wait": 30000000000, "max_deliver": -1, "filter_subject": "orders.created", "replay_policy": "instant",
			"max_waiting": 512, "max_ack_pending": 1000, "num_replicas": 0,
			"metadata": {"_nats.ver": "2.15.2"}}""";

	private final TopologyPlanner planner = new TopologyPlanner();

	@Test
	void createsWhatTheServerDoesNotHave() {
		TopologyDefinition declared = Definitions.topology(
				Definitions.stream("ORDERS", (stream) -> stream.subjects("orders.>")),
				Definitions.consumer("ORDERS", "billing", (consumer) -> consumer.ackWait(Duration.ofSeconds(10))),
				Definitions.keyValue("profiles", (bucket) -> bucket.maxHistoryPerKey(5)),
				Definitions.objectStore("invoices", (bucket) -> bucket));
		TopologyPlan plan = this.planner.plan(declared, new TopologyState(Map.of(), Map.of(), Set.of("ORDERS")));
		assertThat(plan.problems()).isEmpty();
		assertThat(plan.missing()).hasSize(4).isEqualTo(plan.resources());
		assertThat(plan.streams()).extracting((stream) -> stream.configuration().getName())
			.containsExactly("ORDERS", "KV_profiles", "OBJ_invoices");
		assertThat(plan.consumers()).singleElement()
			.satisfies((consumer) -> assertThat(consumer.configuration().getDurable()).isEqualTo("billing"));
		assertThat(plan).hasToString("""
				Topology: 4 declared, 0 unchanged, 4 to create
				  + stream 'ORDERS' (nats.jetstream.streams.ORDERS)
				  + key-value bucket 'profiles' (nats.key-value.profiles)
				  + object-store bucket 'invoices' (nats.object-store.invoices)
				  + consumer 'ORDERS/billing' (nats.jetstream.streams.ORDERS.consumers.billing)""");
	}

	@Test
	void leavesAloneWhatDiffersOnlyInFieldsThatWereNotWritten() {
		PlannedStream planned = plan((stream) -> stream.maxAge(Duration.ofDays(1)), ORDERS);
		assertThat(planned.action()).isEqualTo(PlannedResource.Action.UNCHANGED);
	}

	@Test
	void comparesAWrittenFieldByValue() {
		PlannedStream planned = plan((stream) -> stream.maxAge(Duration.ofDays(7)).description("All"), ORDERS);
		assertThat(planned.action()).isEqualTo(PlannedResource.Action.DIFFERENT);
		assertThat(planned.differences()).containsExactly(new FieldDifference("description", "All", "not set"),
				new FieldDifference("max_age", "7d", "1d"));
	}

	@Test
	void seesThatAWrittenFieldIsSwitchedOffOnlyHere() {
		PlannedStream planned = plan((stream) -> stream.allowDirect(false).maxAge(Duration.ZERO), ORDERS);
		assertThat(planned.differences()).containsExactly(new FieldDifference("allow_direct", "not set", "true"),
				new FieldDifference("max_age", "not set", "1d"));
	}

	@Test
	void takesNoNoticeOfTheOrderOfSubjects() {
		assertThat(plan((stream) -> stream.subjects("returns.>", "orders.>"), ORDERS).differences()).isEmpty();
		assertThat(plan((stream) -> stream.subjects("orders.>"), ORDERS).differences())
			.containsExactly(new FieldDifference("subjects", "[orders.>]", "[orders.>, returns.>]"));
	}

	@Test
	void mergesMetadataByKeyAndIgnoresThatOfTheServer() {
		PlannedStream planned = plan(
				(stream) -> stream.metadata(Map.of("owner", "shop", "team", "b", "_nats.req.level", "9", "new", "x")),
				ORDERS);
		assertThat(planned.differences()).containsExactly(new FieldDifference("metadata.new", "x", "not set"),
				new FieldDifference("metadata.team", "b", "a"));
	}

	@Test
	void comparesOnlyTheWrittenPartOfANestedGroup() {
		assertThat(plan((stream) -> stream.placement(new Placement("C1", null)), ORDERS).differences()).isEmpty();
		assertThat(plan((stream) -> stream.placement(new Placement("C2", null)), ORDERS).differences()).containsExactly(
				new FieldDifference("placement", "{\"cluster\":\"C2\"}", "{\"cluster\":\"C1\",\"tags\":[\"ssd\"]}"));
	}

	@Test
	void takesZeroForTheDefaultOfTheServerWhereTheServerChooses() {
		assertThat(plan((stream) -> stream.duplicateWindow(Duration.ZERO), ORDERS).differences()).isEmpty();
	}

	@Test
	void comparesSourcesWithoutAddingThemToThoseThatAreThere() {
		String server = """
				{"name": "ALL", "retention": "limits", "storage": "file", "discard": "old",
				"sources": [{"name": "A"}, {"name": "B"}]}""";
		StreamDefinition both = Definitions.stream("ALL",
				(stream) -> stream.addSources(Source.builder().name("B").build(), Source.builder().name("A").build()));
		StreamDefinition one = Definitions.stream("ALL",
				(stream) -> stream.addSources(Source.builder().name("B").build()));
		StreamInfo info = Definitions.streamInfo(server);
		assertThat(this.planner.plan(both, info, "").differences()).isEmpty();
		assertThat(this.planner.plan(one, info, "").differences()).singleElement()
			.satisfies((difference) -> assertThat(difference.field()).isEqualTo("sources"));
	}

	@Test
	void neverComparesWhereAnExistingConsumerBegan() {
		PlannedConsumer planned = this.planner.plan(Definitions.consumer("ORDERS", "billing",
				(consumer) -> consumer.deliverPolicy(DeliverPolicy.ByStartSequence)
					.startSequence(42)
					.filterSubject("orders.created")),
				billing(), "");
		assertThat(planned.action()).isEqualTo(PlannedResource.Action.UNCHANGED);
	}

	@Test
	void comparesOneFilterWithSeveral() {
		PlannedConsumer planned = this.planner.plan(
				Definitions.consumer("ORDERS", "billing",
						(consumer) -> consumer.filterSubjects("orders.created", "orders.paid").memStorage(false)),
				billing(), "");
		assertThat(planned.differences()).containsExactly(
				new FieldDifference("filter_subjects", "[orders.created, orders.paid]", "[orders.created]"));
	}

	@Test
	void printsDurationsOfAConsumerForReading() {
		PlannedConsumer planned = this.planner.plan(
				Definitions.consumer("ORDERS", "billing", (consumer) -> consumer.ackWait(Duration.ofSeconds(90))),
				billing(), "");
		assertThat(planned.differences()).containsExactly(new FieldDifference("ack_wait", "1m30s", "30s"));
	}

	@Test
	void neverComparesAnAckWaitThatTheServerReplacesByTheBackoff() {
		PlannedConsumer planned = this.planner
			.plan(Definitions.consumer("ORDERS", "billing", (consumer) -> consumer.ackWait(Duration.ofSeconds(90))
				.backoff(Duration.ofSeconds(1), Duration.ofSeconds(5))), billing(), "");
		assertThat(planned.differences()).containsExactly(new FieldDifference("backoff", "[1s, 5s]", "not set"));
	}

	@Test
	void comparesABucketThroughItsStreamAndNamesTheBucket() {
		StreamInfo info = Definitions.streamInfo("""
				{"name": "KV_profiles", "subjects": ["$KV.profiles.>"], "retention": "limits", "max_consumers": -1,
				"max_msgs_per_subject": 1, "max_msgs": -1, "max_bytes": -1, "max_age": 60000000000, "max_msg_size": -1,
				"storage": "file", "discard": "new", "num_replicas": 1, "duplicate_window": 60000000000,
				"allow_rollup_hdrs": true, "deny_delete": true}""");
		PlannedStream same = this.planner
			.plan(Definitions.keyValue("profiles", (bucket) -> bucket.ttl(Duration.ofMinutes(1))), info, "");
		assertThat(same.differences()).as("fields that jnats sets in any bucket are not written").isEmpty();
		PlannedStream other = this.planner
			.plan(Definitions.keyValue("profiles", (bucket) -> bucket.maxHistoryPerKey(5)), info, "");
		assertThat(other.describe()).isEqualTo("key-value bucket 'profiles' (nats.key-value.profiles)");
		assertThat(other.differences()).containsExactly(new FieldDifference("max_msgs_per_subject", "5", "1"));
	}

	@Test
	void comparesAnObjectStoreThroughItsStream() {
		StreamInfo info = Definitions.streamInfo("""
				{"name": "OBJ_invoices", "subjects": ["$O.invoices.C.>", "$O.invoices.M.>"], "retention": "limits",
				"storage": "file", "discard": "new", "num_replicas": 1, "description": "Old"}""");
		PlannedStream planned = this.planner
			.plan(Definitions.objectStore("invoices", (bucket) -> bucket.description("Rendered invoices")), info, "");
		assertThat(planned.differences())
			.containsExactly(new FieldDifference("description", "Rendered invoices", "Old"));
	}

	@Test
	void refusesAConsumerWhoseStreamExistsNowhereAndSaysWhatWasMeant() {
		TopologyPlan plan = this.planner.plan(
				Definitions.topology(Definitions.stream("ORDERS", (stream) -> stream.subjects("orders.>")),
						Definitions.consumer("ORDRES", "billing", (consumer) -> consumer)),
				new TopologyState(Map.of(), Map.of(), Set.of("ORDRES")));
		assertThat(plan.problems()).singleElement()
			.hasToString("consumer 'ORDRES/billing' (nats.jetstream.streams.ORDRES.consumers.billing): "
					+ "stream 'ORDRES' is neither declared nor on the server; "
					+ "did you mean 'ORDERS'? Otherwise declare the stream, or create it");
	}

	@Test
	void acceptsAConsumerOfAStreamThatIsOnTheServerOnly() {
		TopologyPlan plan = this.planner.plan(
				Definitions.topology(Definitions.consumer("OTHERS", "billing", (consumer) -> consumer)),
				new TopologyState(Map.of(), Map.of(), Set.of()));
		assertThat(plan.problems()).isEmpty();
		assertThat(plan.missing()).hasSize(1);
	}

	@Test
	void refusesToCreateAStreamWithoutSubjects() {
		TopologyPlan plan = this.planner.plan(Definitions.topology(Definitions.stream("ORDERS", (stream) -> stream)),
				new TopologyState(Map.of(), Map.of(), Set.of()));
		assertThat(plan.problems()).singleElement().satisfies((problem) -> {
			assertThat(problem.name()).isEqualTo("ORDERS");
			assertThat(problem.reason()).contains("no subjects", "silently use 'ORDERS'");
			assertThat(problem.action()).isEqualTo("set nats.jetstream.streams.ORDERS.subjects");
		});
	}

	@Test
	void acceptsAStreamWithoutSubjectsThatIsThereAlready() {
		TopologyPlan plan = this.planner.plan(Definitions.topology(Definitions.stream("ORDERS", (stream) -> stream)),
				new TopologyState(Map.of("ORDERS", Definitions.streamInfo(ORDERS)), Map.of(), Set.of()));
		assertThat(plan.problems()).isEmpty();
		assertThat(plan).hasToString("Topology: 1 declared, 1 unchanged");
	}

	@Test
	void createsAStreamWithSourcesOnly() {
		TopologyPlan plan = this.planner.plan(
				Definitions.topology(
						Definitions.stream("ALL", (stream) -> stream.sources(Source.builder().name("A").build()))),
				new TopologyState(Map.of(), Map.of(), Set.of()));
		assertThat(plan.problems()).isEmpty();
	}

	@Test
	void listsWhatAnUntouchableServerLacks() {
		TopologyDefinition declared = Definitions.topology(
				Definitions.stream("ORDERS", (stream) -> stream.maxAge(Duration.ofDays(7))),
				Definitions.keyValue("profiles", (bucket) -> bucket));
		TopologyState state = new TopologyState(Map.of("ORDERS", Definitions.streamInfo(ORDERS)), Map.of(), Set.of());
		List<TopologyProblem> problems = new TopologyPlanner(TopologySettings.of(ProvisioningMode.VALIDATE))
			.plan(declared, state)
			.problems();
		assertThat(problems).extracting(TopologyProblem::name).containsExactly("ORDERS", "profiles");
		assertThat(problems.get(0).reason()).isEqualTo("max_age: declared 7d, on the server 1d");
		assertThat(problems.get(0).field()).isEqualTo("max-age");
		assertThat(this.planner.plan(declared, state)).hasToString("""
				Topology: 2 declared, 0 unchanged, 1 to create, 1 different
				  = stream 'ORDERS' (nats.jetstream.streams.ORDERS)
				      max_age: declared 7d, on the server 1d
				  + key-value bucket 'profiles' (nats.key-value.profiles)""");
	}

	private PlannedStream plan(UnaryOperator<StreamConfiguration.Builder> settings, String server) {
		return this.planner.plan(Definitions.stream("ORDERS", settings), Definitions.streamInfo(server), "");
	}

	private static ConsumerInfo billing() {
		return Definitions.consumerInfo("ORDERS", "billing", BILLING);
	}

}
