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

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import io.github.natsspring.test.NatsServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.client.RestTestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The application in a JVM of its own: its end, and its beans after
 * {@code spring-boot:process-aot}.
 */
class SampleProcessIntegrationTests {

	@TempDir
	private Path directory;

	@ParameterizedTest
	@ValueSource(strings = { "TERM", "KILL" })
	@EnabledOnOs(OS.LINUX)
	void leavesNoServerBehind(String signal) throws Exception {
		try (SampleProcess sample = SampleProcess.start(this.directory, testClassPath(),
				TestSampleApplication.class.getName())) {
			bill(sample.url());
			List<ProcessHandle> processes = withDescendants(sample.process());
			kill(signal, sample.process().pid());
			awaitEnd(processes);
		}
	}

	@Test
	@EnabledOnOs(OS.LINUX)
	void endsWhenMavenIsKilled() throws Exception {
		String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
		// The shell is in the place of Maven, and must not become the JVM
		try (SampleProcess sample = SampleProcess.start(this.directory,
				List.of("/bin/sh", "-c", "\"$@\"; exit 1", "maven", java, "-Dsample.end-with-parent=true", "-cp",
						testClassPath().get(1), TestSampleApplication.class.getName(), "--server.port=0"))) {
			bill(sample.url());
			List<ProcessHandle> processes = withDescendants(sample.process());
			kill("KILL", sample.process().pid());
			awaitEnd(processes);
		}
	}

	@Test
	void findsItsBucketsAndListenersAfterAotProcessing() throws Exception {
		Path jar = Path.of(System.getProperty("sample.jar", "target/sample-app-0.1.0-SNAPSHOT-exec.jar"));
		assertThat(jar).as("made by 'mvn package'").exists();
		try (NatsServer server = NatsServer.builder().start();
				SampleProcess sample = SampleProcess.start(this.directory, List.of("-Dspring.aot.enabled=true"), "-jar",
						jar.toString(), "--nats.servers=" + server.url())) {
			bill(sample.url());
			assertThat(sample.output()).contains("Starting AOT-processed SampleApplication");
		}
	}

	private static List<String> testClassPath() {
		return List.of("-cp", System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
	}

	private static void bill(String url) {
		RestTestClient http = RestTestClient.bindToServer().baseUrl(url).build();
		Order order = http.post()
			.uri("/orders")
			.contentType(MediaType.APPLICATION_JSON)
			.body("""
					{"sku": "tea", "quantity": 1, "region": "eu"}""")
			.exchange()
			.expectStatus()
			.isCreated()
			.expectBody(Order.class)
			.returnResult()
			.getResponseBody();
		assertThat(order).isNotNull();
		await().atMost(Duration.ofSeconds(20))
			.untilAsserted(() -> http.get().uri("/orders/{id}/invoice", order.id()).exchange().expectStatus().isOk());
	}

	private static List<ProcessHandle> withDescendants(Process process) {
		List<ProcessHandle> processes = Stream.concat(Stream.of(process.toHandle()), process.descendants()).toList();
		assertThat(processes).map((one) -> one.info().command().orElse(""))
			.anyMatch((command) -> command.endsWith("nats-server"));
		return processes;
	}

	private static void kill(String signal, long pid) throws Exception {
		assertThat(new ProcessBuilder("kill", "-" + signal, String.valueOf(pid)).start().waitFor()).isZero();
	}

	private static void awaitEnd(List<ProcessHandle> processes) {
		await().atMost(Duration.ofSeconds(30))
			.untilAsserted(() -> assertThat(processes).filteredOn(ProcessHandle::isAlive).isEmpty());
	}

}
