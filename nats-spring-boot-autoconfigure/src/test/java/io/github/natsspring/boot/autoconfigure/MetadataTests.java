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
import java.lang.reflect.Field;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.util.ReflectionUtils;
import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What an IDE shows about the properties.
 */
class MetadataTests {

	private static final Set<String> DEFAULTS_OF_JNATS_OPTIONS = Set.of("nats.enabled", "nats.servers",
			"nats.ping-interval", "nats.reconnect.max-attempts", "nats.subject-validation-type",
			"nats.use-timeout-exception", "nats.dont-force-flush-on-request");

	private final Map<String, JsonNode> properties = read();

	@Test
	void everyPropertyHasATypeAndADescription() {
		assertThat(this.properties).isNotEmpty().allSatisfy((name, property) -> {
			assertThat(name).startsWith("nats.");
			assertThat(property.path("type").asString()).isNotBlank();
			String description = property.path("description").asString();
			assertThat(description).endsWith(".").doesNotStartWith("The ").doesNotStartWith("A ");
			if (property.path("type").asString().equals("java.lang.Boolean")) {
				assertThat(description).startsWith("Whether");
			}
			if (property.path("type").asString().startsWith("java.util.List")) {
				assertThat(description).startsWith("Comma-separated list");
			}
		});
	}

	@Test
	void everyFieldIsThereWithItsDefault() {
		Map<String, Object> values = new LinkedHashMap<>();
		collect("nats", new NatsProperties(), values);
		Set<String> expected = new TreeSet<>(values.keySet());
		expected.add("nats.enabled");
		assertThat(this.properties.keySet()).isEqualTo(expected);
		values.forEach((name, value) -> {
			if (value != null && !(value instanceof Map<?, ?>)) {
				assertThat(defaultOf(name)).as(name).isEqualToIgnoringCase(text(value));
			}
			else if (!DEFAULTS_OF_JNATS_OPTIONS.contains(name)) {
				assertThat(this.properties.get(name).has("defaultValue")).as(name).isFalse();
			}
		});
	}

	@Test
	void defaultsThatAreMappedAreThere() {
		assertThat(DEFAULTS_OF_JNATS_OPTIONS)
			.allSatisfy((name) -> assertThat(this.properties.get(name).has("defaultValue")).isTrue());
		assertThat(defaultOf("nats.ping-interval")).isEqualTo("20s");
		assertThat(defaultOf("nats.reconnect.max-attempts")).isEqualTo("-1");
		assertThat(this.properties.get("nats.servers").path("defaultValue").get(0).asString())
			.isEqualTo("nats://localhost:4222");
	}

	private String defaultOf(String name) {
		return this.properties.get(name).path("defaultValue").asString();
	}

	private static String text(Object value) {
		if (value instanceof Duration duration) {
			return (duration.toSecondsPart() == 0) ? duration.toMinutes() + "m" : duration.toSeconds() + "s";
		}
		if (value instanceof DataSize size) {
			return size.toMegabytes() + "MB";
		}
		if (value instanceof Double number && number == Math.rint(number)) {
			return String.valueOf(number.intValue());
		}
		return value.toString().replace('_', '-');
	}

	private static void collect(String prefix, Object group, Map<String, Object> values) {
		for (Field field : group.getClass().getDeclaredFields()) {
			if (field.isSynthetic()) {
				continue;
			}
			ReflectionUtils.makeAccessible(field);
			Object value = ReflectionUtils.getField(field, group);
			String name = prefix + "." + TopologyFields.kebab(field.getName());
			if (value != null && value.getClass().getEnclosingClass() == NatsProperties.class) {
				collect(name, value, values);
			}
			else {
				values.put(name, value);
			}
		}
	}

	private static Map<String, JsonNode> read() {
		try (InputStream input = MetadataTests.class
			.getResourceAsStream("/META-INF/spring-configuration-metadata.json")) {
			Map<String, JsonNode> properties = new LinkedHashMap<>();
			Collection<JsonNode> nodes = JsonMapper.shared().readTree(input).path("properties").values();
			nodes.forEach((node) -> properties.put(node.path("name").asString(), node));
			// Boot's annotation processor describes those of the endpoint
			properties.keySet().removeIf((name) -> name.startsWith("management.endpoint.nats."));
			return properties;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
