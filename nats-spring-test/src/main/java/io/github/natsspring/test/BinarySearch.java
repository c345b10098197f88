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

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/**
 * Which nats-server is looked for, and the surroundings to look in.
 *
 * @param version the version
 * @param askedFor whether the user asked for this very version
 * @param cache the directory that holds one directory per version
 * @param surroundings properties and variables
 */
record BinarySearch(NatsServerVersion version, boolean askedFor, Path cache, Surroundings surroundings) {

	static final String VERSION_PROPERTY = "nats.server.version";

	static final String VERSION_VARIABLE = "NATS_SERVER_VERSION";

	static final String CACHE_PROPERTY = "nats.server.cache";

	static final String CACHE_VARIABLE = "NATS_SERVER_CACHE";

	static final boolean WINDOWS = System.getProperty("os.name", "").toLowerCase(Locale.ROOT).contains("windows");

	static BinarySearch of(@Nullable String version, Surroundings surroundings) {
		String wanted = (version != null) ? version : surroundings.get(VERSION_PROPERTY, VERSION_VARIABLE);
		return new BinarySearch((wanted != null) ? NatsServerVersion.parse(wanted) : NatsServerVersion.PINNED,
				wanted != null, cacheDirectory(surroundings), surroundings);
	}

	private static Path cacheDirectory(Surroundings surroundings) {
		String configured = surroundings.get(CACHE_PROPERTY, CACHE_VARIABLE);
		if (configured != null) {
			return Path.of(configured).toAbsolutePath();
		}
		String xdg = surroundings.variable("XDG_CACHE_HOME");
		// Its specification: a relative path is to be ignored
		Path base = (xdg != null && Path.of(xdg).isAbsolute()) ? Path.of(xdg)
				: Path.of(String.valueOf(surroundings.property("user.home")), ".cache");
		return base.resolve("nats-spring").resolve("nats-server");
	}

	Path cached(NatsServerVersion version) {
		return this.cache.resolve(version.toString()).resolve(executable("nats-server"));
	}

	Path onPath(String program) throws IOException {
		return this.surroundings.onPath(program);
	}

	static String executable(String name) {
		return WINDOWS ? name + ".exe" : name;
	}

	/**
	 * Ask a nats-server for its version.
	 * @param binary the executable
	 * @return the version
	 * @throws IOException if the file is no nats-server that runs here
	 */
	static NatsServerVersion versionOf(Path binary) throws IOException {
		Command.Result result = new Command(binary.toString(), "--version").run();
		NatsServerVersion version = result.succeeded() ? NatsServerVersion.findIn(result.output()) : null;
		if (version == null) {
			throw new IOException("'%s --version' answers no version but exit code %s%s".formatted(binary,
					result.exitCode(), result.tail()));
		}
		return version;
	}

	/**
	 * System properties and environment variables.
	 *
	 * @param properties by name
	 * @param variables by name
	 */
	record Surroundings(Function<String, @Nullable String> properties, Function<String, @Nullable String> variables) {

		static Surroundings ofThisProcess() {
			return new Surroundings(System::getProperty, System::getenv);
		}

		@Nullable String property(String name) {
			return textOrNull(this.properties.apply(name));
		}

		@Nullable String variable(String name) {
			return textOrNull(this.variables.apply(name));
		}

		@Nullable String get(String property, String variable) {
			String value = property(property);
			return (value != null) ? value : variable(variable);
		}

		/**
		 * Look for a program on the PATH.
		 * @param program its name without extension
		 * @return its file
		 * @throws IOException if there is none
		 */
		Path onPath(String program) throws IOException {
			String path = variable("PATH");
			return Arrays.stream(((path != null) ? path : "").split(File.pathSeparator))
				.filter((directory) -> !directory.isBlank())
				.map((directory) -> Path.of(directory).resolve(executable(program)).toAbsolutePath())
				.filter((file) -> Files.isRegularFile(file) && Files.isExecutable(file))
				.findFirst()
				.orElseThrow(() -> new IOException("no '%s' on the PATH".formatted(program)));
		}

		// Build tools pass an unset property on as an empty one
		private static @Nullable String textOrNull(@Nullable String value) {
			return (value != null && !value.isBlank()) ? value : null;
		}

	}

}
