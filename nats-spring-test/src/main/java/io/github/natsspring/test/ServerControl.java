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
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * The changes of state of one server, done one after the other. What the methods do is
 * said at {@link NatsServer}.
 */
final class ServerControl {

	private static final Duration STOP_TIMEOUT = Duration.ofSeconds(15);

	private static final Duration SIGNAL_TIMEOUT = Duration.ofSeconds(10);

	private static final Duration POLL = Duration.ofMillis(10);

	private static final String RELOADED = "Reloaded server configuration";

	private static final String NOT_RELOADED = "Failed to reload server configuration";

	private final ReentrantLock lock = new ReentrantLock();

	private final @Nullable String wantedVersion;

	private final ServerFiles files;

	private final ServerLauncher launcher;

	private volatile int port;

	private volatile @Nullable String version;

	private volatile @Nullable ServerProcess process;

	private boolean closed;

	ServerControl(@Nullable String wantedVersion, ServerFiles files, ServerLauncher launcher) {
		this.wantedVersion = wantedVersion;
		this.files = files;
		this.launcher = launcher;
	}

	void start() {
		locked(() -> {
			if (this.closed) {
				throw new IllegalStateException("This nats-server is closed; build another one");
			}
			if (!isRunning()) {
				ServerLauncher.Launched launched = this.launcher.launch(NatsServerBinary.find(this.wantedVersion));
				this.port = launched.port();
				this.version = launched.version();
				this.process = launched.process();
			}
		});
	}

	void stop() {
		end((running) -> {
			running.terminate();
			if (!running.awaitEnd(STOP_TIMEOUT)) {
				running.kill();
			}
		});
	}

	void kill() {
		end(ServerProcess::kill);
	}

	void signal(String signal) {
		locked(() -> running().signal(signal));
	}

	void restart(boolean wipe) {
		locked(() -> {
			stop();
			if (wipe) {
				this.files.wipeStore();
			}
			start();
		});
	}

	void lameDuck() {
		locked(() -> {
			ServerProcess running = running();
			running.signal("USR2");
			if (!becomes(() -> !running.isAlive() || !listens())) {
				throw new IllegalStateException("The nats-server on port %s still takes clients %s s after SIGUSR2"
					.formatted(this.port, SIGNAL_TIMEOUT.toSeconds()));
			}
		});
	}

	private boolean listens() {
		try {
			ServerProbe.greet(this.port);
			return true;
		}
		catch (IOException ex) {
			return false;
		}
	}

	boolean awaitEnd(Duration timeout) {
		// Without the lock: someone else may want to end it meanwhile
		ServerProcess current = this.process;
		return current == null || current.awaitEnd(timeout);
	}

	void reconfigure(List<String> lines) {
		locked(() -> {
			List<String> before = this.launcher.config();
			this.launcher.config(lines);
			if (!isRunning()) {
				return;
			}
			try {
				reload();
			}
			catch (RuntimeException | Error ex) {
				// So that a restart gives back a server that starts
				this.launcher.config(before);
				throw ex;
			}
		});
	}

	void reload() {
		locked(() -> {
			ServerProcess running = running();
			try {
				this.launcher.prepareFiles();
				long mark = this.files.logSize();
				running.signal("HUP");
				if (!becomes(() -> answered(mark) || !running.isAlive())) {
					throw new IllegalStateException(
							"The nats-server on port %s did not confirm in its log within %s s that it reloaded"
								.formatted(this.port, SIGNAL_TIMEOUT.toSeconds()));
				}
				if (!this.files.logSince(mark).contains(RELOADED)) {
					throw new IllegalStateException(
							"The nats-server on port %s refuses to reload: %s".formatted(this.port, refusal(mark)));
				}
			}
			catch (IOException ex) {
				throw new UncheckedIOException("Could not write the configuration of the nats-server", ex);
			}
		});
	}

	private boolean answered(long mark) {
		String log = this.files.logSince(mark);
		return log.contains(RELOADED) || log.contains(NOT_RELOADED);
	}

	private String refusal(long mark) {
		return this.files.logSince(mark)
			.lines()
			.filter((line) -> line.contains(NOT_RELOADED))
			.findFirst()
			.orElse("it has ended");
	}

	private static boolean becomes(BooleanSupplier state) {
		Poll poll = new Poll(SIGNAL_TIMEOUT, POLL);
		while (!state.getAsBoolean()) {
			if (!poll.next()) {
				return false;
			}
		}
		return true;
	}

	void close() {
		locked(() -> {
			this.closed = true;
			try {
				stop();
			}
			finally {
				this.files.delete();
			}
		});
	}

	int port() {
		if (this.port == 0) {
			throw notStarted();
		}
		return this.port;
	}

	int portOrZero() {
		return this.port;
	}

	String name() {
		return this.launcher.name();
	}

	String version() {
		String current = this.version;
		if (current == null) {
			throw notStarted();
		}
		return current;
	}

	boolean isRunning() {
		ServerProcess current = this.process;
		return current != null && current.isAlive();
	}

	long pid() {
		return running().pid();
	}

	@Nullable Path workDirectory() {
		return this.files.workOrNull();
	}

	private void end(Consumer<ServerProcess> how) {
		locked(() -> {
			ServerProcess running = this.process;
			if (running == null) {
				return;
			}
			if (running.isAlive()) {
				how.accept(running);
				if (!running.awaitEnd(STOP_TIMEOUT)) {
					throw new IllegalStateException("The nats-server process %s does not end".formatted(running.pid()));
				}
			}
			this.process = null;
		});
	}

	private ServerProcess running() {
		ServerProcess current = this.process;
		if (current == null || !current.isAlive()) {
			throw new IllegalStateException("This nats-server does not run; call start() or restart() first");
		}
		return current;
	}

	private void locked(Runnable change) {
		this.lock.lock();
		try {
			change.run();
		}
		finally {
			this.lock.unlock();
		}
	}

	private static IllegalStateException notStarted() {
		return new IllegalStateException("This nats-server has not been started yet; call start() first");
	}

}
