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
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Lets one thread of one process at a time install into a cache. The operating system
 * gives the lock back when a process dies.
 */
final class InstallLock implements AutoCloseable {

	private static final Log logger = LogFactory.getLog(InstallLock.class);

	private static final Duration POLL = Duration.ofMillis(100);

	private final FileChannel channel;

	private final Path file;

	private InstallLock(FileChannel channel, Path file) {
		this.channel = channel;
		this.file = file;
	}

	static InstallLock acquire(Path cache, Duration timeout) throws IOException {
		Files.createDirectories(cache);
		Path file = cache.resolve("install.lock");
		FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
		try {
			lock(channel, file, timeout);
			return new InstallLock(channel, file);
		}
		catch (IOException | RuntimeException ex) {
			channel.close();
			throw ex;
		}
	}

	private static void lock(FileChannel channel, Path file, Duration timeout) throws IOException {
		Poll poll = new Poll(timeout, POLL);
		boolean told = false;
		while (tryLock(channel) == null) {
			if (!told) {
				logger.info(
						"Waiting for another process or thread that installs a nats-server (lock %s)".formatted(file));
				told = true;
			}
			if (!poll.next()) {
				throw new IOException(
						"another process holds the lock %s for more than %s s".formatted(file, timeout.toSeconds()));
			}
		}
	}

	private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
		try {
			return channel.tryLock();
		}
		catch (OverlappingFileLockException ex) {
			// Held by another thread of this JVM
			return null;
		}
	}

	@Override
	public void close() throws IOException {
		this.channel.close();
	}

	@Override
	public String toString() {
		return this.file.toString();
	}

}
