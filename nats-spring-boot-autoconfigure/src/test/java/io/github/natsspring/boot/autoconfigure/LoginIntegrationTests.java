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
import java.util.List;
import java.util.Map;

import io.github.natsspring.connection.StartupMode;
import io.github.natsspring.test.NatsServer;
import io.nats.client.Connection;
import io.nats.client.NKey;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.core.env.MapPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for each kind of login against real servers.
 */
class LoginIntegrationTests extends AbstractSecurityTests {

	private final TestAccounts accounts = new TestAccounts();

	@Test
	void logsInByUserAndPassword() {
		NatsServer server = server("authorization { user: app, password: T0PSECRET }");
		connectedTo(server, "nats.username=app", "nats.password=T0PSECRET").run(AbstractSecurityTests::assertConnected);
		connectedTo(server, "nats.servers=app:T0PSECRET@127.0.0.1:" + server.port())
			.run(AbstractSecurityTests::assertConnected);
		connectedTo(server, "nats.username=app", "nats.password=T0PSECRET-wrong").run((context) -> {
			FailureAnalysis analysis = analyze(context);
			assertThat(analysis.getDescription()).isEqualTo("NATS server " + server.url()
					+ " refused the user 'app' or the password (Authorization Violation)");
			assertThat(analysis.getAction()).contains("'nats.username' and 'nats.password'");
		});
		connectedTo(server).run((context) -> {
			FailureAnalysis analysis = analyze(context);
			assertThat(analysis.getDescription()).isEqualTo("NATS server " + server.url()
					+ " asks for a login, and none is configured (Authorization Violation)");
			assertThat(analysis.getAction()).contains("'nats.username'", "'nats.token'", "'nats.credentials'");
		});
	}

	@Test
	void logsInByAToken() throws IOException {
		NatsServer server = server("authorization { token: T0PSECRET }");
		Path file = Files.writeString(this.directory.resolve("token"), "T0PSECRET\n");
		connectedTo(server, "nats.token=T0PSECRET").run(AbstractSecurityTests::assertConnected);
		connectedTo(server, "nats.token-file=" + file).run(AbstractSecurityTests::assertConnected);
		connectedTo(server, "nats.servers=T0PSECRET@127.0.0.1:" + server.port())
			.run(AbstractSecurityTests::assertConnected);
		connectedTo(server, "nats.token=T0PSECRET-wrong").run((context) -> {
			assertThat(analyze(context).getDescription()).contains("refused the token");
			assertThat(analyze(context).getAction()).contains("'nats.token'");
		});
	}

	@Test
	void logsInByAnNkey() throws Exception {
		NKey key = NKey.createUser(null);
		NatsServer server = server("authorization { users: [ { nkey: %s } ] }".formatted(TestAccounts.publicKey(key)));
		String seed = new String(key.getSeed());
		Path file = Files.writeString(this.directory.resolve("seed.nk"), seed + "\n");
		connectedTo(server, "nats.nkey-seed=" + seed).run(AbstractSecurityTests::assertConnected);
		connectedTo(server, "nats.credentials=" + file).run(AbstractSecurityTests::assertConnected);
		connectedTo(server, "nats.nkey-seed=" + new TestAccounts().user().seed()).run((context) -> {
			assertThat(analyze(context).getDescription()).contains("refused the credentials");
			assertThat(analyze(context).getAction()).contains("'nats.nkey-seed'");
		});
	}

	@Test
	void logsInByCredentials() throws IOException {
		NatsServer server = server(this.accounts.config());
		TestAccounts.User user = this.accounts.user();
		Path file = Files.writeString(this.directory.resolve("app.creds"), user.credentials());
		for (String location : List.of(file.toString(), file.toUri().toString(), user.credentials())) {
			// As a secret store gives it
			MapPropertySource vault = new MapPropertySource("vault", Map.of("nats.credentials", location));
			connectedTo(server)
				.withInitializer((context) -> context.getEnvironment().getPropertySources().addFirst(vault))
				.run(AbstractSecurityTests::assertConnected);
		}
		connectedTo(server, "nats.nkey-seed=" + user.seed(), "nats.jwt=" + user.jwt())
			.run(AbstractSecurityTests::assertConnected);
		connectedTo(server, "nats.nkey-seed=" + user.seed())
			.run((context) -> assertThat(analyze(context).getDescription()).contains("refused the credentials"));
	}

	@ParameterizedTest
	@EnumSource(StartupMode.class)
	void logsInAgainWithACredentialsFileThatWasReplaced(StartupMode mode) throws IOException {
		TestAccounts.User first = this.accounts.user();
		TestAccounts.User second = this.accounts.user();
		NatsServer server = server(this.accounts.config());
		Path file = Files.writeString(this.directory.resolve("app.creds"), first.credentials());
		connectedTo(server, "nats.credentials=" + file, "nats.startup-mode=" + mode).run((context) -> {
			awaitUp(context);
			server.reconfigure(this.accounts.config(first));
			awaitDown(context, "uthenti");
			Files.delete(file);
			awaitDown(context, "nats.credentials 'file [" + file + "]': does not exist");
			Files.writeString(file, second.credentials());
			awaitUp(context);
		});
	}

	@Test
	void saysThatAJwtExpiredAndLogsInAgainWithANewOne() throws IOException {
		NatsServer server = server(this.accounts.config());
		Path file = Files.writeString(this.directory.resolve("app.creds"),
				this.accounts.user(Duration.ofSeconds(3)).credentials());
		connectedTo(server, "nats.credentials=" + file).run((context) -> {
			awaitUp(context);
			awaitDown(context, "xpired");
			Files.writeString(file, this.accounts.user().credentials());
			awaitUp(context);
		});
	}

	@ParameterizedTest
	@EnumSource(StartupMode.class)
	void asksTheConnectionDetailsAgainForUserAndPassword(StartupMode mode) {
		NatsServer server = server("authorization { user: app, password: T0PSECRET-1 }");
		RotatingDetails details = new RotatingDetails(server.url(), "T0PSECRET-1");
		this.contextRunner.withPropertyValues("nats.startup-mode=" + mode)
			.withBean(NatsConnectionDetails.class, () -> details)
			.run((context) -> {
				awaitUp(context);
				server.reconfigure("authorization { user: app, password: T0PSECRET-2 }");
				awaitDown(context, "Authorization Violation");
				details.password = "T0PSECRET-2";
				awaitUp(context);
			});
	}

	@Test
	void readsATokenFileAgain() throws IOException {
		NatsServer server = server("authorization { token: T0PSECRET-1 }");
		Path file = Files.writeString(this.directory.resolve("token"), "T0PSECRET-1");
		connectedTo(server, "nats.token-file=" + file).run((context) -> {
			awaitUp(context);
			server.reconfigure("authorization { token: T0PSECRET-2 }");
			awaitDown(context, "Authorization Violation");
			Files.writeString(file, "T0PSECRET-2");
			awaitUp(context);
		});
	}

	@Test
	void connectsInTheBackgroundOnceTheLoginIsRepaired() {
		NatsServer server = server("authorization { user: app, password: T0PSECRET }");
		RotatingDetails details = new RotatingDetails(server.url(), "T0PSECRET-wrong");
		this.contextRunner.withPropertyValues("nats.startup-mode=background")
			.withBean(NatsConnectionDetails.class, () -> details)
			.run((context) -> {
				assertThat(context).hasNotFailed();
				awaitDown(context, "refused the user 'app' or the password");
				details.password = "T0PSECRET";
				awaitUp(context);
			});
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void logsInThroughAnAuthCallout(boolean allowed) throws Exception {
		NKey issuer = NKey.createAccount(null);
		NatsServer server = server("""
				accounts { AUTH: { users: [ { user: auth, password: auth } ] }, APP: {} }
				authorization { auth_callout { issuer: %s, account: AUTH, auth_users: [ auth ] } }
				""".formatted(TestAccounts.publicKey(issuer)));
		try (AuthCallout callout = new AuthCallout(server.url(), issuer, allowed ? "T0PSECRET" : "T0PSECRET-other")) {
			connectedTo(server, "nats.username=app", "nats.password=T0PSECRET").run((context) -> {
				if (allowed) {
					assertConnected(context);
				}
				else {
					assertThat(analyze(context).getDescription()).contains("refused the user 'app' or the password");
				}
			});
			assertThat(callout.asked()).contains("app");
		}
	}

	private static void awaitUp(AssertableApplicationContext context) {
		HealthIndicator health = context.getBean(HealthIndicator.class);
		await().atMost(Duration.ofSeconds(20))
			.untilAsserted(() -> assertThat(health.health().getStatus()).isEqualTo(Status.UP));
		assertThat(context.getBean(Connection.class).getStatus()).isEqualTo(Connection.Status.CONNECTED);
		assertThat(health.health().getDetails()).doesNotContainKey("error");
	}

	private static void awaitDown(AssertableApplicationContext context, String error) {
		HealthIndicator health = context.getBean(HealthIndicator.class);
		await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
			NoSecrets.shown(health.health());
			assertThat(health.health().getStatus()).isEqualTo(Status.DOWN);
			assertThat(health.health().getDetails().get("error")).asString().contains(error);
		});
	}

	private static final class RotatingDetails implements NatsConnectionDetails {

		private final String url;

		private volatile String password;

		RotatingDetails(String url, String password) {
			this.url = url;
			this.password = password;
		}

		@Override
		public List<String> getServers() {
			return List.of(this.url);
		}

		@Override
		public @Nullable String getUsername() {
			return "app";
		}

		@Override
		public @Nullable String getPassword() {
			return this.password;
		}

	}

}
