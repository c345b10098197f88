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

import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.connection.NatsConnectException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains that no connection could be made at the start.
 */
class NatsConnectFailureAnalyzer extends AbstractFailureAnalyzer<NatsConnectException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, NatsConnectException cause) {
		String connection = cause.getConnection();
		if (connection.equals(ConnectionHolder.DEFAULT_NAME)) {
			return new FailureAnalysis(cause.getMessage(), action(cause), cause);
		}
		// The same properties, below the name of the connection
		return new FailureAnalysis("%s (connection '%s')".formatted(cause.getMessage(), connection),
				action(cause).replace("'nats.", "'nats.connections.%s.".formatted(connection)), cause);
	}

	private static String action(NatsConnectException cause) {
		String servers = String.join(", ", cause.getServers());
		return switch (cause.getReason()) {
			case UNREACHABLE -> "Start a NATS server there or correct 'nats.servers' (now %s). ".formatted(servers)
					+ "To wait longer, set 'nats.startup-timeout'; to start without a server and connect later, "
					+ "set 'nats.startup-mode' to 'background'.";
			case UNKNOWN_HOST -> "Correct the host in 'nats.servers' (now %s), or the name service.".formatted(servers);
			case AUTHENTICATION -> authentication(cause.getLogin());
			case CREDENTIALS_MISSING -> "Set 'nats.username' and 'nats.password', 'nats.token', 'nats.credentials' or "
					+ "'nats.nkey-seed', as the server wants it.";
			case TLS -> "Check that 'nats.servers' (now %s) and 'nats.ssl.*' suit the server, and its certificate."
				.formatted(servers);
			case TLS_NOT_OFFERED ->
				"Use the scheme nats in 'nats.servers' (now %s) and remove 'nats.ssl.*', or ".formatted(servers)
						+ "configure TLS on the server.";
			case TLS_REQUIRED ->
				"Use the scheme tls in 'nats.servers' (now %s), or set 'nats.ssl.bundle' or ".formatted(servers)
						+ "'nats.ssl.enabled'.";
			case CERTIFICATE_HOST ->
				"Name the server in 'nats.servers' (now %s) as its certificate does, or give it a ".formatted(servers)
						+ "certificate for that name or address.";
			case CERTIFICATE_EXPIRED ->
				"Give the server in 'nats.servers' (now %s) a certificate that is valid now, and check the clocks."
					.formatted(servers);
			case CERTIFICATE_ISSUER -> "Add the issuer to the trust store of the SSL bundle that 'nats.ssl.bundle' "
					+ "names, or name one that has it.";
			case CLIENT_CERTIFICATE ->
				"Set 'nats.ssl.bundle' to an SSL bundle with a key and a certificate that the " + "server trusts.";
			case CONFIGURATION -> "Correct the 'nats.*' properties, or the NatsOptionsCustomizer beans.";
		};
	}

	private static String authentication(NatsConnectException.Login login) {
		String properties = switch (login) {
			case USER -> "'nats.username' and 'nats.password'";
			case TOKEN -> "'nats.token'";
			case KEY -> "'nats.credentials', or 'nats.nkey-seed' and 'nats.jwt'";
			case NONE -> "how the client logs in";
		};
		return "Check %s against the users of the server, and whether they are still valid there."
			.formatted(properties);
	}

}
