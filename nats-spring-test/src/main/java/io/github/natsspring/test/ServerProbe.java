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

package io.github.natsspring.test;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

import io.nats.client.api.ServerInfo;
import org.jspecify.annotations.Nullable;

/**
 * Asks a port for the greeting of a nats-server.
 */
final class ServerProbe {

	private static final Duration TIMEOUT = Duration.ofSeconds(1);

	private static final int LONGEST_GREETING = 64 * 1024;

	private ServerProbe() {
	}

	/**
	 * Read the INFO line.
	 * @param port the port on 127.0.0.1
	 * @return the greeting, or {@code null} if the connection is accepted but nothing is
	 * said, as with TLS from the first byte on
	 * @throws IOException if nobody listens, or something that is no nats-server
	 */
	static @Nullable ServerInfo greet(int port) throws IOException {
		try (Socket socket = new Socket()) {
			socket.setSoTimeout((int) TIMEOUT.toMillis());
			socket.connect(new InetSocketAddress(InetAddress.getByAddress(new byte[] { 127, 0, 0, 1 }), port),
					(int) TIMEOUT.toMillis());
			BufferedReader reader = new BufferedReader(
					new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8), LONGEST_GREETING);
			String line = reader.readLine();
			if (line == null || !line.startsWith("INFO ")) {
				throw new IOException("port " + port + " is not answered by a nats-server");
			}
			return new ServerInfo(line);
		}
		catch (SocketTimeoutException ex) {
			return null;
		}
	}

}
