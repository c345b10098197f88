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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * A short-lived child process with its output gathered and a bound on its time.
 */
final class Command {

	private final List<String> arguments;

	private final Map<String, String> variables = new LinkedHashMap<>();

	private Duration timeout = Duration.ofSeconds(20);

	private @Nullable Path directory;

	private Duration progressInterval = Duration.ofSeconds(30);

	private Consumer<Duration> progress = (elapsed) -> {
	};

	Command(String... arguments) {
		this.arguments = List.of(arguments);
	}

	Command variable(String name, String value) {
		this.variables.put(name, value);
		return this;
	}

	Command timeout(Duration timeout) {
		this.timeout = timeout;
		return this;
	}

	Command directory(Path directory) {
		this.directory = directory;
		return this;
	}

	Command onProgress(Duration interval, Consumer<Duration> progress) {
		this.progressInterval = interval;
		this.progress = progress;
		return this;
	}

	/**
	 * Run to the end.
	 * @return exit code and output
	 * @throws IOException when the command cannot be started or exceeds its time, in
	 * which case it and its descendants are killed
	 */
	Result run() throws IOException {
		// A file and not a pipe: nobody has to read while we wait with a bound
		Path output = Files.createTempFile("nats-spring-command-", ".log");
		try {
			ProcessBuilder builder = new ProcessBuilder(this.arguments).redirectErrorStream(true)
				.redirectOutput(output.toFile());
			builder.environment().putAll(this.variables);
			if (this.directory != null) {
				builder.directory(this.directory.toFile());
			}
			Process process = builder.start();
			process.getOutputStream().close();
			try {
				await(process, output);
			}
			finally {
				if (process.isAlive()) {
					process.descendants().forEach(ProcessHandle::destroyForcibly);
					process.destroyForcibly();
				}
			}
			return new Result(process.exitValue(), read(output));
		}
		finally {
			Files.deleteIfExists(output);
		}
	}

	private void await(Process process, Path output) throws IOException {
		long start = System.nanoTime();
		try {
			while (true) {
				long elapsed = System.nanoTime() - start;
				long left = this.timeout.toNanos() - elapsed;
				if (left <= 0) {
					throw new IOException("'%s' did not end within %s s%s".formatted(this, this.timeout.toSeconds(),
							new Result(-1, read(output)).tail()));
				}
				if (process.waitFor(Math.min(left, this.progressInterval.toNanos()), TimeUnit.NANOSECONDS)) {
					return;
				}
				this.progress.accept(Duration.ofNanos(System.nanoTime() - start));
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IOException("Interrupted while waiting for '%s'".formatted(this), ex);
		}
	}

	private static String read(Path output) throws IOException {
		// Not readString: what a foreign tool prints need not be UTF-8
		return new String(Files.readAllBytes(output), StandardCharsets.UTF_8);
	}

	@Override
	public String toString() {
		return String.join(" ", this.arguments);
	}

	record Result(int exitCode, String output) {

		boolean succeeded() {
			return this.exitCode == 0;
		}

		String tail() {
			List<String> lines = this.output.lines().filter((line) -> !line.isBlank()).toList();
			return lines.isEmpty() ? ""
					: ": " + String.join(" | ", lines.subList(Math.max(0, lines.size() - 5), lines.size()));
		}

	}

}
