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

import java.time.Duration;
import java.util.List;

import io.github.natsspring.topology.StreamDefinition;
import org.junit.jupiter.api.Test;

import org.springframework.boot.context.properties.bind.BindException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for binding {@code nats.connections}.
 */
class SeveralConnectionsBindingTests {

	private static final String TWO = """
			nats:
			  servers: nats://here:4222
			  connections:
			    EU_West:
			      servers: nats://eu:4222
			      username: app
			      jetstream:
			        streams:
			          ORDER_EVENTS:
			            subjects: orders.>
			            consumers:
			              billing-v2: { ack-wait: 30s }
			      key-value:
			        user_profiles: { history: 5 }
			      object-store:
			        Invoices: {}
			""";

	@Test
	void keepsNamesAsTheyAreWritten() {
		NatsProperties properties = TestSources.ofYaml(TWO).bind();
		assertThat(properties.getConnections()).containsOnlyKeys("EU_West");
		NatsProperties eu = properties.getConnections().get("EU_West");
		assertThat(eu.getServers()).containsExactly("nats://eu:4222");
		assertThat(eu.getJetstream().getStreams()).containsOnlyKeys("ORDER_EVENTS");
		assertThat(eu.getObjectStore()).containsOnlyKeys("Invoices");
		assertThat(properties.getServers()).containsExactly("nats://here:4222");
		assertThat(properties.getJetstream().getStreams()).isEmpty();
	}

	@Test
	void variablesOverrideValuesAndMakeNoPhantoms() {
		NatsProperties properties = TestSources.ofYaml(TWO)
			.variable("NATS_CONNECTIONS_EUWEST_PASSWORD", "secret")
			.variable("NATS_CONNECTIONS_EUWEST_SERVERS", "nats://other:4222")
			.variable("NATS_CONNECTIONS_EUWEST_JETSTREAM_STREAMS_ORDEREVENTS_MAXAGE", "1d")
			.variable("NATS_CONNECTIONS_EUWEST_JETSTREAM_STREAMS_ORDEREVENTS_CONSUMERS_BILLINGV2_ACKWAIT", "5s")
			.variable("NATS_CONNECTIONS_EUWEST_KEYVALUE_USERPROFILES_TTL", "2d")
			.bind();
		assertThat(properties.getConnections()).containsOnlyKeys("EU_West");
		NatsProperties eu = properties.getConnections().get("EU_West");
		assertThat(eu.getServers()).containsExactly("nats://other:4222");
		assertThat(eu.getUsername()).isEqualTo("app");
		assertThat(eu.getPassword()).isEqualTo("secret");
		assertThat(eu.getJetstream().getStreams()).containsOnlyKeys("ORDER_EVENTS");
		NatsStreamProperties stream = eu.getJetstream().getStreams().get("ORDER_EVENTS");
		assertThat(stream.getSubjects()).containsExactly("orders.>");
		assertThat(stream.getMaxAge()).isEqualTo(Duration.ofDays(1));
		assertThat(stream.getConsumers()).containsOnlyKeys("billing-v2");
		assertThat(stream.getConsumers().get("billing-v2").getAckWait()).isEqualTo(Duration.ofSeconds(5));
		assertThat(eu.getKeyValue()).containsOnlyKeys("user_profiles");
		assertThat(eu.getKeyValue().get("user_profiles").getTtl()).isEqualTo(Duration.ofDays(2));
	}

	@Test
	void aConnectionMayExistInVariablesOnly() {
		NatsProperties properties = new TestSources().variable("NATS_CONNECTIONS_EU_SERVERS", "a:1,b:2").bind();
		assertThat(properties.getConnections()).containsOnlyKeys("eu");
		assertThat(properties.getConnections().get("eu").getServers()).containsExactly("a:1", "b:2");
	}

	@Test
	void refusesTwoSpellingsOfOneConnection() {
		assertRefused(TestSources.ofYaml(TWO).yaml("other.yml", "nats.connections.euWest.username: x"),
				"another spelling of the same entry");
	}

	@Test
	void refusesPropertiesOfTheApplicationInAConnection() {
		for (String shared : List.of("listener.concurrency", "listeners.x.concurrency", "metrics.lag-interval",
				"enabled", "connections.other.servers")) {
			assertRefused(TestSources.ofYaml("nats.connections.eu.%s: 1".formatted(shared)),
					"nats.connections.eu." + shared.split("\\.")[0]);
		}
	}

	@Test
	void refusesNamesThatCannotBeUsed() {
		NatsProperties properties = TestSources.ofYaml("nats.connections.default.servers: x").bind();
		assertThatExceptionOfType(InvalidNatsPropertyException.class)
			.isThrownBy(() -> NatsPropertiesChecks.check(properties))
			.withMessageContaining("nats.connections.default");
		NatsProperties dotted = TestSources.ofYaml("nats.connections: {'[a.b]': {servers: x}}").bind();
		assertThatExceptionOfType(InvalidNatsPropertyException.class)
			.isThrownBy(() -> NatsPropertiesChecks.check(dotted))
			.withMessageContaining("nats.connections.a.b")
			.withMessageContaining("letters, digits");
	}

	@Test
	void namesThePropertyOfTheConnectionThatIsWrong() {
		assertWrong("servers: nats://a b", "nats.connections.eu.servers[0]");
		assertWrong("password: x", "nats.connections.eu.password");
		assertWrong("max-pings-out: 0\n      reconnect.buffer-size: 1B\n      startup-timeout: 0s",
				"nats.connections.eu.startup-timeout");
		assertWrong("jetstream: {publish.max-in-flight: 0}", "nats.connections.eu.jetstream.publish.max-in-flight");
		assertWrong("jetstream: {enabled: false, streams: {A: {subjects: a}}}",
				"nats.connections.eu.jetstream.enabled");
		assertWrong("jetstream: {streams: {'[A.B]': {subjects: a}}}", "nats.connections.eu.jetstream.streams.A.B");
		assertWrong("properties: {reconnect.wait: x}", "nats.connections.eu.properties.io.nats.client.reconnect.wait");
	}

	@Test
	void mapsTheTopologyOfAConnection() {
		ConfiguredConnection eu = ConfiguredConnection.further(TestSources.ofYaml(TWO).bind()).get(0);
		assertThat(NatsTopologyMapper.map(eu).streams()).singleElement()
			.extracting(StreamDefinition::source)
			.isEqualTo("nats.connections.EU_West.jetstream.streams.ORDER_EVENTS");
	}

	private static void assertWrong(String yaml, String property) {
		NatsProperties properties = TestSources.ofYaml("nats:\n  connections:\n    eu:\n      " + yaml).bind();
		assertThatExceptionOfType(InvalidNatsPropertyException.class).isThrownBy(() -> {
			NatsPropertiesChecks.check(properties);
			ConfiguredConnection eu = ConfiguredConnection.further(properties).get(0);
			NatsTopologyMapper.map(eu);
			new NatsOptionsMapper(eu, new PropertiesNatsConnectionDetails(eu.prefix(), eu.properties(), null), null);
		}).satisfies((ex) -> assertThat(ex.getProperty()).isEqualTo(property));
	}

	private static void assertRefused(TestSources sources, String text) {
		assertThatExceptionOfType(BindException.class).isThrownBy(sources::bind)
			.havingCause()
			.isInstanceOf(InvalidNatsPropertyException.class)
			.withMessageContaining(text);
	}

}
