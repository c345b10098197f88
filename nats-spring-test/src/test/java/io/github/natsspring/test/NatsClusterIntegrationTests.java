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

import java.time.Duration;
import java.util.HashSet;

import io.nats.client.Connection;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.api.PublishAck;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.api.StreamInfo;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

@SuppressWarnings("try")
class NatsClusterIntegrationTests {

	@Test
	void keepsAReplicatedStreamOverTheLossOfItsLeader() throws Exception {
		try (NatsCluster cluster = NatsCluster.builder().nodes(3).start()) {
			assertThat(new HashSet<>(cluster.urls())).hasSize(3);
			Options options = Options.builder()
				.servers(cluster.urls().toArray(String[]::new))
				.maxReconnects(-1)
				.build();
			try (Connection connection = Nats.connect(options)) {
				StreamInfo info = connection.jetStreamManagement()
					.addStream(StreamConfiguration.builder().name("ORDERS").subjects("orders").replicas(3).build());
				assertThat(connection.jetStream().publish("orders", new byte[1]).getSeqno()).isEqualTo(1);
				NatsServer leader = cluster.node(info.getClusterInfo().getLeader());
				leader.kill();
				await().atMost(Duration.ofSeconds(30)).ignoreExceptions().untilAsserted(() -> {
					PublishAck ack = connection.jetStream().publish("orders", new byte[1]);
					assertThat(ack.getSeqno()).isGreaterThanOrEqualTo(2);
				});
				leader.restart();
				cluster.awaitReady();
				assertThat(leader.isRunning()).isTrue();
			}
		}
	}

	@Test
	void stopsAllNodesWhenClosed() {
		NatsCluster cluster = NatsCluster.builder().nodes(2).start();
		assertThat(cluster.nodes()).hasSize(2).allMatch(NatsServer::isRunning);
		cluster.close();
		assertThat(cluster.nodes()).noneMatch(NatsServer::isRunning);
		assertThatIllegalStateException().isThrownBy(cluster::start).withMessageContaining("closed");
	}

	@Test
	void refusesWhatIsNoCluster() {
		assertThatIllegalArgumentException().isThrownBy(() -> NatsCluster.builder().nodes(1))
			.withMessageContaining("nodes is 1");
		assertThatIllegalStateException().isThrownBy(() -> NatsCluster.builder().build().urls())
			.withMessageContaining("start()");
	}

	@Test
	void failsWithTheLogOfANodeOnWrongConfiguration() {
		assertThatIllegalStateException().isThrownBy(() -> NatsCluster.builder().config("no_such_option: 1").start())
			.withMessageContaining("no_such_option");
	}

}
