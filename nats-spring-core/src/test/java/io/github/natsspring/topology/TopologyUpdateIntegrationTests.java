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

import ch.qos.logback.classic.Level;
import io.nats.client.JetStreamOptions;
import io.nats.client.api.DiscardPolicy;
import io.nats.client.api.RetentionPolicy;
import io.nats.client.api.Source;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for what {@link TopologyApplier} updates, and what it leaves alone.
 */
class TopologyUpdateIntegrationTests extends AbstractTopologyUpdateTests {

	@Test
	void changesWhatWidensWithOneRequestForEachResourceAndThenNoMore() throws Exception {
		apply(Definitions.topology(stream((s) -> s.subjects(this.unique + ".a").maxAge(Duration.ofDays(1))),
				consumer((c) -> c.ackWait(Duration.ofSeconds(7)).filterSubject(this.unique + ".a")),
				Definitions.keyValue(this.unique, (bucket) -> bucket.maxHistoryPerKey(3)),
				Definitions.objectStore(this.unique, (bucket) -> bucket.description("Old"))));
		TopologyDefinition wider = Definitions.topology(
				stream((s) -> s.subjects(this.unique + ".a", this.unique + ".b").maxAge(Duration.ofDays(7))),
				consumer(
						(c) -> c.ackWait(Duration.ofSeconds(9)).filterSubjects(this.unique + ".a", this.unique + ".b")),
				Definitions.keyValue(this.unique, (bucket) -> bucket.maxHistoryPerKey(5).ttl(Duration.ZERO)),
				Definitions.objectStore(this.unique, (bucket) -> bucket.description("New")));
		try (ApiAudit audit = new ApiAudit(this.connection, this.unique); LogLines log = new LogLines()) {
			update(wider);
			assertThat(audit.changes()).containsExactlyInAnyOrder("STREAM.UPDATE." + this.unique,
					"STREAM.UPDATE.KV_" + this.unique, "STREAM.UPDATE.OBJ_" + this.unique,
					"CONSUMER.DURABLE.CREATE.%s.c".formatted(this.unique));
			for (int i = 0; i < 10; i++) {
				update(wider);
			}
			assertThat(audit.changes()).hasSize(4);
			assertThat(log.at(Level.INFO)).endsWith("Topology: 4 declared, 4 unchanged");
			assertThat(log.at(Level.WARN)).isEmpty();
		}
		assertThat(server().getMaxAge()).isEqualTo(Duration.ofDays(7));
		assertThat(server().getSubjects()).containsExactly(this.unique + ".a", this.unique + ".b");
		assertThat(consumer().getAckWait()).isEqualTo(Duration.ofSeconds(9));
		assertThat(consumer().getFilterSubjects()).hasSize(2);
		assertThat(this.connection.keyValueManagement().getStatus(this.unique).getMaxHistoryPerKey()).isEqualTo(5);
		assertThat(this.connection.objectStoreManagement().getStatus(this.unique).getDescription()).isEqualTo("New");
	}

	@Test
	void leavesFieldsAloneThatOthersSetWithTheirMetadata() throws Exception {
		this.management.addStream(StreamConfiguration.builder()
			.name(this.unique)
			.subjects(this.unique)
			.maxMessages(500)
			.description("theirs")
			.metadata(Map.of("team", "theirs"))
			.build());
		update(Definitions.topology(stream((s) -> s.allowDirect(true).metadata(Map.of("cost", "12")))));
		assertThat(server().getAllowDirect()).isTrue();
		assertThat(server().getMaxMsgs()).isEqualTo(500);
		assertThat(server().getDescription()).isEqualTo("theirs");
		assertThat(server().getMetadata()).containsEntry("team", "theirs").containsEntry("cost", "12");
	}

	@Test
	void keepsWhatItDoesNotKnowInTheConfigurationOfTheServer() {
		// A field of a server that is newer than jnats
		PlannedStream planned = new TopologyPlanner(TopologySettings.of(ProvisioningMode.UPDATE))
			.plan(Definitions.stream("ORDERS", (s) -> s.description("New")), Definitions.streamInfo("""
					{"name": "ORDERS", "subjects": ["orders"], "retention": "limits", "storage": "file",
					"max_age": 0, "from_the_future": {"a": 1}, "metadata": {"_nats.level": "4"}}"""), "2.99.0");
		assertThat(planned.update()).contains("\"from_the_future\":{\"a\":1}", "\"description\":\"New\"",
				"_nats.level");
	}

	@Test
	void withholdsWhatCouldDiscardMessagesUntilThatIsAllowed() throws Exception {
		addStream((s) -> s.subjects(this.unique).maxAge(Duration.ofDays(7)).maxMessages(10));
		StreamDefinition lower = stream((
				s) -> s.maxAge(Duration.ofHours(1)).maxMessages(5).discardPolicy(DiscardPolicy.New).description("New"));
		try (LogLines log = new LogLines()) {
			TopologyReport report = update(Definitions.topology(lower));
			assertThat(log.at(Level.WARN)).hasSize(3)
				.contains(("stream '%s' (nats.jetstream.streams.%1$s) is left as it is: max_age: declared 1h, on the "
						+ "server 7d (it could discard messages, and needs 'allow-data-loss: true')")
					.formatted(this.unique));
			assertThat(report.result()).isEqualTo(TopologyReport.Result.APPLIED);
			assertThat(report.applied()).singleElement()
				.satisfies((resource) -> assertThat(resource.applied()).hasToString("[description: not set -> New]"));
		}
		assertThat(server().getMaxAge()).isEqualTo(Duration.ofDays(7));
		assertThat(server().getMaxMsgs()).isEqualTo(10);
		assertThat(server().getDescription()).isEqualTo("New");
		update(Definitions.topology(lower.with(new ProvisioningPolicy(null, true, false))));
		assertThat(server().getMaxAge()).isEqualTo(Duration.ofHours(1));
		assertThat(server().getMaxMsgs()).isEqualTo(5);
		assertThat(server().getDiscardPolicy()).isEqualTo(DiscardPolicy.New);
	}

	@Test
	void addsSubjectsAndRemovesThemOnlyWhenAsked() throws Exception {
		addStream((s) -> s.subjects(this.unique + ".a", this.unique + ".b"));
		this.connection.jetStream().publish(this.unique + ".a", new byte[0]);
		StreamDefinition declared = stream((s) -> s.subjects(this.unique + ".b", this.unique + ".c"));
		try (LogLines log = new LogLines()) {
			update(Definitions.topology(declared));
			assertThat(log.at(Level.WARN)).singleElement()
				.asString()
				.contains("subjects: declared [%1$s.b, %1$s.c], on the server [%1$s.a, %1$s.b]".formatted(this.unique),
						"(removing needs 'prune: true')");
		}
		assertThat(server().getSubjects()).containsExactlyInAnyOrder(this.unique + ".a", this.unique + ".b",
				this.unique + ".c");
		try (ApiAudit audit = new ApiAudit(this.connection, this.unique)) {
			update(Definitions.topology(declared));
			assertThat(audit.changes()).isEmpty();
		}
		update(Definitions.topology(declared.with(new ProvisioningPolicy(null, false, true))));
		assertThat(server().getSubjects()).containsExactlyInAnyOrder(this.unique + ".b", this.unique + ".c");
		assertThat(this.management.getStreamInfo(this.unique).getStreamState().getMsgCount())
			.as("what was stored under a removed subject stays")
			.isEqualTo(1);
	}

	@Test
	void addsSourcesAndRemovesThemOnlyWhenAsked() throws Exception {
		addStream((s) -> s.addSources(Source.builder().name(this.unique + "_A").build()));
		StreamDefinition declared = stream(
				(s) -> s.addSources(Source.builder().name(this.unique + "_B").filterSubject("b.>").build()));
		update(Definitions.topology(declared));
		assertThat(server().getSources()).hasSize(2);
		update(Definitions.topology(declared.with(new ProvisioningPolicy(null, false, true))));
		assertThat(server().getSources()).singleElement()
			.satisfies((source) -> assertThat(source.getName()).isEqualTo(this.unique + "_B"));
	}

	@Test
	void movesASubjectFromAnExistingStreamToANewOne() throws Exception {
		addStream((s) -> s.subjects(this.unique + ".a", this.unique + ".b"));
		String other = this.unique + "_B";
		update(Definitions.topology(Definitions.stream(other, (s) -> s.subjects(this.unique + ".b")),
				stream((s) -> s.subjects(this.unique + ".a")).with(new ProvisioningPolicy(null, false, true))));
		assertThat(this.management.getStreamInfo(other).getConfiguration().getSubjects())
			.containsExactly(this.unique + ".b");
	}

	@Test
	void failsWithoutAnyChangeWhereRetentionOrStorageCannotBeAsDeclared() throws Exception {
		addStream((s) -> s.subjects(this.unique).storageType(StorageType.Memory));
		TopologyDefinition declared = Definitions.topology(stream(
				(s) -> s.retentionPolicy(RetentionPolicy.WorkQueue).storageType(StorageType.File).description("New")),
				Definitions.keyValue(this.unique, (bucket) -> bucket));
		for (ProvisioningMode mode : List.of(ProvisioningMode.VALIDATE, ProvisioningMode.CREATE,
				ProvisioningMode.UPDATE)) {
			assertThatExceptionOfType(NatsProvisioningException.class)
				.isThrownBy(() -> apply(mode, JetStreamOptions.defaultOptions(), declared))
				.satisfies((ex) -> {
					assertThat(ex.getProblems()).extracting(TopologyProblem::field)
						.contains("retention-policy", "storage-type");
					assertThat(ex.getProblems()).filteredOn((problem) -> "retention-policy".equals(problem.field()))
						.singleElement()
						.satisfies((problem) -> assertThat(problem.reason())
							.isEqualTo("retention: declared workqueue, on the server limits (it cannot be changed)"));
				});
		}
		assertThat(this.management.getStreamNames()).doesNotContain("KV_" + this.unique);
		assertThat(server().getDescription()).isNull();
		apply(ProvisioningMode.NONE, JetStreamOptions.defaultOptions(), declared);
	}

	@Test
	void hasAModeForEachResource() throws Exception {
		addStream((s) -> s.subjects(this.unique));
		String other = this.unique + "_B";
		String none = this.unique + "_C";
		update(Definitions.topology(stream((s) -> s.description("New")).with(mode(ProvisioningMode.CREATE)),
				consumer((c) -> c.description("follows its stream")),
				Definitions.consumer(this.unique, "d", (c) -> c).with(mode(ProvisioningMode.NONE)),
				Definitions.stream(other, (s) -> s.subjects(other)),
				Definitions.stream(none, (s) -> s.subjects(none)).with(mode(ProvisioningMode.NONE)),
				Definitions.consumer(none, "c", (c) -> c)));
		assertThat(server().getDescription()).isNull();
		assertThat(this.management.getConsumerNames(this.unique)).containsExactly("c");
		assertThat(this.management.getStreamNames()).contains(other).doesNotContain(none);
		assertThatExceptionOfType(NatsProvisioningException.class)
			.isThrownBy(() -> update(Definitions.topology(
					Definitions.stream(none, (s) -> s.subjects(none)).with(mode(ProvisioningMode.VALIDATE)),
					Definitions.stream(none + "X", (s) -> s.subjects(none + "X")))))
			.withMessageContaining("is not on the server");
		assertThat(this.management.getStreamNames()).doesNotContain(none + "X");
	}

	@Test
	void saysThatTheStreamOfAConsumerMayNotBeMade() {
		assertThatExceptionOfType(NatsProvisioningException.class)
			.isThrownBy(() -> update(
					Definitions.topology(stream((s) -> s.subjects(this.unique)).with(mode(ProvisioningMode.NONE)),
							consumer((c) -> c).with(mode(ProvisioningMode.CREATE)))))
			.withMessageContaining("its provisioning is 'none'");
	}

	@Test
	void onlyPlansWhenAsked() throws Exception {
		addStream((s) -> s.subjects(this.unique));
		TopologyDefinition declared = Definitions.topology(stream((s) -> s.description("New")),
				Definitions.keyValue(this.unique, (bucket) -> bucket), consumer((c) -> c));
		TopologyApplier applier = new TopologyApplier(() -> declared,
				new TopologySettings(ProvisioningMode.UPDATE, true, null), JetStreamOptions.defaultOptions());
		try (ApiAudit audit = new ApiAudit(this.connection, this.unique); LogLines log = new LogLines()) {
			applier.initialize(this.connection);
			assertThat(audit.changes()).isEmpty();
			assertThat(log.at(Level.INFO)).containsExactly("""
					Only planned, nothing is changed. Topology: 3 declared, 0 unchanged, 2 to create, 1 to update
					  ~ stream '%1$s' (nats.jetstream.streams.%1$s)
					      description: not set -> New
					  + key-value bucket '%1$s' (nats.key-value.%1$s)
					  + consumer '%1$s/c' (nats.jetstream.streams.%1$s.consumers.c)""".formatted(this.unique));
		}
		assertThat(report(applier).result()).isEqualTo(TopologyReport.Result.PLAN_ONLY);
		TopologyDefinition impossible = Definitions.topology(stream((s) -> s.storageType(StorageType.Memory)));
		TopologyApplier failing = new TopologyApplier(() -> impossible,
				new TopologySettings(ProvisioningMode.UPDATE, true, null), JetStreamOptions.defaultOptions());
		try (LogLines log = new LogLines()) {
			failing.initialize(this.connection);
			assertThat(log.at(Level.ERROR)).singleElement().asString().contains("storage: declared memory");
		}
		assertThat(report(failing).problems()).hasSize(1);
	}

	@Test
	void appliesNothingWhenASubjectToBeAddedIsTaken() throws Exception {
		addStream((s) -> s.subjects(this.unique));
		String other = this.unique + "_B";
		addStream(other, (s) -> s.subjects("b." + this.unique));
		TopologyDefinition declared = Definitions.topology(stream((s) -> s.description("New")),
				Definitions.stream(other, (s) -> s.subjects("b." + this.unique, this.unique)));
		assertThatExceptionOfType(NatsProvisioningException.class).isThrownBy(() -> update(declared))
			.satisfies((ex) -> {
				assertThat(ex.getResourceKind()).isEqualTo(ResourceKind.STREAM);
				assertThat(ex.getResource()).isEqualTo(other);
				assertThat(ex.getField()).isEqualTo("subjects[1]");
				assertThat(ex).hasMessageContaining("'%s' is already captured by stream '%1$s'".formatted(this.unique));
			});
		assertThat(server().getDescription()).isNull();
	}

	@Test
	void reportsWhatWasAppliedWhenTheServerRefusesTheRest() throws Exception {
		addStream((s) -> s.subjects(this.unique).maxBytes(1000));
		String other = this.unique + "_B";
		TopologyApplier applier = new TopologyApplier(
				() -> Definitions.topology(stream((s) -> s.maxBytes(1L << 60)),
						Definitions.stream(other, (s) -> s.subjects(other))),
				ProvisioningMode.UPDATE, JetStreamOptions.defaultOptions());
		assertThatExceptionOfType(NatsProvisioningException.class).isThrownBy(() -> applier.initialize(this.connection))
			.satisfies((ex) -> {
				assertThat(ex.getResource()).isEqualTo(this.unique);
				assertThat(ex.getErrorCode()).isEqualTo(10047);
				assertThat(ex).hasMessageContaining("applied before: stream '%s'".formatted(other));
			});
		TopologyReport report = report(applier);
		assertThat(report.result()).isEqualTo(TopologyReport.Result.FAILED);
		assertThat(report.applied()).extracting(PlannedResource::name).containsExactly(other);
		assertThat(report.problems()).singleElement()
			.satisfies((problem) -> assertThat(problem.errorCode()).isEqualTo(10047));
		assertThat(server().getMaxBytes()).isEqualTo(1000);
	}

	@Test
	void lowersTheDuplicateWindowOfABucketWithItsTimeToLive() throws Exception {
		apply(Definitions.topology(Definitions.keyValue(this.unique, (bucket) -> bucket.ttl(Duration.ofDays(30)))));
		update(Definitions.topology(Definitions.keyValue(this.unique, (bucket) -> bucket.ttl(Duration.ofMinutes(1)))
			.with(new ProvisioningPolicy(null, true, false))));
		assertThat(this.connection.keyValueManagement().getStatus(this.unique).getTtl())
			.isEqualTo(Duration.ofMinutes(1));
	}

}
