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
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

import ch.qos.logback.classic.Level;
import io.nats.client.Connection;
import io.nats.client.JetStreamOptions;
import io.nats.client.Nats;
import io.nats.client.api.Mirror;
import io.nats.client.api.Source;
import io.nats.client.api.StreamConfiguration;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for what {@link TopologyApplier} creates, and in which order.
 */
class TopologyCreationIntegrationTests extends AbstractTopologyApplierTests {

	@Test
	void createsTwentyStreamsAndTwentyConsumersInFourWavesOfOneRequestEach() throws Exception {
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
		try (ApiGate gate = new ApiGate(this.connection, 40, 20, 20, 20)) {
			apply(gate.options(), declared);
			List<String> requests = gate.requests();
			assertThat(requests).hasSize(100);
			assertThat(requests.subList(0, 40)).containsExactlyInAnyOrderElementsOf(lookUps);
			// Whether another stream has one of their subjects
			assertThat(requests.subList(40, 60)).containsOnly("STREAM.NAMES");
			assertThat(requests.subList(60, 80)).containsExactlyInAnyOrderElementsOf(streams);
			assertThat(requests.subList(80, 100)).containsExactlyInAnyOrderElementsOf(consumers);
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
		try (ApiGate gate = new ApiGate(this.connection, 2, 1, 1, 1)) {
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
	void addsAConsumerToAStreamOfOthers() throws Exception {
		this.management.addStream(StreamConfiguration.builder().name(this.unique).subjects(this.unique).build());
		apply(Definitions.topology(stream((stream) -> stream), consumer((consumer) -> consumer)));
		assertThat(this.management.getConsumerNames(this.unique)).containsExactly("c");
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

}
