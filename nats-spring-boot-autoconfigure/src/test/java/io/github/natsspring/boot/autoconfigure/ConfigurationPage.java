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
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.util.ClassUtils;

/**
 * The page {@code docs/configuration.md}, made of what Boot's annotation processor found
 * in the sources.
 */
final class ConfigurationPage {

	private static final String METADATA = "/META-INF/spring-configuration-metadata.json";

	// What stands for the entries of a map, and where they are described
	private static final String ENTRIES = "/META-INF/spring/configuration-metadata/%s.json";

	private static final String INTRODUCTION = """
			# Configuration reference

			Every property of NATS Spring Boot, made from the metadata that IDEs show, too: do not edit. A property without a default is left
			as jnats or the server has it. Names in `<angle brackets>` are yours; how they are written in variables of the
			environment: [connections](connections.md#several-connections) and [listeners](governing.md#settings-of-a-single-listener). Some keys of
			streams and consumers have a second name that means the same: [topology](topology.md#fields). A duration is a number with a unit (`500ms`, `30s`, `7d`), a
			data size likewise (`64KB`, `1MB`).
			""";

	private static final Map<String, String> TITLES = titles();

	private static final Map<String, String> KEYS = Map.of("nats.connections", "name", "nats.jetstream.streams", "NAME",
			"consumers", "name", "nats.key-value", "bucket", "nats.object-store", "bucket", "nats.listeners", "id");

	private static final Map<String, String> TYPES = Map.of("java.lang.String", "text", "java.lang.Boolean", "boolean",
			"java.lang.Integer", "number", "java.lang.Long", "number", "java.lang.Double", "number",
			"java.time.Duration", "duration", "org.springframework.util.unit.DataSize", "data size",
			"java.time.ZonedDateTime", "time with offset", "java.lang.Class<? extends java.lang.Throwable>",
			"exception class");

	private final Map<String, List<String>> sections = new TreeMap<>();

	private ConfigurationPage() {
	}

	private static Map<String, String> titles() {
		Map<String, String> titles = new LinkedHashMap<>();
		titles.put("nats", "Connection");
		titles.put("nats.ssl", "TLS");
		titles.put("nats.reconnect", "Reconnecting");
		titles.put("nats.template", "Core NATS template");
		titles.put("nats.jetstream", "JetStream");
		titles.put("nats.jetstream.publish", "Publishing to JetStream");
		titles.put("nats.jetstream.streams.<NAME>", "Streams");
		titles.put("nats.jetstream.streams.<NAME>.consumers.<name>", "Consumers");
		titles.put("nats.key-value.<bucket>", "Key-value buckets");
		titles.put("nats.object-store.<bucket>", "Object stores");
		titles.put("nats.listener", "Listeners");
		titles.put("nats.listener.retry", "Retries");
		titles.put("nats.listener.dead-letter", "Dead letters");
		titles.put("nats.listener.ack-extension", "Extension of the time to acknowledge");
		titles.put("nats.listeners.<id>", "A single listener");
		return titles;
	}

	/**
	 * What the page has to say.
	 */
	static String text() {
		ConfigurationPage page = new ConfigurationPage();
		page.add("", read(METADATA));
		StringBuilder text = new StringBuilder(INTRODUCTION);
		Stream.concat(TITLES.keySet().stream(), page.sections.keySet().stream())
			.distinct()
			.filter(page.sections::containsKey)
			.forEach((group) -> page.append(text, group));
		return text.toString();
	}

	private void append(StringBuilder text, String group) {
		text.append("\n## ").append(TITLES.getOrDefault(group, "`" + group + "`")).append("\n\n");
		text.append("| Property | Type | Default | Description |\n|---|---|---|---|\n");
		this.sections.getOrDefault(group, List.of()).forEach((row) -> text.append(row).append('\n'));
	}

	private void add(String prefix, JsonNode metadata) {
		List<String> groups = metadata.path("groups")
			.valueStream()
			.map((group) -> group.path("name").asString())
			.toList();
		for (JsonNode property : metadata.path("properties").values()) {
			String name = property.path("name").asString();
			// The groups inside of an entry stay with it
			add(prefix.isEmpty() ? group(name, groups) : prefix, prefix.isEmpty() ? name : prefix + "." + name,
					property);
		}
	}

	private void add(String group, String name, JsonNode property) {
		String type = property.path("type").asString();
		String entry = entry(type);
		JsonNode entries = (entry != null) ? read(ENTRIES.formatted(entry)) : null;
		if (entries == null) {
			row(group, name, type, property);
		}
		else if (type.startsWith("java.util.Map<")) {
			add("%s.<%s>".formatted(name, key(name)), entries);
		}
		else {
			String prefix = type.startsWith("java.util.List<") ? name + "[0]" : name;
			for (JsonNode nested : entries.path("properties").values()) {
				add(group, prefix + "." + nested.path("name").asString(), nested);
			}
		}
	}

	private static String key(String name) {
		String key = KEYS.get(name);
		return (key != null) ? key : KEYS.getOrDefault(name.substring(name.lastIndexOf('.') + 1), "name");
	}

	private void row(String group, String name, String type, JsonNode property) {
		String shown = type.startsWith("java.util.Map<") ? "%s.<%s>".formatted(name, key(name)) : name;
		this.sections.computeIfAbsent(group, (key) -> new ArrayList<>())
			.add("| `%s` | %s | %s | %s |".formatted(shown, type(type), value(property.path("defaultValue")),
					property.path("description").asString().replace("|", "\\|")));
	}

	private static String group(String name, List<String> groups) {
		return groups.stream()
			.filter((group) -> name.startsWith(group + "."))
			.max((one, other) -> one.length() - other.length())
			.orElseGet(() -> name.substring(0, name.lastIndexOf('.')));
	}

	/**
	 * The type of the entries or of the group itself that a metadata file of its own
	 * describes.
	 */
	private static @Nullable String entry(String type) {
		String entry = type.startsWith("java.util.")
				? type.substring(Math.max(type.indexOf('<'), type.indexOf(',')) + 1,
						type.endsWith(">") ? type.length() - 1 : type.length())
				: type;
		return (ConfigurationPage.class.getResource(ENTRIES.formatted(entry)) != null) ? entry : null;
	}

	private static String type(String type) {
		if (TYPES.containsKey(type)) {
			return TYPES.get(type);
		}
		if (type.startsWith("java.util.List<")) {
			return "list of " + type(type.substring("java.util.List<".length(), type.length() - 1));
		}
		if (type.equals("java.util.Map<java.lang.String,java.lang.String>")) {
			return "text";
		}
		if (type.endsWith(NatsProperties.class.getSimpleName() + ">")) {
			return "as `nats`";
		}
		return values(ClassUtils.resolveClassName(type, null));
	}

	private static String values(Class<?> type) {
		if (!type.isEnum()) {
			throw new IllegalStateException("Add a name for the type " + type.getName());
		}
		return Stream.of(type.getEnumConstants())
			.map((constant) -> "`" + kebab(((Enum<?>) constant).name()) + "`")
			.collect(Collectors.joining(", "));
	}

	private static String kebab(String constant) {
		return constant.replaceAll("(?<=[a-z0-9])(?=[A-Z])", "-").replace('_', '-').toLowerCase(Locale.ROOT);
	}

	private static String value(JsonNode value) {
		if (value.isMissingNode()) {
			return "";
		}
		String text = value.isArray() ? value.valueStream().map(JsonNode::asString).collect(Collectors.joining(", "))
				: value.asString();
		return "`" + text + "`";
	}

	private static JsonNode read(String resource) {
		try (InputStream input = ConfigurationPage.class.getResourceAsStream(resource)) {
			return JsonMapper.shared().readTree(input);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
