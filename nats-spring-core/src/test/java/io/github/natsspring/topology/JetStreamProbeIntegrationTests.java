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
import java.util.Set;
import java.util.function.Supplier;

import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.connection.ConnectionSettings;
import io.github.natsspring.connection.StartupMode;
import io.github.natsspring.test.NatsServer;
import io.nats.client.JetStreamOptions;
import io.nats.client.Options;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link JetStreamProbe} with a real server.
 */
class JetStreamProbeIntegrationTests {

	private static NatsServer server;

	private static ConnectionHolder holder;

	@BeforeAll
	static void startServer() {
		server = NatsServer.builder().start();
		holder = new ConnectionHolder(new ConnectionSettings("test", () -> Options.builder().server(server.url()),
				StartupMode.FAIL_FAST, Duration.ofSeconds(10), Duration.ofSeconds(1), List.of(), List.of()));
		holder.start();
	}

	@AfterAll
	static void stopServer() {
		holder.destroy();
		server.close();
	}

	@Test
	void findsNothingWrongHoweverOftenItIsAskedWhereNoStreamIsInUse() {
		JetStreamProbe probe = probe(Set::of);
		try {
			// Each of them asks, and most are answered before they wait
			for (int i = 0; i < 2000; i++) {
				assertThat(probe.check().hasProblems()).isFalse();
			}
		}
		finally {
			probe.destroy();
		}
	}

	@Test
	void saysWhichStreamThereIsNot() {
		JetStreamProbe probe = probe(() -> Set.of("MISSING"));
		try {
			assertThat(probe.check().problems()).containsOnlyKeys("MISSING");
		}
		finally {
			probe.destroy();
		}
	}

	@Test
	void saysWhyItCouldNotAsk() {
		JetStreamProbe probe = probe(() -> {
			throw new IllegalStateException("no topology");
		});
		try {
			assertThat(probe.check().problems()).containsEntry("JetStream",
					"could not be asked: IllegalStateException: no topology");
		}
		finally {
			probe.destroy();
		}
	}

	@Test
	void answersAlsoAfterItWasDestroyed() {
		JetStreamProbe probe = probe(Set::of);
		probe.destroy();
		assertThat(probe.check().hasProblems()).isTrue();
		assertThat(probe.check().hasProblems()).isTrue();
	}

	private static JetStreamProbe probe(Supplier<Set<String>> streams) {
		return new JetStreamProbe(holder, JetStreamOptions.defaultOptions(), streams);
	}

}
