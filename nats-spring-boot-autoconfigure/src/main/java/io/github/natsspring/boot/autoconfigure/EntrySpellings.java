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

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.boot.origin.Origin;
import org.springframework.core.env.CommandLinePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * How the keys of a map of entries are spelled, and where. Keys that are equal but for
 * case, {@code -} and {@code _} denote one entry.
 */
class EntrySpellings {

	private final ConfigurationPropertyName root;

	private final Map<String, List<Spelling>> spellings = new LinkedHashMap<>();

	EntrySpellings(ConfigurationPropertyName root, Iterable<ConfigurationPropertySource> sources) {
		this.root = root;
		for (ConfigurationPropertySource source : sources) {
			if (source instanceof IterableConfigurationPropertySource iterable) {
				collect(iterable);
			}
		}
	}

	private void collect(IterableConfigurationPropertySource source) {
		int depth = this.root.getNumberOfElements();
		Place place = Place.of(source);
		for (ConfigurationPropertyName name : source) {
			if (this.root.isAncestorOf(name)) {
				String text = name.getElement(depth, Form.ORIGINAL);
				boolean bracketed = name.chop(depth + 1).isLastElementIndexed() && !text.equals(uniform(text));
				this.spellings.computeIfAbsent(uniform(text), (key) -> new ArrayList<>())
					.add(new Spelling(text, bracketed, place, source, name));
			}
		}
	}

	/**
	 * Keep one entry for each group of equal keys.
	 * @param bound the entries by each spelling of their keys
	 * @return the entries by the spelling that counts
	 */
	Map<String, Object> merge(Map<?, ?> bound) {
		Map<String, Object> merged = new LinkedHashMap<>();
		Set<String> done = new LinkedHashSet<>();
		bound.forEach((key, entry) -> {
			String uniform = uniform(key.toString());
			if (done.add(uniform)) {
				Spelling spelling = choose(this.spellings.getOrDefault(uniform, List.of()));
				String text = (spelling != null) ? spelling.text() : key.toString();
				Object value = bound.get(text);
				value = (value != null) ? value : entry;
				if (spelling != null && spelling.place() == Place.ENVIRONMENT && !(value instanceof NatsProperties)
						&& !(value instanceof NatsListenerProperties)) {
					// Names of connections and listeners are known to this application
					// only
					requireName(spelling, value);
				}
				merged.put(text, value);
			}
		});
		return merged;
	}

	private @Nullable Spelling choose(List<Spelling> spellings) {
		refuseBrackets(spellings);
		for (Place place : Place.values()) {
			List<Spelling> ofPlace = spellings.stream().filter((spelling) -> spelling.place() == place).toList();
			if (!ofPlace.isEmpty()) {
				Spelling first = ofPlace.get(0);
				ofPlace.stream()
					.filter((spelling) -> !spelling.text().equals(first.text()))
					.findFirst()
					.ifPresent((other) -> refuse(first, other, "is another spelling of the same entry as",
							"Spell it the same in both places."));
				return first;
			}
		}
		return null;
	}

	/**
	 * Boot takes a key in brackets for another one than without: values of one spelling
	 * would not reach the entry of the other.
	 */
	private void refuseBrackets(List<Spelling> spellings) {
		for (Spelling spelling : spellings) {
			if (spelling.bracketed()) {
				spellings.stream()
					.filter((other) -> !other.bracketed() || !other.text().equals(spelling.text()))
					.findFirst()
					.ifPresent((other) -> refuse(spelling, other, "is in brackets, and cannot take values from",
							"Write the key without brackets."));
			}
		}
	}

	private void refuse(Spelling spelling, Spelling other, String reason, String action) {
		throw new InvalidNatsPropertyException(spelling.describe(this.root), null,
				reason + " " + other.describe(this.root), action);
	}

	private void requireName(Spelling spelling, Object entry) {
		if (nameOf(entry) == null) {
			String variable = spelling.describe(this.root);
			throw new InvalidNatsPropertyException(this.root + "." + spelling.text(), null,
					"is written in environment variables only, which cannot spell its name; the first is " + variable,
					"Set its name as well, with the variable that ends in _%s_NAME, or declare it in a file."
						.formatted(spelling.text().toUpperCase(Locale.ROOT)));
		}
	}

	/**
	 * The name that an entry says itself.
	 * @param entry the entry
	 * @return the name, or {@code null}
	 */
	static @Nullable String nameOf(Object entry) {
		if (entry instanceof NatsConsumerProperties consumer && consumer.getName() == null) {
			return consumer.getDurable();
		}
		return (entry instanceof NamedEntry named) ? named.getName() : null;
	}

	private static String uniform(String key) {
		StringBuilder uniform = new StringBuilder(key.length());
		key.chars()
			.map((c) -> (c >= 'A' && c <= 'Z') ? c + ('a' - 'A') : c)
			.filter((c) -> c != '-' && c != '_')
			.forEach((c) -> uniform.append((char) c));
		return uniform.toString();
	}

	/**
	 * Where a key is spelled; the first place where it is spelled counts.
	 */
	private enum Place {

		/**
		 * Files, and whatever else declares entries.
		 */
		DECLARATION,

		/**
		 * Command line and system properties, which override what files declare.
		 */
		OVERRIDE,

		/**
		 * Environment variables, which cannot spell a name.
		 */
		ENVIRONMENT;

		static Place of(ConfigurationPropertySource source) {
			Object underlying = source.getUnderlyingSource();
			if (underlying instanceof SystemEnvironmentPropertySource) {
				return ENVIRONMENT;
			}
			boolean override = underlying instanceof CommandLinePropertySource
					|| underlying instanceof PropertySource<?> propertySource
							&& StandardEnvironment.SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME
								.equals(propertySource.getName());
			return override ? OVERRIDE : DECLARATION;
		}

	}

	/**
	 * One spelling of a key.
	 *
	 * @param text the key as written
	 * @param bracketed whether it is written in brackets that matter
	 * @param place where it is written
	 * @param source the source that holds it
	 * @param name a property with this key
	 */
	private record Spelling(String text, boolean bracketed, Place place, ConfigurationPropertySource source,
			ConfigurationPropertyName name) {

		String describe(ConfigurationPropertyName root) {
			ConfigurationProperty property = this.source.getConfigurationProperty(this.name);
			Origin origin = (property != null) ? property.getOrigin() : null;
			String key = this.bracketed ? root + "[" + this.text + "]" : root + "." + this.text;
			return "'%s' (%s)".formatted(key, (origin != null) ? origin : this.source.getUnderlyingSource());
		}

	}

}
