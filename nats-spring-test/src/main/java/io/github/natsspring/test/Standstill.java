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
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Waits until a process stands still: a signal is delivered later than {@code kill}
 * returns, and thread by thread, so that the process may still answer for a moment.
 */
final class Standstill {

	private static final Duration TIMEOUT = Duration.ofSeconds(10);

	private static final Duration PAUSE = Duration.ofMillis(1);

	private Standstill() {
	}

	/**
	 * Wait until all threads of a process that was sent SIGSTOP are stopped.
	 * @param pid its id
	 * @throws IOException if it still runs after 10 seconds, or its state cannot be read
	 */
	static void await(long pid) throws IOException {
		Path threads = Path.of("/proc", Long.toString(pid), "task");
		long deadline = System.nanoTime() + TIMEOUT.toNanos();
		while (!(Files.isDirectory(threads) ? threadsAreStopped(threads) : processIsStopped(pid))) {
			if (System.nanoTime() - deadline >= 0) {
				throw new IOException(
						"Process %d does not stand still %d s after SIGSTOP".formatted(pid, TIMEOUT.toSeconds()));
			}
			LockSupport.parkNanos(PAUSE.toNanos());
		}
	}

	private static boolean threadsAreStopped(Path threads) throws IOException {
		try (DirectoryStream<Path> entries = Files.newDirectoryStream(threads)) {
			for (Path thread : entries) {
				String stat;
				try {
					stat = Files.readString(thread.resolve("stat"), StandardCharsets.ISO_8859_1);
				}
				catch (IOException ex) {
					// The thread has just ended, so that the process runs
					return false;
				}
				// "id (name) state …", and the name may hold anything
				if (Character.toUpperCase(stat.charAt(stat.lastIndexOf(')') + 2)) != 'T') {
					return false;
				}
			}
		}
		return true;
	}

	// Where there is no /proc, as on macOS
	private static boolean processIsStopped(long pid) throws IOException {
		Command.Result state = new Command("ps", "-o", "state=", "-p", Long.toString(pid)).run();
		return state.succeeded() && state.output().trim().startsWith("T");
	}

}
