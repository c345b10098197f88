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

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.github.natsspring.boot.autoconfigure.TopologyFields.Sample;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.ConsumerLimits;
import io.nats.client.api.ConsumerSource;
import io.nats.client.api.External;
import io.nats.client.api.KeyValueConfiguration;
import io.nats.client.api.ObjectStoreConfiguration;
import io.nats.client.api.Placement;
import io.nats.client.api.Republish;
import io.nats.client.api.SourceBase;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.api.SubjectTransform;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Every field of jnats' configuration classes is bound from YAML and read back. The
 * fields are found by reflection, so that a new one fails here until it has a property
 * and a sample.
 */
class TopologyFieldsTests {

	@Test
	void everyFieldOfAStreamHasASample() {
		assertThat(TopologyFields.namesOf(TopologyFields.STREAM))
			.isEqualTo(TopologyFields.fieldsOf(StreamConfiguration.class));
		assertSettersAreProperties(StreamConfiguration.Builder.class, TopologyFields.STREAM,
				// Add to what another method sets
				"add-subjects", "add-sources", "add-source");
	}

	@Test
	void everyFieldOfAConsumerHasASample() {
		assertThat(TopologyFields.namesOf(TopologyFields.CONSUMER))
			.isEqualTo(TopologyFields.fieldsOf(ConsumerConfiguration.class));
		assertSettersAreProperties(ConsumerConfiguration.Builder.class, TopologyFields.CONSUMER,
				// Read a configuration from JSON
				"json", "json-value");
	}

	@Test
	void everyFieldOfAKeyValueBucketHasASample() {
		Set<String> getters = TopologyFields.gettersOf(KeyValueConfiguration.class);
		// The stream behind it, and a deprecated twin of maximumValueSize
		getters.removeAll(Set.of("backingConfig", "maxValueSize"));
		assertThat(TopologyFields.namesOf(TopologyFields.KEY_VALUE)).isEqualTo(getters);
		assertSettersAreProperties(KeyValueConfiguration.Builder.class, TopologyFields.KEY_VALUE, "add-sources",
				"add-source");
	}

	@Test
	void everyFieldOfAnObjectStoreHasASample() {
		Set<String> getters = TopologyFields.gettersOf(ObjectStoreConfiguration.class);
		// The stream behind it, and a state that no configuration sets
		getters.removeAll(Set.of("backingConfig", "sealed"));
		assertThat(TopologyFields.namesOf(TopologyFields.OBJECT_STORE)).isEqualTo(getters);
		assertSettersAreProperties(ObjectStoreConfiguration.Builder.class, TopologyFields.OBJECT_STORE);
	}

	@Test
	void everyFieldOfAGroupIsAProperty() {
		assertGroup(Placement.class, NatsStreamProperties.Placement.class);
		assertGroup(Republish.class, NatsStreamProperties.Republish.class);
		assertGroup(SubjectTransform.class, NatsStreamProperties.SubjectTransform.class);
		assertGroup(ConsumerLimits.class, NatsStreamProperties.ConsumerLimits.class);
		assertGroup(External.class, NatsSourceProperties.External.class);
		assertGroup(ConsumerSource.class, NatsSourceProperties.ConsumerSource.class);
		assertGroup(SourceBase.class, NatsSourceProperties.class, "domain");
	}

	private static void assertGroup(Class<?> type, Class<?> properties, String... shortcuts) {
		Set<String> expected = TopologyFields.fieldsOf(type);
		expected.addAll(List.of(shortcuts));
		assertThat(TopologyFields.fieldsOf(properties)).isEqualTo(expected);
	}

	private static void assertSettersAreProperties(Class<?> builder, List<Sample> samples, String... others) {
		Set<String> setters = TopologyFields.settersOf(builder);
		assertThat(setters).containsAll(List.of(others));
		setters.removeAll(List.of(others));
		assertThat(TopologyFields.propertiesOf(samples)).containsAll(setters);
	}

	static Stream<Arguments> streamSamples() {
		return arguments(TopologyFields.STREAM);
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("streamSamples")
	void bindsAStream(String property, Sample sample) {
		String yaml = "nats:\n  jetstream:\n    streams:\n      MINE:\n%s".formatted(field(property, sample, 8));
		StreamConfiguration bound = TestSources.ofYaml(yaml).topology().streams().get(0).create();
		StreamConfiguration plain = TestSources.ofYaml("nats.jetstream.streams.MINE: {}")
			.topology()
			.streams()
			.get(0)
			.create();
		assertReadBack(sample, plain, bound, TopologyFields.STREAM, Set.of());
	}

	static Stream<Arguments> consumerSamples() {
		return arguments(TopologyFields.CONSUMER);
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("consumerSamples")
	void bindsAConsumer(String property, Sample sample) {
		String yaml = "nats:\n  jetstream:\n    streams:\n      MINE:\n        consumers:\n          mine:\n%s"
			.formatted(field(property, sample, 12));
		ConsumerConfiguration bound = TestSources.ofYaml(yaml).topology().consumers().get(0).create();
		ConsumerConfiguration plain = TestSources.ofYaml("nats.jetstream.streams.MINE.consumers.mine: {}")
			.topology()
			.consumers()
			.get(0)
			.create();
		assertReadBack(sample, plain, bound, TopologyFields.CONSUMER,
				property.equals("flow-control") ? Set.of("idleHeartbeat") : Set.of("durable", "name"));
	}

	static Stream<Arguments> keyValueSamples() {
		return arguments(TopologyFields.KEY_VALUE);
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("keyValueSamples")
	void bindsAKeyValueBucket(String property, Sample sample) {
		String yaml = "nats:\n  key-value:\n    mine:\n%s".formatted(field(property, sample, 6));
		KeyValueConfiguration bound = TestSources.ofYaml(yaml).topology().keyValues().get(0).create();
		KeyValueConfiguration plain = TestSources.ofYaml("nats.key-value.mine: {}")
			.topology()
			.keyValues()
			.get(0)
			.create();
		assertReadBack(sample, plain, bound, TopologyFields.KEY_VALUE, Set.of());
	}

	static Stream<Arguments> objectStoreSamples() {
		return arguments(TopologyFields.OBJECT_STORE);
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("objectStoreSamples")
	void bindsAnObjectStore(String property, Sample sample) {
		String yaml = "nats:\n  object-store:\n    mine:\n%s".formatted(field(property, sample, 6));
		ObjectStoreConfiguration bound = TestSources.ofYaml(yaml).topology().objectStores().get(0).create();
		ObjectStoreConfiguration plain = TestSources.ofYaml("nats.object-store.mine: {}")
			.topology()
			.objectStores()
			.get(0)
			.create();
		assertReadBack(sample, plain, bound, TopologyFields.OBJECT_STORE, Set.of());
	}

	private static void assertReadBack(Sample sample, Object plain, Object bound, List<Sample> all,
			Set<String> related) {
		assertThat(sample.read(plain)).as("default").isNotEqualTo(sample.expected());
		assertThat(sample.read(bound)).isEqualTo(sample.expected());
		for (Sample other : all) {
			if (!other.field().equals(sample.field()) && !related.contains(other.field())) {
				assertThat(other.read(bound)).as(other.field()).isEqualTo(other.read(plain));
			}
		}
	}

	@Test
	void leavesAloneWhatIsNotWritten() {
		String fields = TopologyFields.STREAM.stream()
			.filter((sample) -> !sample.field().equals("name"))
			.map((sample) -> field(sample.properties().get(0), sample, 8))
			.collect(Collectors.joining());
		StreamConfiguration existing = TestSources.ofYaml("nats:\n  jetstream:\n    streams:\n      MINE:\n" + fields)
			.topology()
			.streams()
			.get(0)
			.create();
		StreamConfiguration same = TestSources.ofYaml("nats.jetstream.streams.MINE: {}")
			.topology()
			.streams()
			.get(0)
			.applyTo(existing);
		assertThat(same.toJson()).isEqualTo(existing.toJson());
	}

	private static String field(String property, Sample sample, int indent) {
		return (property + ": " + sample.yaml()).indent(indent);
	}

	private static Stream<Arguments> arguments(List<Sample> samples) {
		Set<String> properties = new TreeSet<>();
		return samples.stream()
			.flatMap((sample) -> sample.properties()
				.stream()
				.filter(properties::add)
				.map((property) -> Arguments.of(property, sample)));
	}

}
