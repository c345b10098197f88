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

import io.github.natsspring.topology.ConsumerDefinition;
import io.github.natsspring.topology.StreamDefinition;
import io.nats.client.api.DeliverPolicy;
import io.nats.client.api.RetentionPolicy;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.context.properties.bind.BindException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Values of streams, consumers and buckets, and what is refused.
 */
class TopologyValuesTests {

	@Test
	void bindsWhatANewcomerWrites() {
		TestSources sources = TestSources.ofYaml("""
				nats:
				  servers: nats://localhost:4222
				  jetstream:
				    streams:
				      ORDERS:
				        subjects: orders.>
				        retention: limits
				        max-age: 7d
				        consumers:
				          billing:
				            filter-subjects: orders.*.created
				            ack-wait: 30s
				  key-value:
				    profiles: { history: 5, ttl: 30d }
				  object-store:
				    invoices: { description: "Rendered invoices" }
				""");
		StreamDefinition orders = sources.topology().streams().get(0);
		assertThat(orders.name()).isEqualTo("ORDERS");
		assertThat(orders.source()).isEqualTo("nats.jetstream.streams.ORDERS");
		assertThat(orders.create().getSubjects()).containsExactly("orders.>");
		assertThat(orders.create().getMaxAge()).isEqualTo(Duration.ofDays(7));
		ConsumerDefinition billing = sources.topology().consumers().get(0);
		assertThat(billing.stream()).isEqualTo("ORDERS");
		assertThat(billing.name()).isEqualTo("billing");
		assertThat(billing.source()).isEqualTo("nats.jetstream.streams.ORDERS.consumers.billing");
		assertThat(billing.create().getFilterSubject()).isEqualTo("orders.*.created");
		assertThat(billing.create().maxDeliverWasSet()).isFalse();
		assertThat(sources.topology().keyValues().get(0).bucket()).isEqualTo("profiles");
		assertThat(sources.topology().keyValues().get(0).create().getMaxHistoryPerKey()).isEqualTo(5);
		assertThat(sources.topology().objectStores().get(0).create().getDescription()).isEqualTo("Rendered invoices");
	}

	@ParameterizedTest
	@CsvSource({ "1GB, 1073741824", "512, 512", "-1, -1" })
	void bindsSizesWithUnitsAndNoLimit(String text, long expected) {
		assertThat(stream("max-bytes: " + text).getMaxBytes()).isEqualTo(expected);
		assertThat(TestSources.ofYaml("nats.key-value.b.max-bucket-size: " + text)
			.topology()
			.keyValues()
			.get(0)
			.create()
			.getMaxBucketSize()).isEqualTo(expected);
	}

	@Test
	void refusesASizeThatJnatsCannotHold() {
		assertRefused("maximum-message-size: 3GB", "nats.jetstream.streams.MINE.maximum-message-size '3221225472B'",
				"less than 2GB");
	}

	@ParameterizedTest
	@ValueSource(strings = { "work-queue", "workqueue", "WorkQueue", "WORK_QUEUE" })
	void bindsEnumsHoweverTheyAreSpelled(String text) {
		assertThat(stream("retention: " + text).getRetentionPolicy()).isEqualTo(RetentionPolicy.WorkQueue);
	}

	@ParameterizedTest
	@CsvSource({ "by-start-sequence, ByStartSequence", "by_start_time, ByStartTime", "last-per-subject, LastPerSubject",
			"new, New", "all, All" })
	void bindsDeliverPolicies(String text, DeliverPolicy expected) {
		assertThat(TestSources.ofYaml("nats.jetstream.streams.S.consumers.c.deliver-policy: " + text)
			.topology()
			.consumers()
			.get(0)
			.create()
			.getDeliverPolicy()).isEqualTo(expected);
	}

	@Test
	void takesAPlainNumberForMilliseconds() {
		assertThat(stream("max-age: 1500").getMaxAge()).isEqualTo(Duration.ofMillis(1500));
	}

	@Test
	void bindsATimeThatYamlWouldTakeForADate() {
		assertThat(TestSources.ofYaml("nats.jetstream.streams.S.consumers.c.start-time: 2026-02-03T04:05:06Z")
			.topology()
			.consumers()
			.get(0)
			.create()
			.getStartTime()).isEqualTo("2026-02-03T04:05:06Z");
	}

	@Test
	void acceptsTwoNamesOfOneFieldWithTheSameValue() {
		assertThat(stream("{storage: memory, storage-type: memory}").getStorageType()).isEqualTo(StorageType.Memory);
	}

	@Test
	void refusesTwoNamesOfOneFieldWithDifferentValues() {
		assertRefused("{retention: interest, retention-policy: limits}",
				"nats.jetstream.streams.MINE.retention 'interest'", "same as", "MINE.retention-policy", "'limits'");
		assertRefused("{max-msgs: 1, max-messages: 2}", "nats.jetstream.streams.MINE.max-msgs '1'", "'2'");
		assertThatExceptionOfType(InvalidNatsPropertyException.class)
			.isThrownBy(TestSources.ofYaml("nats.key-value.b: {history: 1, max-history-per-key: 2}")::topology)
			.withMessageContaining("nats.key-value.b.history '1'");
		assertThatExceptionOfType(InvalidNatsPropertyException.class)
			.isThrownBy(TestSources
				.ofYaml("nats.jetstream.streams.S.consumers.c: {filter-subject: a, filter-subjects: [a, b]}")::topology)
			.withMessageContaining("consumers.c.filter-subject");
	}

	@Test
	void namesThePropertyThatJnatsRefuses() {
		assertRefused("replicas: 7", "nats.jetstream.streams.MINE.replicas '7'", "Replicas must be from 1 to 5");
		assertRefused("republish: {source: a}", "nats.jetstream.streams.MINE.republish:", "Destination");
		assertRefused("sources: [{name: A}, {start-seq: 1}]", "nats.jetstream.streams.MINE.sources[1].name",
				"is missing");
		assertRefused("mirror: {name: A, domain: d, external: {api: x}}", "nats.jetstream.streams.MINE.mirror.domain",
				"mirror.external");
		assertRefused("consumers.c.flow-control: true", "nats.jetstream.streams.MINE.consumers.c.flow-control",
				"idle-heartbeat");
	}

	@Test
	void namesTheEntryWhoseNameJnatsRefuses() {
		assertThatExceptionOfType(InvalidNatsPropertyException.class)
			.isThrownBy(TestSources.ofYaml("nats: {key-value: {'[my bucket]': {ttl: 1d}}}")::topology)
			.withMessageContaining("nats.key-value.my bucket 'my bucket'");
		assertRefused("name: a.b", "nats.jetstream.streams.MINE 'a.b'");
	}

	@Test
	void refusesAValueOfAnotherType() {
		assertThatExceptionOfType(BindException.class)
			.isThrownBy(TestSources.ofYaml("nats.jetstream.streams.MINE.max-bytes: 10 apples")::bind)
			.withMessageContaining("nats.jetstream.streams.mine.max-bytes");
	}

	@Test
	void declaresEntriesWithoutAnyField() {
		TestSources sources = TestSources.ofYaml("""
				nats:
				  jetstream:
				    streams:
				      EVENTS: {subjects: e.>, consumers: {audit: }}
				  key-value: {profiles: {}}
				  object-store:
				    invoices:
				""");
		assertThat(sources.topology().consumers()).extracting(ConsumerDefinition::name).containsExactly("audit");
		assertThat(sources.bind().getKeyValue()).containsOnlyKeys("profiles");
		assertThat(sources.bind().getObjectStore()).containsOnlyKeys("invoices");
	}

	@Test
	void takesTheNameFromTheEntryWhereItSaysOne() {
		TestSources sources = TestSources.ofYaml("""
				nats.jetstream.streams:
				  first: {name: ORDERS, subjects: o.>, consumers: {c: {durable: billing}}}
				""");
		assertThat(sources.topology().streams().get(0).name()).isEqualTo("ORDERS");
		assertThat(sources.topology().streams().get(0).create().getName()).isEqualTo("ORDERS");
		assertThat(sources.topology().consumers().get(0).stream()).isEqualTo("ORDERS");
		assertThat(sources.topology().consumers().get(0).name()).isEqualTo("billing");
	}

	@Test
	void refusesTwoEntriesOfOneName() {
		assertThatExceptionOfType(InvalidNatsPropertyException.class)
			.isThrownBy(TestSources.ofYaml("nats.key-value: {a: {name: x, ttl: 1d}, x: {ttl: 2d}}")::topology)
			.withMessageContaining("'x'")
			.withMessageContaining("nats.key-value.a");
	}

	@Test
	void replacesAListOfTheServerOnlyWhenWritten() {
		StreamConfiguration existing = StreamConfiguration.builder().name("MINE").subjects("a", "b").build();
		assertThat(definition("max-age: 1d").applyTo(existing).getSubjects()).containsExactly("a", "b");
		assertThat(definition("subjects: c").applyTo(existing).getSubjects()).isEqualTo(List.of("c"));
	}

	private static void assertRefused(String yaml, String... texts) {
		assertThatExceptionOfType(InvalidNatsPropertyException.class)
			.isThrownBy(TestSources.ofYaml("nats.jetstream.streams.MINE" + separator(yaml) + yaml)::topology)
			.satisfies((ex) -> assertThat(ex.getMessage()).contains(texts));
	}

	private static StreamConfiguration stream(String yaml) {
		return definition(yaml).create();
	}

	private static StreamDefinition definition(String yaml) {
		return TestSources.ofYaml("nats.jetstream.streams.MINE" + separator(yaml) + yaml).topology().streams().get(0);
	}

	private static String separator(String yaml) {
		return yaml.startsWith("{") ? ": " : ".";
	}

}
