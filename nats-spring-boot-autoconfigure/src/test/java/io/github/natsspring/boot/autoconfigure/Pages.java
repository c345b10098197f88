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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.io.ByteArrayResource;

/**
 * Reads the pages under {@code docs}, so that tests can run what they show.
 */
final class Pages {

	private static final Path DOCS = Path.of("..", "docs");

	private Pages() {
	}

	/**
	 * The blocks of a page.
	 * @param page the name of the file
	 * @param language what stands behind the fence
	 */
	static List<String> blocks(String page, String language) {
		Matcher matcher = Pattern.compile("```%s\n(.*?)```".formatted(language), Pattern.DOTALL).matcher(text(page));
		List<String> blocks = new ArrayList<>();
		while (matcher.find()) {
			blocks.add(matcher.group(1));
		}
		return blocks;
	}

	static String text(String page) {
		return read(DOCS.resolve(page));
	}

	/**
	 * The source of a test, in words without the indentation and line breaks of the
	 * formatter.
	 */
	static List<String> source(Class<?> test) {
		return words(read(Path.of("src", "test", "java", test.getName().replace('.', '/') + ".java")));
	}

	static List<String> words(String text) {
		return List.of(text.strip().split("\\s+"));
	}

	/**
	 * Add YAML to the environment of an application, the first above the others.
	 */
	static void addYaml(ConfigurableApplicationContext context, List<String> blocks) {
		int number = 0;
		for (String block : blocks) {
			String name = "block " + ++number;
			try {
				new YamlPropertySourceLoader()
					.load(name, new ByteArrayResource(block.getBytes(StandardCharsets.UTF_8), name))
					.forEach(context.getEnvironment().getPropertySources()::addLast);
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}
	}

	private static String read(Path path) {
		try {
			return Files.readString(path);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
