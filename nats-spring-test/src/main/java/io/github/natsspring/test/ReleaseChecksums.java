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
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The official releases whose SHA-256 checksums this version of the library knows, as
 * their {@code SHA256SUMS} files give them.
 *
 * @param known the releases
 */
record ReleaseChecksums(List<Release> known) {

	static final String PROPERTY = "nats.server.sha256";

	static final String VARIABLE = "NATS_SERVER_SHA256";

	private static final String RESOURCE = "nats-server-releases.sha256";

	private static final Pattern LINE = Pattern
		.compile("([0-9a-f]{64}) {2}(nats-server-v([0-9.]+)-\\w+-\\w+\\.[a-z.]+)");

	static ReleaseChecksums load() throws IOException {
		try (InputStream resource = ReleaseChecksums.class.getResourceAsStream(RESOURCE)) {
			if (resource == null) {
				throw new IOException("the resource %s is missing".formatted(RESOURCE));
			}
			String content = new String(resource.readAllBytes(), StandardCharsets.US_ASCII);
			return new ReleaseChecksums(content.lines().map(ReleaseChecksums::parse).toList());
		}
	}

	private static Release parse(String line) {
		Matcher matcher = LINE.matcher(line);
		if (!matcher.matches()) {
			throw new IllegalStateException("'%s' in %s is no checksum of a release".formatted(line, RESOURCE));
		}
		return new Release(NatsServerVersion.parse(matcher.group(3)), matcher.group(2), matcher.group(1));
	}

	/**
	 * Choose what to download.
	 * @param search what is looked for
	 * @param platform this machine
	 * @return a release of the version that is looked for or, when none was asked for, of
	 * the newest one known
	 * @throws IOException if no checksum is known
	 */
	Release choose(BinarySearch search, ReleasePlatform platform) throws IOException {
		String archive = platform.archive(search.version());
		String given = search.surroundings().get(PROPERTY, VARIABLE);
		if (given != null) {
			return new Release(search.version(), archive, given.trim());
		}
		return this.known.stream()
			.filter((release) -> release.archive().equals(platform.archive(release.version())))
			.filter((release) -> !search.askedFor() || release.version().equals(search.version()))
			.filter((release) -> release.version().compareTo(search.version()) <= 0)
			.max(Comparator.comparing(Release::version))
			.orElseThrow(() -> new IOException(
					"the checksum of %s is not known here; set the property '%s' or the variable '%s' to its SHA-256"
						.formatted(archive, PROPERTY, VARIABLE)));
	}

	/**
	 * An archive to download.
	 *
	 * @param version of the nats-server within
	 * @param archive the name of the file
	 * @param checksum its SHA-256, hexadecimal
	 */
	record Release(NatsServerVersion version, String archive, String checksum) {
	}

}
