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

import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.KeyValueConfiguration;
import io.nats.client.api.ObjectStoreConfiguration;
import io.nats.client.api.RetentionPolicy;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Written}.
 */
class WrittenTests {

	@Test
	void createsAStreamAsItWasWritten() {
		StreamConfiguration written = StreamConfiguration.builder()
			.name("ORDERS")
			.subjects("orders.>")
			.retentionPolicy(RetentionPolicy.WorkQueue)
			.maxAge(Duration.ofDays(7))
			.build();
		assertThat(StreamDefinition.of(written, "bean").create().toJson()).isEqualTo(written.toJson());
	}

	@Test
	void leavesFieldsOfAStreamAloneThatWereNotWritten() {
		StreamConfiguration existing = StreamConfiguration.builder()
			.name("ORDERS")
			.subjects("old.>")
			.description("theirs")
			.maxMessages(10)
			.storageType(StorageType.Memory)
			.build();
		StreamConfiguration desired = StreamDefinition
			.of(StreamConfiguration.builder().name("ORDERS").subjects("orders.>").build(), "bean")
			.applyTo(existing);
		assertThat(desired.getSubjects()).containsExactly("orders.>");
		assertThat(desired.getDescription()).isEqualTo("theirs");
		assertThat(desired.getMaxMsgs()).isEqualTo(10);
		assertThat(desired.getStorageType()).isEqualTo(StorageType.Memory);
	}

	@Test
	void createsAConsumerAsItWasWritten() {
		ConsumerConfiguration written = ConsumerConfiguration.builder()
			.durable("billing")
			.filterSubjects("a", "b")
			.ackWait(Duration.ofSeconds(7))
			.backoff(Duration.ofSeconds(1), Duration.ofSeconds(2))
			.build();
		assertThat(ConsumerDefinition.of("ORDERS", written).create().toJson()).isEqualTo(written.toJson());
	}

	@Test
	void leavesFieldsOfAConsumerAloneThatWereNotWritten() {
		ConsumerConfiguration existing = ConsumerConfiguration.builder()
			.durable("billing")
			.maxAckPending(7)
			.ackWait(Duration.ofSeconds(5))
			.build();
		ConsumerConfiguration desired = ConsumerDefinition
			.of("ORDERS", ConsumerConfiguration.builder().durable("billing").ackWait(Duration.ofSeconds(9)).build())
			.applyTo(existing);
		assertThat(desired.getMaxAckPending()).isEqualTo(7);
		assertThat(desired.getAckWait()).isEqualTo(Duration.ofSeconds(9));
	}

	@Test
	void replacesOneFilterBySeveralAndSeveralByOne() {
		ConsumerConfiguration one = ConsumerConfiguration.builder().durable("billing").filterSubject("c").build();
		ConsumerConfiguration several = ConsumerConfiguration.builder()
			.durable("billing")
			.filterSubjects("a", "b")
			.build();
		assertThat(ConsumerDefinition.of("ORDERS", several).applyTo(one).getFilterSubjects()).containsExactly("a", "b");
		assertThat(ConsumerDefinition.of("ORDERS", one).applyTo(several).getFilterSubjects()).containsExactly("c");
	}

	@Test
	void createsAKeyValueBucketAsItWasWrittenAndLeavesTheRestAlone() {
		KeyValueConfiguration written = KeyValueConfiguration.builder("profiles")
			.maxHistoryPerKey(5)
			.ttl(Duration.ofDays(30))
			.compression(true)
			.build();
		KeyValueDefinition definition = KeyValueDefinition.of(written, "bean");
		assertThat(definition.create().getBackingConfig().toJson()).isEqualTo(written.getBackingConfig().toJson());
		KeyValueConfiguration desired = definition
			.applyTo(KeyValueConfiguration.builder("profiles").description("theirs").maxBucketSize(99).build());
		assertThat(List.of(desired.getDescription(), desired.getMaxBucketSize(), desired.getMaxHistoryPerKey()))
			.isEqualTo(List.of("theirs", 99L, 5L));
	}

	@Test
	void createsAnObjectStoreAsItWasWrittenAndLeavesTheRestAlone() {
		ObjectStoreConfiguration written = ObjectStoreConfiguration.builder("invoices")
			.maxBucketSize(1000)
			.storageType(StorageType.Memory)
			.build();
		ObjectStoreDefinition definition = ObjectStoreDefinition.of(written, "bean");
		assertThat(definition.create().getBackingConfig().toJson()).isEqualTo(written.getBackingConfig().toJson());
		ObjectStoreConfiguration desired = definition
			.applyTo(ObjectStoreConfiguration.builder("invoices").description("theirs").build());
		assertThat(desired.getDescription()).isEqualTo("theirs");
		assertThat(desired.getMaxBucketSize()).isEqualTo(1000);
	}

}
