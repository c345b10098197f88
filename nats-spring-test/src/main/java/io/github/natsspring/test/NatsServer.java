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

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A real nats-server process, for tests, fault tests and {@code main} methods of
 * development: with JetStream, on a port of 127.0.0.1 and with a store of its own.
 *
 * <pre class="code">
 * try (NatsServer server = NatsServer.builder().start()) {
 * 	Connection connection = Nats.connect(server.url());
 * }
 * </pre>
 * <p>
 * The executable is found in this order: the property {@code nats.server.path} or the
 * variable {@code NATS_SERVER_PATH}; the cache ({@code ~/.cache/nats-spring/nats-server},
 * or the property {@code nats.server.cache}, or the variable {@code NATS_SERVER_CACHE});
 * a nats-server of 2.10.23 or newer on the PATH, if no version is asked for; a build by
 * the installed Go toolchain, which takes minutes the first time and is logged; Debian's
 * package.
 * <p>
 * The server never outlives the JVM. On Unix that holds for {@code kill -9} of the JVM
 * too, and an orderly end of the JVM ends the server after all shutdown hooks, so that an
 * application can still settle its messages.
 * <p>
 * All methods may be called by any thread, and changes of state are done one after the
 * other.
 */
public final class NatsServer implements AutoCloseable {

	private final ServerControl control;

	private NatsServer(Builder builder) {
		ServerFiles files = new ServerFiles(builder.storeDirectory);
		this.control = new ServerControl(builder.version, files,
				new ServerLauncher(files, builder.port, builder.jetStream, List.copyOf(builder.config)));
	}

	/**
	 * Begin to describe a server.
	 * @return a builder with JetStream on, a free port and a temporary store
	 */
	public static Builder builder() {
		return new Builder();
	}

	/**
	 * Start the server and wait until it accepts connections. Does nothing when it runs.
	 * After a {@link #stop()} or {@link #kill()} it comes back on the same port and with
	 * the same store.
	 * @throws IllegalStateException if there is no nats-server to be had, if the server
	 * does not accept connections within 30 seconds (with the end of its log), or after
	 * {@link #close()}
	 */
	public void start() {
		this.control.start();
	}

	/**
	 * Stop the server in order (SIGTERM) and wait for its end, at most 15 seconds before
	 * it is killed. Does nothing when it does not run. The store stays.
	 */
	public void stop() {
		this.control.stop();
	}

	/**
	 * Kill the server ({@code kill -9}) and wait for its end. Does nothing when it does
	 * not run. The store stays.
	 */
	public void kill() {
		this.control.kill();
	}

	/**
	 * Pause the process (SIGSTOP): its connections stay open, and nothing answers.
	 * @throws IllegalStateException if the server does not run
	 * @throws UnsupportedOperationException on Windows
	 */
	public void pause() {
		this.control.signal("STOP");
	}

	/**
	 * Let a paused process go on (SIGCONT).
	 * @throws IllegalStateException if the server does not run
	 * @throws UnsupportedOperationException on Windows
	 */
	public void resume() {
		this.control.signal("CONT");
	}

	/**
	 * Put the server into lame duck mode (SIGUSR2), as before its planned end: it hands
	 * over its leaders, takes no new clients and switches JetStream off, tells its
	 * clients so, closes them after half a second one by one, at most a second apart, and
	 * ends. Returns when it takes no new clients, within 10 seconds;
	 * {@link #awaitEnd(Duration)} waits for the rest. The lines
	 * {@code lame_duck_grace_period} and {@code lame_duck_duration} of the configuration
	 * change the pace.
	 * @throws IllegalStateException if the server does not run, or still takes clients
	 * after 10 seconds
	 * @throws UnsupportedOperationException on Windows
	 */
	public void lameDuck() {
		this.control.lameDuck();
	}

	/**
	 * Wait for the end of the server, be it by {@link #lameDuck()} or by its own failure.
	 * @param timeout how long at most
	 * @return whether it does not run any more
	 */
	public boolean awaitEnd(Duration timeout) {
		return this.control.awaitEnd(timeout);
	}

	/**
	 * Let the server read its configuration and the files named there again (SIGHUP),
	 * such as certificates, and wait until it has.
	 * @throws IllegalStateException if the server does not run, refuses (with its
	 * reason), or does not confirm in its log within 10 seconds
	 * @throws UnsupportedOperationException on Windows
	 */
	public void reload() {
		this.control.reload();
	}

	/**
	 * Replace the lines given to {@link Builder#config(String...)}, and {@link #reload()}
	 * if the server runs: users, permissions, limits and TLS change under its clients.
	 * Lines the server refuses are taken back. What it cannot reload needs a
	 * {@link #restart()}: stop, reconfigure, start.
	 * @param lines all lines besides ours, in the syntax of nats-server
	 * @throws IllegalStateException as {@link #reload()}, except that it need not run
	 * @throws UnsupportedOperationException on Windows, if the server runs
	 */
	public void reconfigure(String... lines) {
		this.control.reconfigure(List.of(lines));
	}

	/**
	 * Start the server again, on the same port and with the same store; stops it before
	 * if it runs.
	 * @throws IllegalStateException as {@link #start()}
	 */
	public void restart() {
		this.control.restart(false);
	}

	/**
	 * Start the server again on the same port, with all streams, consumers and buckets
	 * gone; stops it before if it runs.
	 * @throws IllegalStateException as {@link #start()}
	 */
	public void restartWithoutStore() {
		this.control.restart(true);
	}

	/**
	 * Stop the server for good and remove its temporary files, of which a store directory
	 * given by the user is none. May be called more than once.
	 */
	@Override
	public void close() {
		this.control.close();
	}

	/**
	 * The address for clients. It stays the same over restarts.
	 * @return {@code nats://127.0.0.1:<port>}
	 * @throws IllegalStateException before the first start
	 */
	public String url() {
		return "nats://127.0.0.1:" + port();
	}

	/**
	 * The port for clients. It stays the same over restarts.
	 * @return the port
	 * @throws IllegalStateException before the first start
	 */
	public int port() {
		return this.control.port();
	}

	/**
	 * The name of the server, by which a cluster's streams name their leader.
	 * @return the name
	 */
	public String name() {
		return this.control.name();
	}

	/**
	 * The version of the server, as it introduced itself at its last start.
	 * @return the version, such as {@code 2.15.2}
	 * @throws IllegalStateException before the first start
	 */
	public String version() {
		return this.control.version();
	}

	/**
	 * Whether there is a process, be it paused.
	 * @return {@code true} if it runs
	 */
	public boolean isRunning() {
		return this.control.isRunning();
	}

	/**
	 * The id of the server's process.
	 * @return the process id
	 * @throws IllegalStateException if the server does not run
	 */
	public long pid() {
		return this.control.pid();
	}

	// For tests: the directory of configuration, log and temporary store, while there is
	// one
	@Nullable Path workDirectory() {
		return this.control.workDirectory();
	}

	@Override
	public String toString() {
		return "NatsServer[port=%s, running=%s]".formatted(this.control.portOrZero(), isRunning());
	}

	/**
	 * Describes a server.
	 */
	public static final class Builder {

		private @Nullable String version;

		private final List<String> config = new ArrayList<>();

		private int port;

		private boolean jetStream = true;

		private @Nullable Path storeDirectory;

		private Builder() {
		}

		/**
		 * Ask for a version. Without it the property {@code nats.server.version} decides,
		 * or the variable {@code NATS_SERVER_VERSION}, or else any recent one is taken.
		 * @param version the version, such as {@code 2.12.0}
		 * @return this builder
		 * @throws IllegalArgumentException if it is no version
		 */
		public Builder version(String version) {
			this.version = NatsServerVersion.parse(version).toString();
			return this;
		}

		/**
		 * Add lines to the server's configuration file. They come after ours, and so win
		 * over them; {@code jetstream { … }} keeps the store if it names none.
		 * @param lines the lines, in the syntax of nats-server
		 * @return this builder
		 */
		public Builder config(String... lines) {
			this.config.addAll(List.of(lines));
			return this;
		}

		/**
		 * Choose the port.
		 * @param port the port, or 0 (the default) for a free one
		 * @return this builder
		 */
		public Builder port(int port) {
			if (port < 0 || port > 65535) {
				throw new IllegalArgumentException(
						"port is %s; give one from 1 to 65535, or 0 for a free one".formatted(port));
			}
			this.port = port;
			return this;
		}

		/**
		 * Switch JetStream on or off.
		 * @param jetStream whether the server has JetStream, by default {@code true}
		 * @return this builder
		 */
		public Builder jetStream(boolean jetStream) {
			this.jetStream = jetStream;
			return this;
		}

		/**
		 * Keep the streams in a directory that outlives the server. By default they are
		 * in a temporary one that is removed at {@link NatsServer#close()}.
		 * @param storeDirectory the directory, made when missing
		 * @return this builder
		 */
		public Builder storeDirectory(Path storeDirectory) {
			this.storeDirectory = storeDirectory;
			return this;
		}

		/**
		 * Make the server, without starting it.
		 * @return the server
		 */
		public NatsServer build() {
			return new NatsServer(this);
		}

		/**
		 * Make the server and start it.
		 * @return the running server
		 * @throws IllegalStateException as {@link NatsServer#start()}
		 */
		public NatsServer start() {
			NatsServer server = build();
			try {
				server.start();
				return server;
			}
			catch (RuntimeException | Error ex) {
				server.close();
				throw ex;
			}
		}

	}

}
