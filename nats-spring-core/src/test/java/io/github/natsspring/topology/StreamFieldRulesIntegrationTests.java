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
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import io.nats.client.JetStreamApiException;
import io.nats.client.api.CompressionOption;
import io.nats.client.api.ConsumerLimits;
import io.nats.client.api.DiscardPolicy;
import io.nats.client.api.Mirror;
import io.nats.client.api.PersistMode;
import io.nats.client.api.Republish;
import io.nats.client.api.RetentionPolicy;
import io.nats.client.api.Source;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.api.SubjectTransform;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Changes every field of a stream.
 */
class StreamFieldRulesIntegrationTests extends AbstractFieldRulesTests<StreamConfiguration.Builder> {

	private static final Duration MINUTE = Duration.ofMinutes(1);

	@Override
	Map<String, FieldRule> rules() {
		return FieldRules.stream();
	}

	/**
	 * What only a cluster has, and what servers have forgotten.
	 */
	@Override
	Set<String> testedElsewhere() {
		return Set.of("num_replicas", "placement", "template_owner");
	}

	@Override
	void change(FieldRulesServer server, FieldCase<StreamConfiguration.Builder> test) throws Exception {
		StreamConfiguration.Builder before = StreamConfiguration.builder()
			.name(this.stream)
			.subjects(subject("a"))
			.storageType(StorageType.Memory);
		server.management().addStream(test.before().apply(before).build());
		StreamDefinition declared = Definitions.stream(this.stream, test.after());
		StreamDefinition careful = declared.with(new ProvisioningPolicy(ProvisioningMode.UPDATE, false, false));
		StreamDefinition allowed = declared.with(new ProvisioningPolicy(ProvisioningMode.UPDATE, true, true));
		ChangeKind kind = test.kindOn(server);
		assertPlanned(plan(server, careful), test.field(), kind);
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

	@TestFactory
	Stream<DynamicTest> acceptsAnotherFirstSequenceWithoutEffect() {
		return on((name, server) -> Stream.of(DynamicTest.dynamicTest(name, () -> {
			this.stream = "FIRST";
			StreamConfiguration.Builder before = StreamConfiguration.builder().name(this.stream).subjects(subject("a"));
			server.management().addStream(before.build());
			server.management().updateStream(before.firstSequence(100).build());
			server.connection().jetStream().publish(subject("a"), new byte[0]);
			assertThat(server.management().getStreamInfo(this.stream).getStreamState().getLastSequence()).isEqualTo(1);
		})));
	}

	/**
	 * The server takes direct access to a mirror from the origin, if that is in the same
	 * JetStream, so that another wish would be updated at each start.
	 */
	@TestFactory
	Stream<DynamicTest> leavesDirectAccessToAMirrorToItsOrigin() {
		return on((name, server) -> Stream.of(DynamicTest.dynamicTest(name, () -> {
			for (boolean direct : new boolean[] { false, true }) {
				String origin = "ORIGIN_" + direct;
				this.stream = "MIRROR_" + direct;
				server.management()
					.addStream(StreamConfiguration.builder()
						.name(origin)
						.subjects(origin)
						.allowDirect(direct)
						.storageType(StorageType.Memory)
						.build());
				UnaryOperator<StreamConfiguration.Builder> mirrored = (builder) -> builder
					.mirror(Mirror.builder().name(origin).build())
					.storageType(StorageType.Memory);
				server.management().addStream(mirrored.apply(StreamConfiguration.builder().name(this.stream)).build());
				assertThat(configuration(server).getMirrorDirect()).isEqualTo(direct);
				server.management()
					.updateStream(StreamConfiguration.builder(configuration(server)).mirrorDirect(!direct).build());
				assertThat(configuration(server).getMirrorDirect()).as("after an update").isEqualTo(direct);
				assertThat(plan(server,
						Definitions.stream(this.stream, (builder) -> mirrored.apply(builder).mirrorDirect(!direct)))
					.changes()).isEmpty();
			}
		})));
	}

	private StreamConfiguration configuration(FieldRulesServer server) throws IOException, JetStreamApiException {
		return server.management().getStreamInfo(this.stream).getConfiguration();
	}

	private PlannedStream plan(FieldRulesServer server, StreamDefinition definition) throws Exception {
		return new TopologyPlanner().plan(definition, server.management().getStreamInfo(this.stream), server.version());
	}

	@Override
	Stream<FieldCase<StreamConfiguration.Builder>> cases() {
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
				// That of a mirror in the same JetStream is the server's own affair
				safe("mirror_direct", (s) -> s.subjects(List.of()).mirror(elsewhere()),
						(s) -> s.mirror(elsewhere()).mirrorDirect(true)),
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

	private static Source source(String name) {
		return Source.builder().name(name).build();
	}

	private static Mirror elsewhere() {
		return Mirror.builder().name("X").domain("elsewhere").build();
	}

	private static FieldCase<StreamConfiguration.Builder> safe(String field,
			UnaryOperator<StreamConfiguration.Builder> before, UnaryOperator<StreamConfiguration.Builder> after) {
		return FieldCase.safe(field, before, after);
	}

	private static FieldCase<StreamConfiguration.Builder> loss(String field,
			UnaryOperator<StreamConfiguration.Builder> before, UnaryOperator<StreamConfiguration.Builder> after) {
		return FieldCase.loss(field, before, after);
	}

	private static FieldCase<StreamConfiguration.Builder> prune(String field,
			UnaryOperator<StreamConfiguration.Builder> before, UnaryOperator<StreamConfiguration.Builder> after) {
		return FieldCase.of(field, before, after, ChangeKind.PRUNE);
	}

	private static FieldCase<StreamConfiguration.Builder> never(String field,
			UnaryOperator<StreamConfiguration.Builder> before, UnaryOperator<StreamConfiguration.Builder> after) {
		return FieldCase.never(field, before, after);
	}

}
