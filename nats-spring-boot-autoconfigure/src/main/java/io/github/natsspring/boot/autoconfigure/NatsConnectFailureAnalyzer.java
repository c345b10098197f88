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

import io.github.natsspring.connection.NatsConnectException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains that no connection could be made at the start.
 */
class NatsConnectFailureAnalyzer extends AbstractFailureAnalyzer<NatsConnectException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, NatsConnectException cause) {
		return new FailureAnalysis(cause.getMessage(), action(cause), cause);
	}

	private static String action(NatsConnectException cause) {
		return switch (cause.getReason()) {
			case UNREACHABLE -> "Start a NATS server there or correct 'nats.servers' (now %s). "
				.formatted(String.join(", ", cause.getServers()))
					+ "To wait longer, set 'nats.startup-timeout'; to start without a server and connect later, "
					+ "set 'nats.startup-mode' to 'background'.";
			case AUTHENTICATION -> "Check 'nats.username' and 'nats.password', or 'nats.token', against the "
					+ "configuration of the server.";
			case TLS -> "Check that the scheme of 'nats.servers' (now %s) suits the server, and its certificate."
				.formatted(String.join(", ", cause.getServers()));
			case CONFIGURATION -> "Correct the 'nats.*' properties, or the NatsOptionsCustomizer beans.";
		};
	}

}
