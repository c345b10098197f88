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
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for an application that is only refreshed, as training runs for CDS and AOT
 * caches do: it must not need a server, in {@code fail-fast} mode either.
 */
@Timeout(90)
class RefreshOnlyTests {

	@Test
	void makesAllBeansWithoutAServer() throws IOException, InterruptedException {
		Path output = File.createTempFile("refresh", ".log").toPath();
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
				System.getProperty("java.class.path"), "-Dspring.context.exit=onRefresh",
				RefreshOnlyMain.class.getName(), "--nats.servers=nats://127.0.0.1:1", "--nats.startup-timeout=60s",
				"--spring.docker.compose.enabled=false", "--nats.connections.eu.servers=nats://127.0.0.1:1",
				"--nats.jetstream.streams.ORDERS.subjects=orders.*",
				"--nats.jetstream.streams.ORDERS.consumers.billing.ack-wait=30s", "--nats.key-value.profiles.history=5")
			.redirectErrorStream(true)
			.redirectOutput(output.toFile())
			.start();
		try {
			assertThat(process.waitFor(45, TimeUnit.SECONDS)).isTrue();
			assertThat(output).content()
				.contains("All beans are there")
				.doesNotContain("could not be reached")
				.doesNotContain("ERROR");
			assertThat(process.exitValue()).isZero();
		}
		finally {
			process.destroyForcibly();
			output.toFile().delete();
		}
	}

}
