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
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

@DisabledOnOs(OS.WINDOWS)
class InstallOnceTests {

	private static final String PINNED = NatsServerVersion.PINNED.toString();

	@TempDir
	private Path directory;

	@Test
	void buildsOnceForThreadsThatAskAtOnce() throws Exception {
		FakePrograms programs = new FakePrograms(this.directory);
		Path calls = programs.go(PINNED);
		ExecutorService executor = Executors.newFixedThreadPool(4);
		try {
			List<Future<Path>> found = executor.invokeAll(Collections.nCopies(4, (Callable<Path>) programs::find), 1,
					TimeUnit.MINUTES);
			for (Future<Path> path : found) {
				assertThat(path.get()).isEqualTo(programs.cache().resolve(PINNED).resolve("nats-server"));
			}
		}
		finally {
			executor.shutdownNow();
		}
		assertThat(programs.lines(calls)).hasSize(1);
	}

	@Test
	void buildsOnceForProcessesThatAskAtOnce() throws Exception {
		FakePrograms programs = new FakePrograms(this.directory);
		Path calls = programs.go(PINNED);
		List<Process> processes = new ArrayList<>();
		try {
			for (int i = 0; i < 3; i++) {
				processes.add(JavaProcess.start(FindServerMain.class, List.of(), this.directory.toString()));
			}
			for (Process process : processes) {
				assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
				assertThat(process.exitValue()).isZero();
			}
		}
		finally {
			processes.forEach(Process::destroyForcibly);
		}
		assertThat(programs.lines(calls)).hasSize(1);
	}

	@Test
	void waitsForTheLockNoLongerThanItsTimeout() throws IOException {
		try (InstallLock held = InstallLock.acquire(this.directory, Duration.ofSeconds(5))) {
			assertThatIOException().isThrownBy(() -> InstallLock.acquire(this.directory, Duration.ofMillis(300)))
				.withMessageContaining(held.toString());
		}
		InstallLock.acquire(this.directory, Duration.ofMillis(300)).close();
	}

}
