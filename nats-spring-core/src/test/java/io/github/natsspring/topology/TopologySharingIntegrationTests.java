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
import java.util.Map;

import ch.qos.logback.classic.Level;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.StorageType;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for a topology that several applications, instances or versions of one declare,
 * again and again.
 */
class TopologySharingIntegrationTests extends AbstractTopologyUpdateTests {

	@Test
	void takesAnUpdateThatAnotherInstanceMadeAtTheSameTime() throws Exception {
		addStream((s) -> s.subjects(this.unique).denyDelete(false));
		this.management.addOrUpdateConsumer(this.unique, ConsumerConfiguration.builder().durable("c").build());
		TopologyDefinition declared = Definitions.topology(stream((s) -> s.description("New")),
				consumer((c) -> c.ackWait(Duration.ofSeconds(9))));
		try (ApiGate gate = new ApiGate(this.connection)) {
			gate.beforeForwarding((request) -> {
				if (request.startsWith("STREAM.UPDATE.") || request.startsWith("CONSUMER.CREATE.")) {
					update(declared);
				}
			});
			gate.refuse("STREAM.UPDATE.", "CONSUMER.CREATE.");
			apply(ProvisioningMode.UPDATE, gate.options(), declared);
		}
		assertThat(server().getDescription()).isEqualTo("New");
		assertThat(consumer().getAckWait()).isEqualTo(Duration.ofSeconds(9));
	}

	@Test
	void letsOldAndNewVersionsOfAnApplicationStartInTurnWithoutEnd() throws Exception {
		TopologyDefinition old = Definitions.topology(
				stream((s) -> s.subjects(this.unique + ".a").maxAge(Duration.ofDays(1)).description("same")),
				consumer((c) -> c.maxAckPending(100)));
		TopologyDefinition young = Definitions.topology(stream((s) -> s.subjects(this.unique + ".a", this.unique + ".b")
			.maxAge(Duration.ofDays(7))
			.description("same")), consumer((c) -> c.maxAckPending(100)));
		update(old);
		try (ApiAudit audit = new ApiAudit(this.connection, this.unique)) {
			update(young);
			assertThat(audit.changes()).hasSize(1);
			// The old one is scaled up during the deployment, then rolled back to
			for (TopologyDefinition next : List.of(old, young, old, old, young)) {
				TopologyReport report = update(next);
				assertThat(report.result()).isEqualTo(TopologyReport.Result.APPLIED);
				assertThat(report.applied()).isEmpty();
			}
			assertThat(audit.changes()).as("nothing flips back and forth").hasSize(1);
		}
		assertThat(server().getSubjects()).hasSize(2);
		assertThat(server().getMaxAge()).isEqualTo(Duration.ofDays(7));
	}

	@Test
	void setsAFieldWithoutOrderBackOnceForEachStart() throws Exception {
		TopologyDefinition old = Definitions.topology(stream((s) -> s.subjects(this.unique)),
				consumer((c) -> c.ackWait(Duration.ofSeconds(30))));
		TopologyDefinition young = Definitions.topology(stream((s) -> s.subjects(this.unique)),
				consumer((c) -> c.ackWait(Duration.ofSeconds(60))));
		update(old);
		try (ApiAudit audit = new ApiAudit(this.connection, this.unique)) {
			update(young);
			update(old);
			update(old);
			assertThat(audit.changes()).hasSize(2);
		}
		assertThat(consumer().getAckWait()).isEqualTo(Duration.ofSeconds(30));
	}

	@Test
	void leavesWhatAnotherApplicationMadeAndSaysWhoseItIs() throws Exception {
		assumeServerIsAtLeast("2.10.0");
		TopologyDefinition ofShop = Definitions.topology(
				stream((s) -> s.subjects(this.unique).maxAge(Duration.ofDays(1)).metadata(Map.of("team", "a"))),
				consumer((c) -> c.maxAckPending(100)),
				Definitions.keyValue(this.unique, (bucket) -> bucket.description("Shop")));
		TopologyDefinition ofBilling = Definitions.topology(
				stream((s) -> s.subjects(this.unique).maxAge(Duration.ofDays(7))),
				consumer((c) -> c.maxAckPending(200)),
				Definitions.keyValue(this.unique, (bucket) -> bucket.description("Billing")));
		update("shop", ofShop);
		assertThat(server().getMetadata()).containsEntry(TopologySettings.OWNER_KEY, "shop").containsEntry("team", "a");
		assertThat(consumer().getMetadata()).containsEntry(TopologySettings.OWNER_KEY, "shop");
		try (ApiAudit audit = new ApiAudit(this.connection, this.unique); LogLines log = new LogLines()) {
			for (int i = 0; i < 3; i++) {
				TopologyReport report = update("billing", ofBilling);
				assertThat(report.result()).isEqualTo(TopologyReport.Result.APPLIED);
				assertThat(report.plan()).isNotNull()
					.satisfies((plan) -> assertThat(plan.resources()).extracting(PlannedResource::otherOwner)
						.containsOnly("shop"));
				update("shop", ofShop);
			}
			assertThat(audit.changes()).isEmpty();
			assertThat(log.at(Level.WARN)).hasSize(9)
				.allMatch((line) -> line.endsWith("(left to 'shop', which made it)"));
		}
		// Its owner may still change it, and an application without a name may not
		update(null, ofBilling);
		assertThat(server().getMaxAge()).isEqualTo(Duration.ofDays(1));
		update("shop", ofBilling);
		assertThat(server().getMaxAge()).isEqualTo(Duration.ofDays(7));
		assertThat(server().getMetadata()).containsEntry(TopologySettings.OWNER_KEY, "shop");
	}

	@Test
	void writesNoOwnerOverWhatIsThere() throws Exception {
		addStream((s) -> s.subjects(this.unique));
		update("shop", Definitions.topology(stream((s) -> s.description("New"))));
		assertThat(server().getDescription()).isEqualTo("New");
		assertThat(server().getMetadata()).doesNotContainKey(TopologySettings.OWNER_KEY);
	}

	@Test
	void plansFiftyStreamsAndTwoHundredConsumersQuickly() throws Exception {
		List<Object> definitions = new ArrayList<>();
		for (int i = 0; i < 50; i++) {
			String name = this.unique + "_" + i;
			definitions.add(Definitions.stream(name,
					(s) -> s.subjects(name + ".>").storageType(StorageType.Memory).maxAge(Duration.ofDays(1))));
			for (int j = 0; j < 4; j++) {
				definitions.add(Definitions.consumer(name, "c" + j, (c) -> c.ackWait(Duration.ofSeconds(9))));
			}
		}
		TopologyDefinition declared = Definitions.topology(definitions.toArray());
		update(declared);
		Duration best = Duration.ofDays(1);
		for (int i = 0; i < 5; i++) {
			long start = System.nanoTime();
			TopologyReport report = update(declared);
			Duration took = Duration.ofNanos(System.nanoTime() - start);
			assertThat(report.plan()).isNotNull().satisfies((plan) -> assertThat(plan.isUnchanged()).isTrue());
			best = (took.compareTo(best) < 0) ? took : best;
		}
		System.out.println("Planned 50 streams and 200 consumers in " + best.toMillis() + " ms");
		assertThat(best).isLessThan(Duration.ofMillis(600));
	}

}
