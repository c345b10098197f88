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

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicLong;

import javax.security.auth.x500.X500Principal;

import org.jspecify.annotations.Nullable;

/**
 * An issuer of certificates for tests, which are valid relative to now.
 */
class TestCertificates {

	private static final AtomicLong serials = new AtomicLong(1);

	private static final byte[] ECDSA_WITH_SHA256 = sequence(
			der(0x06, new byte[] { 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 0x04, 0x03, 0x02 }));

	private static final byte[] SUBJECT_ALTERNATIVE_NAME = der(0x06, new byte[] { 0x55, 0x1d, 0x11 });

	private static final byte[] BASIC_CONSTRAINTS = der(0x06, new byte[] { 0x55, 0x1d, 0x13 });

	private final Path directory;

	private final KeyPair keys = keyPair();

	private final String name;

	private final X509Certificate certificate;

	TestCertificates(Path directory, String name) {
		this.directory = directory;
		this.name = name;
		this.certificate = sign(name, this.keys, Duration.ofDays(1), constraints());
		write(name + "-ca.pem", pem("CERTIFICATE", encoded(this.certificate)));
	}

	/**
	 * The file with the certificate of the issuer.
	 */
	Path issuer() {
		return this.directory.resolve(this.name + "-ca.pem");
	}

	/**
	 * Issue a certificate that is valid now.
	 * @param file the name of its files
	 * @param names its DNS names and IP addresses
	 */
	Issued issue(String file, String... names) {
		return issue(file, Duration.ofDays(1), names);
	}

	/**
	 * Issue a certificate that has expired.
	 */
	Issued issueExpired(String file, String... names) {
		return issue(file, Duration.ofHours(-1), names);
	}

	private Issued issue(String file, Duration end, String... names) {
		KeyPair pair = keyPair();
		X509Certificate issued = sign(file, pair, end, alternatives(names));
		write(file + "-cert.pem", pem("CERTIFICATE", encoded(issued)));
		write(file + "-key.pem", pem("PRIVATE KEY", pair.getPrivate().getEncoded()));
		return new Issued(this.directory.resolve(file + "-cert.pem"), this.directory.resolve(file + "-key.pem"), issued,
				pair.getPrivate());
	}

	/**
	 * Write key stores of type JKS, with the password {@code changeit}.
	 * @param issued the entry of the key store
	 */
	void writeKeyStores(Issued issued, Path keyStore, Path trustStore) {
		try {
			KeyStore keys = KeyStore.getInstance("JKS");
			keys.load(null, null);
			keys.setKeyEntry("client", issued.key(), "changeit".toCharArray(),
					new X509Certificate[] { issued.certificate() });
			store(keys, keyStore);
			KeyStore trust = KeyStore.getInstance("JKS");
			trust.load(null, null);
			trust.setCertificateEntry("ca", this.certificate);
			store(trust, trustStore);
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static void store(KeyStore store, Path file) throws GeneralSecurityException, IOException {
		try (OutputStream output = Files.newOutputStream(file)) {
			store.store(output, "changeit".toCharArray());
		}
	}

	private X509Certificate sign(String subject, KeyPair pair, Duration end, byte[] extensions) {
		try {
			Instant now = Instant.now();
			byte[] body = sequence(der(0xa0, der(0x02, new byte[] { 2 })),
					der(0x02, BigInteger.valueOf(serials.incrementAndGet()).toByteArray()), ECDSA_WITH_SHA256,
					new X500Principal("CN=" + this.name).getEncoded(),
					sequence(time(now.minus(Duration.ofDays(2))), time(now.plus(end))),
					new X500Principal("CN=" + subject).getEncoded(), pair.getPublic().getEncoded(),
					der(0xa3, sequence(extensions)));
			Signature signature = Signature.getInstance("SHA256withECDSA");
			signature.initSign(this.keys.getPrivate());
			signature.update(body);
			byte[] bits = concat(new byte[] { 0 }, signature.sign());
			byte[] encoded = sequence(body, ECDSA_WITH_SHA256, der(0x03, bits));
			return (X509Certificate) CertificateFactory.getInstance("X.509")
				.generateCertificate(new ByteArrayInputStream(encoded));
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static byte[] constraints() {
		byte[] isCa = sequence(der(0x01, new byte[] { (byte) 0xff }));
		return sequence(BASIC_CONSTRAINTS, der(0x01, new byte[] { (byte) 0xff }), der(0x04, isCa));
	}

	private static byte[] alternatives(String... names) {
		byte[][] entries = new byte[names.length][];
		for (int i = 0; i < names.length; i++) {
			byte[] address = address(names[i]);
			entries[i] = (address != null) ? der(0x87, address)
					: der(0x82, names[i].getBytes(StandardCharsets.US_ASCII));
		}
		return sequence(SUBJECT_ALTERNATIVE_NAME, der(0x04, sequence(entries)));
	}

	private static byte @Nullable [] address(String name) {
		if (!name.matches("[0-9.]+") && !name.contains(":")) {
			return null;
		}
		try {
			return InetAddress.getByName(name).getAddress();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static byte[] time(Instant instant) {
		String text = DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC).format(instant);
		return der(0x18, text.getBytes(StandardCharsets.US_ASCII));
	}

	private static byte[] sequence(byte[]... parts) {
		return der(0x30, concat(parts));
	}

	private static byte[] der(int tag, byte[] content) {
		ByteArrayOutputStream output = new ByteArrayOutputStream();
		output.write(tag);
		int length = content.length;
		if (length > 255) {
			output.write(0x82);
			output.write(length >> 8);
		}
		else if (length > 127) {
			output.write(0x81);
		}
		output.write(length);
		output.writeBytes(content);
		return output.toByteArray();
	}

	private static byte[] concat(byte[]... parts) {
		ByteArrayOutputStream output = new ByteArrayOutputStream();
		for (byte[] part : parts) {
			output.writeBytes(part);
		}
		return output.toByteArray();
	}

	private static KeyPair keyPair() {
		try {
			KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
			generator.initialize(256);
			return generator.generateKeyPair();
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static byte[] encoded(X509Certificate certificate) {
		try {
			return certificate.getEncoded();
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static String pem(String type, byte[] content) {
		String base64 = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(content);
		return "-----BEGIN %s-----%n%s%n-----END %s-----%n".formatted(type, base64, type);
	}

	private void write(String file, String content) {
		try {
			Files.writeString(this.directory.resolve(file), content);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * A certificate with its key.
	 *
	 * @param certificateFile the PEM file of the certificate
	 * @param keyFile the PEM file of the key
	 * @param certificate the certificate
	 * @param key the key
	 */
	record Issued(Path certificateFile, Path keyFile, X509Certificate certificate, PrivateKey key) {

		/**
		 * The block of a server's configuration.
		 */
		String tls(String... further) {
			return "tls { cert_file: \"%s\", key_file: \"%s\", %s }".formatted(this.certificateFile, this.keyFile,
					String.join(", ", further));
		}

	}

}
