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

package io.github.natsspring.topology;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The tables of fields on the page about topology are those of the code.
 */
class TopologyPageTests {

	private static final Path PAGE = Path.of("..", "docs", "topology.md");

	@Test
	void showsWhatAnUpdateDoesToEachField() throws IOException {
		assertThat(table("### Streams"))
			.containsExactlyInAnyOrderElementsOf(rows(ResourceKind.STREAM, FieldRules.stream(), FieldVersions.STREAM));
		assertThat(table("### Consumers")).containsExactlyInAnyOrderElementsOf(
				rows(ResourceKind.CONSUMER, FieldRules.consumer(), FieldVersions.CONSUMER));
	}

	@Test
	void namesTheKeyOfTheOwner() throws IOException {
		assertThat(Files.readString(PAGE)).contains("`" + TopologySettings.OWNER_KEY + "`");
	}

	private static List<String> rows(ResourceKind kind, Map<String, FieldRule> rules, Map<String, String> versions) {
		return rules.values()
			.stream()
			.map((rule) -> "| `%s` | %s%s | %s |".formatted(PropertyNames.of(kind, rule.field()), rule.kind().label(),
					(rule.changeableSince() != null) ? ", since " + rule.changeableSince() : "",
					versions.getOrDefault(rule.field(), "")))
			.map((row) -> row.replace("|  |", "| |"))
			.toList();
	}

	private static List<String> table(String heading) throws IOException {
		String text = Files.readString(PAGE);
		String section = text.substring(text.indexOf(heading));
		Stream<String> lines = Arrays.stream(section.split("\n")).dropWhile((line) -> !line.startsWith("|"));
		return lines.takeWhile((line) -> line.startsWith("|")).skip(2).toList();
	}

}
