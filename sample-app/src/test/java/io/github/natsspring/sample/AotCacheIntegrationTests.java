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

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.github.natsspring.test.NatsServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.test.web.servlet.client.RestTestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * Runs the commands of {@code docs/native.md} for an AOT cache, on a JDK 25, which is
 * looked for in the variable {@code JAVA25_HOME} and in the usual places.
 */
@Timeout(420)
class AotCacheIntegrationTests {

	@TempDir
	private Path directory;

	@Test
	void startsFromACacheThatWasTrainedWithoutAServer() throws Exception {
		Path java = java25();
		assumeThat(java).as("JDK 25, to be named by JAVA25_HOME").isNotNull();
		Path jar = Path.of(System.getProperty("sample.jar", "target/sample-app-0.1.0-SNAPSHOT-exec.jar"));
		assertThat(jar).as("made by 'mvn package'").exists();
		Files.copy(jar, this.directory.resolve("application.jar"));
		List<String> commands = commands();
		assertThat(commands).hasSize(3);
		run(command(java, commands.get(0)));
		run(command(java, commands.get(1), "--nats.servers=nats://127.0.0.1:1"));
		Path loaded = this.directory.resolve("loaded.log");
		List<String> last = command(java, commands.get(2), "--server.port=0");
		// Not to start at all if the cache cannot be used
		last.addAll(1, List.of("-XX:AOTMode=on", "-Xlog:class+load:file=" + loaded));
		try (NatsServer server = NatsServer.builder().start()) {
			last.add("--nats.servers=" + server.url());
			try (SampleProcess sample = SampleProcess.start(this.directory, last)) {
				RestTestClient.bindToServer()
					.baseUrl(sample.url())
					.build()
					.get()
					.uri("/quotes/tea")
					.exchange()
					.expectStatus()
					.isOk();
				assertThat(sample.output()).contains("Starting AOT-processed SampleApplication");
			}
		}
		assertThat(Files.readAllLines(loaded))
			.anyMatch((line) -> line.contains("io.github.natsspring.core.NatsTemplate source: shared objects file"));
	}

	private void run(List<String> command) throws IOException, InterruptedException {
		Path log = Files.createTempFile(this.directory, "command", ".log");
		Process process = new ProcessBuilder(command).directory(this.directory.toFile())
			.redirectErrorStream(true)
			.redirectOutput(log.toFile())
			.start();
		try {
			assertThat(process.waitFor(3, TimeUnit.MINUTES)).as(() -> read(log)).isTrue();
			assertThat(process.exitValue()).as(() -> read(log)).isZero();
		}
		finally {
			process.destroyForcibly();
		}
	}

	private List<String> command(Path java, String line, String... arguments) {
		List<String> command = new ArrayList<>();
		for (String word : line.split(" ")) {
			command.add((word.endsWith(".jar") || word.equals("application")) ? this.directory.resolve(word).toString()
					: word.replace("application.aot", this.directory.resolve("application.aot").toString()));
		}
		command.set(0, java.toString());
		command.addAll(List.of(arguments));
		return command;
	}

	private static List<String> commands() {
		Matcher block = Pattern.compile("```shell\n(java -Djarmode.*?)```", Pattern.DOTALL)
			.matcher(read(Path.of("..", "docs", "native.md")));
		assertThat(block.find()).isTrue();
		return block.group(1).lines().toList();
	}

	private static Path java25() throws IOException {
		List<Path> homes = new ArrayList<>();
		homes.add(Path.of(Objects.requireNonNullElse(System.getenv("JAVA25_HOME"), "")));
		homes.add(Path.of(System.getProperty("java.home")));
		Path usual = Path.of("/usr/lib/jvm");
		if (Files.isDirectory(usual)) {
			try (Stream<Path> installed = Files.list(usual)) {
				installed.forEach(homes::add);
			}
		}
		for (Path home : homes) {
			Path release = home.resolve("release");
			if (Files.exists(release) && read(release).contains("JAVA_VERSION=\"25")) {
				return home.resolve("bin").resolve("java");
			}
		}
		return null;
	}

	private static String read(Path file) {
		try {
			return Files.readString(file);
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
