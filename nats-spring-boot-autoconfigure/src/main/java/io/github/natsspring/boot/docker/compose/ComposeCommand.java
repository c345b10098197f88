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

package io.github.natsspring.boot.docker.compose;

import java.io.File;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

import org.springframework.boot.docker.compose.core.DockerComposeFile;
import org.springframework.boot.docker.compose.core.RunningService;
import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;

/**
 * The command of a service. Spring Boot does not tell it, so it is read from the Compose
 * files, the last of which wins.
 */
final class ComposeCommand {

	private static final Log logger = LogFactory.getLog(ComposeCommand.class);

	private static final boolean YAML_PRESENT = ClassUtils.isPresent("org.yaml.snakeyaml.Yaml",
			ComposeCommand.class.getClassLoader());

	private ComposeCommand() {
	}

	/**
	 * The command of a service, as far as it is written in a Compose file.
	 * @param service the service
	 * @return the arguments; none if they are unknown, or hold variables that only Docker
	 * Compose can replace
	 */
	static List<String> of(RunningService service) {
		DockerComposeFile file = service.composeFile();
		if (file == null || !YAML_PRESENT) {
			return List.of();
		}
		List<String> command = List.of();
		for (File each : file.getFiles()) {
			Object found = find(each, service.name());
			if (found != null) {
				command = parts(found);
			}
		}
		if (command.stream().anyMatch((part) -> part.contains("$"))) {
			logger.debug("The command of service '%s' holds variables, so no login is taken from it; set NATS_USERNAME "
					+ "and NATS_PASSWORD in its environment".formatted(service.name()));
			return List.of();
		}
		return command;
	}

	private static @Nullable Object find(File file, String service) {
		try (Reader reader = Files.newBufferedReader(file.toPath(), StandardCharsets.UTF_8)) {
			Object root = new Yaml(new SafeConstructor(new LoaderOptions())).load(reader);
			return get(get(get(root, "services"), service), "command");
		}
		catch (IOException | YAMLException ex) {
			// Docker Compose has read it, so that it is ours to cope
			logger.debug("The file '%s' could not be read: %s".formatted(file.getName(), ex.getClass().getName()));
			return null;
		}
	}

	private static @Nullable Object get(@Nullable Object map, String key) {
		return (map instanceof Map<?, ?> entries) ? entries.get(key) : null;
	}

	private static List<String> parts(Object command) {
		if (command instanceof List<?> list) {
			return list.stream().filter(Objects::nonNull).map(Object::toString).toList();
		}
		return Arrays.stream(StringUtils.tokenizeToStringArray(command.toString(), " \t\n"))
			.map(ComposeCommand::unquote)
			.toList();
	}

	private static String unquote(String part) {
		boolean quoted = part.length() > 1 && (part.startsWith("\"") || part.startsWith("'"))
				&& part.charAt(part.length() - 1) == part.charAt(0);
		return quoted ? part.substring(1, part.length() - 1) : part;
	}

}
