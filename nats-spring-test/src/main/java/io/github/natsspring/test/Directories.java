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
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Removes directories with all that is in them.
 */
final class Directories {

	private static final Log logger = LogFactory.getLog(Directories.class);

	private Directories() {
	}

	static void delete(Path directory) {
		// A process that was just killed may still be in the middle of making a file
		Poll poll = new Poll(Duration.ofSeconds(2), Duration.ofMillis(50));
		while (true) {
			try {
				deleteOnce(directory);
				return;
			}
			catch (IOException ex) {
				if (!poll.next()) {
					logger.warn("Could not remove the directory " + directory, ex);
					return;
				}
			}
		}
	}

	private static void deleteOnce(Path directory) throws IOException {
		if (!Files.exists(directory)) {
			return;
		}
		List<Path> deepestFirst;
		try (Stream<Path> files = Files.walk(directory)) {
			deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
		}
		catch (UncheckedIOException ex) {
			throw ex.getCause();
		}
		for (Path file : deepestFirst) {
			Files.deleteIfExists(file);
		}
	}

}
