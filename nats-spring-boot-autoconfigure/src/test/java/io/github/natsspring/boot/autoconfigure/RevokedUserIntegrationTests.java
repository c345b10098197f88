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

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.github.natsspring.annotation.NatsListener;
import io.github.natsspring.boot.autoconfigure.health.NatsHealthContributorAutoConfiguration;
import io.github.natsspring.connection.StartupMode;
import io.github.natsspring.core.JetStreamTemplate;
import io.github.natsspring.test.NatsServer;
import io.nats.client.Connection;
import io.nats.client.Nats;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A user is revoked while the application runs, and gets new credentials: its listeners
 * and templates go on without a restart.
 */
@Timeout(90)
@ExtendWith(NoSecrets.class)
class RevokedUserIntegrationTests {

	private final TestAccounts accounts = new TestAccounts();

	private final TestAccounts.User first = this.accounts.user();

	private final TestAccounts.User second = this.accounts.user();

	private final NatsServer server = NatsServer.builder().config(users(this.first)).build();

	@TempDir
	Path directory;

	@AfterEach
	void stopServer() {
		this.server.close();
	}

	@ParameterizedTest
	@EnumSource(StartupMode.class)
	void listensAgainWithNewCredentials(StartupMode mode) throws IOException {
		this.server.start();
		Path file = Files.writeString(this.directory.resolve("app.nk"), this.first.seed());
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class, NatsAutoConfiguration.class,
					NatsJetStreamAutoConfiguration.class, NatsHealthContributorAutoConfiguration.class))
			.withBean(Listeners.class)
			.withPropertyValues("nats.servers=" + this.server.url(), "nats.credentials=" + file,
					"nats.startup-mode=" + mode, "nats.reconnect.wait=100ms",
					"nats.jetstream.streams.ORDERS.subjects=orders.>")
			.run((context) -> {
				assertThat(context).hasNotFailed();
				awaitHealth(context, Status.UP, "status=CONNECTED");
				Listeners listeners = context.getBean(Listeners.class);
				JetStreamTemplate jetStream = context.getBean(JetStreamTemplate.class);
				jetStream.publish("orders.a", "before");
				await().until(() -> listeners.seen.contains("before"));
				this.server.reconfigure(users(this.second));
				awaitHealth(context, Status.DOWN, "refused the credentials (Authorization Violation)");
				publishByAnother("meanwhile");
				Files.writeString(file, this.second.seed());
				awaitHealth(context, Status.UP, "status=CONNECTED");
				await().atMost(Duration.ofSeconds(10)).until(() -> listeners.seen.contains("meanwhile"));
				jetStream.publish("orders.a", "after");
				await().until(() -> listeners.seen.contains("after"));
				assertThat(listeners.seen).containsExactly("before", "meanwhile", "after");
			});
	}

	private void publishByAnother(String text) throws Exception {
		try (Connection admin = Nats.connect(this.server.url().replace("nats://", "nats://admin:admin@"))) {
			admin.jetStream().publish("orders.a", text.getBytes());
		}
	}

	private static void awaitHealth(AssertableApplicationContext context, Status status, String text) {
		HealthIndicator health = context.getBean(HealthIndicator.class);
		await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
			assertThat(health.health().getStatus()).isEqualTo(status);
			assertThat(health.health().getDetails().toString()).contains(text);
		});
		NoSecrets.shown(health.health());
	}

	private static String users(TestAccounts.User user) {
		return "authorization { users: [ { nkey: %s }, { user: admin, password: admin } ] }"
			.formatted(user.publicKey());
	}

	static class Listeners {

		private final Queue<String> seen = new ConcurrentLinkedQueue<>();

		@NatsListener(stream = "ORDERS", consumer = "billing")
		void on(String order) {
			this.seen.add(order);
		}

	}

}
