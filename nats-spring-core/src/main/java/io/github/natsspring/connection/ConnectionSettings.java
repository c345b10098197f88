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

import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

import io.nats.client.ConnectionListener;
import io.nats.client.ErrorListener;
import io.nats.client.Options;

/**
 * How a {@link ConnectionHolder} makes its connection.
 *
 * @param name a short name for log messages and threads
 * @param options asked again for each new connection; the holder sets the connection and
 * error listeners itself
 * @param startupMode what happens when no server can be reached at the start
 * @param startupTimeout how long an unreachable server is tried in
 * {@link StartupMode#FAIL_FAST}, and the longest time that a caller waits for a
 * connection another thread is making
 * @param drainTimeout how long the connection may take to drain when it is stopped
 * @param connectionListeners called on a thread of the holder, never on one of jnats
 * @param errorListeners called on a thread of the holder, never on one of jnats
 * @param tlsTrust how far servers are trusted if TLS is used, by default
 * {@link TlsTrust#VERIFIED}
 */
public record ConnectionSettings(String name, Supplier<Options.Builder> options, StartupMode startupMode,
		Duration startupTimeout, Duration drainTimeout, List<ConnectionListener> connectionListeners,
		List<ErrorListener> errorListeners, TlsTrust tlsTrust) {

	public ConnectionSettings(String name, Supplier<Options.Builder> options, StartupMode startupMode,
			Duration startupTimeout, Duration drainTimeout, List<ConnectionListener> connectionListeners,
			List<ErrorListener> errorListeners) {
		this(name, options, startupMode, startupTimeout, drainTimeout, connectionListeners, errorListeners,
				TlsTrust.VERIFIED);
	}

	public ConnectionSettings {
		connectionListeners = List.copyOf(connectionListeners);
		errorListeners = List.copyOf(errorListeners);
	}

}
