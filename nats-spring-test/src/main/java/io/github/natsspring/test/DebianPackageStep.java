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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Unpacks, without installing, the package of a Debian-like system.
 */
final class DebianPackageStep implements BinaryStep {

	private static final Log logger = LogFactory.getLog(DebianPackageStep.class);

	private static final Duration TIMEOUT = Duration.ofMinutes(3);

	@Override
	public String name() {
		return "Debian package";
	}

	@Override
	public boolean installs() {
		return true;
	}

	@Override
	public Path find(BinarySearch search) throws IOException {
		Apt apt = new Apt(search.onPath("apt-get"), search.onPath("apt-cache"), search.onPath("dpkg-deb"));
		List<Candidate> candidates = apt.candidates();
		boolean updated = candidates.isEmpty();
		if (updated) {
			apt.update();
			candidates = apt.candidates();
		}
		Candidate candidate = choose(search, candidates);
		if (!search.askedFor() && candidate.version().compareTo(NatsServerVersion.PINNED) < 0) {
			logger.warn("Using Debian's nats-server %s, which is older than %s: some tests may not fit it"
				.formatted(candidate.version(), NatsServerVersion.PINNED));
		}
		Path cached = search.cached(candidate.version());
		return Files.isExecutable(cached) ? cached : unpack(search, apt, candidate, updated);
	}

	private static Candidate choose(BinarySearch search, List<Candidate> candidates) throws IOException {
		return candidates.stream()
			.filter((candidate) -> !search.askedFor() || candidate.version().equals(search.version()))
			.max(Comparator.comparing(Candidate::version))
			.orElseThrow(() -> new IOException(candidates.isEmpty() ? "apt knows no package nats-server"
					: "apt has nats-server %s only".formatted(String.join(", ",
							candidates.stream().map((candidate) -> candidate.version().toString()).toList()))));
	}

	private static Path unpack(BinarySearch search, Apt apt, Candidate candidate, boolean updated) throws IOException {
		logger.info("Unpacking Debian's nats-server %s into %s".formatted(candidate.packageVersion(), search.cache()));
		try (Installation installation = new Installation(search)) {
			Path scratch = installation.scratch();
			try {
				apt.download(candidate, scratch);
			}
			catch (IOException ex) {
				if (updated) {
					throw ex;
				}
				// The lists of a machine image may name files that the mirror has
				// replaced
				try {
					apt.update();
				}
				catch (IOException updateEx) {
					throw new IOException(ex.getMessage() + "; and " + updateEx.getMessage(), ex);
				}
				candidate = choose(search, apt.candidates());
				apt.download(candidate, scratch);
			}
			apt.unpack(scratch);
			return installation.finish(executableIn(scratch.resolve("unpacked")), candidate.version());
		}
	}

	private static Path executableIn(Path unpacked) throws IOException {
		return Stream.of("usr/sbin/nats-server", "usr/bin/nats-server")
			.map(unpacked::resolve)
			.filter(Files::isExecutable)
			.findFirst()
			.orElseThrow(() -> new IOException("no nats-server in the package"));
	}

	/**
	 * A version that apt offers.
	 *
	 * @param packageVersion as apt writes it
	 * @param version of the nats-server within
	 */
	record Candidate(String packageVersion, NatsServerVersion version) {
	}

	private record Apt(Path get, Path cache, Path dpkg) {

		// A line: " nats-server | 2.9.10-1+b3 | http://… bookworm/main amd64 Packages"
		List<Candidate> candidates() throws IOException {
			return run(new Command(this.cache.toString(), "madison", "nats-server")).lines()
				.map((line) -> line.split("\\|"))
				.filter((columns) -> columns.length == 3 && columns[0].trim().equals("nats-server")
						&& !columns[2].contains("Sources"))
				.map((columns) -> candidate(columns[1].trim()))
				.filter(Objects::nonNull)
				.map(Objects::requireNonNull)
				.toList();
		}

		private static @Nullable Candidate candidate(String packageVersion) {
			// [epoch:]upstream[-revision]
			String upstream = packageVersion.replaceFirst("^\\d+:", "").replaceFirst("-[^-]*$", "");
			NatsServerVersion version = NatsServerVersion.findIn(upstream);
			return (version != null) ? new Candidate(packageVersion, version) : null;
		}

		void update() throws IOException {
			if (!"root".equals(System.getProperty("user.name"))) {
				throw new IOException("apt's lists may be out of date: run 'apt-get update' as root");
			}
			logger.info("Running 'apt-get update'");
			run(new Command(this.get.toString(), "-q", "update").timeout(TIMEOUT));
		}

		void download(Candidate candidate, Path directory) throws IOException {
			run(new Command(this.get.toString(), "-q", "download", "nats-server=" + candidate.packageVersion())
				.directory(directory)
				.timeout(TIMEOUT));
		}

		void unpack(Path directory) throws IOException {
			try (Stream<Path> files = Files.list(directory)) {
				Path archive = files.filter((file) -> file.toString().endsWith(".deb"))
					.findFirst()
					.orElseThrow(() -> new IOException("apt-get downloaded no package"));
				run(new Command(this.dpkg.toString(), "-x", archive.toString(),
						directory.resolve("unpacked").toString()));
			}
		}

		private static String run(Command command) throws IOException {
			Command.Result result = command.variable("LC_ALL", "C").run();
			if (!result.succeeded()) {
				throw new IOException(
						"'%s' ended with exit code %s%s".formatted(command, result.exitCode(), result.tail()));
			}
			return result.output();
		}

	}

}
