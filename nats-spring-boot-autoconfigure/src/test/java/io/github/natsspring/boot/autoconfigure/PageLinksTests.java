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
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that links between the pages lead somewhere.
 */
class PageLinksTests {

	private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

	private static final Pattern FENCE = Pattern.compile("^```.*?^```", Pattern.DOTALL | Pattern.MULTILINE);

	private static final Pattern LINK = Pattern.compile("\\[[^\\]]*]\\(([^)\\s]+)\\)");

	private static final Pattern HEADING = Pattern.compile("^#+ +(.+)$", Pattern.MULTILINE);

	@Test
	void everyRelativeLinkLeadsToAFileAndAHeading() {
		List<String> links = new ArrayList<>();
		List<String> broken = new ArrayList<>();
		for (Path page : pages()) {
			LINK.matcher(text(page)).results().map((link) -> link.group(1)).forEach((link) -> {
				if (!link.matches("[a-z]+:.*")) {
					links.add(link);
					if (!resolves(page, link)) {
						broken.add("%s: %s".formatted(ROOT.relativize(page), link));
					}
				}
			});
		}
		assertThat(links).as("links that were found").hasSizeGreaterThan(20);
		assertThat(broken).as("links that lead nowhere").isEmpty();
	}

	@Test
	void everyPageCanBeReachedFromTheReadme() {
		List<Path> reached = new ArrayList<>(List.of(ROOT.resolve("README.md")));
		for (int i = 0; i < reached.size(); i++) {
			Path page = reached.get(i);
			LINK.matcher(text(page)).results().map((link) -> link.group(1).replaceAll("#.*", "")).forEach((link) -> {
				Path target = page.resolveSibling(link).normalize();
				if (link.endsWith(".md") && !link.contains(":") && Files.exists(target) && !reached.contains(target)) {
					reached.add(target);
				}
			});
		}
		assertThat(reached).containsAll(pages());
	}

	private static boolean resolves(Path page, String link) {
		int hash = link.indexOf('#');
		String path = (hash >= 0) ? link.substring(0, hash) : link;
		Path target = path.isEmpty() ? page : page.resolveSibling(path).normalize();
		if (!Files.exists(target)) {
			return false;
		}
		return hash < 0 || HEADING.matcher(text(target))
			.results()
			.anyMatch((heading) -> anchor(heading.group(1)).equals(link.substring(hash + 1)));
	}

	/**
	 * The anchor of a heading, as the sites that show these pages make it.
	 */
	private static String anchor(String heading) {
		return heading.strip().toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}_ -]", "").replace(' ', '-');
	}

	private static List<Path> pages() {
		try (Stream<Path> files = Files.list(ROOT); Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
			return Stream.concat(files, docs).filter((file) -> file.toString().endsWith(".md")).sorted().toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static String text(Path page) {
		try {
			return FENCE.matcher(Files.readString(page)).replaceAll("");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
