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

package io.github.natsspring.shop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;

import io.github.natsspring.test.ApplicationProcess;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds the page on testing to the tests of this package and the one beside it, which are
 * its blocks.
 */
class TestingPageIntegrationTests {

	private static final Path SOURCES = Path.of("src", "test", "java", "io", "github", "natsspring");

	private static final List<String> FILES = List.of("shop/Billing", "shop/ShopIntegrationTests",
			"shop/BillingIntegrationTests", "shop/ClusterIntegrationTests", "shop/TlsIntegrationTests",
			"shop/ContainerIntegrationTests", "shop/TestShopApplication", "audit/AuditApplication",
			"audit/LossIntegrationTests");

	@Test
	void showsWhatIsRunHere() throws IOException {
		List<List<String>> sources = FILES.stream()
			.map((file) -> words(read(SOURCES.resolve(file + ".java"))))
			.toList();
		assertThat(blocks("java")).hasSize(FILES.size() + 1)
			.allSatisfy((block) -> assertThat(sources)
				.anyMatch((source) -> Collections.indexOfSubList(source, words(block)) >= 0));
		// The other one is run by a test of the service connections
		assertThat(blocks("yaml")).hasSize(2)
			.element(0)
			.isEqualTo(Files.readString(Path.of("src", "test", "resources", "application.yml")));
	}

	@Test
	void startsTheApplicationForDevelopment() {
		try (ApplicationProcess application = ApplicationProcess.builder(TestShopApplication.class)
			.args("--server.port=0", "--nats.servers=nats://nowhere.invalid:4222")
			.readyWhenOutput("Started ShopApplication")
			.start()) {
			assertThat(application.isRunning()).isTrue();
			application.terminate(Duration.ofSeconds(60));
		}
	}

	private static List<String> blocks(String language) {
		return Pattern.compile("```%s\n(.*?)```".formatted(language), Pattern.DOTALL)
			.matcher(read(Path.of("..", "docs", "testing.md")))
			.results()
			.map((result) -> result.group(1))
			.toList();
	}

	private static List<String> words(String text) {
		return List.of(text.strip().split("\\s+"));
	}

	private static String read(Path file) {
		try {
			return Files.readString(file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
