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

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.connection.ConnectionSettings;
import io.github.natsspring.connection.StartupMode;
import io.github.natsspring.core.NatsTemplate;
import io.github.natsspring.test.NatsServer;
import io.nats.client.Connection;
import io.nats.client.ConnectionListener;
import io.nats.client.ErrorListener;
import io.nats.client.JetStreamManagement;
import io.nats.client.Options;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for beans of the application's own that take part in the connection.
 */
@Timeout(60)
class OwnBeansIntegrationTests {

	private static NatsServer server;

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class, NatsAutoConfiguration.class,
				NatsJetStreamAutoConfiguration.class))
		.withPropertyValues("nats.servers=" + server.url());

	@BeforeAll
	static void startServer() {
		server = NatsServer.builder().start();
	}

	@AfterAll
	static void stopServer() {
		server.close();
	}

	@Test
	void listenersOfTheConnectionMayUseIt() {
		this.contextRunner.withBean(Listening.class).run((context) -> {
			assertThat(context).hasNotFailed();
			Queue<ConnectionListener.Events> seen = context.getBean(Listening.class).seen;
			await().untilAsserted(() -> assertThat(seen).contains(ConnectionListener.Events.CONNECTED));
		});
	}

	@Test
	void makesTheDeclaredStreamsOverAHolderOfTheApplication() {
		String stream = "T" + UUID.randomUUID().toString().replace("-", "");
		this.contextRunner.withBean(ConnectionHolder.class, OwnBeansIntegrationTests::holder)
			.withPropertyValues("nats.jetstream.streams.%s.subjects=%s.>".formatted(stream, stream))
			.run((context) -> assertThat(context.getBean(JetStreamManagement.class).getStreamNames()).contains(stream));
	}

	private static ConnectionHolder holder() {
		return new ConnectionHolder(new ConnectionSettings("own", () -> Options.builder().server(server.url()),
				StartupMode.FAIL_FAST, Duration.ofSeconds(5), Duration.ofSeconds(1), List.of(), List.of()));
	}

	static class Listening implements ConnectionListener, ErrorListener {

		final Queue<Events> seen = new ConcurrentLinkedQueue<>();

		Listening(NatsTemplate template) {
			assertThat(template).isNotNull();
		}

		@Override
		@SuppressWarnings("deprecation")
		public void connectionEvent(Connection connection, Events type) {
			this.seen.add(type);
		}

	}

}
