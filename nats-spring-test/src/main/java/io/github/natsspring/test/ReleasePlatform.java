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
import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * What the official releases of nats-server call a system and its processor.
 *
 * @param system {@code linux}, {@code darwin} or {@code windows}
 * @param processor {@code amd64} or {@code arm64}
 */
record ReleasePlatform(String system, String processor) {

	static ReleasePlatform of(BinarySearch.Surroundings surroundings) throws IOException {
		String name = lowerCase(surroundings.property("os.name"));
		String processor = processor(lowerCase(surroundings.property("os.arch")));
		if (name.contains("linux")) {
			return new ReleasePlatform("linux", processor);
		}
		if (name.contains("mac") || name.contains("darwin")) {
			return new ReleasePlatform("darwin", processor);
		}
		if (name.contains("windows")) {
			return new ReleasePlatform("windows", processor);
		}
		throw new IOException("there is no release for the operating system '%s'".formatted(name));
	}

	private static String processor(String name) throws IOException {
		return switch (name) {
			case "amd64", "x86_64", "x64" -> "amd64";
			case "aarch64", "arm64" -> "arm64";
			default -> throw new IOException("there is no release for the processor '%s'".formatted(name));
		};
	}

	private static String lowerCase(@Nullable String value) {
		return (value != null) ? value.toLowerCase(Locale.ROOT) : "";
	}

	/**
	 * The directory that an archive holds.
	 * @param version the version of the release
	 * @return its name, which is the archive's without extension
	 */
	String directory(NatsServerVersion version) {
		return "nats-server-v%s-%s".formatted(version, this);
	}

	String archive(NatsServerVersion version) {
		return directory(version) + (isWindows() ? ".zip" : ".tar.gz");
	}

	String executable() {
		return isWindows() ? "nats-server.exe" : "nats-server";
	}

	private boolean isWindows() {
		return this.system.equals("windows");
	}

	@Override
	public String toString() {
		return this.system + "-" + this.processor;
	}

}
