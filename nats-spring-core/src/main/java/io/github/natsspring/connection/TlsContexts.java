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

package io.github.natsspring.connection;

import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.NoSuchAlgorithmException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;

import org.jspecify.annotations.Nullable;

/**
 * TLS contexts for connections. A server's certificate that is refused is explained: a
 * {@link ServerCertificateException} is among the causes of the failed handshake.
 */
public final class TlsContexts {

	private TlsContexts() {
	}

	/**
	 * A context that is made anew for each connection, so that a certificate that was
	 * replaced is used from the next one on.
	 * @param material asked for each connection; an exception fails the attempt to
	 * connect
	 * @return the context
	 */
	public static SSLContext renewing(Supplier<TlsMaterial> material) {
		return new DelegatingSslContext((outcome) -> {
			TlsMaterial current = material.get();
			return new DelegatingSslContext.Target(create(current, outcome),
					(parameters) -> apply(current, parameters));
		}, UnaryOperator.identity());
	}

	/**
	 * What jnats takes for a context when it is told to use TLS and nothing else, except
	 * that it explains why it refuses.
	 */
	static SSLContext explaining(SSLContext context) {
		try {
			// A default that the application has set, or one with the client's keys,
			// stays
			boolean ofTheJvm = context == SSLContext.getDefault() && "Default".equals(context.getProtocol())
					&& System.getProperty("javax.net.ssl.keyStore") == null;
			return ofTheJvm ? renewing(TlsMaterial::ofTheJvm) : context;
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("There is no TLS in this JVM", ex);
		}
	}

	private static SSLContext create(TlsMaterial material, Consumer<ClientCertificate> outcome) {
		try {
			SSLContext context = SSLContext.getInstance("TLS");
			context.init(watched(material, outcome), explaining(material), null);
			return context;
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException("No TLS can be made of %s: %s".formatted(material.name(), ex.getMessage()),
					ex);
		}
	}

	private static KeyManager[] watched(TlsMaterial material, Consumer<ClientCertificate> outcome) {
		KeyManager @Nullable [] given = material.keyManagers();
		KeyManager[] managers = (given != null && given.length > 0) ? given.clone()
				: new KeyManager[] { new WatchingKeyManager(null, outcome) };
		for (int i = 0; i < managers.length; i++) {
			if (managers[i] instanceof X509ExtendedKeyManager manager && !(manager instanceof WatchingKeyManager)) {
				managers[i] = new WatchingKeyManager(manager, outcome);
			}
		}
		return managers;
	}

	private static TrustManager[] explaining(TlsMaterial material) throws GeneralSecurityException {
		TrustManager @Nullable [] given = material.trustManagers();
		TrustManager[] managers = (given != null) ? given.clone() : ofTheJvm();
		for (int i = 0; i < managers.length; i++) {
			// Around a simpler one the JDK checks the host itself, which must stay so
			if (managers[i] instanceof X509ExtendedTrustManager manager) {
				managers[i] = new ExplainingTrustManager(manager, material.name());
			}
		}
		return managers;
	}

	private static TrustManager[] ofTheJvm() throws GeneralSecurityException {
		TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
		factory.init((KeyStore) null);
		return factory.getTrustManagers();
	}

	private static void apply(TlsMaterial material, SSLParameters parameters) {
		if (material.ciphers() != null) {
			parameters.setCipherSuites(material.ciphers());
		}
		if (material.protocols() != null) {
			parameters.setProtocols(material.protocols());
		}
	}

}
