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

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.github.natsspring.boot.autoconfigure.health.NatsHealthContributorAutoConfiguration;
import io.github.natsspring.test.NatsServer;
import io.nats.client.Connection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.core.env.Environment;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.core.io.support.SpringFactoriesLoader.ArgumentResolver;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Base of the tests of logins and TLS against real servers. Whatever is shown meanwhile,
 * at any level of logging, holds no secret.
 */
@Timeout(60)
@ExtendWith(NoSecrets.class)
abstract class AbstractSecurityTests {

	@TempDir
	Path directory;

	private final List<NatsServer> servers = new ArrayList<>();

	final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class, NatsAutoConfiguration.class,
				NatsHealthContributorAutoConfiguration.class))
		.withPropertyValues("nats.startup-timeout=5s", "nats.reconnect.wait=100ms", "nats.drain-timeout=1s");

	@AfterEach
	void stopServers() {
		this.servers.forEach(NatsServer::close);
	}

	NatsServer server(String... config) {
		NatsServer server = NatsServer.builder().jetStream(false).config(config).build();
		// Before the start, which may fail
		this.servers.add(server);
		server.start();
		return server;
	}

	ApplicationContextRunner connectedTo(NatsServer server, String... properties) {
		return this.contextRunner.withPropertyValues("nats.servers=" + server.url()).withPropertyValues(properties);
	}

	/**
	 * The properties of an SSL bundle, by the name of {@code nats}.
	 */
	ApplicationContextRunner withBundle(ApplicationContextRunner runner, TestCertificates trusted) {
		return runner.withPropertyValues("nats.ssl.bundle=nats",
				"spring.ssl.bundle.pem.nats.truststore.certificate=file:" + trusted.issuer());
	}

	static void assertConnected(AssertableApplicationContext context) {
		assertThat(context).hasNotFailed();
		assertThat(context.getBean(Connection.class).getStatus()).isEqualTo(Connection.Status.CONNECTED);
	}

	/**
	 * What the user sees.
	 */
	static FailureAnalysis analyze(AssertableApplicationContext context, String... written) {
		assertThat(context).hasFailed();
		Throwable failure = context.getStartupFailure();
		// Boot's analyzers look up there what was written
		StandardEnvironment environment = new StandardEnvironment();
		TestPropertyValues.of(written).applyTo(environment);
		ArgumentResolver arguments = ArgumentResolver.of(Environment.class, environment);
		for (FailureAnalyzer analyzer : SpringFactoriesLoader.forDefaultResourceLocation()
			.load(FailureAnalyzer.class, arguments, (type, name, ex) -> {
			})) {
			FailureAnalysis analysis = analyzer.analyze(failure);
			if (analysis != null) {
				StringWriter trace = new StringWriter();
				failure.printStackTrace(new PrintWriter(trace));
				NoSecrets.shown(analysis.getDescription(), analysis.getAction(), trace);
				return analysis;
			}
		}
		throw new AssertionError("Not analyzed", failure);
	}

}
