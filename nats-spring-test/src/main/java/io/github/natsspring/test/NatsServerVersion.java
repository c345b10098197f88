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

import java.util.Comparator;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * The version of a nats-server.
 *
 * @param major the first number
 * @param minor the second number
 * @param patch the third number
 * @param preRelease what follows a hyphen, or an empty string
 */
record NatsServerVersion(int major, int minor, int patch, String preRelease) implements Comparable<NatsServerVersion> {

	/** The version that is used where the user asks for none. */
	static final NatsServerVersion PINNED = new NatsServerVersion(2, 15, 2, "");

	/** Below it a kill of the server can lose a whole stream. */
	static final NatsServerVersion OLDEST_ON_PATH = new NatsServerVersion(2, 10, 23, "");

	private static final String SYNTAX = "v?(\\d{1,6})\\.(\\d{1,6})\\.(\\d{1,6})(?:-([0-9A-Za-z.-]+))?";

	private static final Pattern WHOLE = Pattern.compile(SYNTAX);

	private static final Pattern WITHIN = Pattern.compile("(?<![0-9A-Za-z.])" + SYNTAX);

	private static final Comparator<NatsServerVersion> ORDER = Comparator.comparingInt(NatsServerVersion::major)
		.thenComparingInt(NatsServerVersion::minor)
		.thenComparingInt(NatsServerVersion::patch)
		// A pre-release comes before its release
		.thenComparing((version) -> version.preRelease().isEmpty())
		.thenComparing(NatsServerVersion::preRelease);

	static NatsServerVersion parse(String text) {
		Matcher matcher = WHOLE.matcher(text.trim());
		if (!matcher.matches()) {
			throw new IllegalArgumentException(
					"'%s' is no version of nats-server; write it as in '%s'".formatted(text, PINNED));
		}
		return of(matcher);
	}

	static @Nullable NatsServerVersion findIn(String text) {
		Matcher matcher = WITHIN.matcher(text);
		return matcher.find() ? of(matcher) : null;
	}

	private static NatsServerVersion of(Matcher matcher) {
		return new NatsServerVersion(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)),
				Integer.parseInt(matcher.group(3)), Objects.requireNonNullElse(matcher.group(4), ""));
	}

	@Override
	public int compareTo(NatsServerVersion other) {
		return ORDER.compare(this, other);
	}

	@Override
	public String toString() {
		return this.major + "." + this.minor + "." + this.patch
				+ (this.preRelease.isEmpty() ? "" : "-" + this.preRelease);
	}

}
