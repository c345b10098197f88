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
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * A PATH, a cache, properties and variables of their own, with shell scripts for
 * programs.
 */
class FakePrograms {

	final Map<String, String> properties = new HashMap<>();

	final Map<String, String> variables = new HashMap<>();

	private final Path root;

	FakePrograms(Path root) {
		this.root = root;
		this.properties.put(BinarySearch.CACHE_PROPERTY, cache().toString());
		this.variables.put("PATH", bin().toString());
		this.properties.put("os.name", "Linux");
		this.properties.put("os.arch", "amd64");
		// Nobody listens there
		this.properties.put(OfficialReleaseStep.ADDRESS_PROPERTY, "http://127.0.0.1:1");
	}

	Path cache() {
		return this.root.resolve("cache");
	}

	Path bin() {
		return this.root.resolve("bin");
	}

	BinarySearch search(@Nullable String version) {
		return BinarySearch.of(version, new BinarySearch.Surroundings(this.properties::get, this.variables::get));
	}

	Path find() {
		return find(null);
	}

	Path find(@Nullable String version) {
		return NatsServerBinary.find(search(version), NatsServerBinary.STEPS);
	}

	Path server(Path file, String version) {
		return script(file, "echo 'nats-server: v" + version + "'");
	}

	Path serverOnPath(String version) {
		return server(bin().resolve("nats-server"), version);
	}

	Path serverInCache(String version) {
		return server(cache().resolve(version).resolve("nats-server"), version);
	}

	/**
	 * Put a "go" on the PATH that takes a while and notes each call.
	 * @param version what the server that it builds answers
	 * @return the file with one line per call
	 */
	Path go(String version) {
		Path calls = this.root.resolve("go-calls");
		script(bin().resolve("go"), """
				echo "$@" >>'%s'
				sleep 0.5
				printf '#!/bin/sh\\necho nats-server: v%s\\n' >"$GOBIN/nats-server"
				chmod +x "$GOBIN/nats-server"
				""".formatted(calls, version));
		return calls;
	}

	/**
	 * Put apt's programs on the PATH.
	 * @param version the package's version
	 * @param knownAtOnce whether "apt-get update" is not needed
	 */
	void apt(String version, boolean knownAtOnce) {
		Path lists = this.root.resolve("apt-lists");
		if (knownAtOnce) {
			write(lists, "");
		}
		script(bin().resolve("apt-cache"), """
				[ -e '%s' ] || exit 0
				echo ' nats-server | %s | http://mirror.example/debian bookworm/main amd64 Packages'
				echo 'nats-server-doc | 9.9.9 | http://mirror.example/debian bookworm/main amd64 Packages'
				""".formatted(lists, version));
		script(bin().resolve("apt-get"), """
				case "$2" in
				update) touch '%s' ;;
				download) [ "$3" = 'nats-server=%s' ] && touch nats-server_x_amd64.deb ;;
				esac
				""".formatted(lists, version));
		script(bin().resolve("dpkg-deb"), """
				mkdir -p "$3/usr/sbin"
				printf '#!/bin/sh\\necho nats-server: v%s\\n' >"$3/usr/sbin/nats-server"
				chmod +x "$3/usr/sbin/nats-server"
				""".formatted(version.replaceFirst("-.*", "")));
	}

	Path script(Path file, String body) {
		write(file, "#!/bin/sh\n" + body + "\n");
		try {
			Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return file;
	}

	private static void write(Path file, String content) {
		try {
			Files.createDirectories(file.getParent());
			Files.writeString(file, content);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	List<String> lines(Path file) throws IOException {
		return Files.exists(file) ? Files.readAllLines(file) : List.of();
	}

}
