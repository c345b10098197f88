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

import ch.qos.logback.classic.Level;
import io.github.natsspring.test.NatsCluster;
import io.nats.client.Connection;
import io.nats.client.JetStreamManagement;
import io.nats.client.JetStreamOptions;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.api.Placement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Changes the fields that only a cluster has, and compares what it does with the table in
 * {@link FieldRules}.
 */
@Timeout(120)
class ClusterFieldRulesIntegrationTests {

	private static final JetStreamOptions OPTIONS = JetStreamOptions.builder()
		.requestTimeout(Duration.ofSeconds(10))
		.build();

	@Test
	void changesReplicasAndPlacementAsTheTableSays() throws Exception {
		try (NatsCluster cluster = NatsCluster.builder().nodes(3).start()) {
			Connection connection = Nats.connect(
					Options.builder().server(cluster.urls().get(0)).connectionTimeout(Duration.ofSeconds(5)).build());
			try {
				JetStreamManagement management = connection.jetStreamManagement(OPTIONS);
				StreamDefinition one = Definitions.stream("R", (stream) -> stream.subjects("r").replicas(1));
				ConsumerDefinition consumer = Definitions.consumer("R", "c", (builder) -> builder.numReplicas(1));
				await().atMost(Duration.ofSeconds(30)).ignoreExceptions().untilAsserted(() -> {
					update(connection, one, consumer);
					assertThat(management.getStreamNames()).containsExactly("R");
				});
				assertWarnsOfTwoReplicas(connection);
				StreamDefinition three = Definitions.stream("R", (stream) -> stream.replicas(3));
				StreamDefinition placed = Definitions.stream("R",
						(stream) -> stream.placement(new Placement(cluster(connection), null)));
				assertThat(update(connection, three).applied()).hasSize(1);
				assertThat(management.getStreamInfo("R").getConfiguration().getReplicas()).isEqualTo(3);
				await().atMost(Duration.ofSeconds(60)).ignoreExceptions().until(() -> {
					var info = management.getStreamInfo("R").getClusterInfo();
					return info.getReplicas().size() == 2 && info.getReplicas().stream().allMatch((r) -> r.isCurrent());
				});
				assertThat(update(connection, Definitions.consumer("R", "c", (builder) -> builder.numReplicas(3)))
					.applied()).hasSize(1);
				await().atMost(Duration.ofSeconds(30))
					.ignoreExceptions()
					.untilAsserted(() -> assertThat(update(connection, placed).applied()).hasSize(1));
				// Fewer copies only when asked
				TopologyReport withheld = update(connection, one);
				assertThat(withheld.applied()).isEmpty();
				assertThat(withheld.plan()).isNotNull()
					.satisfies((plan) -> assertThat(plan.different()).singleElement()
						.satisfies((resource) -> assertThat(resource.withheld()).extracting(PlannedChange::kind)
							.containsExactly(ChangeKind.DATA_LOSS)));
				await().atMost(Duration.ofSeconds(30)).ignoreExceptions().untilAsserted(() -> {
					update(connection, consumer);
					update(connection, one.with(new ProvisioningPolicy(null, true, false)));
					assertThat(management.getStreamInfo("R").getConfiguration().getReplicas()).isEqualTo(1);
				});
			}
			finally {
				connection.close();
			}
		}
	}

	/**
	 * 25 in the list of mistakes: it works, and is hardly what was meant.
	 */
	private static void assertWarnsOfTwoReplicas(Connection connection) throws Exception {
		try (LogLines log = new LogLines()) {
			await().atMost(Duration.ofSeconds(30))
				.ignoreExceptions()
				.untilAsserted(() -> update(connection,
						Definitions.stream("W", (stream) -> stream.subjects("w").replicas(2))));
			assertThat(log.at(Level.WARN))
				.anySatisfy((line) -> assertThat(line).contains("stream 'W' (nats.jetstream.streams.W.replicas)",
						"2 survives the loss of no more servers than 1", "set 1 or 3"));
		}
		assertThat(connection.jetStreamManagement(OPTIONS).getStreamInfo("W").getConfiguration().getReplicas())
			.isEqualTo(2);
	}

	private static String cluster(Connection connection) {
		return String.valueOf(connection.getServerInfo().getCluster());
	}

	private static TopologyReport update(Connection connection, Object... definitions) {
		TopologyDefinition declared = Definitions.topology(List.of(definitions).toArray());
		TopologyApplier applier = new TopologyApplier(() -> declared, ProvisioningMode.UPDATE, OPTIONS);
		applier.initialize(connection);
		TopologyReport report = applier.report();
		assertThat(report).isNotNull();
		return report;
	}

}
