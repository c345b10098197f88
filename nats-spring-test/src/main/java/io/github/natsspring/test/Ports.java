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

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Chooses free ports.
 */
final class Ports {

	/**
	 * Below the range from which operating systems take the ports of outgoing
	 * connections: a server that is restarted must find its port free again, and a client
	 * that tries to reconnect to a local port of that range now and then connects to
	 * itself.
	 */
	private static final int LOWEST = 15000;

	private static final int HIGHEST = 32000;

	private static final int TRIES = 200;

	private Ports() {
	}

	static int free() {
		return free(1).get(0);
	}

	/**
	 * Choose several ports.
	 * @param count how many
	 * @return different free ports
	 */
	static List<Integer> free(int count) {
		Set<Integer> ports = new LinkedHashSet<>();
		for (int i = 0; i < TRIES && ports.size() < count; i++) {
			int port = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST);
			try (ServerSocket socket = new ServerSocket(port, 1,
					InetAddress.getByAddress(new byte[] { 127, 0, 0, 1 }))) {
				ports.add(socket.getLocalPort());
			}
			catch (IOException ex) {
				// Taken
			}
		}
		if (ports.size() < count) {
			throw new IllegalStateException(
					"No %s free ports found between %s and %s in %s tries".formatted(count, LOWEST, HIGHEST, TRIES));
		}
		return List.copyOf(ports);
	}

}
