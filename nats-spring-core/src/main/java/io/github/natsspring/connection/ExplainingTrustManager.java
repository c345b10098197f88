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

import java.net.Socket;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509ExtendedTrustManager;

import io.github.natsspring.connection.NatsConnectException.Reason;
import org.jspecify.annotations.Nullable;

/**
 * Leaves every decision to another trust manager, and says in the words of the
 * certificate why that one refused.
 */
final class ExplainingTrustManager extends X509ExtendedTrustManager {

	private static final int DNS = 2;

	private static final int IP = 7;

	private final X509ExtendedTrustManager delegate;

	private final String name;

	ExplainingTrustManager(X509ExtendedTrustManager delegate, String name) {
		this.delegate = delegate;
		this.name = name;
	}

	@Override
	public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
			throws CertificateException {
		try {
			this.delegate.checkServerTrusted(chain, authType, socket);
		}
		catch (CertificateException ex) {
			SSLSession session = (socket instanceof SSLSocket sslSocket) ? sslSocket.getHandshakeSession() : null;
			throw explain(chain, authType, ex, session);
		}
	}

	@Override
	public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
			throws CertificateException {
		try {
			this.delegate.checkServerTrusted(chain, authType, engine);
		}
		catch (CertificateException ex) {
			throw explain(chain, authType, ex, engine.getHandshakeSession());
		}
	}

	@Override
	public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
		this.delegate.checkServerTrusted(chain, authType);
	}

	@Override
	public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
		this.delegate.checkClientTrusted(chain, authType);
	}

	@Override
	public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
			throws CertificateException {
		this.delegate.checkClientTrusted(chain, authType, socket);
	}

	@Override
	public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
			throws CertificateException {
		this.delegate.checkClientTrusted(chain, authType, engine);
	}

	@Override
	public X509Certificate[] getAcceptedIssuers() {
		return this.delegate.getAcceptedIssuers();
	}

	private ServerCertificateException explain(X509Certificate[] chain, String authType, CertificateException ex,
			@Nullable SSLSession session) {
		if (has(ex, CertificateExpiredException.class) || has(ex, CertificateNotYetValidException.class)) {
			return new ServerCertificateException(Reason.CERTIFICATE_EXPIRED, period(chain), ex);
		}
		if (has(ex, CertPathBuilderException.class)) {
			return new ServerCertificateException(Reason.CERTIFICATE_ISSUER,
					"the issuer of its certificate, '%s', is not trusted by %s"
						.formatted(chain[chain.length - 1].getIssuerX500Principal().getName(), this.name),
					ex);
		}
		if (isTrustedForAnyHost(chain, authType)) {
			String host = (session != null) ? session.getPeerHost() : "the host that was asked for";
			return new ServerCertificateException(Reason.CERTIFICATE_HOST,
					"its certificate is for %s, not for %s".formatted(names(chain[0]), host), ex);
		}
		return new ServerCertificateException(Reason.TLS, "its certificate is refused (%s)".formatted(ex.getMessage()),
				ex);
	}

	private boolean isTrustedForAnyHost(X509Certificate[] chain, String authType) {
		try {
			this.delegate.checkServerTrusted(chain, authType);
			return true;
		}
		catch (CertificateException ex) {
			return false;
		}
	}

	private static String period(X509Certificate[] chain) {
		Instant now = Instant.now();
		for (X509Certificate certificate : chain) {
			Instant end = certificate.getNotAfter().toInstant();
			if (end.isBefore(now)) {
				return "its certificate expired on " + end;
			}
			Instant begin = certificate.getNotBefore().toInstant();
			if (begin.isAfter(now)) {
				return "its certificate is not valid before " + begin;
			}
		}
		return "its certificate was issued by one that is not valid now";
	}

	private static String names(X509Certificate certificate) {
		String names = "";
		try {
			Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
			if (alternatives != null) {
				names = alternatives.stream()
					.filter((entry) -> Objects.equals(entry.get(0), DNS) || Objects.equals(entry.get(0), IP))
					.map((entry) -> String.valueOf(entry.get(1)))
					.collect(Collectors.joining(", "));
			}
		}
		catch (CertificateParsingException ex) {
			// Then the subject has to do
		}
		return names.isEmpty() ? certificate.getSubjectX500Principal().getName() : names;
	}

	private static boolean has(Throwable error, Class<? extends Throwable> type) {
		for (Throwable cause = error; cause != null; cause = cause.getCause()) {
			if (type.isInstance(cause)) {
				return true;
			}
		}
		return false;
	}

}
