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

package io.github.natsspring.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.InitializingBean;

/**
 * Writes how much of the heap is in use after a collection, how many threads there are,
 * and what nobody has caught.
 */
class Vitals implements InitializingBean, DisposableBean {

	private static final int SECONDS = 5;

	private final ScheduledExecutorService executor = Executors
		.newSingleThreadScheduledExecutor((task) -> new Thread(task, "vitals"));

	private final Path file;

	Vitals(Path file) {
		this.file = file;
	}

	@Override
	public void afterPropertiesSet() {
		Thread.setDefaultUncaughtExceptionHandler((thread, ex) -> write("uncaught " + thread.getName() + " " + ex));
		this.executor.scheduleAtFixedRate(this::measure, SECONDS, SECONDS, TimeUnit.SECONDS);
	}

	private void measure() {
		System.gc();
		write("%d %d".formatted(ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
				ManagementFactory.getThreadMXBean().getThreadCount()));
	}

	private void write(String line) {
		try {
			Files.writeString(this.file, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void destroy() {
		this.executor.shutdownNow();
	}

}
