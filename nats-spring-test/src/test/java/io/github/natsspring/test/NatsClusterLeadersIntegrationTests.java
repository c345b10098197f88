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

package io.github.natsspring.test;

import java.util.UUID;

import io.nats.client.Connection;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.StreamConfiguration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class NatsClusterLeadersIntegrationTests {

	private static NatsCluster cluster;

	private final String stream = "S" + UUID.randomUUID().toString().replace("-", "");

	@BeforeAll
	static void start() {
		cluster = NatsCluster.builder().nodes(3).start();
	}

	@AfterAll
	static void close() {
		cluster.close();
	}

	@Test
	void handsAStreamToAnotherLeader() throws Exception {
		try (Connection connection = connect()) {
			addStream(connection, 3);
			connection.jetStream().publish(this.stream, new byte[1]);
			NatsServer before = cluster.streamLeader(this.stream);
			NatsServer after = cluster.stepDownStreamLeader(this.stream);
			assertThat(after).isNotSameAs(before);
			assertThat(cluster.nodes()).contains(before, after).allMatch(NatsServer::isRunning);
			assertThat(connection.jetStreamManagement().getStreamInfo(this.stream).getClusterInfo().getLeader())
				.isEqualTo(after.name());
			assertThat(connection.jetStream().publish(this.stream, new byte[1]).getSeqno()).isEqualTo(2);
		}
	}

	@Test
	void handsAConsumerToAnotherLeader() throws Exception {
		try (Connection connection = connect()) {
			addStream(connection, 3);
			connection.jetStreamManagement()
				.addOrUpdateConsumer(this.stream, ConsumerConfiguration.builder().durable("work").build());
			NatsServer before = cluster.consumerLeader(this.stream, "work");
			NatsServer after = cluster.stepDownConsumerLeader(this.stream, "work");
			assertThat(after).isNotSameAs(before);
			assertThat(
					connection.jetStreamManagement().getConsumerInfo(this.stream, "work").getClusterInfo().getLeader())
				.isEqualTo(after.name());
		}
	}

	@Test
	void findsTheLeaderAfterTheLossOfTheFormerOne() throws Exception {
		try (Connection connection = connect()) {
			addStream(connection, 3);
			NatsServer before = cluster.streamLeader(this.stream);
			before.kill();
			try {
				assertThat(cluster.streamLeader(this.stream)).isNotSameAs(before);
			}
			finally {
				before.start();
				cluster.awaitReady();
			}
		}
	}

	@Test
	void refusesWhatHasNoOtherLeader() throws Exception {
		try (Connection connection = connect()) {
			assertThatIllegalStateException().isThrownBy(() -> cluster.streamLeader(this.stream))
				.withMessageContaining("no stream '" + this.stream + "'");
			addStream(connection, 1);
			assertThat(cluster.nodes()).contains(cluster.streamLeader(this.stream));
			assertThatIllegalStateException().isThrownBy(() -> cluster.stepDownStreamLeader(this.stream))
				.withMessageContaining("one replica");
			assertThatIllegalStateException().isThrownBy(() -> cluster.consumerLeader(this.stream, "none"))
				.withMessageContaining("no consumer 'none'");
		}
	}

	private void addStream(Connection connection, int replicas) throws Exception {
		connection.jetStreamManagement()
			.addStream(
					StreamConfiguration.builder().name(this.stream).subjects(this.stream).replicas(replicas).build());
	}

	private static Connection connect() throws Exception {
		return Nats.connect(Options.builder().servers(cluster.urls().toArray(String[]::new)).maxReconnects(-1).build());
	}

}
