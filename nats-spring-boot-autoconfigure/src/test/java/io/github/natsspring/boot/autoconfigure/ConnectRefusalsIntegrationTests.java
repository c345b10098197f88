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

import io.github.natsspring.test.NatsServer;
import io.nats.client.NKey;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Mistakes about servers, logins and TLS, numbered as in the list of the project: each
 * fails the start soon, and says which property it is, what its value is, what is wrong
 * and what to do.
 */
class ConnectRefusalsIntegrationTests extends AbstractSecurityTests {

	private static final String PASSWORD = "nats.password=" + SecretsWatch.MARKER;

	private TestCertificates issuer;

	@BeforeEach
	void makeIssuer() {
		this.issuer = new TestCertificates(this.directory, "test");
	}

	/**
	 * 1.
	 */
	@Test
	void namesAPortThatIsNone() {
		assertTells(refused("nats.servers=localhost:abc"), "nats.servers[0]", "'localhost:abc'", "port must be 1-65535",
				"Write the server as host:port or as a URL, such as nats://localhost:4222.");
		assertTells(refused("nats.servers=nats://app:" + SecretsWatch.MARKER + "@localhost:abc"), "nats.servers[0]",
				"'nats://***@localhost:abc'", "port must be 1-65535", "Write the server as host:port");
	}

	/**
	 * 2.
	 */
	@Test
	void namesASchemeThatIsNotSupported() {
		assertTells(refused("nats.servers=localhost,http://x"), "nats.servers[1]", "'http://x'",
				"scheme is not supported; use nats, tls, ws or wss", "such as nats://localhost:4222");
	}

	/**
	 * 3.
	 */
	@Test
	void saysThatThereIsNoServer() {
		FailureAnalysis analysis = refused(this.contextRunner
			.withInitializer((context) -> Pages.addYaml(context, List.of("nats: { servers: [] }"))));
		assertThat(analysis.getDescription()).isEqualTo("nats.servers: must have at least one entry.");
		assertThat(analysis.getAction())
			.isEqualTo("Name a server, such as nats://localhost:4222, or remove the property.");
	}

	/**
	 * 4.
	 */
	@Test
	void saysThatAServerDoesNotAnswer() {
		assertTells(
				refused("nats.servers=nats://127.0.0.1:1", "nats.startup-timeout=300ms", "nats.username=app", PASSWORD),
				"'nats.servers'", "NATS server nats://127.0.0.1:1", "could not be reached (Connection refused)",
				"set 'nats.startup-mode' to 'background'");
	}

	/**
	 * 5.
	 */
	@Test
	void namesAHostThatDoesNotResolve() {
		assertTells(refused("nats.servers=nats://ntas.invalid:4222", "nats.startup-timeout=300ms"), "'nats.servers'",
				"nats://ntas.invalid:4222", "the host 'ntas.invalid' does not resolve", "Correct the host");
	}

	/**
	 * 6.
	 */
	@Test
	void saysWhoseLoginWasRefused() throws Exception {
		NatsServer server = server("authorization { user: app, password: other }");
		String refusal = "NATS server " + server.url() + " refused ";
		assertTells(refused(connectedTo(server, "nats.username=app", PASSWORD)), "'nats.password'", "'app'",
				refusal + "the user 'app' or the password (Authorization Violation)",
				"against the users of the server");
		assertTells(refused(connectedTo(server, "nats.token=" + SecretsWatch.MARKER)), "'nats.token'", server.url(),
				refusal + "the token (Authorization Violation)", "against the users of the server");
		TestAccounts.User user = new TestAccounts().user();
		assertTells(refused(connectedTo(server, "nats.nkey-seed=" + user.seed(), "nats.jwt=" + user.jwt())),
				"'nats.nkey-seed' and 'nats.jwt'", server.url(), refusal + "the credentials (Authorization Violation)",
				"against the users of the server");
	}

	/**
	 * 7.
	 */
	@Test
	void saysThatThereIsNoLogin() {
		NatsServer server = server("authorization { user: app, password: other }");
		assertTells(refused(connectedTo(server)), "'nats.username'", server.url(),
				"asks for a login, and none is configured (Authorization Violation)",
				"Set 'nats.username' and 'nats.password', 'nats.token', 'nats.credentials' or 'nats.nkey-seed'");
	}

	/**
	 * 8.
	 */
	@Test
	void namesACredentialsFileThatIsNotThere() {
		Path file = this.directory.resolve("x.creds");
		assertTells(refused("nats.credentials=" + file), "nats.credentials", "[" + file + "]", "does not exist",
				"Correct nats.credentials, or the file.");
	}

	/**
	 * 9.
	 */
	@Test
	void namesACredentialsFileWithoutASeed() throws IOException {
		Path file = Files.writeString(this.directory.resolve("x.creds"),
				"-----BEGIN NATS USER JWT-----\n" + SecretsWatch.MARKER + "\n------END NATS USER JWT------\n");
		assertTells(refused("nats.credentials=" + file), "nats.credentials", "[" + file + "]",
				"has no USER NKEY SEED block", "Give a credentials file of a user");
	}

	/**
	 * 10.
	 */
	@Test
	void namesKindsOfLoginThatExcludeEachOther() {
		String[] written = { "nats.username=app", PASSWORD, "nats.token=" + SecretsWatch.MARKER,
				"nats.credentials=/nowhere/" + SecretsWatch.MARKER };
		this.contextRunner.withPropertyValues(written).run((context) -> {
			FailureAnalysis analysis = analyze(context, written);
			assertThat(analysis.getDescription()).contains("mutually exclusive", "nats.username", "nats.token",
					"nats.credentials");
			assertThat(analysis.getAction()).contains("only one of the mutually exclusive properties is configured");
		});
	}

	/**
	 * 11.
	 */
	@Test
	void saysThatASeedIsOfAnotherKind() throws Exception {
		String seed = new String(NKey.createAccount(null).getSeed());
		assertTells(refused("nats.nkey-seed=" + seed), "nats.nkey-seed", "is the seed of an account",
				"a user seed (SU…) is required", "Give the seed of a user, which begins with SU.");
		// The value itself is never shown, but where it is
		Path file = Files.writeString(this.directory.resolve("x.nk"), seed);
		assertTells(refused("nats.credentials=" + file), "nats.credentials", "[" + file + "]",
				"is the seed of an account; a user seed (SU…) is required", "Give a credentials file of a user");
	}

	/**
	 * 12.
	 */
	@Test
	void namesABundleThatIsNotThereAndThoseThatAre() {
		assertTells(refused(withBundle(this.contextRunner, this.issuer).withPropertyValues("nats.ssl.bundle=nope")),
				"nats.ssl.bundle", "'nope'", "there is no such SSL bundle; known: [nats]", "spring.ssl.bundle");
	}

	/**
	 * 13.
	 */
	@Test
	void saysForWhichHostACertificateIs() {
		String url = "tls://127.0.0.1:" + server(this.issuer.issue("wrong", "wrong.example").tls()).port();
		assertTells(refused(encrypted(url)), "'nats.servers'", "(now " + url + ")",
				"its certificate is for wrong.example, not for 127.0.0.1",
				"as its certificate does, or give it a certificate for that name or address");
	}

	/**
	 * 14.
	 */
	@Test
	void saysWhenACertificateExpired() {
		String url = "tls://localhost:" + server(this.issuer.issueExpired("old", "localhost").tls()).port();
		FailureAnalysis analysis = refused(encrypted(url));
		assertTells(analysis, "'nats.servers'", "(now " + url + ")", "its certificate expired on ",
				"a certificate that is valid now");
		assertThat(analysis.getDescription()).containsPattern("expired on 2\\d{3}-\\d{2}-\\d{2}");
	}

	/**
	 * 15.
	 */
	@Test
	void namesAnIssuerThatIsNotTrusted() {
		String url = "tls://localhost:" + server(this.issuer.issue("dns", "localhost").tls()).port();
		assertTells(
				refused(withBundle(this.contextRunner, new TestCertificates(this.directory, "other"))
					.withPropertyValues("nats.servers=" + url, "nats.username=app", PASSWORD)),
				"'nats.ssl.bundle'", url,
				"the issuer of its certificate, 'CN=test', is not trusted by SSL bundle 'nats'",
				"Add the issuer to the trust store");
	}

	/**
	 * 16.
	 */
	@Test
	void saysThatAServerDoesNotOfferTls() {
		String url = "tls://localhost:" + server().port();
		assertTells(refused(encrypted(url)), "'nats.servers'", "(now " + url + ")",
				"NATS server " + url + " does not offer TLS", "Use the scheme nats");
	}

	/**
	 * 17.
	 */
	@Test
	void saysThatAServerRequiresTls() {
		String url = "nats://localhost:" + server(this.issuer.issue("dns", "localhost").tls()).port();
		assertTells(refused("nats.servers=" + url, "nats.username=app", PASSWORD), "'nats.servers'",
				"(now " + url + ")", "NATS server " + url + " requires TLS",
				"Use the scheme tls in 'nats.servers' (now " + url + "), or set 'nats.ssl.bundle'");
	}

	private ApplicationContextRunner encrypted(String url) {
		return withBundle(this.contextRunner, this.issuer).withPropertyValues("nats.servers=" + url,
				"nats.username=app", PASSWORD);
	}

	private FailureAnalysis refused(String... properties) {
		return refused(this.contextRunner.withPropertyValues(properties));
	}

	private static FailureAnalysis refused(ApplicationContextRunner runner) {
		FailureAnalysis[] analysis = new FailureAnalysis[1];
		long started = System.nanoTime();
		runner.run((context) -> {
			// Far below the timeout of the start, for what will not pass
			assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(10));
			analysis[0] = analyze(context);
		});
		return analysis[0];
	}

	private static void assertTells(FailureAnalysis analysis, String property, String value, String reason,
			String action) {
		assertThat(analysis.getDescription() + " " + analysis.getAction()).contains(property, value);
		assertThat(analysis.getDescription()).contains(reason);
		assertThat(analysis.getAction()).contains(action);
	}

}
