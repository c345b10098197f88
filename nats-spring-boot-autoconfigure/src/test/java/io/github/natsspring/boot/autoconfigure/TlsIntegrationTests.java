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
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;

import javax.net.ssl.SSLContext;

import io.github.natsspring.test.NatsServer;
import io.nats.client.Connection;
import io.nats.client.support.SSLUtils;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for TLS against real servers.
 */
@ExtendWith(OutputCaptureExtension.class)
class TlsIntegrationTests extends AbstractSecurityTests {

	private TestCertificates issuer;

	@BeforeEach
	void makeIssuer() {
		this.issuer = new TestCertificates(this.directory, "test");
	}

	@Test
	void connectsByNameWhenTheCertificateHasOnlyTheName() {
		NatsServer server = server(this.issuer.issue("dns", "localhost").tls());
		withBundle(this.contextRunner, this.issuer).withPropertyValues("nats.servers=tls://localhost:" + server.port())
			.run(AbstractSecurityTests::assertConnected);
	}

	@Test
	void connectsByAddressWhenTheCertificateHasOnlyTheAddress() {
		NatsServer server = server(this.issuer.issue("ip", "127.0.0.1").tls());
		withBundle(this.contextRunner, this.issuer).withPropertyValues("nats.servers=tls://127.0.0.1:" + server.port())
			.run(AbstractSecurityTests::assertConnected);
	}

	@Test
	void refusesTheAddressWhenTheCertificateHasOnlyTheName() {
		NatsServer server = server(this.issuer.issue("dns", "localhost").tls());
		withBundle(this.contextRunner, this.issuer).withPropertyValues("nats.servers=tls://127.0.0.1:" + server.port())
			.run((context) -> {
				FailureAnalysis analysis = analyze(context);
				assertThat(analysis.getDescription()).contains("its certificate is for localhost, not for 127.0.0.1");
				assertThat(analysis.getAction()).contains("nats.servers");
			});
	}

	@Test
	void refusesTheNameWhenTheCertificateHasOnlyTheAddress() {
		NatsServer server = server(this.issuer.issue("ip", "127.0.0.1").tls());
		withBundle(this.contextRunner, this.issuer).withPropertyValues("nats.servers=tls://localhost:" + server.port())
			.run((context) -> assertThat(analyze(context).getDescription())
				.contains("its certificate is for 127.0.0.1, not for localhost"));
	}

	@Test
	void refusesAServerWhoseIssuerIsNotTrusted() {
		NatsServer server = server(this.issuer.issue("dns", "localhost").tls());
		withBundle(this.contextRunner, new TestCertificates(this.directory, "other"))
			.withPropertyValues("nats.servers=tls://localhost:" + server.port())
			.run((context) -> assertThat(analyze(context).getDescription())
				.contains("the issuer of its certificate, 'CN=test', is not trusted by SSL bundle 'nats'"));
	}

	@Test
	void refusesAServerWhoseIssuerTheJvmDoesNotTrustWhenThereIsNoBundle() {
		NatsServer server = server(this.issuer.issue("dns", "localhost").tls());
		this.contextRunner.withPropertyValues("nats.servers=tls://localhost:" + server.port())
			.run((context) -> assertThat(analyze(context).getDescription())
				.contains("'CN=test', is not trusted by the trust store of the JVM"));
	}

	@Test
	void refusesACertificateThatHasExpired() {
		NatsServer server = server(this.issuer.issueExpired("old", "localhost").tls());
		withBundle(this.contextRunner, this.issuer).withPropertyValues("nats.servers=tls://localhost:" + server.port())
			.run((context) -> {
				FailureAnalysis analysis = analyze(context);
				assertThat(analysis.getDescription()).contains("its certificate expired on 2");
				assertThat(analysis.getAction()).contains("valid now");
			});
	}

	@Test
	void connectsWithTheCertificateOfTheClientInPemFiles() {
		TestCertificates.Issued client = this.issuer.issue("client", "app");
		NatsServer server = server(
				this.issuer.issue("dns", "localhost").tls("verify: true", "ca_file: \"" + this.issuer.issuer() + "\""));
		withBundle(this.contextRunner, this.issuer)
			.withPropertyValues("nats.servers=nats://localhost:" + server.port(),
					"spring.ssl.bundle.pem.nats.keystore.certificate=file:" + client.certificateFile(),
					"spring.ssl.bundle.pem.nats.keystore.private-key=file:" + client.keyFile())
			.run(AbstractSecurityTests::assertConnected);
	}

	@Test
	void connectsWithKeyStores() {
		TestCertificates.Issued client = this.issuer.issue("client", "app");
		Path keyStore = this.directory.resolve("keys.jks");
		Path trustStore = this.directory.resolve("trust.jks");
		this.issuer.writeKeyStores(client, keyStore, trustStore);
		NatsServer server = server(
				this.issuer.issue("dns", "localhost").tls("verify: true", "ca_file: \"" + this.issuer.issuer() + "\""));
		this.contextRunner
			.withPropertyValues("nats.servers=tls://localhost:" + server.port(), "nats.ssl.bundle=stores",
					"spring.ssl.bundle.jks.stores.keystore.location=file:" + keyStore,
					"spring.ssl.bundle.jks.stores.keystore.password=changeit",
					"spring.ssl.bundle.jks.stores.truststore.location=file:" + trustStore,
					"spring.ssl.bundle.jks.stores.truststore.password=changeit")
			.run(AbstractSecurityTests::assertConnected);
	}

	@Test
	void saysThatTheServerWantsACertificateOfTheClient() {
		NatsServer server = server(
				this.issuer.issue("dns", "localhost").tls("verify: true", "ca_file: \"" + this.issuer.issuer() + "\""));
		withBundle(this.contextRunner, this.issuer).withPropertyValues("nats.servers=tls://localhost:" + server.port())
			.run((context) -> {
				FailureAnalysis analysis = analyze(context);
				assertThat(analysis.getDescription())
					.contains("asks for a certificate of the client, and there is none");
				assertThat(analysis.getAction()).contains("'nats.ssl.bundle'").contains("key");
			});
	}

	@Test
	void shakesHandsFirstWhenTheServerWantsThat() {
		NatsServer server = server(this.issuer.issue("dns", "localhost").tls("handshake_first: true"));
		withBundle(this.contextRunner, this.issuer)
			.withPropertyValues("nats.servers=tls://localhost:" + server.port(), "nats.ssl.handshake-first=true")
			.run(AbstractSecurityTests::assertConnected);
	}

	@Test
	void saysThatTheServerDoesNotOfferTls() {
		NatsServer server = server();
		this.contextRunner.withPropertyValues("nats.servers=tls://localhost:" + server.port()).run((context) -> {
			FailureAnalysis analysis = analyze(context);
			assertThat(analysis.getDescription())
				.isEqualTo("NATS server tls://localhost:" + server.port() + " does not offer TLS");
			assertThat(analysis.getAction()).contains("scheme nats");
		});
	}

	@Test
	void saysThatTheServerRequiresTls() {
		NatsServer server = server(this.issuer.issue("dns", "localhost").tls());
		this.contextRunner.withPropertyValues("nats.servers=localhost:" + server.port()).run((context) -> {
			FailureAnalysis analysis = analyze(context);
			assertThat(analysis.getDescription())
				.isEqualTo("NATS server nats://localhost:" + server.port() + " requires TLS");
			assertThat(analysis.getAction()).contains("scheme tls").contains("'nats.ssl.bundle'");
		});
	}

	@Test
	void acceptsACertificateForAnotherHostOnlyWhenToldSoAndWarns(CapturedOutput output) {
		NatsServer server = server(this.issuer.issue("dns", "wrong.example").tls());
		withBundle(this.contextRunner, this.issuer)
			.withPropertyValues("nats.servers=tls://localhost:" + server.port(), "nats.ssl.verify-hostname=false")
			.run(AbstractSecurityTests::assertConnected);
		assertThat(output).containsOnlyOnce("does not check for which host a certificate is");
		withBundle(this.contextRunner, new TestCertificates(this.directory, "other"))
			.withPropertyValues("nats.servers=tls://localhost:" + server.port(), "nats.ssl.verify-hostname=false")
			.run((context) -> assertThat(analyze(context).getDescription()).contains("is not trusted by"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "tls", "opentls" })
	void trustsAnybodyOnlyWhenToldSoAndWarns(String scheme, CapturedOutput output) {
		NatsServer server = server(this.issuer.issueExpired("bad", "wrong.example").tls());
		this.contextRunner
			.withPropertyValues("nats.servers=" + scheme + "://localhost:" + server.port(),
					"nats.ssl.insecure-trust-all=true")
			.run(AbstractSecurityTests::assertConnected);
		assertThat(output).containsOnlyOnce("trusts any certificate");
	}

	@Test
	void refusesWhatTrustsAnybodyOtherwise() {
		this.contextRunner.withPropertyValues("nats.servers=opentls://localhost:4222")
			.run((context) -> assertThat(analyze(context).getDescription())
				.contains("scheme 'opentls' accepts any certificate"));
		this.contextRunner.withPropertyValues("nats.properties.io.nats.client.opentls=true").run((context) -> {
			assertThat(analyze(context).getDescription()).contains("io.nats.client.opentls 'true': accepts any");
			assertThat(analyze(context).getAction()).contains("nats.ssl.insecure-trust-all");
		});
		this.contextRunner
			.withBean(NatsOptionsCustomizer.class, () -> (builder) -> builder.server("opentls://127.0.0.1:1"))
			.run((context) -> assertThat(analyze(context).getDescription()).contains("accepts any certificate"));
	}

	@Test
	void checksTheHostAlsoWithAContextOfACustomizer() throws Exception {
		NatsServer server = server(this.issuer.issue("dns", "wrong.example").tls());
		SSLContext anything = SSLUtils.createTrustAllTlsContext();
		this.contextRunner.withPropertyValues("nats.servers=tls://localhost:" + server.port())
			.withBean(NatsOptionsCustomizer.class, () -> (builder) -> builder.sslContext(anything))
			.run((context) -> assertThat(analyze(context).getDescription()).contains("could not agree on TLS")
				.contains("localhost"));
	}

	@Test
	void namesTheBundlesThatThereAre() {
		withBundle(this.contextRunner, this.issuer).withPropertyValues("nats.ssl.bundle=nope").run((context) -> {
			FailureAnalysis analysis = analyze(context);
			assertThat(analysis.getDescription())
				.isEqualTo("nats.ssl.bundle 'nope': there is no such SSL bundle; known: [nats].");
			assertThat(analysis.getAction()).contains("spring.ssl.bundle");
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "TLSv1.2", "TLSv1.3" })
	void speaksTheVersionsThatTheBundleEnables(String version) {
		NatsServer server = server(this.issuer.issue("dns", "localhost").tls());
		withBundle(this.contextRunner, this.issuer)
			.withPropertyValues("nats.servers=tls://localhost:" + server.port(),
					"spring.ssl.bundle.pem.nats.options.enabled-protocols=TLSv1," + version)
			.run(AbstractSecurityTests::assertConnected);
	}

	@Test
	void doesNotSpeakTlsBefore12() {
		NatsServer server = server(this.issuer.issue("dns", "localhost").tls());
		withBundle(this.contextRunner, this.issuer)
			.withPropertyValues("nats.servers=tls://localhost:" + server.port(), "nats.startup-timeout=1s",
					"spring.ssl.bundle.pem.nats.options.enabled-protocols=TLSv1.1")
			.run((context) -> assertThat(analyze(context).getDescription())
				.contains("TLS 1.2 or 1.3 is needed, and only TLSv1.1 enabled"));
	}

	@Test
	void checksTheHostOfAWebSocketToo() throws IOException {
		int right = freePort();
		int wrong = freePort();
		server("websocket { listen: \"127.0.0.1:%s\", %s }".formatted(right,
				this.issuer.issue("dns", "localhost").tls()));
		server("websocket { listen: \"127.0.0.1:%s\", %s }".formatted(wrong,
				this.issuer.issue("wrong", "wrong.example").tls()));
		withBundle(this.contextRunner, this.issuer).withPropertyValues("nats.servers=wss://localhost:" + right)
			.run(AbstractSecurityTests::assertConnected);
		withBundle(this.contextRunner, this.issuer).withPropertyValues("nats.servers=wss://localhost:" + wrong)
			.run((context) -> assertThat(analyze(context).getDescription())
				.contains("its certificate is for wrong.example, not for localhost"));
	}

	@Test
	void connectsToTheServersThatAClusterAnnouncesAndChecksTheirHost() throws IOException {
		int routes = freePort();
		NatsServer first = server(this.issuer.issue("first", "localhost").tls(), cluster(routes, routes));
		NatsServer imposter = server(this.issuer.issue("imposter", "wrong.example").tls(), cluster(freePort(), routes));
		withBundle(this.contextRunner, this.issuer).withPropertyValues("nats.servers=tls://localhost:" + first.port())
			.run((context) -> {
				Connection connection = context.getBean(Connection.class);
				await().untilAsserted(() -> assertThat(connection.getServers())
					.anyMatch((server) -> server.endsWith(":" + imposter.port())));
				first.stop();
				await().untilAsserted(() -> assertThat(context.getBean(HealthIndicator.class).health().getDetails())
					.hasEntrySatisfying("error", (error) -> assertThat(error).asString()
						.contains("its certificate is for wrong.example, not for localhost")));
				assertThat(context.getBean(HealthIndicator.class).health().getStatus()).isEqualTo(Status.DOWN);
				NatsServer second = server(this.issuer.issue("second", "localhost").tls(), cluster(freePort(), routes));
				first.start();
				await().untilAsserted(() -> assertThat(connection.getServers())
					.anyMatch((server) -> server.endsWith(":" + second.port())));
				first.stop();
				await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
					assertThat(connection.getStatus()).isEqualTo(Connection.Status.CONNECTED);
					assertThat(connection.getConnectedUrl()).isEqualTo("tls://127.0.0.1:" + second.port());
				});
			});
	}

	@Test
	void takesACertificateThatWasReplacedForTheNextConnection() throws IOException {
		TestCertificates next = new TestCertificates(this.directory, "next");
		Path trusted = Files.copy(this.issuer.issuer(), this.directory.resolve("trusted.pem"));
		NatsServer server = server(this.issuer.issue("dns", "localhost").tls());
		String[] nextTls = { next.issue("next", "localhost").tls() };
		this.contextRunner.withPropertyValues("nats.servers=tls://localhost:" + server.port(), "nats.ssl.bundle=nats",
				"spring.ssl.bundle.pem.nats.truststore.certificate=file:" + trusted,
				"spring.ssl.bundle.pem.nats.reload-on-update=true", "spring.ssl.bundle.watch.file.quiet-period=50ms")
			.run((context) -> {
				assertConnected(context);
				server.stop();
				server.reconfigure(nextTls);
				server.start();
				HealthIndicator health = context.getBean(HealthIndicator.class);
				await().untilAsserted(() -> assertThat(health.health().getDetails().get("error")).asString()
					.contains("'CN=next', is not trusted"));
				Files.copy(next.issuer(), trusted, StandardCopyOption.REPLACE_EXISTING);
				await().atMost(Duration.ofSeconds(20))
					.untilAsserted(() -> assertThat(health.health().getStatus()).isEqualTo(Status.UP));
				assertThat(health.health().getDetails()).doesNotContainKey("error");
			});
	}

	private static String cluster(int port, int routes) {
		return "cluster { name: secure, listen: \"127.0.0.1:%s\", routes: [\"nats://127.0.0.1:%s\"] }".formatted(port,
				routes);
	}

	private static int freePort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			return socket.getLocalPort();
		}
	}

}
