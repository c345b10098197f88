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

package io.github.natsspring.shop;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.concurrent.TimeUnit;

import io.github.natsspring.boot.test.NatsTest;
import io.github.natsspring.test.EmbeddedNats;
import io.nats.client.Connection;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;

import static org.assertj.core.api.Assertions.assertThat;

@NatsTest(properties = { "nats.ssl.bundle=nats",
		"spring.ssl.bundle.pem.nats.truststore.certificate=file:target/tls/server.pem" })
@EmbeddedNats(config = "tls { cert_file: \"target/tls/server.pem\", key_file: \"target/tls/server-key.pem\" }")
class TlsIntegrationTests {

	@BeforeAll
	static void makeCertificate() throws Exception {
		Path directory = Files.createDirectories(Path.of("target", "tls"));
		Path file = Files.createTempFile(directory, "server", ".p12");
		Files.delete(file);
		String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
		Process process = new ProcessBuilder(keytool, "-genkeypair", "-keyalg", "EC", "-groupname", "secp256r1",
				"-alias", "server", "-dname", "CN=localhost", "-ext", "SAN=DNS:localhost,IP:127.0.0.1", "-validity",
				"2", "-storetype", "PKCS12", "-keystore", file.toString(), "-storepass", "changeit")
			.inheritIO()
			.start();
		assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
		char[] password = "changeit".toCharArray();
		KeyStore store = KeyStore.getInstance(file.toFile(), password);
		write(directory.resolve("server.pem"), "CERTIFICATE", store.getCertificate("server").getEncoded());
		write(directory.resolve("server-key.pem"), "PRIVATE KEY", store.getKey("server", password).getEncoded());
		Files.delete(file);
	}

	private static void write(Path file, String kind, byte[] content) throws Exception {
		Files.writeString(file, "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n".formatted(kind,
				Base64.getMimeEncoder(64, new byte[] { '\n' }).encodeToString(content)));
	}

	@Test
	void connectsOverTls(@Autowired Connection connection) {
		assertThat(connection.getServerInfo().isTLSRequired()).isTrue();
	}

}
