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

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds {@code docs/configuration.md} to what the properties are. The page is written by
 * this test, too, when the system property {@code nats.docs.write} is set.
 */
class ConfigurationPageTests {

	private static final Path PAGE = Path.of("..", "docs", "configuration.md");

	private static final String COMMAND = "mvn -pl nats-spring-boot-autoconfigure -am test -Dtest=ConfigurationPageTests"
			+ " -Dsurefire.failIfNoSpecifiedTests=false -Dnats.docs.write=true";

	@Test
	void theConfigurationPageIsCurrent() throws IOException {
		String expected = ConfigurationPage.text();
		if (Boolean.getBoolean("nats.docs.write")) {
			Files.writeString(PAGE, expected);
		}
		String page = Files.exists(PAGE) ? Files.readString(PAGE).replace("\r\n", "\n") : "";
		assertThat(page).overridingErrorMessage(
				() -> "docs/configuration.md is not current. Lines to come: %s. Lines to go: %s. Write it with:%n%n\t%s%n"
					.formatted(difference(expected, page), difference(page, expected), COMMAND))
			.isEqualTo(expected);
	}

	@Test
	void thePageNamesThePropertiesOfEveryLevel() {
		assertThat(ConfigurationPage.text()).contains("| `nats.servers` | list of text | `nats://localhost:4222` |",
				"| `nats.startup-mode` | `fail-fast`, `background` | `fail-fast` |",
				"| `nats.jetstream.streams.<NAME>.retention` | `limits`, `interest`, `work-queue` |",
				"| `nats.jetstream.streams.<NAME>.mirror.name` | text |",
				"| `nats.jetstream.streams.<NAME>.sources[0].external.api` | text |",
				"| `nats.jetstream.streams.<NAME>.consumers.<name>.ack-wait` | duration |",
				"| `nats.key-value.<bucket>.ttl` | duration |", "| `nats.object-store.<bucket>.ttl` | duration |",
				"| `nats.listeners.<id>.retry.max-attempts` | number |", "| `nats.connections.<name>` | as `nats` |",
				"| `nats.properties.<name>` | text |");
	}

	@Test
	void everyPropertyHasADescription() {
		assertThat(ConfigurationPage.text().lines().filter((line) -> line.startsWith("| `"))).hasSizeGreaterThan(250)
			.allMatch(Pattern.compile("\\| `[^`]+` \\| [^|]+ \\| [^|]*\\| .*\\. \\|").asMatchPredicate());
	}

	private static Set<String> difference(String text, String other) {
		Set<String> lines = text.lines().collect(Collectors.toCollection(TreeSet::new));
		other.lines().forEach(lines::remove);
		return lines;
	}

}
