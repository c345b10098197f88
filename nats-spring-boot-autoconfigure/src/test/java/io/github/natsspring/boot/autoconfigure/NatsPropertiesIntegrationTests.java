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

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

import io.github.natsspring.test.NatsServer;
import io.github.natsspring.topology.TopologyDefinition;
import io.nats.client.Connection;
import io.nats.client.KeyValue;
import io.nats.client.Nats;
import io.nats.client.ObjectStore;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.StreamConfiguration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is mapped from properties works with a real server.
 */
class NatsPropertiesIntegrationTests {

	private static NatsServer server;

	@BeforeAll
	static void startServer() {
		server = NatsServer.builder().config("authorization { user: app, password: secret }").start();
	}

	@AfterAll
	static void stopServer() {
		server.close();
	}

	@Test
	void connectsAndDeclaresWhatIsWritten() throws Exception {
		TestSources sources = TestSources.ofYaml("""
				nats:
				  servers: %s
				  username: app
				  password: secret
				  jetstream:
				    streams:
				      ORDER_EVENTS:
				        subjects: orders.>
				        retention: limits
				        storage: memory
				        max-age: 7d
				        max-bytes: 10MB
				        consumers:
				          billing-v2:
				            filter-subjects: orders.*.created
				            ack-wait: 45s
				  key-value:
				    profiles: { history: 5, ttl: 30d }
				  object-store:
				    invoices: { description: "Rendered invoices" }
				""".formatted(server.url())).variable("NATS_JETSTREAM_STREAMS_ORDEREVENTS_MAXAGE", "1d");
		TopologyDefinition topology = sources.topology();
		Connection connection = Nats.connect(sources.optionsMapper().toBuilder().build());
		try {
			StreamConfiguration stream = connection.jetStreamManagement()
				.addStream(topology.streams().get(0).create())
				.getConfiguration();
			assertThat(stream.getName()).isEqualTo("ORDER_EVENTS");
			assertThat(stream.getMaxAge()).isEqualTo(Duration.ofDays(1));
			assertThat(stream.getMaxBytes()).isEqualTo(10 * 1024 * 1024);
			ConsumerConfiguration consumer = connection.jetStreamManagement()
				.createConsumer("ORDER_EVENTS", topology.consumers().get(0).create())
				.getConsumerConfiguration();
			assertThat(consumer.getDurable()).isEqualTo("billing-v2");
			assertThat(consumer.getAckWait()).isEqualTo(Duration.ofSeconds(45));
			assertThat(consumer.getMaxDeliver()).isEqualTo(-1);
			connection.keyValueManagement().create(topology.keyValues().get(0).create());
			connection.objectStoreManagement().create(topology.objectStores().get(0).create());
			assertUsable(connection);
		}
		finally {
			connection.close();
		}
	}

	private static void assertUsable(Connection connection) throws Exception {
		// With strict validation of subjects, which must not be in the way of jnats
		// itself
		connection.jetStream().publish("orders.eu.created", "one".getBytes(StandardCharsets.UTF_8));
		KeyValue profiles = connection.keyValue("profiles");
		profiles.put("user.1=a/b", "Ada");
		assertThat(profiles.get("user.1=a/b").getValueAsString()).isEqualTo("Ada");
		assertThat(profiles.keys()).containsExactly("user.1=a/b");
		ObjectStore invoices = connection.objectStore("invoices");
		invoices.put("2026/01 first.txt", new ByteArrayInputStream("text".getBytes(StandardCharsets.UTF_8)));
		ByteArrayOutputStream read = new ByteArrayOutputStream();
		invoices.get("2026/01 first.txt", read);
		assertThat(read).hasToString("text");
	}

}
