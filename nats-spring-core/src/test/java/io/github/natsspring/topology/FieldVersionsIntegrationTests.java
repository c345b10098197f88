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

import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.github.natsspring.test.NatsServer;
import io.nats.client.Connection;
import io.nats.client.JetStreamManagement;
import io.nats.client.JetStreamOptions;
import io.nats.client.Nats;
import io.nats.client.api.CompressionOption;
import io.nats.client.api.ConsumerLimits;
import io.nats.client.api.ConsumerSource;
import io.nats.client.api.DiscardPolicy;
import io.nats.client.api.Mirror;
import io.nats.client.api.PersistMode;
import io.nats.client.api.PriorityPolicy;
import io.nats.client.api.Republish;
import io.nats.client.api.ServerInfo;
import io.nats.client.api.Source;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.api.SubjectTransform;
import io.nats.client.support.JsonParser;
import io.nats.client.support.JsonValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Fields that are newer than the server are refused before anything is created. Older
 * servers would leave them out without a word, which is shown, too.
 */
class FieldVersionsIntegrationTests {

	private static final String MISSING = "2.0.0";

	/**
	 * Everything with a version, each field once.
	 */
	private static TopologyDefinition everything() {
		return Definitions.topology(
				Definitions.stream("S",
						(stream) -> stream.subjects("s.>")
							.discardPolicy(DiscardPolicy.New)
							.maxMessagesPerSubject(1)
							.discardNewPerSubject(true)
							.republish(Republish.builder().source("s.>").destination("r.>").build())
							.allowDirect(true)
							.compressionOption(CompressionOption.S2)
							.firstSequence(7)
							.subjectTransform(SubjectTransform.builder().source("s.>").destination("t.>").build())
							.consumerLimits(ConsumerLimits.builder().maxAckPending(5).build())
							.metadata(Map.of("a", "b"))
							.allowMessageTtl(true)
							.subjectDeleteMarkerTtl(Duration.ofMinutes(1))
							.allowAtomicPublish(true)
							.allowBatched(true)),
				Definitions.stream("C", (stream) -> stream.subjects("c.>").allowMessageCounter(true)),
				Definitions.stream("M", (stream) -> stream.subjects("m.>").allowMessageSchedules(true)),
				Definitions.stream("P", (stream) -> stream.subjects("p.>").persistMode(PersistMode.Async)),
				Definitions.stream("D",
						(stream) -> stream.mirrorDirect(true)
							.mirror(Mirror.builder()
								.name("S")
								.subjectTransforms(SubjectTransform.builder().source("s.>").destination("d.>").build())
								.build())),
				Definitions.consumer("S", "c",
						(consumer) -> consumer.filterSubjects("s.a", "s.b")
							.numReplicas(1)
							.memStorage(true)
							.maxBytes(1000)
							.metadata(Map.of("a", "b"))
							.priorityGroups("g")
							.priorityPolicy(PriorityPolicy.PinnedClient)
							.priorityTimeout(Duration.ofMinutes(1))
							.pauseUntil(ZonedDateTime.now().plusDays(1))),
				Definitions.consumer("S", "p",
						(consumer) -> consumer.priorityGroups("g").priorityPolicy(PriorityPolicy.Prioritized)),
				Definitions.keyValue("K",
						(bucket) -> bucket.compression(true)
							.metadata(Map.of("a", "b"))
							.limitMarker(Duration.ofMinutes(1))),
				Definitions.objectStore("O", (bucket) -> bucket.compression(true).metadata(Map.of("a", "b"))));
	}

	/**
	 * What is newer within a mirror or source.
	 */
	private static TopologyDefinition copies() {
		ConsumerSource reader = new ConsumerSource("reader", "in.reader");
		return Definitions.topology(
				Definitions.stream("N",
						(stream) -> stream.mirror(Mirror.builder().name("S").consumerSource(reader).build())),
				Definitions.stream("Q", (stream) -> stream.addSources(Source.builder().name("S").build(),
						Source.builder()
							.name("C")
							.consumerSource(reader)
							.subjectTransforms(SubjectTransform.builder().source("c.>").destination("q.>").build())
							.build())));
	}

	@Test
	void knowsTheFieldsOfMirrorsAndSources() {
		assertThat(check(copies(), "2.9.10")).extracting(TopologyProblem::location)
			.containsExactlyInAnyOrder("nats.jetstream.streams.N.mirror.consumer-source",
					"nats.jetstream.streams.Q.sources[1].consumer-source",
					"nats.jetstream.streams.Q.sources[1].subject-transforms");
		assertThat(check(copies(), "2.13.9")).extracting(TopologyProblem::reason)
			.containsOnly("needs nats-server 2.14.0, and the server is 2.13.9")
			.hasSize(2);
		assertThat(check(copies(), "2.14.0")).isEmpty();
	}

	@Test
	void knowsEachFieldByItsProperty() {
		List<TopologyProblem> problems = check(everything(), MISSING);
		Map<String, String> stream = new TreeMap<>(FieldVersions.STREAM);
		assertThat(fields(problems, ResourceKind.STREAM))
			.containsAll(stream.keySet().stream().map((field) -> PropertyNames.of(ResourceKind.STREAM, field)).toList())
			.contains("mirror.subject-transforms");
		assertThat(fields(problems, ResourceKind.CONSUMER)).isEqualTo(FieldVersions.CONSUMER.keySet()
			.stream()
			.map((field) -> PropertyNames.of(ResourceKind.CONSUMER, field))
			.collect(Collectors.toCollection(TreeSet::new)));
		assertThat(fields(problems, ResourceKind.KEY_VALUE)).containsExactly("compression", "limit-marker", "metadata");
		assertThat(fields(problems, ResourceKind.OBJECT_STORE)).containsExactly("compression", "metadata");
	}

	@Test
	void countsNoFieldThatHasItsDefault() {
		assertThat(check(Definitions.topology(
				Definitions.stream("S",
						(stream) -> stream.subjects("s")
							.compressionOption(CompressionOption.None)
							.persistMode(PersistMode.Default)
							.allowMessageTtl(false)),
				Definitions.consumer("S", "c",
						(consumer) -> consumer.filterSubjects("s").priorityPolicy(PriorityPolicy.None)),
				Definitions.keyValue("K", (bucket) -> bucket.compression(false))), MISSING))
			.isEmpty();
	}

	@Test
	void namesTheNeededAndThePresentVersion() {
		TopologyDefinition declared = Definitions.topology(Definitions.consumer("S", "p",
				(consumer) -> consumer.priorityGroups("g").priorityPolicy(PriorityPolicy.Prioritized)));
		assertThat(check(declared, "2.11.4")).extracting(TopologyProblem::toString)
			.containsExactly("consumer 'S/p' (nats.jetstream.streams.S.consumers.p.priority-policy): "
					+ "prioritized needs nats-server 2.12.0, and the server is 2.11.4; update the server, or remove it");
		assertThat(check(declared, "2.12.0")).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "2.9.10", "2.10.29" })
	void refusesOnAnOlderServerBeforeAnythingIsCreated(String version) throws Exception {
		try (NatsServer server = Versions.start(version)) {
			Connection connection = Nats.connect(server.url());
			try {
				for (TopologyDefinition declared : List.of(everything(), copies())) {
					assertRefused(connection, declared, JetStreamOptions.defaultOptions(),
							"and the server is " + version);
				}
			}
			finally {
				connection.close();
			}
		}
	}

	/**
	 * The domain is that of the server of the connection, whose version is known.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "2.9.10", "2.10.29" })
	void refusesInADomainBeforeAnythingIsCreated(String version) throws Exception {
		try (NatsServer server = Versions.start(version, "jetstream { domain: hub }")) {
			Connection connection = Nats.connect(server.url());
			try {
				assertRefused(connection, everything(), JetStreamOptions.builder().domain("hub").build(),
						"and the server is " + version);
			}
			finally {
				connection.close();
			}
		}
	}

	/**
	 * The server of the connection is new, and that of the domain is not.
	 */
	@Test
	void refusesInTheDomainOfAnotherServerBeforeAnythingIsCreated() throws Exception {
		int port = freePort();
		JetStreamOptions options = JetStreamOptions.builder().domain("hub").build();
		try (NatsServer hub = Versions.start("2.10.29",
				"jetstream { domain: hub }\nleafnodes { port: %d }".formatted(port));
				NatsServer leaf = NatsServer.builder()
					.config("jetstream { domain: leaf }\nleafnodes { remotes: [ { url: \"nats://127.0.0.1:%d\" } ] }"
						.formatted(port))
					.start()) {
			Connection direct = Nats.connect(hub.url());
			Connection connection = Nats.connect(leaf.url());
			try {
				JetStreamManagement management = connection.jetStreamManagement(options);
				await().ignoreExceptions().until(() -> management.getStreamNames().isEmpty());
				TopologyDefinition declared = Definitions
					.topology(Definitions.stream("T", (stream) -> stream.subjects("t.>").allowMessageTtl(true)));
				assertRefused(connection, declared, options,
						"needs nats-server 2.11.0, and the server that answers at '$JS.hub.API.' is older (its API level is 0)");
				new TopologyApplier(
						() -> Definitions.topology(Definitions.stream("T", (stream) -> stream.subjects("t.>"))),
						ProvisioningMode.CREATE, options)
					.initialize(connection);
				assertThat(direct.jetStreamManagement().getStreamNames()).containsExactly("T");
				// The leaf has its own JetStream, which knows the field
				new TopologyApplier(() -> declared, ProvisioningMode.CREATE,
						JetStreamOptions.builder().domain("leaf").build())
					.initialize(connection);
				assertThat(connection.jetStreamManagement().getStreamNames()).containsExactly("T");
			}
			finally {
				connection.close();
				direct.close();
			}
		}
	}

	private static void assertRefused(Connection connection, TopologyDefinition declared, JetStreamOptions options,
			String present) throws Exception {
		assertThatExceptionOfType(NatsProvisioningException.class)
			.isThrownBy(
					() -> new TopologyApplier(() -> declared, ProvisioningMode.CREATE, options).initialize(connection))
			.satisfies((ex) -> assertThat(ex.getProblems()).isNotEmpty()
				.allSatisfy(
						(problem) -> assertThat(problem.reason()).contains("needs nats-server 2.").contains(present)));
		assertThat(connection.jetStreamManagement(options).getStreamNames()).isEmpty();
	}

	private static int freePort() throws Exception {
		try (ServerSocket socket = new ServerSocket(0)) {
			return socket.getLocalPort();
		}
	}

	/**
	 * The table against servers: what a server has kept, it knows.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "2.9.10", "2.10.29", "2.15.2" })
	void saysOfEachFieldWhetherAServerKeepsIt(String version) throws Exception {
		try (NatsServer server = Versions.start(version)) {
			Connection connection = Nats.connect(server.url());
			try {
				ServerInfo info = connection.getServerInfo();
				for (StreamDefinition stream : everything().streams()) {
					Map<String, JsonValue> kept = raw(connection, "STREAM.CREATE." + stream.name(),
							stream.create().toJson());
					Map<String, JsonValue> sent = stream.create().toJsonValue().map;
					FieldVersions.STREAM.forEach((field, since) -> {
						if (sent.containsKey(field) && !"metadata".equals(field)) {
							assertThat(kept.containsKey(field)).as("%s on %s", field, version)
								.isEqualTo(!info.isOlderThanVersion(since));
						}
					});
				}
				connection.jetStreamManagement()
					.addStream(StreamConfiguration.builder().name("X").subjects("x.>").build());
				Map<String, JsonValue> sent = new TreeMap<>(everything().consumers().get(0).create().toJsonValue().map);
				sent.put("filter_subjects", JsonParser.parseUnchecked("[\"x.a\", \"x.b\"]"));
				Map<String, JsonValue> kept = raw(connection, "CONSUMER.DURABLE.CREATE.X.c",
						"{\"stream_name\":\"X\",\"config\":%s}".formatted(new JsonValue(sent).toJson()));
				FieldVersions.CONSUMER
					.forEach((field, since) -> assertThat(kept.containsKey(field)).as("%s on %s", field, version)
						.isEqualTo(!info.isOlderThanVersion(since)));
			}
			finally {
				connection.close();
			}
		}
	}

	private static Map<String, JsonValue> raw(Connection connection, String subject, String body) throws Exception {
		JsonValue answer = JsonParser.parse(
				connection.request("$JS.API." + subject, body.getBytes(StandardCharsets.UTF_8), Duration.ofSeconds(5))
					.getData());
		assertThat(answer.map).as(answer.toJson()).doesNotContainKey("error");
		return answer.map.get("config").map;
	}

	private static List<TopologyProblem> check(TopologyDefinition declared, String version) {
		return FieldVersions.check(declared,
				new ServerInfo("INFO {\"server_id\":\"s\",\"version\":\"%s\",\"max_payload\":1}".formatted(version)));
	}

	private static TreeSet<String> fields(List<TopologyProblem> problems, ResourceKind kind) {
		TreeSet<String> fields = new TreeSet<>();
		Stream.of(problems.toArray(TopologyProblem[]::new))
			.filter((problem) -> problem.kind() == kind)
			.forEach((problem) -> fields.add(problem.field()));
		return fields;
	}

}
