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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;

/**
 * One run of an application as a JVM of its own. What the methods do is said at
 * {@link ApplicationProcess}.
 */
final class ApplicationRun {

	private static final Duration END_TIMEOUT = Duration.ofSeconds(15);

	private static final Duration POLL = Duration.ofMillis(20);

	private static final int TAIL = 200;

	private final ReentrantLock lock = new ReentrantLock();

	private final String name;

	private final Path directory;

	private final Path log;

	private final ServerProcess process;

	private boolean closed;

	private ApplicationRun(String name, Path directory, Path log, ServerProcess process) {
		this.name = name;
		this.directory = directory;
		this.log = log;
		this.process = process;
	}

	static ApplicationRun launch(String main, List<String> jvmOptions, String classPath, List<String> args,
			Map<String, String> environment) throws IOException {
		Path directory = Files.createTempDirectory("nats-application-");
		try {
			List<String> options = new ArrayList<>(jvmOptions);
			options.addAll(List.of("-cp", classPath));
			List<String> command = new ArrayList<>();
			command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
			command.add("@" + argumentFile(directory, options));
			command.add(main);
			// Not in the file, whose reader loses empty ones
			command.addAll(args);
			Path log = Files.createFile(directory.resolve("output.log"));
			return new ApplicationRun(main, directory, log, ServerProcess.launch(command, environment, log, directory));
		}
		catch (IOException | RuntimeException ex) {
			Directories.delete(directory);
			throw ex;
		}
	}

	// Class paths exceed what some systems take, and passwords in system properties are
	// no
	// business of other users
	private static Path argumentFile(Path directory, List<String> options) throws IOException {
		return Files.write(directory.resolve("options"), options.stream().map(ApplicationRun::quote).toList(),
				StandardCharsets.UTF_8);
	}

	private static String quote(String argument) {
		return '"' + argument.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n").replace("\r", "\\r")
				+ '"';
	}

	int terminate(Duration timeout) {
		this.process.terminate();
		if (!this.process.awaitEnd(timeout)) {
			kill();
			throw new IllegalStateException(
					describe("did not end within %s ms of SIGTERM".formatted(timeout.toMillis())));
		}
		return exitCode();
	}

	void kill() {
		if (this.process.isAlive()) {
			this.process.kill();
		}
		if (!this.process.awaitEnd(END_TIMEOUT)) {
			throw new IllegalStateException("The process %s of %s does not end".formatted(pid(), this.name));
		}
	}

	void signal(String signal) {
		if (!isRunning()) {
			throw new IllegalStateException(describe("does not run"));
		}
		this.process.signal(signal);
	}

	boolean awaitEnd(Duration timeout) {
		return this.process.awaitEnd(timeout);
	}

	void awaitOutput(String regex, Duration timeout) {
		Pattern pattern = Pattern.compile(regex);
		await(() -> allOutput().lines().anyMatch((line) -> pattern.matcher(line).find()), timeout,
				"a line with '%s'".formatted(regex));
	}

	void await(BooleanSupplier condition, Duration timeout, String what) {
		Poll poll = new Poll(timeout, POLL);
		while (true) {
			// Before the condition, which may have come true with the end
			boolean running = isRunning();
			if (condition.getAsBoolean()) {
				return;
			}
			if (!running) {
				throw new IllegalStateException(
						describe("ended with exit code %s before %s".formatted(exitCode(), what)));
			}
			if (!poll.next()) {
				throw new IllegalStateException(
						describe("had not got to %s within %s ms".formatted(what, timeout.toMillis())));
			}
		}
	}

	String name() {
		return this.name;
	}

	boolean isRunning() {
		return this.process.isAlive();
	}

	long pid() {
		return this.process.pid();
	}

	int exitCode() {
		if (isRunning()) {
			throw new IllegalStateException("%s still runs; wait for its end first".formatted(this.name));
		}
		return this.process.exitCode();
	}

	String output() {
		List<String> lines = allOutput().lines().toList();
		return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL), lines.size()));
	}

	private String allOutput() {
		try {
			return new String(Files.readAllBytes(this.log), StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			return "(no output: " + ex.getMessage() + ")";
		}
	}

	private String describe(String what) {
		return "%s %s. End of its output:%n%s".formatted(this.name, what, output());
	}

	void close() {
		this.lock.lock();
		try {
			if (!this.closed) {
				this.closed = true;
				try {
					kill();
				}
				finally {
					Directories.delete(this.directory);
				}
			}
		}
		finally {
			this.lock.unlock();
		}
	}

}
