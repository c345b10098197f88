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
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A scratch directory beside the place in the cache where the finished executable is put
 * at a stroke, so that nobody ever sees half of one.
 */
final class Installation implements AutoCloseable {

	private final BinarySearch search;

	private final Path scratch;

	Installation(BinarySearch search) throws IOException {
		this.search = search;
		Files.createDirectories(search.cache());
		this.scratch = Files.createTempDirectory(search.cache(), ".install-");
	}

	Path scratch() {
		return this.scratch;
	}

	/**
	 * Put an executable in its place.
	 * @param binary the executable, below {@link #scratch()}
	 * @param expected its version
	 * @return its place in the cache
	 * @throws IOException if it does not run here or has another version
	 */
	Path finish(Path binary, NatsServerVersion expected) throws IOException {
		NatsServerVersion actual = BinarySearch.versionOf(binary);
		if (!actual.equals(expected)) {
			throw new IOException("installed a nats-server %s instead of %s".formatted(actual, expected));
		}
		Path target = this.search.cached(expected);
		Files.createDirectories(target.getParent());
		try {
			Files.move(binary, target, StandardCopyOption.ATOMIC_MOVE);
		}
		catch (AtomicMoveNotSupportedException ex) {
			Files.move(binary, target, StandardCopyOption.REPLACE_EXISTING);
		}
		return target;
	}

	@Override
	public void close() {
		Directories.delete(this.scratch);
	}

}
