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
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * A running nats-server, or another program under test, that does not outlive this JVM.
 * <p>
 * On Unix it is the child of a small shell script, whose standard input is a pipe from
 * this JVM: when the JVM is gone, even by {@code kill -9}, the pipe ends and the script
 * ends the server. That is also how the server ends with an orderly end of the JVM, and
 * the reason why there is no shutdown hook for it: shutdown hooks run at the same time,
 * so one of ours would take the server away from an application that is closing.
 */
final class ServerProcess {

	private static final Log logger = LogFactory.getLog(ServerProcess.class);

	private static final Duration USUAL_END = Duration.ofMillis(200);

	private final Process process;

	private final ProcessHandle server;

	private ServerProcess(Process process, ProcessHandle server) {
		this.process = process;
		this.server = server;
	}

	/**
	 * Start a nats-server.
	 * @param command its command line
	 * @param log where its output is appended
	 * @param scratch a directory that is removed if this JVM ends before the server does,
	 * or {@code null}
	 * @return the process
	 * @throws IOException if it cannot be started
	 */
	static ServerProcess launch(List<String> command, Path log, @Nullable Path scratch) throws IOException {
		return launch(command, Map.of(), log, scratch);
	}

	/**
	 * Start a program.
	 * @param command its command line
	 * @param environment variables besides those of this JVM
	 * @param log where its output is appended
	 * @param scratch a directory that is removed if this JVM ends before the program
	 * does, or {@code null}
	 * @return the process
	 * @throws IOException if it cannot be started
	 */
	static ServerProcess launch(List<String> command, Map<String, String> environment, Path log, @Nullable Path scratch)
			throws IOException {
		return BinarySearch.WINDOWS ? launchAlone(command, environment, log, scratch)
				: launchGuarded(command, environment, log, scratch);
	}

	private static ServerProcess launchGuarded(List<String> command, Map<String, String> environment, Path log,
			@Nullable Path scratch) throws IOException {
		List<String> guarded = new ArrayList<>();
		setsid().ifPresent(guarded::add);
		guarded.addAll(List.of("/bin/sh", "-c", guardScript(), "nats-server-guard", log.toString(),
				(scratch != null) ? scratch.toString() : ""));
		guarded.addAll(command);
		ProcessBuilder builder = new ProcessBuilder(guarded)
			.redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
		builder.environment().putAll(environment);
		Process process = builder.start();
		try (BufferedReader reader = process.inputReader(StandardCharsets.US_ASCII)) {
			String pid = reader.readLine();
			if (pid == null) {
				throw new IOException("/bin/sh did not start " + command.get(0));
			}
			// Absent if it has ended already; the shell then ends too
			return new ServerProcess(process,
					ProcessHandle.of(Long.parseLong(pid.trim())).orElseGet(process::toHandle));
		}
		catch (IOException | RuntimeException ex) {
			process.destroyForcibly();
			throw ex;
		}
	}

	// A session of its own: Ctrl-C in a terminal is for the application, which may still
	// need the server while it closes
	private static Optional<String> setsid() {
		try {
			return Optional.of(BinarySearch.Surroundings.ofThisProcess().onPath("setsid").toString());
		}
		catch (IOException ex) {
			// Not everywhere
			return Optional.empty();
		}
	}

	static ServerProcess launchAlone(List<String> command, Path log, @Nullable Path scratch) throws IOException {
		return launchAlone(command, Map.of(), log, scratch);
	}

	private static ServerProcess launchAlone(List<String> command, Map<String, String> environment, Path log,
			@Nullable Path scratch) throws IOException {
		ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true)
			.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
		builder.environment().putAll(environment);
		Process process = builder.start();
		ServerProcess started = new ServerProcess(process, process.toHandle());
		ShutdownHook.add(started, scratch);
		return started;
	}

	private static String guardScript() throws IOException {
		try (InputStream script = ServerProcess.class.getResourceAsStream("guard.sh")) {
			return new String(Objects.requireNonNull(script, "guard.sh").readAllBytes(), StandardCharsets.UTF_8);
		}
	}

	long pid() {
		return this.server.pid();
	}

	boolean isAlive() {
		return this.process.isAlive();
	}

	/**
	 * Send SIGTERM, also to a paused process, which then goes on to end.
	 */
	void terminate() {
		this.server.destroy();
		if (!BinarySearch.WINDOWS && !awaitEnd(USUAL_END)) {
			try {
				send("CONT");
			}
			catch (IOException ex) {
				logger.debug("Could not resume process " + pid(), ex);
			}
		}
	}

	/**
	 * Send SIGKILL.
	 */
	void kill() {
		this.server.destroyForcibly();
	}

	/**
	 * Send a signal that Java has no method for.
	 * @param name its name without "SIG"
	 */
	void signal(String name) {
		if (BinarySearch.WINDOWS) {
			throw new UnsupportedOperationException("Windows has no signal SIG" + name);
		}
		try {
			Command.Result result = send(name);
			if (!result.succeeded()) {
				throw new IllegalStateException(
						"Could not send SIG%s to process %s%s".formatted(name, pid(), result.tail()));
			}
		}
		catch (IOException ex) {
			throw new IllegalStateException("Could not send SIG%s to process %s".formatted(name, pid()), ex);
		}
	}

	private Command.Result send(String signal) throws IOException {
		Command.Result result = new Command("/bin/sh", "-c", "kill -" + signal + " " + pid()).run();
		if (signal.equals("STOP") && result.succeeded()) {
			Standstill.await(pid());
		}
		return result;
	}

	/**
	 * Wait for the end, even in an interrupted thread: a server must not stay behind only
	 * because a test was cancelled.
	 * @param timeout how long
	 * @return whether it has ended
	 */
	boolean awaitEnd(Duration timeout) {
		long deadline = System.nanoTime() + timeout.toNanos();
		boolean interrupted = false;
		try {
			while (true) {
				try {
					return this.process.waitFor(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
				}
				catch (InterruptedException ex) {
					interrupted = true;
				}
			}
		}
		finally {
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

	/**
	 * The exit code, of a process that has ended.
	 * @return the exit code, above 128 by a signal
	 */
	int exitCode() {
		return this.process.exitValue();
	}

}
