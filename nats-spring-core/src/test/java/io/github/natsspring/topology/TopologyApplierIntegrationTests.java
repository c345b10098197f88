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
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import ch.qos.logback.classic.Level;
import io.github.natsspring.connection.NatsException;
import io.github.natsspring.test.NatsServer;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.JetStreamOptions;
import io.nats.client.Nats;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.Mirror;
import io.nats.client.api.Source;
import io.nats.client.api.StreamConfiguration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link TopologyApplier} against a server.
 */
class TopologyApplierIntegrationTests {

	private static NatsServer server;

	// No two tests share a stream
	private final String unique = "T" + System.nanoTime();

	private Connection connection;

	private JetStreamManagement management;

	@BeforeAll
	static void startServer() {
		server = NatsServer.builder().start();
	}

	@AfterAll
	static void stopServer() {
		server.close();
	}

	@BeforeEach
	void connect() throws Exception {
		this.connection = Nats.connect(server.url());
		this.management = this.connection.jetStreamManagement();
	}

	@AfterEach
	void disconnect() throws Exception {
		this.connection.close();
	}

	@Test
	void createsTwentyStreamsAndTwentyConsumersInThreeWavesOfOneRequestEach() throws Exception {
		List<Object> definitions = new ArrayList<>();
		Set<String> lookUps = new TreeSet<>();
		Set<String> streams = new TreeSet<>();
		Set<String> consumers = new TreeSet<>();
		for (int i = 0; i < 20; i++) {
			String name = this.unique + "_" + i;
			definitions.add(Definitions.stream(name, (stream) -> stream.subjects(name + ".>")));
			definitions.add(Definitions.consumer(name, "c", (consumer) -> consumer));
			lookUps.add("STREAM.INFO." + name);
			lookUps.add("CONSUMER.INFO." + name + ".c");
			streams.add("STREAM.CREATE." + name);
			consumers.add("CONSUMER.CREATE." + name + ".c");
		}
		TopologyDefinition declared = Definitions.topology(definitions.toArray());
		try (ApiGate gate = new ApiGate(this.connection, 40, 20, 20)) {
			apply(gate.options(), declared);
			List<String> requests = gate.requests();
			assertThat(requests).hasSize(80);
			assertThat(requests.subList(0, 40)).containsExactlyInAnyOrderElementsOf(lookUps);
			assertThat(requests.subList(40, 60)).containsExactlyInAnyOrderElementsOf(streams);
			assertThat(requests.subList(60, 80)).containsExactlyInAnyOrderElementsOf(consumers);
		}
		try (ApiGate gate = new ApiGate(this.connection, 40)) {
			apply(gate.options(), declared);
			assertThat(gate.requests()).containsExactlyInAnyOrderElementsOf(lookUps);
		}
		assertThat(this.management.getStreamInfo(this.unique + "_7").getConfiguration().getSubjects())
			.containsExactly(this.unique + "_7.>");
		assertThat(this.management.getConsumerInfo(this.unique + "_7", "c").getName()).isEqualTo("c");
	}

	@Test
	void logsOneLineWhenEverythingIsThere() {
		TopologyDefinition declared = Definitions.topology(stream((stream) -> stream.subjects(this.unique)),
				consumer((consumer) -> consumer.ackWait(Duration.ofSeconds(7))));
		apply(declared);
		try (LogLines log = new LogLines()) {
			apply(declared);
			assertThat(log.at(Level.INFO)).containsExactly("Topology: 2 declared, 2 unchanged");
			assertThat(log.at(Level.WARN)).isEmpty();
		}
	}

	@Test
	void leavesWhatDiffersAndLogsFieldAndBothValues() throws Exception {
		apply(Definitions.topology(stream((stream) -> stream.subjects(this.unique).maxAge(Duration.ofDays(1))),
				consumer((consumer) -> consumer.ackWait(Duration.ofSeconds(7)))));
		try (LogLines log = new LogLines()) {
			apply(Definitions.topology(stream((stream) -> stream.subjects(this.unique).maxAge(Duration.ofDays(7))),
					consumer((consumer) -> consumer.ackWait(Duration.ofSeconds(9)))));
			assertThat(log.at(Level.WARN)).containsExactly(
					"stream '%s' (nats.jetstream.streams.%1$s) is left as it is: max_age: declared 7d, on the server 1d"
						.formatted(this.unique),
					("consumer '%s/c' (nats.jetstream.streams.%1$s.consumers.c) is left as it is: "
							+ "ack_wait: declared 9s, on the server 7s")
						.formatted(this.unique));
		}
		assertThat(this.management.getStreamInfo(this.unique).getConfiguration().getMaxAge())
			.isEqualTo(Duration.ofDays(1));
		assertThat(this.management.getConsumerInfo(this.unique, "c").getConsumerConfiguration().getAckWait())
			.isEqualTo(Duration.ofSeconds(7));
	}

	@Test
	void createsBucketsWithOneRequestEach() throws Exception {
		TopologyDefinition declared = Definitions.topology(
				Definitions.keyValue(this.unique, (bucket) -> bucket.maxHistoryPerKey(5).ttl(Duration.ofMinutes(1))),
				Definitions.objectStore(this.unique, (bucket) -> bucket.description("Rendered")));
		try (ApiGate gate = new ApiGate(this.connection, 2, 2); LogLines log = new LogLines()) {
			apply(gate.options(), declared);
			apply(declared);
			assertThat(gate.requests()).hasSize(4);
			assertThat(log.at(Level.WARN)).isEmpty();
			assertThat(log.at(Level.INFO)).contains("Topology: 2 declared, 2 unchanged");
		}
		assertThat(this.connection.keyValueManagement().getStatus(this.unique).getMaxHistoryPerKey()).isEqualTo(5);
		assertThat(this.connection.objectStoreManagement().getStatus(this.unique).getDescription())
			.isEqualTo("Rendered");
	}

	@Test
	void createsACopyAfterItsOrigin() throws Exception {
		String copy = this.unique + "_COPY";
		TopologyDefinition declared = Definitions.topology(
				Definitions.stream(copy, (stream) -> stream.mirror(Mirror.builder().name(this.unique).build())),
				stream((stream) -> stream.subjects(this.unique).allowDirect(true)));
		try (ApiGate gate = new ApiGate(this.connection, 2, 1, 1)) {
			apply(gate.options(), declared);
			assertThat(gate.requests()).endsWith("STREAM.CREATE." + this.unique, "STREAM.CREATE." + copy);
		}
		this.connection.jetStream().publish(this.unique, new byte[0]);
		await().until(() -> this.management.getStreamInfo(copy).getStreamState().getMsgCount() == 1);
	}

	@Test
	void createsStreamsThatCopyEachOther() throws Exception {
		// Before, the server takes any two streams that copy each other for a cycle
		assumeServerIsAtLeast("2.10.0");
		String other = this.unique + "_B";
		apply(Definitions.topology(
				stream((stream) -> stream.subjects("a." + this.unique)
					.addSource(Source.builder().name(other).filterSubject("b.>").build())),
				Definitions.stream(other, (stream) -> stream.subjects("b." + this.unique)
					.addSource(Source.builder().name(this.unique).filterSubject("a.>").build()))));
		assertThat(this.management.getStreamNames()).contains(this.unique, other);
	}

	@Test
	void createsAConsumerWithSeveralFilters() throws Exception {
		assumeServerIsAtLeast("2.10.0");
		apply(Definitions.topology(stream((stream) -> stream.subjects(this.unique + ".>")),
				consumer((consumer) -> consumer.filterSubjects(this.unique + ".a", this.unique + ".b"))));
		assertThat(this.management.getConsumerInfo(this.unique, "c").getConsumerConfiguration().getFilterSubjects())
			.containsExactly(this.unique + ".a", this.unique + ".b");
	}

	@Test
	void createsAConsumerWithOneFilter() throws Exception {
		apply(Definitions.topology(stream((stream) -> stream.subjects(this.unique + ".>")),
				consumer((consumer) -> consumer.filterSubjects(this.unique + ".a"))));
		assertThat(this.management.getConsumerInfo(this.unique, "c").getConsumerConfiguration().getFilterSubject())
			.isEqualTo(this.unique + ".a");
	}

	@Test
	void reportsAllThatFailedInAWave() throws Exception {
		apply(Definitions.topology(stream((stream) -> stream.subjects(this.unique + ".>"))));
		TopologyDefinition declared = Definitions.topology(
				Definitions.stream(this.unique + "_B", (stream) -> stream.subjects(this.unique + ".new")),
				Definitions.stream(this.unique + "_C", (stream) -> stream.subjects("c" + this.unique).replicas(3)),
				Definitions.stream(this.unique + "_D", (stream) -> stream.subjects("d" + this.unique)));
		assertThatExceptionOfType(TopologyException.class).isThrownBy(() -> apply(declared)).satisfies((ex) -> {
			assertThat(ex.getProblems()).extracting(TopologyProblem::errorCode).containsExactly(10065, 10074);
			assertThat(ex.getProblems().get(0).reason())
				.isEqualTo("subject '%s.new' is already captured by stream '%1$s'".formatted(this.unique));
			assertThat(ex.getProblems().get(1).source())
				.isEqualTo("nats.jetstream.streams.%s_C".formatted(this.unique));
			assertThat(ex).hasMessageContaining("2 problems")
				.hasMessageContaining("[10065]")
				.hasMessageContaining("set replicas to 1");
		});
		assertThat(this.management.getStreamNames()).contains(this.unique + "_D");
	}

	@Test
	void createsNothingWhenAConsumersStreamExistsNowhere() throws Exception {
		TopologyDefinition declared = Definitions.topology(stream((stream) -> stream.subjects(this.unique)),
				Definitions.consumer(this.unique + "X", "c", (consumer) -> consumer));
		assertThatExceptionOfType(TopologyException.class).isThrownBy(() -> apply(declared))
			.withMessageContaining("neither declared nor on the server")
			.withMessageContaining("did you mean '%s'?".formatted(this.unique));
		assertThat(this.management.getStreamNames()).doesNotContain(this.unique);
	}

	@Test
	void createsNothingWhenAStreamHasNoSubjects() throws Exception {
		TopologyDefinition declared = Definitions.topology(stream((stream) -> stream.subjects(this.unique)),
				Definitions.stream(this.unique + "_B", (stream) -> stream));
		assertThatExceptionOfType(TopologyException.class).isThrownBy(() -> apply(declared))
			.withMessageContaining("set nats.jetstream.streams.%s_B.subjects".formatted(this.unique));
		assertThat(this.management.getStreamNames()).doesNotContain(this.unique);
	}

	@Test
	void addsAConsumerToAStreamOfOthers() throws Exception {
		this.management.addStream(StreamConfiguration.builder().name(this.unique).subjects(this.unique).build());
		apply(Definitions.topology(stream((stream) -> stream), consumer((consumer) -> consumer)));
		assertThat(this.management.getConsumerNames(this.unique)).containsExactly("c");
	}

	@Test
	void asksNothingWhenTheDeclarationIsWrong() {
		try (ApiGate gate = new ApiGate(this.connection)) {
			assertThatExceptionOfType(TopologyException.class)
				.isThrownBy(() -> apply(gate.options(),
						Definitions.topology(stream((stream) -> stream.subjects("a..b")),
								Definitions.keyValue("my bucket", (bucket) -> bucket))))
				.satisfies((ex) -> assertThat(ex.getProblems()).hasSize(2));
			assertThat(gate.requests()).isEmpty();
		}
	}

	@Test
	void failsInModeValidateOnWhatIsMissingOrDifferentAndChangesNothing() throws Exception {
		apply(Definitions.topology(stream((stream) -> stream.subjects(this.unique).maxAge(Duration.ofDays(1)))));
		TopologyDefinition declared = Definitions.topology(stream((stream) -> stream.maxAge(Duration.ofDays(7))),
				Definitions.keyValue(this.unique, (bucket) -> bucket), consumer((consumer) -> consumer));
		assertThatExceptionOfType(TopologyException.class)
			.isThrownBy(() -> apply(ProvisioningMode.VALIDATE, JetStreamOptions.defaultOptions(), declared))
			.satisfies((ex) -> assertThat(ex.getProblems()).extracting(TopologyProblem::kind)
				.containsExactly(ResourceKind.KEY_VALUE, ResourceKind.CONSUMER, ResourceKind.STREAM));
		assertThat(this.management.getStreamNames()).doesNotContain("KV_" + this.unique);
		assertThat(this.management.getConsumerNames(this.unique)).isEmpty();
	}

	@Test
	void passesInModeValidateWhenEverythingIsThere() {
		TopologyDefinition declared = Definitions.topology(stream((stream) -> stream.subjects(this.unique)),
				consumer((consumer) -> consumer));
		apply(declared);
		try (ApiGate gate = new ApiGate(this.connection)) {
			apply(ProvisioningMode.VALIDATE, gate.options(), declared);
			assertThat(gate.requests()).hasSize(2).allMatch((request) -> request.contains(".INFO."));
		}
	}

	@Test
	void asksNothingInModeNoneOrWhenNothingIsDeclared() {
		Supplier<TopologyDefinition> unwanted = () -> {
			throw new IllegalStateException("nobody should ask");
		};
		try (ApiGate gate = new ApiGate(this.connection)) {
			new TopologyApplier(unwanted, ProvisioningMode.NONE, gate.options()).initialize(this.connection);
			apply(gate.options(), Definitions.topology());
			assertThat(gate.requests()).isEmpty();
		}
	}

	@Test
	void takesAStreamThatAnotherCreatedInBetweenAndLogsHowItDiffers() throws Exception {
		try (ApiGate gate = new ApiGate(this.connection); LogLines log = new LogLines()) {
			gate.beforeForwarding((request) -> {
				if (request.equals("STREAM.CREATE." + this.unique)) {
					addStream((stream) -> stream.subjects(this.unique).maxMessages(5));
				}
			});
			apply(gate.options(), Definitions.topology(stream((stream) -> stream.subjects(this.unique).maxMessages(9)),
					consumer((c) -> c)));
			assertThat(log.at(Level.WARN)).singleElement()
				.asString()
				.contains(this.unique, "max_msgs: declared 9, on the server 5");
		}
		assertThat(this.management.getConsumerNames(this.unique)).containsExactly("c");
	}

	@Test
	void takesAConsumerThatAnotherCreatedInBetweenAndLogsHowItDiffers() throws Exception {
		// Before, the server updates an existing consumer when it is created
		assumeServerIsAtLeast("2.10.0");
		addStream((stream) -> stream.subjects(this.unique));
		try (ApiGate gate = new ApiGate(this.connection); LogLines log = new LogLines()) {
			gate.beforeForwarding((request) -> {
				if (request.startsWith("CONSUMER.CREATE.")) {
					addConsumer(5);
				}
			});
			apply(gate.options(), Definitions.topology(consumer((consumer) -> consumer.maxAckPending(9))));
			assertThat(log.at(Level.WARN)).singleElement()
				.asString()
				.contains(this.unique + "/c", "max_ack_pending: declared 9, on the server 5");
		}
		assertThat(this.management.getConsumerInfo(this.unique, "c").getConsumerConfiguration().getMaxAckPending())
			.isEqualTo(5);
	}

	@Test
	void letsManyInstancesStartAtOnce() throws Exception {
		TopologyDefinition declared = Definitions.topology(stream((stream) -> stream.subjects(this.unique)),
				consumer((consumer) -> consumer), Definitions.keyValue(this.unique, (bucket) -> bucket));
		List<Connection> connections = new ArrayList<>();
		try {
			for (int i = 0; i < 6; i++) {
				connections.add(Nats.connect(server.url()));
			}
			List<CompletableFuture<Void>> runs = connections.stream()
				.map((other) -> CompletableFuture.runAsync(() -> new TopologyApplier(() -> declared,
						ProvisioningMode.CREATE, JetStreamOptions.defaultOptions())
					.initialize(other)))
				.toList();
			assertThat(runs).allSatisfy((run) -> assertThat(run).succeedsWithin(Duration.ofSeconds(10)));
		}
		finally {
			for (Connection other : connections) {
				other.close();
			}
		}
		assertThat(this.management.getConsumerNames(this.unique)).containsExactly("c");
	}

	@Test
	void saysOnceThatJetStreamIsNotEnabledOnTheServer() throws Exception {
		try (NatsServer without = NatsServer.builder().jetStream(false).start()) {
			assertThatExceptionOfType(TopologyException.class).isThrownBy(() -> apply(without.url()))
				.satisfies((ex) -> {
					assertThat(ex.getProblems()).hasSize(1);
					assertThat(ex).hasMessageContaining("JetStream is not enabled")
						.hasMessageContaining("'$JS.API.'")
						.hasMessageContaining("enable JetStream on the server");
				});
		}
	}

	@Test
	void saysOnceThatJetStreamIsNotEnabledForTheAccount() throws Exception {
		try (NatsServer accounts = NatsServer.builder()
			.config("accounts { A { jetstream: enabled, users: [{user: a, password: a}] }, "
					+ "B { users: [{user: b, password: b}] } }")
			.start()) {
			String url = accounts.url().replace("nats://", "nats://b:b@");
			assertThatExceptionOfType(TopologyException.class).isThrownBy(() -> apply(url)).satisfies((ex) -> {
				assertThat(ex.getProblems()).singleElement()
					.satisfies((problem) -> assertThat(problem.kind()).isEqualTo(ResourceKind.JET_STREAM));
				assertThat(ex).hasMessageContaining("enable JetStream");
			});
		}
	}

	@Test
	void waitsNoLongerThanTheRequestTimeoutForAllRequestsTogether() {
		// Holds back what it gets, so that nobody answers
		try (ApiGate gate = new ApiGate(this.connection, 1000)) {
			JetStreamOptions options = JetStreamOptions.builder(gate.options())
				.requestTimeout(Duration.ofMillis(300))
				.build();
			TopologyDefinition declared = Definitions.topology(Stream.iterate(0, (i) -> i + 1)
				.limit(20)
				.map((i) -> Definitions.stream(this.unique + "_" + i, (stream) -> stream.subjects(this.unique + i)))
				.toArray());
			long start = System.nanoTime();
			assertThatExceptionOfType(TopologyException.class).isThrownBy(() -> apply(options, declared))
				.withMessageContaining("no answer within 300ms to 20 requests");
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
		}
	}

	@Test
	void saysThatTheConnectionIsClosed() throws Exception {
		Connection closed = Nats.connect(server.url());
		closed.close();
		assertThatExceptionOfType(NatsException.class).isThrownBy(() -> apply(closed))
			.withMessageContaining("JetStream: ")
			.withMessageContaining("losed");
	}

	private void apply(TopologyDefinition declared) {
		apply(JetStreamOptions.defaultOptions(), declared);
	}

	private void apply(JetStreamOptions options, TopologyDefinition declared) {
		apply(ProvisioningMode.CREATE, options, declared);
	}

	private void apply(ProvisioningMode mode, JetStreamOptions options, TopologyDefinition declared) {
		new TopologyApplier(() -> declared, mode, options).initialize(this.connection);
	}

	private void apply(String url) throws Exception {
		Connection other = Nats.connect(url);
		try {
			apply(other);
		}
		finally {
			other.close();
		}
	}

	private void apply(Connection other) {
		TopologyDefinition declared = Definitions.topology(stream((stream) -> stream.subjects(this.unique)),
				consumer((consumer) -> consumer), Definitions.keyValue(this.unique, (bucket) -> bucket));
		new TopologyApplier(() -> declared, ProvisioningMode.CREATE, JetStreamOptions.defaultOptions())
			.initialize(other);
	}

	private StreamDefinition stream(UnaryOperator<StreamConfiguration.Builder> settings) {
		return Definitions.stream(this.unique, settings);
	}

	private ConsumerDefinition consumer(UnaryOperator<ConsumerConfiguration.Builder> settings) {
		return Definitions.consumer(this.unique, "c", settings);
	}

	private void addStream(UnaryOperator<StreamConfiguration.Builder> settings) {
		try {
			this.management.addStream(stream(settings).create());
		}
		catch (IOException | JetStreamApiException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private void addConsumer(int maxAckPending) {
		try {
			this.management.addOrUpdateConsumer(this.unique,
					ConsumerConfiguration.builder().durable("c").maxAckPending(maxAckPending).build());
		}
		catch (IOException | JetStreamApiException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private void assumeServerIsAtLeast(String version) {
		Assumptions.assumeTrue(this.connection.getServerInfo().isSameOrNewerThanVersion(version));
	}

}
