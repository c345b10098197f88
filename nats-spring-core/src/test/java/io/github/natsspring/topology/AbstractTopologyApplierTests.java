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

import java.util.function.UnaryOperator;

import io.github.natsspring.test.NatsServer;
import io.nats.client.Connection;
import io.nats.client.JetStreamManagement;
import io.nats.client.JetStreamOptions;
import io.nats.client.Nats;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.StreamConfiguration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/**
 * Base of the tests for {@link TopologyApplier} against a server.
 */
abstract class AbstractTopologyApplierTests {

	static NatsServer server;

	// No two tests share a stream
	final String unique = "T" + System.nanoTime();

	Connection connection;

	JetStreamManagement management;

	@BeforeAll
	static void startServer() {
		server = NatsServer.builder().start();
	}

	@AfterAll
	static void stopServer() {
		server.close();
	}

	@BeforeEach
	void connect() throws Exception {
		this.connection = Nats.connect(server.url());
		this.management = this.connection.jetStreamManagement();
	}

	@AfterEach
	void disconnect() throws Exception {
		this.connection.close();
	}

	void apply(TopologyDefinition declared) {
		apply(JetStreamOptions.defaultOptions(), declared);
	}

	void apply(JetStreamOptions options, TopologyDefinition declared) {
		apply(ProvisioningMode.CREATE, options, declared);
	}

	void apply(ProvisioningMode mode, JetStreamOptions options, TopologyDefinition declared) {
		new TopologyApplier(() -> declared, mode, options).initialize(this.connection);
	}

	void apply(String url) throws Exception {
		Connection other = Nats.connect(url);
		try {
			apply(other);
		}
		finally {
			other.close();
		}
	}

	void apply(Connection other) {
		TopologyDefinition declared = Definitions.topology(stream((stream) -> stream.subjects(this.unique)),
				consumer((consumer) -> consumer), Definitions.keyValue(this.unique, (bucket) -> bucket));
		new TopologyApplier(() -> declared, ProvisioningMode.CREATE, JetStreamOptions.defaultOptions())
			.initialize(other);
	}

	StreamDefinition stream(UnaryOperator<StreamConfiguration.Builder> settings) {
		return Definitions.stream(this.unique, settings);
	}

	ConsumerDefinition consumer(UnaryOperator<ConsumerConfiguration.Builder> settings) {
		return Definitions.consumer(this.unique, "c", settings);
	}

	void assumeServerIsAtLeast(String version) {
		Assumptions.assumeTrue(this.connection.getServerInfo().isSameOrNewerThanVersion(version));
	}

}
