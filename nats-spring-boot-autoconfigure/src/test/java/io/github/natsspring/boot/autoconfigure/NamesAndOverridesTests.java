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

import io.github.natsspring.topology.ConsumerDefinition;
import io.github.natsspring.topology.StreamDefinition;
import io.github.natsspring.topology.TopologyDefinition;
import io.nats.client.api.StorageType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.context.properties.bind.BindException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * How streams, consumers and buckets are named, and how values inside them are
 * overridden.
 */
class NamesAndOverridesTests {

	private static final String ORDERS = """
			nats:
			  jetstream:
			    streams:
			      ORDER_EVENTS:
			        subjects: orders.>
			        max-age: 7d
			        storage: memory
			        consumers:
			          billing-v2:
			            ack-wait: 30s
			            filter-subjects: orders.*.created
			  key-value:
			    user_profiles: { history: 5, ttl: 30d }
			  object-store:
			    Invoices: { description: "Rendered invoices" }
			""";

	@Test
	void keepsNamesAsTheyAreWritten() {
		TopologyDefinition topology = TestSources.ofYaml(ORDERS).topology();
		assertThat(topology.streams()).extracting(StreamDefinition::name).containsExactly("ORDER_EVENTS");
		assertThat(topology.consumers()).extracting(ConsumerDefinition::name).containsExactly("billing-v2");
		assertThat(topology.keyValues().get(0).bucket()).isEqualTo("user_profiles");
		assertThat(topology.objectStores().get(0).bucket()).isEqualTo("Invoices");
	}

	@Test
	void variablesOverrideValuesAndMakeNoPhantoms() {
		TestSources sources = TestSources.ofYaml(ORDERS)
			.variable("NATS_JETSTREAM_STREAMS_ORDEREVENTS_MAXAGE", "1d")
			.variable("NATS_JETSTREAM_STREAMS_ORDEREVENTS_CONSUMERS_BILLINGV2_ACKWAIT", "5s")
			.variable("NATS_KEYVALUE_USERPROFILES_TTL", "2d")
			.variable("NATS_OBJECTSTORE_INVOICES_DESCRIPTION", "Bills");
		TopologyDefinition topology = sources.topology();
		assertThat(sources.bind().getJetstream().getStreams()).containsOnlyKeys("ORDER_EVENTS");
		assertThat(sources.bind().getKeyValue()).containsOnlyKeys("user_profiles");
		assertThat(sources.bind().getObjectStore()).containsOnlyKeys("Invoices");
		StreamDefinition stream = topology.streams().get(0);
		assertThat(stream.create().getMaxAge()).isEqualTo(Duration.ofDays(1));
		assertThat(stream.create().getSubjects()).containsExactly("orders.>");
		assertThat(stream.create().getStorageType()).isEqualTo(StorageType.Memory);
		assertThat(topology.consumers()).singleElement().satisfies((consumer) -> {
			assertThat(consumer.name()).isEqualTo("billing-v2");
			assertThat(consumer.create().getAckWait()).isEqualTo(Duration.ofSeconds(5));
			assertThat(consumer.create().getFilterSubject()).isEqualTo("orders.*.created");
		});
		assertThat(topology.keyValues().get(0).create().getTtl()).isEqualTo(Duration.ofDays(2));
		assertThat(topology.keyValues().get(0).create().getMaxHistoryPerKey()).isEqualTo(5);
		assertThat(topology.objectStores().get(0).create().getDescription()).isEqualTo("Bills");
	}

	@Test
	void variablesOverrideLists() {
		assertThat(TestSources.ofYaml(ORDERS)
			.variable("NATS_JETSTREAM_STREAMS_ORDEREVENTS_SUBJECTS_0", "a")
			.variable("NATS_JETSTREAM_STREAMS_ORDEREVENTS_SUBJECTS_1", "b")
			.topology()
			.streams()).singleElement()
			.satisfies((stream) -> assertThat(stream.create().getSubjects()).containsExactly("a", "b"));
		assertThat(TestSources.ofYaml(ORDERS)
			.variable("NATS_JETSTREAM_STREAMS_ORDEREVENTS_SUBJECTS", "c,d")
			.topology()
			.streams()).singleElement()
			.satisfies((stream) -> assertThat(stream.create().getSubjects()).containsExactly("c", "d"));
	}

	@Test
	void variablesAddFieldsThatNoFileSets() {
		assertThat(TestSources.ofYaml(ORDERS)
			.variable("NATS_JETSTREAM_STREAMS_ORDEREVENTS_MAXBYTES", "1GB")
			.topology()
			.streams()).singleElement()
			.satisfies((stream) -> assertThat(stream.create().getMaxBytes()).isEqualTo(1L << 30));
	}

	@Test
	void variablesOverrideAnEntryWithoutAnyField() {
		TestSources sources = TestSources.ofYaml("nats.object-store.My_Files: {}")
			.variable("NATS_OBJECTSTORE_MYFILES_TTL", "1d");
		assertThat(sources.topology().objectStores()).singleElement().satisfies((store) -> {
			assertThat(store.bucket()).isEqualTo("My_Files");
			assertThat(store.create().getTtl()).isEqualTo(Duration.ofDays(1));
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "ORDER_EVENTS", "order-events", "orderevents", "OrderEvents" })
	void argumentsOverrideValuesAndMakeNoPhantoms(String spelling) {
		TestSources sources = TestSources.ofYaml(ORDERS)
			.arguments("--nats.jetstream.streams." + spelling + ".max-age=1d",
					"--nats.jetstream.streams." + spelling + ".consumers.BILLING_V2.ack-wait=5s");
		assertOverridden(sources);
	}

	@ParameterizedTest
	@ValueSource(strings = { "ORDER_EVENTS", "order-events", "orderevents" })
	void systemPropertiesOverrideValuesAndMakeNoPhantoms(String spelling) {
		TestSources sources = TestSources.ofYaml(ORDERS)
			.systemProperty("nats.jetstream.streams." + spelling + ".max-age", "1d")
			.systemProperty("nats.jetstream.streams." + spelling + ".consumers.billing-v2.ackWait", "5s");
		assertOverridden(sources);
	}

	private static void assertOverridden(TestSources sources) {
		assertThat(sources.topology().streams()).singleElement().satisfies((stream) -> {
			assertThat(stream.name()).isEqualTo("ORDER_EVENTS");
			assertThat(stream.create().getMaxAge()).isEqualTo(Duration.ofDays(1));
			assertThat(stream.create().getSubjects()).containsExactly("orders.>");
		});
		assertThat(sources.topology().consumers()).singleElement().satisfies((consumer) -> {
			assertThat(consumer.name()).isEqualTo("billing-v2");
			assertThat(consumer.create().getAckWait()).isEqualTo(Duration.ofSeconds(5));
		});
	}

	@Test
	void argumentsWinOverVariablesAndVariablesOverFiles() {
		TestSources sources = TestSources.ofYaml(ORDERS)
			.variable("NATS_JETSTREAM_STREAMS_ORDEREVENTS_MAXAGE", "1d")
			.variable("NATS_JETSTREAM_STREAMS_ORDEREVENTS_STORAGE", "file")
			.arguments("--nats.jetstream.streams.ORDER_EVENTS.max-age=2d");
		assertThat(sources.topology().streams()).singleElement().satisfies((stream) -> {
			assertThat(stream.create().getMaxAge()).isEqualTo(Duration.ofDays(2));
			assertThat(stream.create().getStorageType()).isEqualTo(StorageType.File);
		});
	}

	@Test
	void anotherFileOverridesAnEntryOfTheSameSpelling() {
		TestSources sources = new TestSources()
			.yaml("application-prod.yml", "nats.jetstream.streams.ORDER_EVENTS.max-age: 90d")
			.yaml("application.yml", ORDERS);
		assertThat(sources.topology().streams()).singleElement().satisfies((stream) -> {
			assertThat(stream.create().getMaxAge()).isEqualTo(Duration.ofDays(90));
			assertThat(stream.create().getSubjects()).containsExactly("orders.>");
		});
	}

	@Test
	void twoSpellingsInFilesAreRefused() {
		TestSources sources = new TestSources()
			.yaml("application-prod.yml", "nats.jetstream.streams.order-events.max-age: 90d")
			.yaml("application.yml", ORDERS);
		assertRefused(sources, "nats.jetstream.streams.order-events", "application-prod.yml",
				"nats.jetstream.streams.ORDER_EVENTS", "application.yml");
	}

	@Test
	void twoSpellingsInOneFileAreRefusedAtEveryLevel() {
		assertRefused(TestSources.ofYaml("""
				nats.jetstream.streams.S.consumers:
				  my_worker: {ack-wait: 1s}
				  my-worker: {ack-wait: 2s}
				"""), "consumers.my_worker", "consumers.my-worker");
		assertRefused(TestSources.ofYaml("nats.key-value: {users: {ttl: 1d}, USERS: {ttl: 2d}}"),
				"nats.key-value.users", "nats.key-value.USERS");
		assertRefused(TestSources.ofYaml("nats.object-store: {users: {ttl: 1d}, USERS: {ttl: 2d}}"),
				"nats.object-store.users", "nats.object-store.USERS");
	}

	@Test
	void anEntryOfVariablesAloneNeedsAName() {
		assertRefused(new TestSources().variable("NATS_JETSTREAM_STREAMS_ORDEREVENTS_MAXAGE", "1d"),
				"nats.jetstream.streams.orderevents", "environment variables only",
				"NATS_JETSTREAM_STREAMS_ORDEREVENTS_MAXAGE");
		assertRefused(
				TestSources.ofYaml(ORDERS).variable("NATS_JETSTREAM_STREAMS_ORDEREVENTS_CONSUMERS_AUDIT_ACKWAIT", "1s"),
				"consumers.audit", "environment variables only");
	}

	@Test
	void anEntryOfVariablesAloneHasTheNameItSays() {
		TopologyDefinition topology = new TestSources()
			.variable("NATS_JETSTREAM_STREAMS_ORDEREVENTS_NAME", "ORDER_EVENTS")
			.variable("NATS_JETSTREAM_STREAMS_ORDEREVENTS_SUBJECTS", "orders.>")
			.variable("NATS_JETSTREAM_STREAMS_ORDEREVENTS_CONSUMERS_BILLINGV2_NAME", "billing-v2")
			.topology();
		assertThat(topology.streams()).singleElement()
			.satisfies((stream) -> assertThat(stream.create().getName()).isEqualTo("ORDER_EVENTS"));
		assertThat(topology.consumers()).singleElement().satisfies((consumer) -> {
			assertThat(consumer.stream()).isEqualTo("ORDER_EVENTS");
			assertThat(consumer.create().getDurable()).isEqualTo("billing-v2");
		});
	}

	@Test
	void anEntryOfArgumentsAloneHasTheNameOfItsKey() {
		assertThat(
				new TestSources().arguments("--nats.jetstream.streams.ORDER_EVENTS.subjects=a,b").topology().streams())
			.singleElement()
			.satisfies((stream) -> {
				assertThat(stream.name()).isEqualTo("ORDER_EVENTS");
				assertThat(stream.create().getSubjects()).containsExactly("a", "b");
			});
	}

	@Test
	void aKeyInBracketsIsKeptButCannotBeMixed() {
		String yaml = "nats: {jetstream: {streams: {'[ORDER_EVENTS]': {max-age: 1d}}}}";
		assertThat(TestSources.ofYaml(yaml).topology().streams()).singleElement()
			.satisfies((stream) -> assertThat(stream.name()).isEqualTo("ORDER_EVENTS"));
		assertRefused(TestSources.ofYaml(yaml).variable("NATS_JETSTREAM_STREAMS_ORDEREVENTS_MAXAGE", "2d"),
				"nats.jetstream.streams[ORDER_EVENTS]", "brackets", "NATS_JETSTREAM_STREAMS_ORDEREVENTS_MAXAGE");
	}

	@Test
	void aNumberIsAName() {
		TestSources sources = TestSources.ofYaml("nats.key-value: {'2026': {ttl: 1d}, 2027: {ttl: 1d}}")
			.variable("NATS_KEYVALUE_2026_TTL", "2d")
			.variable("NATS_KEYVALUE_2027_TTL", "3d");
		assertThat(sources.bind().getKeyValue()).containsOnlyKeys("2026", "2027");
		assertThat(sources.bind().getKeyValue().get("2026").getTtl()).isEqualTo(Duration.ofDays(2));
		assertThat(sources.bind().getKeyValue().get("2027").getTtl()).isEqualTo(Duration.ofDays(3));
	}

	@Test
	void variablesOfAKubernetesServiceCalledNatsDoNoHarm() {
		TestSources sources = TestSources.ofYaml(ORDERS)
			.variable("NATS_PORT", "tcp://10.0.0.1:4222")
			.variable("NATS_PORT_4222_TCP", "tcp://10.0.0.1:4222")
			.variable("NATS_SERVICE_HOST", "10.0.0.1")
			.variable("NATS_SERVICE_PORT", "4222")
			.variable("NATS_SERVICE_PORT_CLIENT", "4222");
		assertThat(sources.topology().streams()).hasSize(1);
	}

	@Test
	void twentyStreamsAreBoundInTheirOrder() {
		StringBuilder yaml = new StringBuilder("nats.jetstream.streams:\n");
		for (int i = 0; i < 20; i++) {
			yaml.append("  STREAM_%02d: {subjects: s%d.>, consumers: {c_%d: {ack-wait: 1s}}}\n".formatted(i, i, i));
		}
		TestSources sources = TestSources.ofYaml(yaml.toString())
			.variable("NATS_JETSTREAM_STREAMS_STREAM07_MAXAGE", "1d");
		assertThat(sources.topology().streams()).extracting(StreamDefinition::name)
			.hasSize(20)
			.contains("STREAM_00", "STREAM_07", "STREAM_19");
		assertThat(sources.topology().consumers()).hasSize(20);
	}

	private static void assertRefused(TestSources sources, String... texts) {
		assertThatExceptionOfType(BindException.class).isThrownBy(sources::bind)
			.havingCause()
			.isInstanceOf(InvalidNatsPropertyException.class)
			.satisfies((ex) -> assertThat(ex.getMessage()).contains(texts));
	}

}
