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

import java.io.IOException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import io.github.natsspring.test.NatsServer;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.JetStreamOptions;
import io.nats.client.Nats;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.CompressionOption;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.ConsumerLimits;
import io.nats.client.api.DiscardPolicy;
import io.nats.client.api.Mirror;
import io.nats.client.api.PersistMode;
import io.nats.client.api.PriorityPolicy;
import io.nats.client.api.ReplayPolicy;
import io.nats.client.api.Republish;
import io.nats.client.api.RetentionPolicy;
import io.nats.client.api.Source;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.api.SubjectTransform;
import io.nats.client.support.ServerVersion;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Changes every field of a stream and a consumer on servers, and compares what they do
 * with the table in {@link FieldRules}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FieldRulesIntegrationTests {

	private static final Duration MINUTE = Duration.ofMinutes(1);

	// What a single server cannot show
	private static final Set<String> CLUSTER_ONLY = Set.of("num_replicas", "placement");

	// The server derives the one, and has forgotten the other
	private static final Set<String> NOT_SHOWN = Set.of("mirror_direct", "template_owner");

	private final Map<String, NatsServer> servers = new HashMap<>();

	private final List<Connection> connections = new ArrayList<>();

	private int number;

	// Of the test that runs
	private String stream = "";

	@BeforeAll
	void start() {
		this.servers.put("pinned", NatsServer.builder().start());
		this.servers.put("2.10.29", NatsServer.builder().version("2.10.29").start());
	}

	@AfterAll
	void stop() throws Exception {
		for (Connection connection : this.connections) {
			connection.close();
		}
		this.servers.values().forEach(NatsServer::close);
	}

	@Test
	void coversEveryFieldThatIsCompared() {
		assertThat(streamCases().map(Case::rule)).containsAll(compared(FieldRules.stream()));
		assertThat(consumerCases().map(Case::rule)).containsAll(compared(FieldRules.consumer()));
	}

	private static Set<String> compared(Map<String, FieldRule> rules) {
		Set<String> fields = new TreeSet<>(rules.keySet());
		fields.removeIf((field) -> rules.get(field).kind() == FieldKind.CREATION);
		fields.removeAll(CLUSTER_ONLY);
		fields.removeAll(NOT_SHOWN);
		return fields;
	}

	@Test
	void acceptsWithoutEffectWhatIsNotCompared() throws Exception {
		for (String name : this.servers.keySet()) {
			Server server = connect(name);
			this.stream = "F" + this.number++;
			StreamConfiguration.Builder before = StreamConfiguration.builder().name(this.stream).subjects(subject("a"));
			server.management().addStream(before.build());
			server.management().updateStream(before.firstSequence(100).build());
			server.connection().jetStream().publish(subject("a"), new byte[0]);
			assertThat(server.management().getStreamInfo(this.stream).getStreamState().getLastSequence()).isEqualTo(1);
			ConsumerConfiguration.Builder consumer = ConsumerConfiguration.builder().durable("c");
			server.management().addOrUpdateConsumer(this.stream, consumer.build());
			consumer.pauseUntil(ZonedDateTime.now().plusDays(1));
			assertThat(server.management().addOrUpdateConsumer(this.stream, consumer.build()).getPaused()).isFalse();
		}
	}

	@TestFactory
	Stream<DynamicTest> changesStreamsAsTheTableSays() {
		return on((server) -> streamCases().filter((test) -> server.has(test.since()))
			.map((test) -> DynamicTest.dynamicTest("%s %s %s".formatted(server.name(), test.field(), test.kind()),
					() -> changeStream(server, test))));
	}

	@TestFactory
	Stream<DynamicTest> changesConsumersAsTheTableSays() {
		return on((server) -> consumerCases().filter((test) -> server.has(test.since()))
			.map((test) -> DynamicTest.dynamicTest("%s %s %s".formatted(server.name(), test.field(), test.kind()),
					() -> changeConsumer(server, test))));
	}

	private void changeStream(Server server, Case<StreamConfiguration.Builder> test) throws Exception {
		this.stream = "F" + this.number++;
		StreamConfiguration.Builder before = StreamConfiguration.builder()
			.name(this.stream)
			.subjects(subject("a"))
			.storageType(StorageType.Memory);
		server.management().addStream(test.before().apply(before).build());
		StreamDefinition declared = Definitions.stream(this.stream, test.after());
		StreamDefinition careful = declared.with(new ProvisioningPolicy(ProvisioningMode.UPDATE, false, false));
		StreamDefinition allowed = declared.with(new ProvisioningPolicy(ProvisioningMode.UPDATE, true, true));
		ChangeKind kind = test.kindOn(server);
		assertThat(plan(server, careful).changes()).anySatisfy((change) -> {
			assertThat(change.difference().field()).isEqualTo(test.field());
			assertThat(change.kind()).isEqualTo(kind);
			assertThat(change.outcome() == PlannedChange.Outcome.APPLIED).isEqualTo(kind == ChangeKind.SAFE);
		});
		if (kind == ChangeKind.IMMUTABLE) {
			assertThat(isRefused(() -> server.management().updateStream(allowed.applyTo(configuration(server)))))
				.as("refused by the server")
				.isEqualTo(server.has(test.refusedSince()));
		}
		else {
			server.apply(allowed);
			assertThat(plan(server, allowed).changes()).isEmpty();
		}
	}

	private void changeConsumer(Server server, Case<ConsumerConfiguration.Builder> test) throws Exception {
		this.stream = "F" + this.number++;
		server.management()
			.addStream(StreamConfiguration.builder()
				.name(this.stream)
				.subjects(subject("*"))
				.storageType(StorageType.Memory)
				.build());
		server.management()
			.addOrUpdateConsumer(this.stream,
					test.before().apply(ConsumerConfiguration.builder().durable("c")).build());
		ConsumerDefinition declared = Definitions.consumer(this.stream, "c", test.after());
		ConsumerDefinition careful = declared.with(new ProvisioningPolicy(ProvisioningMode.UPDATE, false, false));
		ConsumerDefinition allowed = declared.with(new ProvisioningPolicy(ProvisioningMode.UPDATE, true, true));
		ChangeKind kind = test.kindOn(server);
		assertThat(plan(server, careful).changes()).anySatisfy((change) -> {
			assertThat(change.difference().field()).isEqualTo(test.field());
			assertThat(change.kind()).isEqualTo(kind);
			assertThat(change.outcome() == PlannedChange.Outcome.APPLIED).isEqualTo(kind == ChangeKind.SAFE);
		});
		if (kind == ChangeKind.IMMUTABLE) {
			ConsumerConfiguration existing = server.management()
				.getConsumerInfo(this.stream, "c")
				.getConsumerConfiguration();
			assertThat(isRefused(() -> server.management().addOrUpdateConsumer(this.stream, allowed.applyTo(existing))))
				.as("refused by the server")
				.isEqualTo(server.has(test.refusedSince()));
		}
		else {
			server.apply(allowed);
			assertThat(plan(server, allowed).changes()).isEmpty();
		}
	}

	private StreamConfiguration configuration(Server server) throws IOException, JetStreamApiException {
		return server.management().getStreamInfo(this.stream).getConfiguration();
	}

	private PlannedStream plan(Server server, StreamDefinition definition) throws Exception {
		return new TopologyPlanner().plan(definition, server.management().getStreamInfo(this.stream), server.version());
	}

	private PlannedConsumer plan(Server server, ConsumerDefinition definition) throws Exception {
		return new TopologyPlanner().plan(definition, server.management().getConsumerInfo(this.stream, "c"),
				server.version());
	}

	private Stream<DynamicTest> on(Function<Server, Stream<DynamicTest>> tests) {
		return this.servers.keySet().stream().map(this::connect).flatMap(tests);
	}

	private static boolean isRefused(Request request) throws IOException {
		try {
			request.send();
			return false;
		}
		catch (JetStreamApiException ex) {
			return true;
		}
	}

	private Server connect(String version) {
		try {
			Connection connection = Nats.connect(this.servers.get(version).url());
			this.connections.add(connection);
			return new Server(version, connection, connection.jetStreamManagement());
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	private Stream<Case<StreamConfiguration.Builder>> streamCases() {
		return Stream.of(safe("description", (s) -> s.description("a"), (s) -> s.description("b")),
				safe("subjects", (s) -> s, (s) -> s.subjects(subject("a"), subject("b"))),
				safe("subjects", (s) -> s, (s) -> s.subjects(subject("*"))),
				prune("subjects", (s) -> s.subjects(subject("a"), subject("b")), (s) -> s.subjects(subject("a"))),
				prune("subjects", (s) -> s.subjects(subject("*")), (s) -> s.subjects(subject("a"))),
				safe("sources", (s) -> s.subjects(subject("a")).addSources(source("X")),
						(s) -> s.addSources(source("X"), source("Y"))),
				prune("sources", (s) -> s.addSources(source("X"), source("Y")), (s) -> s.addSources(source("X"))),
				never("mirror", (s) -> s.subjects(List.of()).mirror(Mirror.builder().name("X").build()),
						(s) -> s.mirror(Mirror.builder().name("Y").build())),
				loss("retention", (s) -> s, (s) -> s.retentionPolicy(RetentionPolicy.Interest)).changeable("2.10.0"),
				safe("retention", (s) -> s.retentionPolicy(RetentionPolicy.Interest),
						(s) -> s.retentionPolicy(RetentionPolicy.Limits))
					.changeable("2.10.0"),
				never("retention", (s) -> s, (s) -> s.retentionPolicy(RetentionPolicy.WorkQueue)),
				never("retention", (s) -> s.retentionPolicy(RetentionPolicy.WorkQueue),
						(s) -> s.retentionPolicy(RetentionPolicy.Interest)),
				never("storage", (s) -> s, (s) -> s.storageType(StorageType.File)),
				safe("max_age", (s) -> s.maxAge(MINUTE), (s) -> s.maxAge(MINUTE.multipliedBy(2))),
				safe("max_age", (s) -> s.maxAge(MINUTE), (s) -> s.maxAge(Duration.ZERO)),
				loss("max_age", (s) -> s.maxAge(Duration.ofHours(1)), (s) -> s.maxAge(Duration.ofSeconds(30))),
				loss("max_age", (s) -> s, (s) -> s.maxAge(Duration.ofHours(1))),
				safe("max_msgs", (s) -> s.maxMessages(5), (s) -> s.maxMessages(6)),
				safe("max_msgs", (s) -> s.maxMessages(5), (s) -> s.maxMessages(-1)),
				loss("max_msgs", (s) -> s.maxMessages(5), (s) -> s.maxMessages(4)),
				safe("max_bytes", (s) -> s.maxBytes(500), (s) -> s.maxBytes(600)),
				loss("max_bytes", (s) -> s.maxBytes(500), (s) -> s.maxBytes(400)),
				safe("max_msgs_per_subject", (s) -> s.maxMessagesPerSubject(5), (s) -> s.maxMessagesPerSubject(6)),
				loss("max_msgs_per_subject", (s) -> s.maxMessagesPerSubject(5), (s) -> s.maxMessagesPerSubject(4)),
				safe("max_msg_size", (s) -> s.maximumMessageSize(50), (s) -> s.maximumMessageSize(40)),
				safe("max_consumers", (s) -> s.maxConsumers(5), (s) -> s.maxConsumers(6)).changeable("2.12.5"),
				loss("discard", (s) -> s, (s) -> s.discardPolicy(DiscardPolicy.New)),
				loss("discard", (s) -> s.discardPolicy(DiscardPolicy.New), (s) -> s.discardPolicy(DiscardPolicy.Old)),
				loss("discard_new_per_subject", (s) -> s.discardPolicy(DiscardPolicy.New).maxMessagesPerSubject(3),
						(s) -> s.discardPolicy(DiscardPolicy.New).maxMessagesPerSubject(3).discardNewPerSubject(true)),
				safe("duplicate_window", (s) -> s, (s) -> s.duplicateWindow(MINUTE)),
				safe("no_ack", (s) -> s, (s) -> s.noAck(true)),
				safe("republish", (s) -> s,
						(s) -> s.republish(Republish.builder().source(">").destination("again.>").build())),
				safe("subject_transform", (s) -> s,
						(s) -> s.subjectTransform(
								SubjectTransform.builder().source(subject("a")).destination(subject("t")).build())),
				safe("consumer_limits", (s) -> s,
						(s) -> s.consumerLimits(
								ConsumerLimits.builder().inactiveThreshold(MINUTE).maxAckPending(5).build())),
				safe("compression", (s) -> s, (s) -> s.compressionOption(CompressionOption.S2)),
				safe("metadata.a", (s) -> s.metadata(Map.of("a", "1", "b", "2")), (s) -> s.metadata(Map.of("a", "3"))),
				safe("allow_direct", (s) -> s, (s) -> s.allowDirect(true)),
				safe("allow_direct", (s) -> s.allowDirect(true), (s) -> s.allowDirect(false)),
				safe("allow_rollup_hdrs", (s) -> s, (s) -> s.allowRollup(true)),
				safe("allow_rollup_hdrs", (s) -> s.allowRollup(true), (s) -> s.allowRollup(false)),
				safe("deny_delete", (s) -> s, (s) -> s.denyDelete(true)),
				never("deny_delete", (s) -> s.denyDelete(true), (s) -> s.denyDelete(false)),
				safe("deny_purge", (s) -> s, (s) -> s.denyPurge(true)),
				never("deny_purge", (s) -> s.denyPurge(true), (s) -> s.denyPurge(false)),
				loss("sealed", (s) -> s, (s) -> s.seal()),
				safe("allow_msg_ttl", (s) -> s, (s) -> s.allowMessageTtl(true)).from("2.11.0"),
				never("allow_msg_ttl", (s) -> s.allowMessageTtl(true), (s) -> s.allowMessageTtl(false)).from("2.11.0"),
				safe("subject_delete_marker_ttl", (s) -> s.allowMessageTtl(true).allowRollup(true),
						(s) -> s.subjectDeleteMarkerTtl(MINUTE))
					.from("2.11.0"),
				safe("allow_atomic", (s) -> s, (s) -> s.allowAtomicPublish(true)).from("2.12.0"),
				safe("allow_atomic", (s) -> s.allowAtomicPublish(true), (s) -> s.allowAtomicPublish(false))
					.from("2.12.0"),
				safe("allow_batched", (s) -> s, (s) -> s.allowBatched(true)).from("2.14.0"),
				safe("allow_msg_schedules", (s) -> s.allowRollup(true), (s) -> s.allowMessageSchedules(true))
					.from("2.12.0"),
				never("allow_msg_schedules", (s) -> s.allowMessageSchedules(true),
						(s) -> s.allowMessageSchedules(false))
					.from("2.12.0"),
				never("allow_msg_counter", (s) -> s, (s) -> s.allowMessageCounter(true)).from("2.12.0"),
				never("persist_mode", (s) -> s.storageType(StorageType.File), (s) -> s.persistMode(PersistMode.Async))
					.from("2.12.0"));
	}

	private Stream<Case<ConsumerConfiguration.Builder>> consumerCases() {
		return Stream.of(safeConsumer("description", (c) -> c, (c) -> c.description("b")),
				safeConsumer("filter_subjects", (c) -> c.filterSubject(subject("a")),
						(c) -> c.filterSubjects(subject("a"), subject("b"))),
				safeConsumer("filter_subjects", (c) -> c.filterSubjects(subject("a"), subject("b")),
						(c) -> c.filterSubject(subject("*"))),
				pruneOfConsumer("filter_subjects", (c) -> c.filterSubjects(subject("a"), subject("b")),
						(c) -> c.filterSubject(subject("a"))),
				pruneOfConsumer("filter_subjects", (c) -> c, (c) -> c.filterSubject(subject("a"))),
				neverOfConsumer("ack_policy", (c) -> c, (c) -> c.ackPolicy(AckPolicy.None)),
				safeConsumer("ack_wait", (c) -> c.ackWait(MINUTE), (c) -> c.ackWait(Duration.ofSeconds(5))),
				safeConsumer("backoff", (c) -> c, (c) -> c.backoff(Duration.ofSeconds(1), Duration.ofSeconds(5))),
				safeConsumer("max_deliver", (c) -> c.maxDeliver(5), (c) -> c.maxDeliver(6)),
				lossOfConsumer("max_deliver", (c) -> c, (c) -> c.maxDeliver(6)),
				safeConsumer("max_ack_pending", (c) -> c, (c) -> c.maxAckPending(5)),
				neverOfConsumer("replay_policy", (c) -> c, (c) -> c.replayPolicy(ReplayPolicy.Original)),
				safeConsumer("sample_freq", (c) -> c, (c) -> c.sampleFrequency("50%")),
				safeConsumer("rate_limit_bps", (c) -> c.deliverSubject("out.a").rateLimit(500),
						(c) -> c.deliverSubject("out.a").rateLimit(600)),
				safeConsumer("headers_only", (c) -> c, (c) -> c.headersOnly(true)),
				neverOfConsumer("max_waiting", (c) -> c, (c) -> c.maxPullWaiting(5)),
				safeConsumer("max_batch", (c) -> c, (c) -> c.maxBatch(5)),
				safeConsumer("max_bytes", (c) -> c, (c) -> c.maxBytes(500)),
				safeConsumer("max_expires", (c) -> c, (c) -> c.maxExpires(MINUTE)),
				lossOfConsumer("inactive_threshold", (c) -> c, (c) -> c.inactiveThreshold(MINUTE)),
				safeConsumer("inactive_threshold", (c) -> c.inactiveThreshold(MINUTE),
						(c) -> c.inactiveThreshold(MINUTE.multipliedBy(2))),
				neverOfConsumer("mem_storage", (c) -> c, (c) -> c.memStorage(true)).ignoredBefore("2.11.0"),
				safeConsumer("metadata.a", (c) -> c.metadata(Map.of("a", "1")), (c) -> c.metadata(Map.of("a", "2"))),
				safeConsumer("priority_groups", (c) -> c.priorityGroups("a").priorityPolicy(PriorityPolicy.Overflow),
						(c) -> c.priorityGroups("b").priorityPolicy(PriorityPolicy.Overflow))
					.from("2.11.0"),
				safeConsumer("priority_policy", (c) -> c.priorityGroups("a").priorityPolicy(PriorityPolicy.Overflow),
						(c) -> c.priorityGroups("a").priorityPolicy(PriorityPolicy.PinnedClient))
					.from("2.11.0"),
				safeConsumer("priority_timeout",
						(c) -> c.priorityGroups("a").priorityPolicy(PriorityPolicy.PinnedClient),
						(c) -> c.priorityGroups("a")
							.priorityPolicy(PriorityPolicy.PinnedClient)
							.priorityTimeout(MINUTE))
					.from("2.11.0"),
				lossOfConsumer("deliver_subject", (c) -> c.deliverSubject("out.a"), (c) -> c.deliverSubject("out.b")),
				neverOfConsumer("deliver_subject", (c) -> c, (c) -> c.deliverSubject("out.b")),
				safeConsumer("deliver_group", (c) -> c.deliverSubject("out.a").deliverGroup("a"),
						(c) -> c.deliverGroup("b")),
				neverOfConsumer("idle_heartbeat", (c) -> c.deliverSubject("out.a"), (c) -> c.idleHeartbeat(MINUTE)),
				neverOfConsumer("flow_control", (c) -> c.deliverSubject("out.a").idleHeartbeat(MINUTE),
						(c) -> c.flowControl(MINUTE)));
	}

	private String subject(String token) {
		return this.stream + "." + token;
	}

	private static Source source(String name) {
		return Source.builder().name(name).build();
	}

	private static Case<StreamConfiguration.Builder> safe(String field,
			UnaryOperator<StreamConfiguration.Builder> before, UnaryOperator<StreamConfiguration.Builder> after) {
		return new Case<>(field, before, after, ChangeKind.SAFE);
	}

	private static Case<StreamConfiguration.Builder> loss(String field,
			UnaryOperator<StreamConfiguration.Builder> before, UnaryOperator<StreamConfiguration.Builder> after) {
		return new Case<>(field, before, after, ChangeKind.DATA_LOSS);
	}

	private static Case<StreamConfiguration.Builder> prune(String field,
			UnaryOperator<StreamConfiguration.Builder> before, UnaryOperator<StreamConfiguration.Builder> after) {
		return new Case<>(field, before, after, ChangeKind.PRUNE);
	}

	private static Case<StreamConfiguration.Builder> never(String field,
			UnaryOperator<StreamConfiguration.Builder> before, UnaryOperator<StreamConfiguration.Builder> after) {
		return new Case<>(field, before, after, ChangeKind.IMMUTABLE);
	}

	private static Case<ConsumerConfiguration.Builder> safeConsumer(String field,
			UnaryOperator<ConsumerConfiguration.Builder> before, UnaryOperator<ConsumerConfiguration.Builder> after) {
		return new Case<>(field, before, after, ChangeKind.SAFE);
	}

	private static Case<ConsumerConfiguration.Builder> lossOfConsumer(String field,
			UnaryOperator<ConsumerConfiguration.Builder> before, UnaryOperator<ConsumerConfiguration.Builder> after) {
		return new Case<>(field, before, after, ChangeKind.DATA_LOSS);
	}

	private static Case<ConsumerConfiguration.Builder> pruneOfConsumer(String field,
			UnaryOperator<ConsumerConfiguration.Builder> before, UnaryOperator<ConsumerConfiguration.Builder> after) {
		return new Case<>(field, before, after, ChangeKind.PRUNE_WITH_DATA_LOSS);
	}

	private static Case<ConsumerConfiguration.Builder> neverOfConsumer(String field,
			UnaryOperator<ConsumerConfiguration.Builder> before, UnaryOperator<ConsumerConfiguration.Builder> after) {
		return new Case<>(field, before, after, ChangeKind.IMMUTABLE);
	}

	/**
	 * A change of a field.
	 *
	 * @param since the version that has the field
	 * @param changeableSince the version since which the field can be changed
	 * @param refusedSince the version since which a change that is not made is refused
	 */
	private record Case<B>(String field, UnaryOperator<B> before, UnaryOperator<B> after, ChangeKind kind, String since,
			String changeableSince, String refusedSince) {

		Case(String field, UnaryOperator<B> before, UnaryOperator<B> after, ChangeKind kind) {
			this(field, before, after, kind, "0.0.0", "0.0.0", "0.0.0");
		}

		Case<B> from(String version) {
			return new Case<>(this.field, this.before, this.after, this.kind, version, this.changeableSince,
					this.refusedSince);
		}

		Case<B> changeable(String version) {
			return new Case<>(this.field, this.before, this.after, this.kind, this.since, version, this.refusedSince);
		}

		Case<B> ignoredBefore(String version) {
			return new Case<>(this.field, this.before, this.after, this.kind, this.since, this.changeableSince,
					version);
		}

		String rule() {
			return this.field.startsWith("metadata.") ? "metadata" : this.field;
		}

		ChangeKind kindOn(Server server) {
			return server.has(this.changeableSince) ? this.kind : ChangeKind.IMMUTABLE;
		}

	}

	/**
	 * A connection to a server.
	 */
	private record Server(String name, Connection connection, JetStreamManagement management) {

		String version() {
			return this.connection.getServerInfo().getVersion();
		}

		boolean has(String version) {
			return ServerVersion.isSameOrNewer(version(), version);
		}

		void apply(Object definition) {
			new TopologyApplier(() -> Definitions.topology(definition), ProvisioningMode.UPDATE,
					JetStreamOptions.defaultOptions())
				.initialize(this.connection);
		}

	}

	@FunctionalInterface
	private interface Request {

		void send() throws IOException, JetStreamApiException;

	}

}
