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
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

import io.github.natsspring.test.ReleaseChecksums.Release;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Downloads an official release, or the same file from a mirror. Nothing is run whose
 * checksum is not the pinned one.
 */
final class OfficialReleaseStep implements BinaryStep {

	static final String ADDRESS_PROPERTY = "nats.server.download-url";

	static final String ADDRESS_VARIABLE = "NATS_SERVER_DOWNLOAD_URL";

	private static final Log logger = LogFactory.getLog(OfficialReleaseStep.class);

	private static final String ADDRESS = "https://github.com/nats-io/nats-server/releases/download";

	private final Download download;

	OfficialReleaseStep() {
		this(Download.DEFAULT);
	}

	OfficialReleaseStep(Download download) {
		this.download = download;
	}

	@Override
	public String name() {
		return "official release";
	}

	@Override
	public boolean installs() {
		return true;
	}

	@Override
	public Path find(BinarySearch search) throws IOException {
		ReleasePlatform platform = ReleasePlatform.of(search.surroundings());
		Release release = ReleaseChecksums.load().choose(search, platform);
		Path cached = search.cached(release.version());
		if (Files.isExecutable(cached)) {
			return cached;
		}
		URI uri = address(search, release);
		logger.info("Downloading nats-server %s from %s into %s, once".formatted(release.version(),
				Download.printable(uri), search.cache()));
		long start = System.nanoTime();
		try (Installation installation = new Installation(search)) {
			Path archive = installation.scratch().resolve(release.archive());
			this.download.get(uri, archive);
			String checksum = Download.sha256(archive);
			if (!checksum.equals(release.checksum().toLowerCase(Locale.ROOT))) {
				throw new IOException("%s has the SHA-256 %s, and not %s as it should"
					.formatted(Download.printable(uri), checksum, release.checksum()));
			}
			String member = platform.directory(release.version()) + "/" + platform.executable();
			Path binary = installation.finish(unpack(search, archive, member, installation.scratch()),
					release.version());
			logger.info("Downloaded nats-server %s in %s s".formatted(release.version(),
					Duration.ofNanos(System.nanoTime() - start).toSeconds()));
			return binary;
		}
	}

	private static URI address(BinarySearch search, Release release) throws IOException {
		String configured = search.surroundings().get(ADDRESS_PROPERTY, ADDRESS_VARIABLE);
		String base = (configured != null) ? configured.trim().replaceFirst("/+$", "") : ADDRESS;
		try {
			return URI.create("%s/v%s/%s".formatted(base, release.version(), release.archive()));
		}
		catch (IllegalArgumentException ex) {
			// Without the value, which may hold a password
			throw new IOException("the property '%s' or the variable '%s' is no address of a web server"
				.formatted(ADDRESS_PROPERTY, ADDRESS_VARIABLE));
		}
	}

	private static Path unpack(BinarySearch search, Path archive, String member, Path directory) throws IOException {
		Path binary = directory.resolve(member);
		if (archive.toString().endsWith(".zip")) {
			unzip(archive, member, binary);
		}
		else {
			Command.Result result = new Command(search.onPath("tar").toString(), "-xzf", archive.toString(), "-C",
					directory.toString(), member)
				.timeout(Duration.ofMinutes(1))
				.run();
			if (!result.succeeded()) {
				throw new IOException("tar ended with exit code %s%s".formatted(result.exitCode(), result.tail()));
			}
		}
		return binary;
	}

	private static void unzip(Path archive, String member, Path target) throws IOException {
		try (ZipFile zip = new ZipFile(archive.toFile())) {
			ZipEntry entry = zip.getEntry(member);
			if (entry == null) {
				throw new IOException("there is no %s in %s".formatted(member, archive.getFileName()));
			}
			Files.createDirectories(target.getParent());
			try (InputStream content = zip.getInputStream(entry)) {
				Files.copy(content, target);
			}
		}
	}

}
