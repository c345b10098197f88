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

import java.security.NoSuchAlgorithmException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;

import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

import io.github.natsspring.connection.TlsContexts;
import io.github.natsspring.connection.TlsMaterial;
import io.github.natsspring.connection.TlsTrust;
import io.nats.client.Options;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.ssl.SslBundle;
import org.springframework.util.StringUtils;

/**
 * Maps the settings of TLS to the options of jnats.
 */
final class TlsMapper {

	private static final String OPENTLS = "opentls://";

	private final String prefix;

	private final NatsProperties.Ssl properties;

	private final NatsConnectionDetails details;

	/**
	 * Create a mapper.
	 * @param prefix the prefix of the properties of TLS, for messages
	 * @param properties the properties
	 * @param details have the SSL bundle
	 */
	TlsMapper(String prefix, NatsProperties.Ssl properties, NatsConnectionDetails details) {
		this.prefix = prefix;
		this.properties = properties;
		this.details = details;
	}

	/**
	 * How far servers are trusted.
	 */
	TlsTrust trust() {
		if (this.properties.isInsecureTrustAll()) {
			return TlsTrust.ANYBODY;
		}
		return this.properties.isVerifyHostname() ? TlsTrust.VERIFIED : TlsTrust.ANY_HOST;
	}

	/**
	 * The servers with a scheme that does not decide who is trusted.
	 */
	List<String> servers(List<String> servers) {
		if (!this.properties.isInsecureTrustAll()) {
			return servers;
		}
		return servers.stream()
			.map((server) -> server.trim().toLowerCase(Locale.ROOT).startsWith(OPENTLS)
					? "tls://" + server.trim().substring(OPENTLS.length()) : server)
			.toList();
	}

	/**
	 * Map TLS.
	 * @param builder the builder, which knows the further properties
	 * @param servers the servers
	 * @param further the further properties; those of TLS are taken out
	 */
	void map(Options.Builder builder, String[] servers, FurtherProperties further) {
		boolean trustAll = this.properties.isInsecureTrustAll();
		if (Boolean.parseBoolean(further.get("opentls")) && !trustAll) {
			throw new InvalidNatsPropertyException(further.property("opentls"), true, "accepts any certificate",
					"Remove it, or set %s if you know what that means.".formatted(property("insecure-trust-all")));
		}
		boolean bySchemes = false;
		for (String server : servers) {
			String lower = server.toLowerCase(Locale.ROOT);
			bySchemes |= lower.startsWith("tls://") || lower.startsWith("wss://");
		}
		Boolean enabled = this.properties.explicitlyEnabled();
		if (bySchemes && Boolean.FALSE.equals(enabled)) {
			throw new InvalidNatsPropertyException(property("enabled"), false,
					"contradicts a server with the scheme tls or wss",
					"Remove it, or use the scheme nats or ws for all servers.");
		}
		SslBundle bundle = this.details.getSslBundle();
		boolean byFurther = further.get("secure", "opentls", "keyStore", "trustStore",
				"ssl.context.factory.class") != null;
		if (bundle != null || (trustAll && (bySchemes || this.properties.isEnabled() || byFurther))) {
			material();
			builder.sslContext(TlsContexts.renewing(this::material));
		}
		else if (this.properties.isEnabled()) {
			secure(builder);
		}
		else if (this.properties.isHandshakeFirst() && !bySchemes && !byFurther) {
			throw new InvalidNatsPropertyException(property("handshake-first"), true, "needs TLS",
					"Set %s or %s, or use the scheme tls.".formatted(property("enabled"), property("bundle")));
		}
		if (this.properties.isHandshakeFirst()) {
			builder.tlsFirst();
		}
	}

	private static void secure(Options.Builder builder) {
		try {
			builder.secure();
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("There is no TLS in this JVM", ex);
		}
	}

	// Asked for again for each connection, since a bundle may have been reloaded
	private TlsMaterial material() {
		SslBundle bundle = this.details.getSslBundle();
		TrustManager @Nullable [] anybody = this.properties.isInsecureTrustAll()
				? new TrustManager[] { new TrustAnybody() } : null;
		if (bundle == null) {
			return new TlsMaterial("nothing", null, anybody, null, null);
		}
		String name = StringUtils.hasLength(this.properties.getBundle())
				? "SSL bundle '%s'".formatted(this.properties.getBundle()) : "the SSL bundle";
		return new TlsMaterial(name, bundle.getManagers().getKeyManagers(),
				(anybody != null) ? anybody : bundle.getManagers().getTrustManagers(), bundle.getOptions().getCiphers(),
				bundle.getOptions().getEnabledProtocols());
	}

	private String property(String name) {
		return this.prefix + "." + name;
	}

	/**
	 * Trusts anybody, which only a property whose name says so asks for.
	 */
	private static final class TrustAnybody implements X509TrustManager {

		@Override
		public void checkClientTrusted(X509Certificate[] chain, String authType) {
		}

		@Override
		public void checkServerTrusted(X509Certificate[] chain, String authType) {
		}

		@Override
		public X509Certificate[] getAcceptedIssuers() {
			return new X509Certificate[0];
		}

	}

}
