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
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Every test that the page on security checks names is there.
 */
class SecurityChecksPageTests {

	private static final String PAGE = Pages.text("security-checks.md");

	private static final Pattern TEST = Pattern.compile("`(\\w+Tests)#(\\w+)`");

	@Test
	void namesTestsThatAreThere() throws IOException {
		Map<String, Path> sources = sources();
		List<MatchResult> tests = TEST.matcher(PAGE).results().toList();
		assertThat(tests).hasSizeGreaterThan(80)
			.allSatisfy((test) -> assertThat(sources).containsKey(test.group(1)))
			.allSatisfy((test) -> assertThat(annotations(read(sources.get(test.group(1))), test.group(2)))
				.containsPattern("@(Parameterized)?Test\\b"));
		assertThat(Pages.text("../SECURITY.md")).contains("(docs/security-checks.md)");
	}

	@Test
	void hasEveryNumberOfBothLists() {
		List<String> numbers = Pattern.compile("^\\| (\\d+) \\|", Pattern.MULTILINE)
			.matcher(PAGE)
			.results()
			.map((row) -> row.group(1))
			.toList();
		assertThat(numbers)
			.isEqualTo(Stream.concat(IntStream.rangeClosed(1, 30).boxed(), IntStream.rangeClosed(1, 17).boxed())
				.map(String::valueOf)
				.toList());
	}

	private static Map<String, Path> sources() throws IOException {
		try (Stream<Path> modules = Files.list(Path.of(".."))) {
			return modules.map((module) -> module.resolve("src/test/java"))
				.filter(Files::isDirectory)
				.flatMap(SecurityChecksPageTests::tests)
				.collect(Collectors.toMap((file) -> file.getFileName().toString().replace(".java", ""),
						Function.identity(), (first, second) -> first));
		}
	}

	private static String annotations(String source, String method) {
		int end = source.indexOf("\n\tvoid %s(".formatted(method));
		assertThat(end).as(method).isPositive();
		return source.substring(source.lastIndexOf("\n\n", end), end);
	}

	private static Stream<Path> tests(Path directory) {
		try (Stream<Path> files = Files.walk(directory)) {
			return files.filter((file) -> file.toString().endsWith("Tests.java")).toList().stream();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
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
