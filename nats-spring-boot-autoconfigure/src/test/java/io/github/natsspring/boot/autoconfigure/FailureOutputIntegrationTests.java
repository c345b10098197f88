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

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.logging.StreamHandler;

import ch.qos.logback.classic.Level;
import io.github.natsspring.test.NatsServer;
import io.nats.client.Connection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.LoggerFactory;

import org.springframework.boot.actuate.autoconfigure.context.properties.ConfigurationPropertiesReportEndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.env.EnvironmentEndpointAutoConfiguration;
import org.springframework.boot.actuate.context.properties.ConfigurationPropertiesReportEndpoint;
import org.springframework.boot.actuate.env.EnvironmentEndpoint;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Nothing secret is printed, logged, thrown or shown, whatever goes wrong and however
 * much is logged.
 */
@ExtendWith(OutputCaptureExtension.class)
class FailureOutputIntegrationTests extends AbstractSecurityTests {

	private static final String MARKER = "T0PSECRET";

	private static final List<String> LOGINS = List.of("nats.password=" + MARKER + ",nats.username=app",
			"nats.token=" + MARKER, "nats.servers=",
			"nats.properties.io.nats.client.password=" + MARKER + ",nats.properties.io.nats.client.username=app");

	private final ch.qos.logback.classic.Logger root = (ch.qos.logback.classic.Logger) LoggerFactory
		.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);

	private final Level level = this.root.getLevel();

	private final ByteArrayOutputStream jdkLog = new ByteArrayOutputStream();

	private final Handler handler = new StreamHandler(this.jdkLog, new SimpleFormatter());

	private final List<String> seen = new ArrayList<>();

	@BeforeEach
	void logEverything() {
		this.root.setLevel(Level.TRACE);
		Logger jdkRoot = LogManager.getLogManager().getLogger("");
		this.handler.setLevel(java.util.logging.Level.ALL);
		jdkRoot.addHandler(this.handler);
		Logger.getLogger("io.nats").setLevel(java.util.logging.Level.ALL);
	}

	@AfterEach
	void logAsBefore() {
		this.root.setLevel(this.level);
		LogManager.getLogManager().getLogger("").removeHandler(this.handler);
		Logger.getLogger("io.nats").setLevel(null);
	}

	@Test
	void showsNoSecretWhenTheStartFails(CapturedOutput output) throws IOException {
		TestCertificates issuer = new TestCertificates(this.directory, "test");
		NatsServer guarded = server("authorization { user: app, password: other }");
		NatsServer encrypted = server(issuer.issue("dns", "wrong.example").tls());
		for (String login : LOGINS) {
			for (String address : List.of("127.0.0.1:" + guarded.port(), "tls://127.0.0.1:" + guarded.port(),
					"127.0.0.1:" + encrypted.port(), "tls://127.0.0.1:" + encrypted.port(), "127.0.0.1:1",
					"nowhere.invalid:4222", "127.0.0.1:abc", "http://127.0.0.1", "localhost:1/" + "%zz")) {
				fail(login, address);
			}
		}
		Path file = Files.writeString(this.directory.resolve("x.creds"), "S" + MARKER);
		failWith("nats.credentials=" + file);
		failWith("nats.credentials=-----BEGIN USER NKEY SEED----- " + MARKER);
		failWith("nats.nkey-seed=" + MARKER);
		failWith("nats.jwt=" + MARKER);
		failWith("nats.nkey-seed=" + MARKER, "nats.token=" + MARKER);
		failWith("nats.servers=nats://127.0.0.1:" + guarded.port(), "nats.credentials=-----BEGIN NATS USER JWT-----",
				"nats.token=" + MARKER);
		TestAccounts.User user = new TestAccounts().user();
		failWith("nats.servers=nats://127.0.0.1:" + guarded.port(), "nats.nkey-seed=" + user.seed(),
				"nats.jwt=" + user.jwt());
		assertThat(this.seen).hasSizeGreaterThan(40);
		assertNothingShown(output, MARKER, user.seed(), user.jwt());
	}

	@Test
	void showsNoSecretWhileItRuns(CapturedOutput output) {
		NatsServer server = server("authorization { user: app, password: %s }".formatted(MARKER));
		for (String login : LOGINS.subList(0, 1)) {
			runner(login, "127.0.0.1:" + server.port())
				.withConfiguration(AutoConfigurations.of(EndpointAutoConfiguration.class,
						EnvironmentEndpointAutoConfiguration.class,
						ConfigurationPropertiesReportEndpointAutoConfiguration.class))
				.withPropertyValues("nats.nkey-seed=", "management.endpoints.web.exposure.include=*")
				.run((context) -> {
					assertConnected(context);
					HealthIndicator health = context.getBean(HealthIndicator.class);
					this.seen.add(String.valueOf(health.health()));
					server.reconfigure("authorization { user: app, password: other }");
					await().untilAsserted(() -> assertThat(health.health().getDetails()).containsKey("error"));
					this.seen.add(String.valueOf(health.health()));
					this.seen.add(context.getBean(Connection.class).toString());
					this.seen.add(context.getBean(NatsProperties.class).toString());
					this.seen.add(context.getBean(NatsConnectionDetails.class).toString());
					server.stop();
					await().untilAsserted(() -> assertThat(String.valueOf(health.health().getDetails().get("error")))
						.contains("refused"));
					this.seen.add(String.valueOf(health.health()));
				});
			runner(login, "127.0.0.1:1").withPropertyValues("nats.startup-mode=background")
				.withConfiguration(AutoConfigurations.of(EndpointAutoConfiguration.class,
						EnvironmentEndpointAutoConfiguration.class,
						ConfigurationPropertiesReportEndpointAutoConfiguration.class))
				.withPropertyValues("management.endpoints.web.exposure.include=*")
				.run((context) -> {
					var environment = context.getBean(EnvironmentEndpoint.class).environment(null);
					environment.getPropertySources()
						.forEach((source) -> source.getProperties()
							.forEach((name, value) -> this.seen.add(name + value.getValue())));
					this.seen.add(context.getBean(ConfigurationPropertiesReportEndpoint.class)
						.configurationProperties()
						.getContexts()
						.values()
						.stream()
						.map((beans) -> beans.getBeans().values().stream().map((bean) -> bean.getProperties()).toList())
						.toList()
						.toString());
					assertThat(this.seen).anyMatch((text) -> text.contains("nats.password"));
				});
		}
		assertNothingShown(output, MARKER);
	}

	private void fail(String login, String address) {
		runner(login, address).run((context) -> keep(context));
	}

	private void failWith(String... properties) {
		this.contextRunner.withPropertyValues("nats.startup-timeout=300ms", "nats.trace-connection=true")
			.withPropertyValues(properties)
			.run((context) -> keep(context, properties));
	}

	private ApplicationContextRunner runner(String login, String address) {
		String server = address;
		if (login.equals("nats.servers=")) {
			int host = address.indexOf("://") + 1;
			server = (host > 0) ? address.substring(0, host + 2) + "app:" + MARKER + "@" + address.substring(host + 2)
					: "app:" + MARKER + "@" + address;
			return this.contextRunner.withPropertyValues("nats.startup-timeout=300ms", "nats.trace-connection=true",
					"nats.servers=" + server);
		}
		return this.contextRunner
			.withPropertyValues("nats.startup-timeout=300ms", "nats.trace-connection=true", "nats.servers=" + server)
			.withPropertyValues(login.split(","));
	}

	private void keep(AssertableApplicationContext context, String... written) {
		FailureAnalysis analysis = analyze(context, written);
		assertThat(analysis.getAction()).isNotBlank();
		StringWriter trace = new StringWriter();
		context.getStartupFailure().printStackTrace(new PrintWriter(trace));
		this.seen.add(analysis.getDescription() + analysis.getAction() + trace);
	}

	private void assertNothingShown(CapturedOutput output, String... secrets) {
		this.handler.flush();
		String all = output.getAll() + this.jdkLog.toString(StandardCharsets.UTF_8) + String.join("\n", this.seen);
		// That it was captured at all
		assertThat(output.getAll()).contains("TRACE").contains("connect trace");
		for (String secret : secrets) {
			assertThat(all.lines().filter((line) -> line.contains(secret)).limit(5)).isEmpty();
		}
	}

}
