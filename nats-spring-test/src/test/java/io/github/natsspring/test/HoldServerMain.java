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
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Another JVM that starts a server, tells where it is, and does not stop it.
 */
public final class HoldServerMain {

	private HoldServerMain() {
	}

	/**
	 * Start a server.
	 * @param args the mode: "wait" until killed, "return", "exit" while a shutdown hook
	 * named like Spring's still needs the server, or "exit-alone" the same with a server
	 * that has no shell beside it
	 * @throws Exception if it does not start
	 */
	public static void main(String[] args) throws Exception {
		if (args[0].equals("exit-alone")) {
			exit(startAlone());
		}
		NatsServer server = NatsServer.builder().start();
		System.out.println(server.pid() + " " + server.port() + " " + server.workDirectory());
		switch (args[0]) {
			case "wait" -> new CountDownLatch(1).await(5, TimeUnit.MINUTES);
			case "exit" -> exit(server.port());
			default -> System.out.flush();
		}
	}

	private static int startAlone() throws IOException {
		Path directory = Files.createTempDirectory("nats-server-alone-");
		int port = Ports.free();
		ServerProcess process = ServerProcess.launchAlone(
				List.of(NatsServerBinary.find(null).toString(), "-a", "127.0.0.1", "-p", String.valueOf(port)),
				directory.resolve("log"), directory);
		Poll poll = new Poll(Duration.ofSeconds(20), Duration.ofMillis(20));
		while (!answers(port) && poll.next()) {
			continue;
		}
		System.out.println(process.pid() + " " + port + " " + directory);
		return port;
	}

	private static void exit(int port) {
		Runtime.getRuntime().addShutdownHook(new Thread(() -> {
			Poll poll = new Poll(Duration.ofSeconds(1), Duration.ofMillis(50));
			boolean answers = true;
			while (poll.next()) {
				answers &= answers(port);
			}
			System.out.println("answers while closing: " + answers);
		}, "SpringApplicationShutdownHook"));
		System.exit(0);
	}

	private static boolean answers(int port) {
		try (Socket socket = new Socket("127.0.0.1", port)) {
			return socket.getInputStream().read() == 'I';
		}
		catch (IOException ex) {
			return false;
		}
	}

}
