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

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeoutException;

import javax.net.ssl.SSLException;

import io.github.natsspring.connection.NatsConnectException.Login;
import io.github.natsspring.connection.NatsConnectException.Reason;
import io.nats.client.Options;
import org.jspecify.annotations.Nullable;

/**
 * Says why no connection could be made, from what jnats tells: texts of servers and
 * exceptions inside others.
 */
final class ConnectFailures {

	private static final int MAX_CAUSES = 20;

	private ConnectFailures() {
	}

	/**
	 * A server refused the login.
	 */
	static NatsConnectException refused(Options options, String error) {
		Login login = Logins.of(options);
		String text = Redaction.redact(error);
		if (login == Login.NONE) {
			return failure(options, "asks for a login, and none is configured (%s)".formatted(text),
					Reason.CREDENTIALS_MISSING);
		}
		return failure(options, "refused %s (%s)".formatted(Logins.describe(options), text), Reason.AUTHENTICATION);
	}

	/**
	 * No connection could be made for another reason.
	 * @param error the last thing that jnats reported, if anything
	 * @param serverError the last error that a server sent, if any
	 * @param clientCertificate what became of the certificate of the client
	 */
	static NatsConnectException failed(Options options, @Nullable Throwable error, @Nullable String serverError,
			ClientCertificate clientCertificate) {
		ServerCertificateException certificate = find(error, ServerCertificateException.class);
		if (certificate != null) {
			return failure(options, "cannot be trusted: " + certificate.getMessage(), certificate.getReason());
		}
		if (clientCertificate == ClientCertificate.MISSING) {
			return failure(options, "asks for a certificate of the client, and there is none",
					Reason.CLIENT_CERTIFICATE);
		}
		SSLException tls = find(error, SSLException.class);
		if (tls != null) {
			return tlsFailure(options, tls);
		}
		InvalidCredentialsException credentials = find(error, InvalidCredentialsException.class);
		if (credentials != null) {
			return failure(options, "was not logged in to: " + credentials.getMessage(), Reason.CONFIGURATION);
		}
		UnknownHostException unknown = find(error, UnknownHostException.class);
		if (unknown != null) {
			return failure(options, "could not be reached (the host '%s' does not resolve)"
				.formatted(Redaction.redact(unknown.getMessage())), Reason.UNKNOWN_HOST);
		}
		Throwable root = rootOf(error);
		String text = (root != null) ? String.valueOf(root.getMessage()) : "";
		// The two texts of jnats for TLS that only one side wants
		if (text.equals("SSL connection wanted by client.")) {
			return failure(options, "does not offer TLS", Reason.TLS_NOT_OFFERED);
		}
		if (text.equals("SSL required by server.")) {
			return failure(options, "requires TLS", Reason.TLS_REQUIRED);
		}
		String answer = (serverError != null) ? "it answered '%s'".formatted(Redaction.redact(serverError))
				: describe(root);
		if (clientCertificate == ClientCertificate.SHOWN) {
			answer += ", after the client showed its certificate";
		}
		return failure(options, "could not be reached (%s)".formatted(answer), Reason.UNREACHABLE);
	}

	static NatsConnectException interrupted(Options options) {
		return failure(options, "could not be reached (interrupted)", Reason.UNREACHABLE);
	}

	private static NatsConnectException tlsFailure(Options options, SSLException tls) {
		String text = Redaction.redact(tls.getMessage());
		String lower = text.toLowerCase(Locale.ROOT);
		if (lower.contains("fatal alert") && lower.contains("certificate")) {
			return failure(options, "did not accept the certificate of this client (%s)".formatted(text),
					Reason.CLIENT_CERTIFICATE);
		}
		return failure(options, "could not agree on TLS (%s)".formatted(text), Reason.TLS);
	}

	private static NatsConnectException failure(Options options, String what, Reason reason) {
		List<String> servers = servers(options);
		// No cause: its message holds the URLs with their passwords
		return new NatsConnectException("NATS server %s %s".formatted(String.join(", ", servers), what), servers,
				reason, Logins.of(options));
	}

	private static List<String> servers(Options options) {
		return options.getServers().stream().map(Redaction::redactUrl).toList();
	}

	/**
	 * What went wrong, in one line without credentials.
	 */
	static String describe(@Nullable Throwable error) {
		Throwable root = rootOf(error);
		if (root == null) {
			return "no answer";
		}
		if (root instanceof TimeoutException && root.getMessage() == null) {
			return "no answer in time";
		}
		if (root instanceof SocketTimeoutException && "Read timed out".equals(root.getMessage())) {
			return "nothing came from the server any more, not even an answer to pings";
		}
		String message = Redaction.redact(root.getMessage());
		return (root instanceof ServerCertificateException || root instanceof IOException
				|| root instanceof NatsException) ? message : root.getClass().getSimpleName() + ": " + message;
	}

	private static @Nullable Throwable rootOf(@Nullable Throwable error) {
		Throwable root = error;
		for (int i = 0; root != null && root.getCause() != null && !isTelling(root) && i < MAX_CAUSES; i++) {
			root = root.getCause();
		}
		return root;
	}

	private static boolean isTelling(Throwable error) {
		return error instanceof ServerCertificateException || error instanceof InvalidCredentialsException;
	}

	private static <T extends Throwable> @Nullable T find(@Nullable Throwable error, Class<T> type) {
		Throwable cause = error;
		for (int i = 0; cause != null && i < MAX_CAUSES; i++) {
			if (type.isInstance(cause)) {
				return type.cast(cause);
			}
			cause = cause.getCause();
		}
		return null;
	}

}
