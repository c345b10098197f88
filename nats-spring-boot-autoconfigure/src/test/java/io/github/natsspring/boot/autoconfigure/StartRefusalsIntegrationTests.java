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

package io.github.natsspring.boot.autoconfigure;

import java.util.function.UnaryOperator;

import io.github.natsspring.test.NatsServer;
import io.github.natsspring.topology.ConsumerDefinition;
import io.nats.client.Connection;
import io.nats.client.KeyValue;
import io.nats.client.Nats;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerConfiguration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Mistakes that need more than a line of YAML, numbered as in {@link BadInputs}.
 */
@Timeout(60)
class StartRefusalsIntegrationTests {

	private static NatsServer server;

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class, NatsAutoConfiguration.class,
				NatsJetStreamAutoConfiguration.class));

	@BeforeAll
	static void startServer() {
		server = NatsServer.builder().start();
	}

	@AfterAll
	static void stopServer() {
		server.close();
	}

	/**
	 * 18.
	 */
	@Test
	void saysThatJetStreamIsNotEnabled() {
		try (NatsServer without = NatsServer.builder().jetStream(false).start()) {
			FailureAnalysis analysis = refused(without,
					(runner) -> runner.withPropertyValues("nats.jetstream.streams.ORDERS.subjects=orders.>"));
			assertThat(analysis.getDescription()).contains("JetStream is not enabled", "'$JS.API.'");
			assertThat(analysis.getAction()).contains("Enable JetStream on the server", "set provisioning to 'none'");
		}
	}

	/**
	 * 31.
	 */
	@Test
	void suggestsTheStreamThatWasMeant() throws Exception {
		FailureAnalysis analysis = refused(server,
				(runner) -> runner.withPropertyValues("nats.jetstream.streams.PARCELS.subjects=parcels.>")
					.withBean(ConsumerDefinition.class, () -> ConsumerDefinition.of("PARCLES", explicit("billing"))));
		assertThat(analysis.getDescription()).contains("consumer 'PARCLES/billing'",
				"stream 'PARCLES' is neither declared nor on the server");
		assertThat(analysis.getAction()).contains("Did you mean 'PARCELS'?", "declare the stream, or create it");
		assertNothingIsThere("PARCELS");
	}

	/**
	 * 40.
	 */
	@Test
	void namesBothPlacesOfADurableThatIsDeclaredTwice() throws Exception {
		FailureAnalysis analysis = refused(server,
				(runner) -> runner
					.withPropertyValues("nats.jetstream.streams.LETTERS.subjects=letters.>",
							"nats.jetstream.streams.LETTERS.consumers.billing.ack-wait=1m")
					.withBean("billing", ConsumerDefinition.class,
							() -> ConsumerDefinition.of("LETTERS", explicit("billing"))));
		assertThat(analysis.getDescription()).contains("consumer 'LETTERS/billing'",
				"is declared twice, by nats.jetstream.streams.LETTERS.consumers.billing and by bean 'billing'");
		assertThat(analysis.getAction()).contains("Keep one of them");
		assertNothingIsThere("LETTERS");
	}

	/**
	 * 49.
	 */
	@Test
	void listsTheBucketsWhereOneIsWantedWithoutItsName() throws Exception {
		FailureAnalysis analysis = refused(server,
				(runner) -> runner
					.withPropertyValues("nats.key-value.profiles.history=1", "nats.key-value.carts.history=1")
					.withBean(WantsOneBucket.class));
		assertThat(analysis.getDescription()).contains("required a single bean, but 2 were found",
				"nats.keyValue.profiles", "nats.keyValue.carts");
		assertThat(analysis.getAction()).contains("@Qualifier");
		assertNothingIsThere("KV_profiles");
	}

	/**
	 * 51.
	 */
	@Test
	void refusesWhatTheServerDoesNotKnow() throws Exception {
		NatsServer old;
		try {
			old = NatsServer.builder().version("2.9.10").start();
		}
		catch (IllegalStateException ex) {
			Assumptions.abort("There is no nats-server 2.9.10 to be had: " + ex.getMessage());
			return;
		}
		try (old) {
			Assumptions.assumeTrue(old.version().equals("2.9.10"), "There is only nats-server " + old.version());
			FailureAnalysis analysis = refused(old,
					(runner) -> runner.withPropertyValues("nats.jetstream.streams.ORDERS.subjects=orders.>",
							"nats.jetstream.streams.ORDERS.compression=s2",
							"nats.jetstream.streams.ORDERS.consumers.billing.filter-subjects=orders.a,orders.b",
							"nats.key-value.carts.limit-marker=5m"));
			assertThat(analysis.getDescription()).contains(
					"streams.ORDERS.compression): needs nats-server 2.10.0, and the server is 2.9.10",
					"consumers.billing.filter-subjects): needs nats-server 2.10.0",
					"(nats.key-value.carts.limit-marker): needs nats-server 2.11.0");
			assertThat(analysis.getAction()).contains("Update the server, or remove it");
			Connection client = Nats.connect(old.url());
			try {
				assertThat(client.jetStreamManagement().getStreamNames()).isEmpty();
			}
			finally {
				client.close();
			}
		}
	}

	/**
	 * 50.
	 */
	@Test
	void refusesAPropertyThatIsNotKnownWhereThatIsAskedFor() throws Exception {
		String[] mistakes = { "nats.jetstream.stream.TYPOS.subjects=typos.>",
				"nats.jetstream.streams.TYPOS.subjects=typos.>", "nats.jetstream.streams.TYPOS.max-agee=7d",
				"nats.jetstream.streams.TYPOS.consumers.billing.ackwaits=1m", "nats.key-value.carts.histroy=5",
				"nats.jetstream.streams.TYPOS.metadata.any.key=free", "nats.properties.io.nats.client.maxPings=1" };
		this.contextRunner.withPropertyValues("nats.servers=" + server.url())
			.withPropertyValues("nats.jetstream.provisioning=none")
			.withPropertyValues(mistakes)
			.run((context) -> assertThat(context).hasNotFailed());
		FailureAnalysis analysis = refused(server,
				(runner) -> runner.withPropertyValues("nats.strict=true").withPropertyValues(mistakes));
		assertThat(analysis.getDescription())
			.contains("nats.jetstream.stream.typos.subjects", "nats.jetstream.streams.typos.max-agee",
					"nats.jetstream.streams.typos.consumers.billing.ackwaits", "nats.key-value.carts.histroy")
			.doesNotContain("metadata", "maxPings");
		assertThat(analysis.getAction()).contains("nats.jetstream.stream: did you mean 'streams'?",
				"nats.jetstream.streams.typos.max-agee: did you mean 'max-age'?",
				"nats.jetstream.streams.typos.consumers.billing.ackwaits: did you mean 'ack-wait'?",
				"nats.key-value.carts.histroy: did you mean 'history'?");
		assertNothingIsThere("TYPOS");
	}

	private FailureAnalysis refused(NatsServer with, UnaryOperator<ApplicationContextRunner> settings) {
		FailureAnalysis[] analysis = new FailureAnalysis[1];
		settings.apply(this.contextRunner.withPropertyValues("nats.servers=" + with.url())).run((context) -> {
			assertThat(context).hasFailed();
			analysis[0] = FailureAnalyses.of(context.getStartupFailure());
		});
		return analysis[0];
	}

	private static void assertNothingIsThere(String stream) throws Exception {
		Connection client = Nats.connect(server.url());
		try {
			assertThat(client.jetStreamManagement().getStreamNames()).doesNotContain(stream);
		}
		finally {
			client.close();
		}
	}

	private static ConsumerConfiguration explicit(String durable) {
		return ConsumerConfiguration.builder().durable(durable).ackPolicy(AckPolicy.Explicit).build();
	}

	static class WantsOneBucket {

		WantsOneBucket(KeyValue bucket) {
		}

	}

}
