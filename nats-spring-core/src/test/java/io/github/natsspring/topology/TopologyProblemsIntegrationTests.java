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
import java.util.stream.Stream;

import io.github.natsspring.connection.NatsException;
import io.github.natsspring.test.NatsServer;
import io.nats.client.Connection;
import io.nats.client.JetStreamOptions;
import io.nats.client.Nats;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.RetentionPolicy;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for what {@link TopologyApplier} says when it cannot create what is declared.
 */
class TopologyProblemsIntegrationTests extends AbstractTopologyApplierTests {

	@Test
	void reportsAllThatFailedInAWave() throws Exception {
		TopologyDefinition declared = Definitions.topology(
				Definitions.stream(this.unique + "_B",
						(stream) -> stream.subjects("b" + this.unique).maxBytes(1L << 60)),
				Definitions.stream(this.unique + "_C",
						(stream) -> stream.subjects("c" + this.unique).maxBytes(1L << 60)),
				Definitions.stream(this.unique + "_D", (stream) -> stream.subjects("d" + this.unique)));
		assertThatExceptionOfType(NatsProvisioningException.class).isThrownBy(() -> apply(declared)).satisfies((ex) -> {
			assertThat(ex.getProblems()).extracting(TopologyProblem::errorCode).containsExactly(10047, 10047);
			assertThat(ex.getProblems().get(1).source())
				.isEqualTo("nats.jetstream.streams.%s_C".formatted(this.unique));
			assertThat(ex).hasMessageContaining("2 problems").hasMessageContaining("[10047]");
		});
		assertThat(this.management.getStreamNames()).contains(this.unique + "_D");
	}

	@Test
	void saysWhatToDoAboutAConsumerOfAWorkQueueThatDoesNotAcknowledgeEachMessage() {
		TopologyDefinition declared = Definitions.topology(
				stream((stream) -> stream.subjects(this.unique).retentionPolicy(RetentionPolicy.WorkQueue)),
				Definitions.consumer(this.unique, "c", (consumer) -> consumer.ackPolicy(AckPolicy.All)));
		assertThatExceptionOfType(NatsProvisioningException.class).isThrownBy(() -> apply(declared))
			.withMessageContaining("nats.jetstream.streams.%s.consumers.c.ack-policy".formatted(this.unique))
			.withMessageContaining("all is not for stream '%s', which is a work queue".formatted(this.unique))
			.withMessageContaining("set ack-policy: explicit");
	}

	@Test
	void createsNothingWhenTheServerWouldRefuseAPart() throws Exception {
		apply(Definitions.topology(stream((stream) -> stream.subjects(this.unique + ".>"))));
		TopologyDefinition declared = Definitions.topology(
				Definitions.stream(this.unique + "_B", (stream) -> stream.subjects("b", this.unique + ".new")),
				Definitions.stream(this.unique + "_C", (stream) -> stream.subjects("c" + this.unique).replicas(3)),
				Definitions.stream(this.unique + "_D", (stream) -> stream.subjects("d" + this.unique)));
		assertThatExceptionOfType(NatsProvisioningException.class).isThrownBy(() -> apply(declared)).satisfies((ex) -> {
			assertThat(ex.getProblems()).extracting(TopologyProblem::location)
				.containsExactly("nats.jetstream.streams.%s_B.subjects[1]".formatted(this.unique),
						"nats.jetstream.streams.%s_C.replicas".formatted(this.unique));
			assertThat(ex.getProblems()).extracting(TopologyProblem::reason)
				.containsExactly("'%s.new' is already captured by stream '%1$s'".formatted(this.unique),
						"3 needs a cluster of 3 servers, and the server is not clustered");
			assertThat(ex).hasMessageContaining("2 problems").hasMessageContaining("set replicas to 1");
		});
		assertThat(this.management.getStreamNames()).doesNotContain(this.unique + "_D");
	}

	@Test
	void suggestsAStreamOfTheServer() throws Exception {
		apply(Definitions.topology(stream((stream) -> stream.subjects(this.unique + ".>"))));
		TopologyDefinition declared = Definitions
			.topology(Definitions.consumer(this.unique + "X", "c", (consumer) -> consumer));
		assertThatExceptionOfType(NatsProvisioningException.class).isThrownBy(() -> apply(declared))
			.withMessageContaining("did you mean '%s'?".formatted(this.unique));
	}

	@Test
	void createsNothingWhenAConsumersStreamExistsNowhere() throws Exception {
		TopologyDefinition declared = Definitions.topology(stream((stream) -> stream.subjects(this.unique)),
				Definitions.consumer(this.unique + "X", "c", (consumer) -> consumer));
		assertThatExceptionOfType(NatsProvisioningException.class).isThrownBy(() -> apply(declared))
			.withMessageContaining("neither declared nor on the server")
			.withMessageContaining("did you mean '%s'?".formatted(this.unique));
		assertThat(this.management.getStreamNames()).doesNotContain(this.unique);
	}

	@Test
	void createsNothingWhenAStreamHasNoSubjects() throws Exception {
		TopologyDefinition declared = Definitions.topology(stream((stream) -> stream.subjects(this.unique)),
				Definitions.stream(this.unique + "_B", (stream) -> stream));
		assertThatExceptionOfType(NatsProvisioningException.class).isThrownBy(() -> apply(declared))
			.withMessageContaining("set nats.jetstream.streams.%s_B.subjects".formatted(this.unique));
		assertThat(this.management.getStreamNames()).doesNotContain(this.unique);
	}

	@Test
	void asksNothingWhenTheDeclarationIsWrong() {
		try (ApiGate gate = new ApiGate(this.connection)) {
			assertThatExceptionOfType(NatsProvisioningException.class)
				.isThrownBy(() -> apply(gate.options(),
						Definitions.topology(stream((stream) -> stream.subjects("a..b")),
								Definitions.keyValue("my bucket", (bucket) -> bucket))))
				.satisfies((ex) -> assertThat(ex.getProblems()).hasSize(2));
			assertThat(gate.requests()).isEmpty();
		}
	}

	@Test
	void saysOnceThatJetStreamIsNotEnabledOnTheServer() throws Exception {
		try (NatsServer without = NatsServer.builder().jetStream(false).start()) {
			assertThatExceptionOfType(NatsProvisioningException.class).isThrownBy(() -> apply(without.url()))
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
			assertThatExceptionOfType(NatsProvisioningException.class).isThrownBy(() -> apply(url)).satisfies((ex) -> {
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
			assertThatExceptionOfType(NatsProvisioningException.class).isThrownBy(() -> apply(options, declared))
				.withMessageContaining("no answer within 300ms to 20 requests");
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
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

}
