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

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A certificate with an issuer of its own, made by the JDK's keytool.
 *
 * @param issuer the PEM file of the certificate of the issuer
 * @param certificate the PEM file of the certificate
 * @param key the PEM file of its key
 */
record Certificates(Path issuer, Path certificate, Path key) {

	private static final String PASSWORD = "changeit";

	/**
	 * Make a certificate.
	 * @param name its name and that of its files
	 * @param host for which it is, such as {@code dns:localhost}
	 * @param start when it began to be valid, such as {@code -10d}
	 * @param days for how many days it is valid
	 */
	static Certificates make(Path directory, String name, String host, String start, int days) throws Exception {
		Path store = directory.resolve(name + ".p12");
		keytool(store, "-alias", "issuer", "-dname", "CN=issuer-" + name, "-ext", "bc:c", "-startdate", "-20d",
				"-validity", "100");
		keytool(store, "-alias", "server", "-dname", "CN=" + name, "-ext", "san=" + host, "-startdate", start,
				"-validity", String.valueOf(days), "-signer", "issuer");
		return new Certificates(pem(store, "issuer", true), pem(store, "server", true), pem(store, "server", false));
	}

	private static void keytool(Path store, String... options) throws Exception {
		Path log = store.resolveSibling(store.getFileName() + ".log");
		List<String> command = new ArrayList<>();
		command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
		command.addAll(List.of("-genkeypair", "-keyalg", "EC", "-storetype", "PKCS12", "-keystore", store.toString(),
				"-storepass", PASSWORD));
		command.addAll(List.of(options));
		Process keytool = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
		assertThat(keytool.waitFor()).as(Files.readString(log)).isZero();
	}

	private static Path pem(Path store, String alias, boolean certificate)
			throws IOException, GeneralSecurityException {
		KeyStore keys = KeyStore.getInstance("PKCS12");
		try (InputStream input = Files.newInputStream(store)) {
			keys.load(input, PASSWORD.toCharArray());
		}
		String type = certificate ? "CERTIFICATE" : "PRIVATE KEY";
		byte[] content = certificate ? keys.getCertificate(alias).getEncoded()
				: keys.getKey(alias, PASSWORD.toCharArray()).getEncoded();
		String base64 = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(content);
		return Files.writeString(
				store.resolveSibling(store.getFileName() + "-" + alias + (certificate ? "-cert.pem" : "-key.pem")),
				"-----BEGIN %s-----%n%s%n-----END %s-----%n".formatted(type, base64, type));
	}

	/**
	 * The block of a server's configuration.
	 */
	String tls() {
		return "tls { cert_file: \"%s\", key_file: \"%s\" }".formatted(this.certificate, this.key);
	}

}
