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

import io.github.natsspring.test.NatsServer;
import io.nats.client.Connection;
import io.nats.client.JetStreamManagement;
import io.nats.client.JetStreamOptions;
import io.nats.client.Nats;
import io.nats.client.support.ServerVersion;

/**
 * A server whose behaviour is compared with the table in {@link FieldRules}.
 */
final class FieldRulesServer implements AutoCloseable {

	private final NatsServer server;

	private final Connection connection;

	private final JetStreamManagement management;

	FieldRulesServer(NatsServer server) throws Exception {
		this.server = server;
		this.connection = Nats.connect(server.url());
		this.management = this.connection.jetStreamManagement();
	}

	Connection connection() {
		return this.connection;
	}

	JetStreamManagement management() {
		return this.management;
	}

	String version() {
		return this.connection.getServerInfo().getVersion();
	}

	boolean has(String version) {
		return ServerVersion.isSameOrNewer(version(), version);
	}

	void apply(Object definition) {
		new TopologyApplier(() -> Definitions.topology(definition), ProvisioningMode.UPDATE,
				JetStreamOptions.defaultOptions())
			.initialize(this.connection);
	}

	@Override
	public void close() throws Exception {
		this.connection.close();
		this.server.close();
	}

}
