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

import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

import io.github.natsspring.connection.Redaction;
import io.nats.client.Options;
import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;

/**
 * What {@code nats.properties.*} passes through to jnats. jnats takes each key with or
 * without its prefix, and some with {@code _} for a dot.
 */
final class FurtherProperties {

	private static final String PREFIX = "io.nats.client.";

	private final Map<String, String> properties = new TreeMap<>();

	private final String property;

	/**
	 * Create from properties.
	 * @param property the name of the property that holds them
	 * @param properties the properties by keys of jnats
	 */
	FurtherProperties(String property, Map<String, String> properties) {
		this.property = property;
		properties.forEach((key, value) -> {
			if (StringUtils.hasLength(value)) {
				this.properties.put(normalize(key), value);
			}
		});
	}

	private static String normalize(String key) {
		String normalized = key.startsWith(PREFIX) ? key.substring(PREFIX.length()) : key;
		return normalized.replace('_', '.');
	}

	/**
	 * The value of the first key that is there.
	 */
	@Nullable String get(String... keys) {
		for (String key : keys) {
			String value = this.properties.get(normalize(key));
			if (value != null) {
				return value;
			}
		}
		return null;
	}

	/**
	 * The full name of the property of a key.
	 */
	String property(String key) {
		return this.property + "." + PREFIX + key;
	}

	void remove(String... keys) {
		for (String key : keys) {
			this.properties.remove(normalize(key));
		}
	}

	/**
	 * Apply one by one, so that a failure can be told from the others. The value is not
	 * shown: it may be a secret.
	 */
	void apply(Options.Builder builder) {
		this.properties.forEach((key, value) -> {
			Properties property = new Properties();
			property.setProperty(key, value);
			try {
				builder.properties(property);
			}
			catch (RuntimeException ex) {
				throw new InvalidNatsPropertyException(property(key), null,
						"jnats cannot use its value (%s)"
							.formatted((ex instanceof NumberFormatException) ? "not a number" : Redaction.redact(ex)),
						"Correct or remove the property.");
			}
		});
	}

}
