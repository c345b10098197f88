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
import java.nio.file.Path;

/**
 * A recent nats-server on the PATH, where any version will do.
 */
final class SearchPathStep implements BinaryStep {

	@Override
	public String name() {
		return "PATH";
	}

	@Override
	public boolean installs() {
		return false;
	}

	@Override
	public Path find(BinarySearch search) throws IOException {
		if (search.askedFor()) {
			throw new IOException("not looked at, since nats-server %s is asked for".formatted(search.version()));
		}
		Path binary = search.onPath("nats-server");
		NatsServerVersion version = BinarySearch.versionOf(binary);
		if (version.compareTo(NatsServerVersion.OLDEST_ON_PATH) < 0) {
			throw new IOException("%s is a nats-server %s, older than %s".formatted(binary, version,
					NatsServerVersion.OLDEST_ON_PATH));
		}
		return binary;
	}

}
