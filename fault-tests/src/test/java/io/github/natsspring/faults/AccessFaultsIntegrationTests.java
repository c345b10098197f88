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

package io.github.natsspring.faults;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;

import io.github.natsspring.test.NatsServer;
import io.nats.client.NKey;
import io.nats.client.support.JwtUtils;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Scenarios 25 to 29: logins that end, certificates that are wrong, files that are not
 * there, and accounts without JetStream.
 */
@Timeout(120)
@ExtendWith(OutputCaptureExtension.class)
class AccessFaultsIntegrationTests {

	private static final Duration LONG = Duration.ofSeconds(60);

	@TempDir
	private Path directory;

	@Test
	void scenario25IsDownWhileItsUserIsRevokedAndGoesOnAfterwards(CapturedOutput output) throws Exception {
		String granted = "authorization { users: [ { user: app, password: TOPSECRET }, { user: admin, password: a } ] }";
		try (NatsServer server = NatsServer.builder().config(granted).start();
				Lab lab = new Lab(server.url(), "nats.username=app", "nats.password=TOPSECRET",
						"nats.reconnect.wait=100ms")) {
			ApplicationContext application = lab.listen(lab.account());
			lab.publish(0, 20);
			server.reconfigure(
					"authorization { users: [ { user: app, password: other }, { user: admin, password: a } ] }");
			Lab.awaitHealth(application, Status.DOWN);
			await().atMost(LONG).untilAsserted(() -> assertThat(error(application)).contains("uthoriz"));
			server.reconfigure(granted);
			Lab.awaitHealth(application, Status.UP);
			Lab.awaitHealth(lab.publisher(), Status.UP);
			lab.publish(20, 40);
			lab.awaitAll();
			lab.account().assertNothingLost("25 user revoked and granted again", server.version());
			assertThat(output).doesNotContain("TOPSECRET");
		}
	}

	@Test
	@Tag("faults")
	void scenario26IsDownWhenItsJwtHasExpiredAndReadsTheNewOne() throws Exception {
		NKey operator = NKey.createOperator(null);
		NKey account = NKey.createAccount(null);
		Path file = Files.writeString(this.directory.resolve("app.creds"), user(account, Duration.ofSeconds(15)));
		try (NatsServer server = NatsServer.builder().jetStream(false).config(config(operator, account)).start();
				ConfigurableApplicationContext application = new SpringApplicationBuilder(FaultApplication.class)
					.web(WebApplicationType.NONE)
					.run("--nats.servers=" + server.url(), "--nats.credentials=file:" + file,
							"--nats.reconnect.wait=100ms", "--nats.jetstream.enabled=false")) {
			assertThat(Lab.health(application)).isEqualTo(Status.UP);
			Lab.awaitHealth(application, Status.DOWN);
			await().atMost(LONG).untilAsserted(() -> assertThat(error(application)).containsIgnoringCase("expired"));
			Files.writeString(file, user(account, Duration.ofHours(1)));
			Lab.awaitHealth(application, Status.UP);
		}
	}

	private static String[] config(NKey operator, NKey account) throws Exception {
		String limits = "{\"subs\":-1,\"data\":-1,\"payload\":-1,\"imports\":-1,\"exports\":-1,\"wildcards\":true,"
				+ "\"conn\":-1,\"leaf\":-1}";
		return new String[] { "operator: " + jwt(operator, operator, "{\"type\":\"operator\",\"version\":2}"),
				"resolver: MEMORY",
				"resolver_preload: { %s: %s }".formatted(publicKey(account), jwt(operator, account,
						"{\"limits\":%s,\"default_permissions\":{\"pub\":{},\"sub\":{}},\"type\":\"account\",\"version\":2}"
							.formatted(limits))) };
	}

	private static String jwt(NKey operator, NKey subject, String claims) throws Exception {
		return JwtUtils.issueJWT(operator, publicKey(subject), "test", null, Instant.now().getEpochSecond(),
				publicKey(operator), () -> claims);
	}

	private static String user(NKey account, Duration expiration) throws Exception {
		NKey key = NKey.createUser(null);
		String jwt = JwtUtils.issueUserJWT(account, publicKey(account), publicKey(key), "app", expiration);
		return JwtUtils.NATS_USER_JWT_FORMAT.formatted(jwt, new String(key.getSeed()));
	}

	private static String publicKey(NKey key) throws Exception {
		return new String(key.getPublicKey());
	}

	@Test
	@Tag("faults")
	void scenario27TellsWhatIsWrongWithACertificate() throws Exception {
		Certificates right = Certificates.make(this.directory, "right", "dns:localhost", "-1d", 10);
		Certificates wrong = Certificates.make(this.directory, "wrong", "dns:wrong.example", "-1d", 10);
		Certificates expired = Certificates.make(this.directory, "expired", "dns:localhost", "-10d", 5);
		assertThat(refusal(wrong, wrong)).contains("its certificate is for wrong.example, not for localhost");
		assertThat(refusal(expired, expired)).contains("its certificate expired on");
		assertThat(refusal(right, wrong)).contains("is not trusted by SSL bundle 'nats'");
		try (NatsServer server = NatsServer.builder().start(); Lab lab = new Lab(server.url())) {
			assertThat(lab.refusal("nats.servers=tls://localhost:" + server.port()).getDescription())
				.contains("does not offer TLS");
		}
		try (NatsServer server = NatsServer.builder().config(right.tls()).start(); Lab lab = new Lab(server.url())) {
			assertThat(lab.refusal("nats.servers=nats://localhost:" + server.port()).getDescription())
				.contains("requires TLS");
			lab.listen(lab.account(), "nats.servers=tls://localhost:" + server.port(), "nats.ssl.bundle=nats",
					"spring.ssl.bundle.pem.nats.truststore.certificate=file:" + right.issuer());
		}
	}

	private static String refusal(Certificates server, Certificates trusted) throws Exception {
		try (NatsServer tls = NatsServer.builder().config(server.tls()).start(); Lab lab = new Lab(tls.url())) {
			FailureAnalysis refusal = lab.refusal("nats.servers=tls://localhost:" + tls.port(), "nats.ssl.bundle=nats",
					"spring.ssl.bundle.pem.nats.truststore.certificate=file:" + trusted.issuer());
			assertThat(refusal.getAction()).isNotBlank();
			return refusal.getDescription();
		}
	}

	@Test
	@Tag("faults")
	void scenario28FailsBeforeConnectingWithoutACredentialsFile(CapturedOutput output) throws Exception {
		// Nobody listens there: it must not come to that
		try (Lab lab = new Lab("nats://127.0.0.1:1", "nats.startup-timeout=60s")) {
			Path missing = this.directory.resolve("nope.creds");
			long started = System.nanoTime();
			assertThat(lab.refusal("nats.credentials=file:" + missing).getDescription()).contains("nope.creds",
					"does not exist");
			Path empty = Files.createFile(this.directory.resolve("empty.creds"));
			assertThat(lab.refusal("nats.credentials=file:" + empty).getDescription()).contains("empty.creds");
			assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(40));
			NKey account = NKey.createAccount(null);
			Path open = Files.writeString(this.directory.resolve("open.creds"), user(account, Duration.ofHours(1)));
			Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-r--r--"));
			lab.refusal("nats.credentials=file:" + open, "nats.startup-timeout=1s");
			assertThat(output.getAll().lines())
				.anyMatch((line) -> line.contains("WARN") && line.contains("open.creds"));
		}
	}

	@Test
	@Tag("faults")
	void scenario29SaysThatTheAccountHasNoJetStream() throws Exception {
		try (NatsServer server = NatsServer.builder()
			.config("accounts { A: { jetstream: enabled, users: [ { user: a, password: a } ] }, "
					+ "B: { users: [ { user: b, password: b } ] } }")
			.start(); Lab lab = new Lab(server.url(), "nats.username=b", "nats.password=b")) {
			FailureAnalysis refusal = lab.refusal();
			assertThat(refusal.getDescription()).contains("JetStream not enabled for account", "10039");
			assertThat(refusal.getAction()).isNotBlank();
		}
	}

	private static String error(ApplicationContext application) {
		HealthIndicator health = application.getBean("natsHealthContributor", HealthIndicator.class);
		return String.valueOf(health.health().getDetails().get("error"));
	}

}
