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
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

import io.nats.client.api.ServerInfo;
import org.jspecify.annotations.Nullable;

/**
 * Starts a nats-server and waits until it is ready. Not for several threads at once.
 */
final class ServerLauncher {

	private static final Duration START_TIMEOUT = Duration.ofSeconds(30);

	private static final Duration END_TIMEOUT = Duration.ofSeconds(10);

	private static final Duration POLL = Duration.ofMillis(10);

	private static final Duration PORT_TIMEOUT = Duration.ofSeconds(5);

	private static final Duration PORT_PAUSE = Duration.ofMillis(100);

	private final String name = "spring-" + UUID.randomUUID().toString().substring(0, 8);

	private final ServerFiles files;

	private final boolean anyPort;

	private final boolean jetStream;

	private List<String> config;

	private int port;

	private boolean portInUse;

	ServerLauncher(ServerFiles files, int port, boolean jetStream, List<String> config) {
		this.files = files;
		this.port = port;
		this.anyPort = port == 0;
		this.jetStream = jetStream;
		this.config = config;
	}

	String name() {
		return this.name;
	}

	List<String> config() {
		return this.config;
	}

	void config(List<String> config) {
		this.config = config;
	}

	/**
	 * Write the configuration.
	 * @throws IOException if that fails
	 */
	void prepareFiles() throws IOException {
		this.files.prepare(this.name, this.port, this.jetStream, this.config);
	}

	/**
	 * Start a server, on the port of the launch before if there was one.
	 * @param binary the executable
	 * @return the server, ready
	 * @throws IllegalStateException if it does not get ready
	 */
	Launched launch(Path binary) {
		Poll poll = new Poll(START_TIMEOUT, POLL);
		Poll pause = new Poll(PORT_TIMEOUT, PORT_PAUSE);
		while (true) {
			if (this.anyPort && !this.portInUse) {
				this.port = Ports.free();
			}
			try {
				Launched launched = launch(binary, poll);
				this.portInUse = true;
				return launched;
			}
			catch (PortTakenException ex) {
				// Between the choice and the start; or by whoever got it while we were
				// off
				if (!this.anyPort || !pause.next()) {
					throw new IllegalStateException(ex.getMessage(), ex);
				}
			}
			catch (IOException ex) {
				throw new IllegalStateException("Could not start the nats-server %s".formatted(binary), ex);
			}
		}
	}

	private Launched launch(Path binary, Poll poll) throws IOException {
		prepareFiles();
		this.files.markLog();
		ServerProcess process = ServerProcess.launch(
				List.of(binary.toString(), "-c", this.files.configuration().toString()), this.files.log(),
				this.files.work());
		String version = null;
		try {
			version = awaitReady(process, poll);
			return new Launched(process, this.port, version);
		}
		finally {
			if (version == null) {
				process.kill();
				process.awaitEnd(END_TIMEOUT);
			}
		}
	}

	private String awaitReady(ServerProcess process, Poll poll) throws PortTakenException {
		while (process.isAlive()) {
			String version = versionWhenReady();
			if (version != null) {
				return version;
			}
			if (!poll.next()) {
				throw failure("was not ready within %s s".formatted(START_TIMEOUT.toSeconds()));
			}
		}
		String log = this.files.logOfThisRun();
		// The latter is what Windows says
		if (log.contains("address already in use") || log.contains("Only one usage of each socket address")) {
			throw new PortTakenException(describe("found its port in use"));
		}
		throw failure("ended with exit code %s".formatted(process.exitCode()));
	}

	private @Nullable String versionWhenReady() {
		ServerInfo info;
		try {
			info = ServerProbe.greet(this.port);
		}
		catch (IOException ex) {
			return null;
		}
		String log = this.files.logOfThisRun();
		if (info == null) {
			return log.contains("Server is ready") ? versionIn(log) : null;
		}
		// Else another server has the port, and ours is about to find out
		boolean ours = this.name.equals(info.getServerName()) || log.contains(info.getServerId());
		return (ours && (!this.jetStream || info.isJetStreamAvailable())) ? info.getVersion() : null;
	}

	private static @Nullable String versionIn(String log) {
		return log.lines()
			.filter((line) -> line.contains("Version:"))
			.map((line) -> line.substring(line.indexOf("Version:") + "Version:".length()).trim())
			.findFirst()
			.orElse(null);
	}

	private IllegalStateException failure(String what) {
		return new IllegalStateException(describe(what));
	}

	private String describe(String what) {
		return "The nats-server on port %s %s. End of its log:%n%s".formatted(this.port, what, this.files.logTail());
	}

	/**
	 * A server that is ready.
	 *
	 * @param process the process
	 * @param port its port
	 * @param version its version, as it says itself
	 */
	record Launched(ServerProcess process, int port, String version) {
	}

	/**
	 * Somebody else listens on the port.
	 */
	static final class PortTakenException extends IOException {

		private static final long serialVersionUID = 1;

		PortTakenException(String message) {
			super(message);
		}

	}

}
