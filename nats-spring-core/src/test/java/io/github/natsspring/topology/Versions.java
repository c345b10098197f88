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
import org.junit.jupiter.api.Assumptions;

/**
 * Servers of certain versions.
 */
final class Versions {

	private Versions() {
	}

	/**
	 * Start a server.
	 * @param version the version that it has to be
	 * @return the server; where there is none to be had, the test is skipped with the
	 * reason
	 */
	static NatsServer start(String version) {
		return start(version, "");
	}

	static NatsServer start(String version, String config) {
		NatsServer server;
		try {
			server = NatsServer.builder().version(version).config(config).start();
		}
		catch (IllegalStateException ex) {
			return Assumptions.abort("There is no nats-server %s to be had: %s".formatted(version, ex.getMessage()));
		}
		if (!version.equals(server.version())) {
			String other = server.version();
			server.close();
			return Assumptions
				.abort("There is only nats-server %s to be had, and %s is needed".formatted(other, version));
		}
		return server;
	}

}
