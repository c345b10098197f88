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

package io.github.natsspring.boot.autoconfigure;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

import io.github.natsspring.test.ApplicationProcess;
import io.github.natsspring.test.NatsServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.SpringApplicationAotProcessor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * An application that was processed ahead of time, without a server, does what it does
 * without: each in a JVM of its own and on servers of its own.
 */
@Timeout(420)
class AotApplicationIntegrationTests {

	// Each once: what the flow says, and listeners of their own accord
	private static final List<String> LAST = List.of("end of the flow", "order Order[id=7, quantity=3]", "batch",
			"audit of orders.created", "audit of orders.paid", "payment by card for Order[id=8, quantity=4]",
			"payment by cash closed", "changed 7 to Profile[name=Ada, age=36]",
			"changed far away to Profile[name=Bob, age=2]", "stored readme");

	private static final List<String> VALUES = List.of("reply Quote[sku=tea, price=5]",
			"reply of eu Quote[sku=tea, price=6]", "kept Profile[name=Ada, age=36]",
			"kept all [Profile[name=Eve, age=1]]", "far {name=Bob, age=2}");

	@TempDir
	private Path directory;

	@Test
	void behavesAsItDoesWithoutProcessing() throws IOException {
		Path sources = this.directory.resolve("sources");
		Path resources = this.directory.resolve("resources");
		Path classes = this.directory.resolve("classes");
		process(sources, resources, classes);
		compile(sources, classes);
		SortedSet<String> expected = run(testClassPath(), false);
		assertThat(expected).containsAll(LAST)
			.containsAll(VALUES)
			.anyMatch((line) -> line.startsWith("bean nats.connections.eu.keyValueTemplate.profiles "));
		SortedSet<String> seen = run(
				String.join(File.pathSeparator, classes.toString(), resources.toString(), testClassPath()), true);
		assertThat(seen).isEqualTo(expected);
	}

	private void process(Path sources, Path resources, Path classes) throws IOException {
		try (ApplicationProcess processor = ApplicationProcess.builder(SpringApplicationAotProcessor.class)
			.classPath(testClassPath())
			.args(AotApplication.class.getName(), sources.toString(), resources.toString(), classes.toString(), "test",
					"aot", "--nats.startup-timeout=60s")
			.start()) {
			assertThat(processor.awaitEnd(Duration.ofMinutes(2))).as(processor.output()).isTrue();
			assertThat(processor.exitCode()).as(processor.output()).isZero();
		}
		assertThat(files(sources, ".java")).isNotEmpty()
			.allSatisfy((file) -> assertThat(Path.of(file)).content().doesNotContain("written-nowhere"));
	}

	private static void compile(Path sources, Path classes) throws IOException {
		JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
		assertThat(compiler).as("compiler of a JDK").isNotNull();
		List<String> arguments = new ArrayList<>(List.of("-proc:none", "-nowarn", "-d", classes.toString(), "-cp",
				classes + File.pathSeparator + testClassPath()));
		arguments.addAll(files(sources, ".java"));
		assertThat(compiler.run(null, null, null, arguments.toArray(String[]::new))).isZero();
	}

	private static List<String> files(Path directory, String suffix) throws IOException {
		try (Stream<Path> files = Files.walk(directory)) {
			return files.map(Path::toString).filter((file) -> file.endsWith(suffix)).toList();
		}
	}

	private static SortedSet<String> run(String classPath, boolean processed) {
		try (NatsServer server = NatsServer.builder().start();
				NatsServer eu = NatsServer.builder().start();
				ApplicationProcess application = ApplicationProcess.builder(AotApplication.class)
					.classPath(classPath)
					.systemProperty("spring.aot.enabled", String.valueOf(processed))
					.args("--nats.servers=" + server.url(), "--nats.connections.eu.servers=" + eu.url())
					.readyWhenOutput("Started AotApplication")
					.startTimeout(Duration.ofMinutes(2))
					.start()) {
			await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(seen(application)).containsAll(LAST));
			assertThat(application.output().contains("AOT-processed")).isEqualTo(processed);
			SortedSet<String> seen = seen(application);
			assertThat(application.terminate(Duration.ofSeconds(20))).isIn(0, 143);
			return seen;
		}
	}

	private static SortedSet<String> seen(ApplicationProcess application) {
		return application.output()
			.lines()
			.filter((line) -> line.startsWith("SEEN "))
			.map((line) -> line.substring("SEEN ".length()))
			.collect(Collectors.toCollection(TreeSet::new));
	}

	private static String testClassPath() {
		return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
	}

}
