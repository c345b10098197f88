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
import java.util.Base64;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Certificates that sign themselves, made by the JDK's keytool.
 *
 * @param certificate the PEM file of the certificate, which is its own issuer
 * @param key the PEM file of its key
 */
record Certificates(Path certificate, Path key) {

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
		Process keytool = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
				"-genkeypair", "-alias", "a", "-keyalg", "EC", "-dname", "CN=" + name, "-ext", "san=" + host,
				"-startdate", start, "-validity", "" + days, "-storetype", "PKCS12", "-keystore", store.toString(),
				"-storepass", PASSWORD)
			.redirectErrorStream(true)
			.redirectOutput(directory.resolve(name + ".log").toFile())
			.start();
		assertThat(keytool.waitFor()).as(Files.readString(directory.resolve(name + ".log"))).isZero();
		return new Certificates(pem(store, true), pem(store, false));
	}

	private static Path pem(Path store, boolean certificate) throws IOException, GeneralSecurityException {
		KeyStore keys = KeyStore.getInstance("PKCS12");
		try (InputStream input = Files.newInputStream(store)) {
			keys.load(input, PASSWORD.toCharArray());
		}
		String type = certificate ? "CERTIFICATE" : "PRIVATE KEY";
		byte[] content = certificate ? keys.getCertificate("a").getEncoded()
				: keys.getKey("a", PASSWORD.toCharArray()).getEncoded();
		String base64 = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(content);
		return Files.writeString(store.resolveSibling(store.getFileName() + (certificate ? "-cert.pem" : "-key.pem")),
				"-----BEGIN %s-----%n%s%n-----END %s-----%n".formatted(type, base64, type));
	}

	/**
	 * The block of a server's configuration.
	 */
	String tls() {
		return "tls { cert_file: \"%s\", key_file: \"%s\" }".formatted(this.certificate, this.key);
	}

}
