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
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * The files of one server: a work directory with configuration and log, and the store.
 */
final class ServerFiles {

	private static final int TAIL = 30;

	private final @Nullable Path givenStore;

	private volatile @Nullable Path work;

	private long logStart;

	ServerFiles(@Nullable Path store) {
		this.givenStore = (store != null) ? store.toAbsolutePath() : null;
	}

	@Nullable Path workOrNull() {
		return this.work;
	}

	Path work() {
		return Objects.requireNonNull(this.work, "Not prepared");
	}

	private Path store() {
		return (this.givenStore != null) ? this.givenStore : work().resolve("store");
	}

	Path log() {
		return work().resolve("nats-server.log");
	}

	Path configuration() {
		return work().resolve("nats-server.conf");
	}

	/**
	 * Make the directories where they are missing, and the configuration.
	 * @param name the server's name
	 * @param port its port
	 * @param jetStream whether it has JetStream
	 * @param further lines of the user
	 * @throws IOException if they cannot be made
	 */
	void prepare(String name, int port, boolean jetStream, List<String> further) throws IOException {
		if (this.work == null) {
			this.work = Files.createTempDirectory("nats-server-");
		}
		Files.createDirectories(store());
		List<String> lines = new ArrayList<>();
		lines.add("listen: \"127.0.0.1:%s\"".formatted(port));
		lines.add("server_name: \"%s\"".formatted(name));
		if (jetStream) {
			// At the top level, so that a 'jetstream { }' of the user keeps this store
			lines.add("store_dir: \"%s\"".formatted(store().toString().replace('\\', '/')));
			lines.add("jetstream: enabled");
		}
		// The end in lame duck mode takes 10 s otherwise, with a single client; 30 s is
		// the
		// least that the server allows
		lines.add("lame_duck_duration: \"30s\"");
		lines.add("lame_duck_grace_period: \"500ms\"");
		lines.addAll(further);
		Path file = configuration();
		Files.deleteIfExists(file);
		if (Files.getFileAttributeView(work(), PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS) != null) {
			// The user's lines may have passwords
			Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
		}
		Files.write(file, lines);
	}

	/**
	 * Let the log of the current run begin here.
	 * @throws IOException if the log cannot be read
	 */
	void markLog() throws IOException {
		this.logStart = logSize();
	}

	long logSize() throws IOException {
		return Files.exists(log()) ? Files.size(log()) : 0;
	}

	String logOfThisRun() {
		return logSince(this.logStart);
	}

	/**
	 * The log from a place on.
	 * @param position a {@link #logSize()} of before
	 * @return the lines since
	 */
	String logSince(long position) {
		try {
			byte[] all = Files.readAllBytes(log());
			int start = (int) Math.min(position, all.length);
			return new String(all, start, all.length - start, StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			return "(no log: " + ex.getMessage() + ")";
		}
	}

	String logTail() {
		List<String> lines = logOfThisRun().lines().toList();
		return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL), lines.size()));
	}

	void wipeStore() {
		if (this.givenStore == null && this.work == null) {
			return;
		}
		// Only what the server made: the directory may be the user's
		Directories.delete(store().resolve("jetstream"));
	}

	void delete() {
		Path current = this.work;
		if (current != null) {
			Directories.delete(current);
			this.work = null;
		}
	}

}
