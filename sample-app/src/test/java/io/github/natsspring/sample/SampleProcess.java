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

package io.github.natsspring.sample;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The application in a JVM of its own, on any free port.
 *
 * @param process that was started, which need not be the JVM itself
 * @param log what it prints
 */
record SampleProcess(Process process, Path log) implements AutoCloseable {

	private static final Pattern PORT = Pattern.compile("Tomcat started on port (\\d+)");

	static SampleProcess start(Path directory, List<String> options, String... arguments) throws IOException {
		List<String> command = new ArrayList<>();
		command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		command.addAll(options);
		command.addAll(List.of(arguments));
		command.add("--server.port=0");
		return start(directory, command);
	}

	static SampleProcess start(Path directory, List<String> command) throws IOException {
		File log = Files.createTempFile(directory, "sample", ".log").toFile();
		return new SampleProcess(new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log).start(),
				log.toPath());
	}

	String url() {
		await().atMost(Duration.ofMinutes(1)).until(() -> started() || !this.process.isAlive());
		Matcher port = PORT.matcher(output());
		assertThat(port.find()).as(output()).isTrue();
		return "http://localhost:" + port.group(1);
	}

	private boolean started() {
		return output().contains("Started SampleApplication");
	}

	String output() {
		try {
			return Files.readString(this.log);
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public void close() throws InterruptedException {
		List<ProcessHandle> all = this.process.descendants().toList();
		this.process.destroyForcibly();
		all.forEach(ProcessHandle::destroyForcibly);
		this.process.waitFor(10, TimeUnit.SECONDS);
	}

}
