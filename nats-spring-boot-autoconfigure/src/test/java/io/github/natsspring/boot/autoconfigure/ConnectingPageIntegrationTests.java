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
import java.util.ArrayList;
import java.util.List;

import io.github.natsspring.test.NatsServer;
import io.nats.client.NKey;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs the yaml of the page on connecting.
 */
class ConnectingPageIntegrationTests extends AbstractSecurityTests {

	private static final String PAGE = "connecting.md";

	private TestCertificates issuer;

	private String tls;

	@BeforeEach
	void makeIssuer() {
		this.issuer = new TestCertificates(this.directory, "test");
		this.tls = this.issuer.issue("server", "localhost").tls();
	}

	@Test
	void everyBlockIsRunHere() {
		assertThat(blocks()).hasSize(7);
	}

	@Test
	void connectsByUserAndPassword() {
		run(0, server(this.tls, "authorization { user: app, password: s3cret }"), "APP_PASSWORD", "s3cret");
	}

	@Test
	void connectsByAToken() throws IOException {
		Files.writeString(this.directory.resolve("nats-token"), "s3cret");
		run(1, server(this.tls, "authorization { token: s3cret }"));
	}

	@Test
	void connectsByCredentials() throws IOException {
		TestAccounts accounts = new TestAccounts();
		NatsServer server = server(with(this.tls, accounts.config()));
		TestAccounts.User user = accounts.user();
		Files.writeString(this.directory.resolve("app.creds"), user.credentials());
		run(2, server);
		run(3, server, "APP_CREDENTIALS", user.credentials());
	}

	@Test
	void connectsByAnNkey() throws Exception {
		NKey key = NKey.createUser(null);
		String users = "authorization { users: [ { nkey: %s } ] }".formatted(TestAccounts.publicKey(key));
		run(4, server(this.tls, users), "APP_SEED", new String(key.getSeed()));
	}

	@Test
	void connectsByTls() throws IOException {
		Files.copy(this.issuer.issuer(), this.directory.resolve("ca.pem"));
		run(5, server(this.tls));
	}

	@Test
	void connectsWithACertificateOfTheClient() throws IOException {
		Files.copy(this.issuer.issuer(), this.directory.resolve("ca.pem"));
		TestCertificates.Issued client = this.issuer.issue("client", "app");
		Files.copy(client.certificateFile(), this.directory.resolve("app.pem"));
		Files.copy(client.keyFile(), this.directory.resolve("app-key.pem"));
		run(6, server(this.issuer.issue("strict", "localhost")
			.tls("verify: true", "ca_file: \"" + this.issuer.issuer() + "\"")));
	}

	private void run(int block, NatsServer server, String... variable) {
		String yaml = blocks().get(block)
			.replace("nats.example.com:4222", "localhost:" + server.port())
			.replace("/run/secrets", this.directory.toString());
		// The blocks on logins say nothing of whom to trust
		boolean bundled = yaml.contains("bundle:");
		this.contextRunner.withInitializer((context) -> {
			Pages.addYaml(context, List.of(yaml));
			if (variable.length > 0) {
				context.getEnvironment().getSystemProperties().put(variable[0], variable[1]);
			}
		})
			.withPropertyValues(bundled ? new String[0]
					: new String[] { "nats.ssl.bundle=test",
							"spring.ssl.bundle.pem.test.truststore.certificate=file:" + this.issuer.issuer() })
			.run((context) -> {
				if (variable.length > 0) {
					System.clearProperty(variable[0]);
				}
				assertConnected(context);
			});
	}

	private static String[] with(String first, String... others) {
		List<String> all = new ArrayList<>(List.of(others));
		all.add(first);
		return all.toArray(String[]::new);
	}

	private static List<String> blocks() {
		return Pages.blocks(PAGE, "yaml");
	}

}
