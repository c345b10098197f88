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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;

import io.github.natsspring.test.NatsServer;
import io.nats.client.Connection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.actuate.autoconfigure.context.properties.ConfigurationPropertiesReportEndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.env.EnvironmentEndpointAutoConfiguration;
import org.springframework.boot.actuate.context.properties.ConfigurationPropertiesReportEndpoint;
import org.springframework.boot.actuate.env.EnvironmentEndpoint;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.env.MapPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Nothing secret is printed, logged, thrown or shown, whatever goes wrong and however
 * much is logged: {@link NoSecrets} sees to that, for each kind of login.
 */
@ExtendWith(OutputCaptureExtension.class)
class FailureOutputIntegrationTests extends AbstractSecurityTests {

	private static final String MARKER = SecretsWatch.MARKER;

	private static final TestAccounts.User USER = new TestAccounts().user();

	private static final String IN_SERVERS = "in servers";

	private final Queue<String> running = new ConcurrentLinkedQueue<>();

	static Stream<Arguments> logins() {
		return Stream.of(login("user", "nats.username=app", "nats.password=" + MARKER),
				login("token", "nats.token=" + MARKER), login("token-file"), login(IN_SERVERS),
				login("passed through", "nats.properties.io.nats.client.username=app",
						"nats.properties.io.nats.client.password=" + MARKER),
				login("seed", "nats.nkey-seed=" + USER.seed()),
				login("seed and jwt", "nats.nkey-seed=" + USER.seed(), "nats.jwt=" + USER.jwt()),
				login("credentials", "nats.credentials=" + USER.credentials()), login("credentials file"));
	}

	private static Arguments login(String name, String... properties) {
		return Arguments.of(name, List.of(properties));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("logins")
	void showsNoSecretWhenTheStartFails(String login, List<String> properties, CapturedOutput output)
			throws IOException {
		TestCertificates issuer = new TestCertificates(this.directory, "test");
		NatsServer guarded = server("authorization { user: app, password: other }");
		NatsServer encrypted = server(issuer.issue("dns", "wrong.example").tls());
		ApplicationContextRunner runner = with(login, properties);
		for (String address : List.of("127.0.0.1:" + guarded.port(), "tls://127.0.0.1:" + guarded.port(),
				"127.0.0.1:" + encrypted.port(), "tls://127.0.0.1:" + encrypted.port(), "127.0.0.1:1",
				"nowhere.invalid:4222", "127.0.0.1:abc", "http://127.0.0.1", "localhost:1/%zz")) {
			runner.withPropertyValues("nats.servers=" + server(login, address))
				.run((context) -> assertThat(analyze(context).getAction()).isNotBlank());
		}
		// That it was captured at all
		assertThat(output).contains("connect trace");
		NoSecrets.assertLogsEverything();
	}

	@Test
	void showsNothingOfALoginThatIsNone() throws IOException {
		NatsServer guarded = server("authorization { user: app, password: other }");
		Path file = Files.writeString(this.directory.resolve("x.creds"), "S" + MARKER);
		failWith("nats.credentials=" + file);
		failWith("nats.credentials=-----BEGIN USER NKEY SEED----- " + MARKER);
		failWith("nats.nkey-seed=" + MARKER);
		failWith("nats.jwt=" + MARKER);
		failWith("nats.password=" + MARKER);
		failWith("nats.nkey-seed=" + MARKER, "nats.token=" + MARKER);
		failWith("nats.username=app", "nats.password=" + MARKER, "nats.credentials=" + file);
		failWith("nats.servers=nats://127.0.0.1:" + guarded.port(), "nats.credentials=-----BEGIN NATS USER JWT-----",
				"nats.token=" + MARKER);
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("logins")
	void showsNoSecretWhileItRuns(String login, List<String> properties) throws IOException {
		NatsServer server = server("authorization { users: [ { nkey: %s }, { user: app, password: %s } ] }"
			.formatted(USER.publicKey(), MARKER));
		if (login.startsWith("token")) {
			server.reconfigure("authorization { token: %s }".formatted(MARKER));
		}
		with(login, properties).withPropertyValues("nats.servers=" + server(login, "127.0.0.1:" + server.port()))
			.run((context) -> {
				assertConnected(context);
				HealthIndicator health = context.getBean(HealthIndicator.class);
				server.reconfigure("authorization { users: [ { user: other, password: other } ] }");
				await().untilAsserted(() -> assertThat(health(health)).contains("error="));
				NoSecrets.shown(context.getBean(Connection.class), context.getBean(NatsProperties.class),
						context.getBean(NatsConnectionDetails.class));
				server.stop();
				await().untilAsserted(() -> assertThat(health(health)).contains("refused"));
			});
		assertThat(this.running).isNotEmpty();
		NoSecrets.assertLogsEverything();
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("logins")
	void showsNoSecretAtTheEndpointsOfTheActuator(String login, List<String> properties) throws IOException {
		with(login, properties).withPropertyValues("nats.servers=" + server(login, "127.0.0.1:1"))
			.withPropertyValues("nats.startup-mode=background", "management.endpoints.web.exposure.include=*")
			.withConfiguration(
					AutoConfigurations.of(EndpointAutoConfiguration.class, EnvironmentEndpointAutoConfiguration.class,
							ConfigurationPropertiesReportEndpointAutoConfiguration.class))
			.run((context) -> {
				List<String> seen = new ArrayList<>();
				context.getBean(EnvironmentEndpoint.class)
					.environment(null)
					.getPropertySources()
					.forEach((source) -> source.getProperties()
						.forEach((name, value) -> seen.add(name + value.getValue())));
				context.getBean(ConfigurationPropertiesReportEndpoint.class)
					.configurationProperties()
					.getContexts()
					.values()
					.forEach((beans) -> beans.getBeans()
						.values()
						.forEach((bean) -> seen.add(bean.getPrefix() + bean.getProperties())));
				assertThat(seen).anyMatch((text) -> text.startsWith("nats.servers"))
					.anyMatch((text) -> text.startsWith("nats{"));
				NoSecrets.shown(seen.toArray());
				NoSecrets.shown(health(context.getBean(HealthIndicator.class)));
			});
	}

	@Test
	void tellsInHealthWhichServerAndNothingOfTheClient() {
		NatsServer server = server("authorization { users: [ { nkey: %s } ] }".formatted(USER.publicKey()));
		connectedTo(server, "nats.nkey-seed=" + USER.seed()).run((context) -> {
			// The server tells the client its address, too
			assertThat(context.getBean(Connection.class).getServerInfo().getClientIp()).isNotEmpty();
			assertThat(context.getBean(HealthIndicator.class).health().getDetails()).containsOnlyKeys("status",
					"server", "version", "url", "listeners");
		});
	}

	private String health(HealthIndicator indicator) {
		String health = String.valueOf(indicator.health());
		NoSecrets.shown(health);
		this.running.add(health);
		return health;
	}

	private void failWith(String... properties) {
		runner().withPropertyValues(properties)
			.run((context) -> assertThat(analyze(context, properties).getAction()).isNotBlank());
	}

	private ApplicationContextRunner runner() {
		return this.contextRunner.withPropertyValues("nats.startup-timeout=300ms", "nats.trace-connection=true");
	}

	private ApplicationContextRunner with(String login, List<String> properties) throws IOException {
		return switch (login) {
			case "token-file" -> runner()
				.withPropertyValues("nats.token-file=" + Files.writeString(this.directory.resolve("token"), MARKER));
			case "credentials file" -> runner().withPropertyValues(
					"nats.credentials=" + Files.writeString(this.directory.resolve("app.creds"), USER.credentials()));
			default -> {
				Map<String, Object> map = new LinkedHashMap<>();
				properties.forEach((property) -> map.put(property.substring(0, property.indexOf('=')),
						property.substring(property.indexOf('=') + 1)));
				// With line breaks, as a secret store gives them
				yield runner().withInitializer((context) -> context.getEnvironment()
					.getPropertySources()
					.addLast(new MapPropertySource("login", map)));
			}
		};
	}

	private static String server(String login, String address) {
		if (!login.equals(IN_SERVERS)) {
			return address;
		}
		int host = address.indexOf("://");
		host = (host >= 0) ? host + 3 : 0;
		return address.substring(0, host) + "app:" + MARKER + "@" + address.substring(host);
	}

}
