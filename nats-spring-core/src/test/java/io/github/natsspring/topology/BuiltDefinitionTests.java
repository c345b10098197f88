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

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

import io.nats.client.api.CompressionOption;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.ConsumerLimits;
import io.nats.client.api.DeliverPolicy;
import io.nats.client.api.DiscardPolicy;
import io.nats.client.api.KeyValueConfiguration;
import io.nats.client.api.Mirror;
import io.nats.client.api.ObjectStoreConfiguration;
import io.nats.client.api.Placement;
import io.nats.client.api.ReplayPolicy;
import io.nats.client.api.Republish;
import io.nats.client.api.RetentionPolicy;
import io.nats.client.api.Source;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.api.StreamInfo;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for definitions made of configurations that somebody built.
 */
class BuiltDefinitionTests {

	private final TopologyPlanner planner = new TopologyPlanner();

	@Test
	void createsAStreamExactlyAsItWasBuilt() {
		StreamConfiguration built = StreamConfiguration.builder()
			.name("ORDERS")
			.description("Orders")
			.subjects("orders.>")
			.retentionPolicy(RetentionPolicy.WorkQueue)
			.compressionOption(CompressionOption.S2)
			.maxConsumers(3)
			.maxMessages(4)
			.maxMessagesPerSubject(5)
			.maxBytes(6)
			.maxAge(Duration.ofDays(7))
			.maximumMessageSize(8)
			.storageType(StorageType.Memory)
			.replicas(3)
			.noAck(true)
			.discardPolicy(DiscardPolicy.New)
			.duplicateWindow(Duration.ofSeconds(9))
			.placement(new Placement("C1", List.of("ssd")))
			.republish(new Republish("orders.>", "copy.>", true))
			.consumerLimits(ConsumerLimits.builder().maxAckPending(5L).build())
			.sources(Source.builder().name("A").filterSubject("a.>").build())
			.denyDelete(true)
			.metadata(Map.of("owner", "shop"))
			.firstSequence(10)
			.allowMessageTtl()
			.build();
		StreamDefinition definition = StreamDefinition.of(built, "bean 'orders'");
		assertThat(definition.name()).isEqualTo("ORDERS");
		assertThat(definition.source()).isEqualTo("bean 'orders'");
		assertThat(definition.create().toJsonValue()).isEqualTo(built.toJsonValue());
	}

	@Test
	void leavesFieldsOfAStreamAloneThatWereNotBuilt() {
		StreamDefinition definition = StreamDefinition
			.of(StreamConfiguration.builder().name("ORDERS").maxMessages(5).build(), "bean 'orders'");
		StreamConfiguration existing = StreamConfiguration.builder()
			.name("ORDERS")
			.subjects("orders.>")
			.storageType(StorageType.Memory)
			.maxMessages(4)
			.allowDirect(true)
			.build();
		StreamConfiguration applied = definition.applyTo(existing);
		assertThat(applied.getMaxMsgs()).isEqualTo(5);
		assertThat(applied.getSubjects()).containsExactly("orders.>");
		assertThat(applied.getStorageType()).isEqualTo(StorageType.Memory);
		assertThat(applied.getAllowDirect()).isTrue();
	}

	@Test
	void createsAConsumerExactlyAsItWasBuilt() {
		ConsumerConfiguration built = ConsumerConfiguration.builder()
			.durable("billing")
			.description("Billing")
			.deliverPolicy(DeliverPolicy.ByStartTime)
			.startTime(ZonedDateTime.parse("2026-01-01T00:00:00Z"))
			.ackWait(Duration.ofSeconds(5))
			.maxDeliver(6)
			.backoff(Duration.ofSeconds(1), Duration.ofSeconds(2))
			.filterSubjects("orders.a", "orders.b")
			.replayPolicy(ReplayPolicy.Original)
			.sampleFrequency("50")
			.maxAckPending(7)
			.maxPullWaiting(8)
			.headersOnly(true)
			.maxBatch(9)
			.maxBytes(10)
			.maxExpires(Duration.ofSeconds(11))
			.inactiveThreshold(Duration.ofHours(1))
			.numReplicas(1)
			.memStorage(true)
			.metadata(Map.of("owner", "shop"))
			.build();
		ConsumerDefinition definition = ConsumerDefinition.of("ORDERS", built, "bean 'billing'");
		assertThat(definition.name()).isEqualTo("billing");
		assertThat(definition.create().toJsonValue()).isEqualTo(built.toJsonValue());
	}

	@Test
	void replacesOneFilterByTheSeveralThatWereBuilt() {
		ConsumerDefinition several = ConsumerDefinition.of("ORDERS",
				ConsumerConfiguration.builder().durable("billing").filterSubjects("orders.a", "orders.b").build(), "x");
		ConsumerConfiguration existing = ConsumerConfiguration.builder()
			.durable("billing")
			.filterSubject("orders.>")
			.ackWait(Duration.ofSeconds(5))
			.build();
		assertThat(several.applyTo(existing).getFilterSubjects()).containsExactly("orders.a", "orders.b");
		assertThat(several.applyTo(existing).getAckWait()).isEqualTo(Duration.ofSeconds(5));
		ConsumerDefinition one = ConsumerDefinition.of("ORDERS",
				ConsumerConfiguration.builder().durable("billing").filterSubject("orders.c").build(), "x");
		assertThat(one.applyTo(several.create()).getFilterSubjects()).containsExactly("orders.c");
	}

	@Test
	void createsBucketsExactlyAsTheyWereBuilt() {
		KeyValueConfiguration keyValue = KeyValueConfiguration.builder("profiles")
			.description("Profiles")
			.maxHistoryPerKey(5)
			.maximumValueSize(6)
			.maxBucketSize(7)
			.ttl(Duration.ofMinutes(1))
			.storageType(StorageType.Memory)
			.replicas(3)
			.placement(new Placement("C1", null))
			.compression(true)
			.metadata(Map.of("owner", "shop"))
			.republish(new Republish("a", "b", false))
			.sources(Source.builder().name("others").build())
			.limitMarker(Duration.ofSeconds(9))
			.build();
		assertThat(KeyValueDefinition.of(keyValue, "x").create().getBackingConfig().toJsonValue())
			.isEqualTo(keyValue.getBackingConfig().toJsonValue());
		KeyValueConfiguration mirror = KeyValueConfiguration.builder("copy")
			.mirror(Mirror.builder().name("profiles").build())
			.build();
		assertThat(KeyValueDefinition.of(mirror, "x").create().getBackingConfig().toJsonValue())
			.isEqualTo(mirror.getBackingConfig().toJsonValue());
		ObjectStoreConfiguration objectStore = ObjectStoreConfiguration.builder("invoices")
			.description("Invoices")
			.maxBucketSize(7)
			.ttl(Duration.ofMinutes(1))
			.storageType(StorageType.Memory)
			.replicas(3)
			.placement(new Placement("C1", null))
			.compression(true)
			.metadata(Map.of("owner", "shop"))
			.build();
		assertThat(ObjectStoreDefinition.of(objectStore, "x").create().getBackingConfig().toJsonValue())
			.isEqualTo(objectStore.getBackingConfig().toJsonValue());
	}

	@Test
	void leavesFieldsOfABucketAloneThatWereNotBuilt() {
		StreamInfo info = Definitions.streamInfo("""
				{"name": "KV_profiles", "subjects": ["$KV.profiles.>"], "retention": "limits", "storage": "memory",
				"max_msgs_per_subject": 9, "discard": "new", "num_replicas": 3, "max_age": 60000000000}""");
		KeyValueDefinition definition = KeyValueDefinition
			.of(KeyValueConfiguration.builder("profiles").description("New").build(), "x");
		assertThat(this.planner.plan(definition, info).differences())
			.containsExactly(new FieldDifference("description", "New", "not set"));
	}

	@Test
	void knowsEverySettingOfABucket() {
		// A new setting of jnats has to be added to WrittenBucketFields
		assertThat(settings(KeyValueConfiguration.Builder.class)).containsExactly("addSource", "addSources",
				"compression", "description", "limitMarker", "maxBucketSize", "maxHistoryPerKey", "maxValueSize",
				"maximumValueSize", "metadata", "mirror", "name", "placement", "replicas", "republish", "sources",
				"storageType", "ttl");
		assertThat(settings(ObjectStoreConfiguration.Builder.class)).containsExactly("compression", "description",
				"maxBucketSize", "metadata", "name", "placement", "replicas", "storageType", "ttl");
	}

	@Test
	void refusesAConsumerWithoutName() {
		assertThatIllegalArgumentException()
			.isThrownBy(
					() -> ConsumerDefinition.of("ORDERS", ConsumerConfiguration.builder().build(), "bean 'billing'"))
			.withMessageContaining("bean 'billing'");
	}

	private static Set<String> settings(Class<?> builder) {
		return Arrays.stream(builder.getMethods())
			.filter((method) -> method.getReturnType() == builder && !Modifier.isStatic(method.getModifiers()))
			.map(Method::getName)
			.collect(Collectors.toCollection(TreeSet::new));
	}

}
