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

import java.beans.PropertyDescriptor;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import io.github.natsspring.support.Suggestions;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.BeanUtils;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.ResolvableType;
import org.springframework.core.env.Environment;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.util.ClassUtils;

/**
 * Finds {@code nats.*} properties that nothing reads, most likely spelled wrong. The
 * variables and system properties of the process are not looked at, where others may have
 * theirs.
 */
final class UnknownProperties {

	private static final ConfigurationPropertyName NATS = ConfigurationPropertyName.of("nats");

	private static final List<String> OTHERS = List.of(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
			StandardEnvironment.SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME);

	// What is written, with where it stands
	private final Map<String, String> found = new LinkedHashMap<>();

	private final Map<String, String> advice = new LinkedHashMap<>();

	private UnknownProperties() {
	}

	/**
	 * Refuse the start if there is one.
	 * @param environment where to look
	 */
	static void refuse(Environment environment) {
		UnknownProperties unknown = new UnknownProperties();
		for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
			if (source instanceof IterableConfigurationPropertySource iterable && !isOthers(source)) {
				iterable.stream().filter(NATS::isAncestorOf).forEach((name) -> unknown.check(name, source));
			}
		}
		if (!unknown.found.isEmpty()) {
			throw new InvalidNatsPropertyException("nats.strict", true,
					"finds properties that are not known: " + String.join(", ", unknown.found.values()),
					String.join("%n".formatted(), unknown.advice.values()));
		}
	}

	private static boolean isOthers(ConfigurationPropertySource source) {
		return source.getUnderlyingSource() instanceof PropertySource<?> properties
				&& OTHERS.contains(properties.getName());
	}

	private void check(ConfigurationPropertyName name, ConfigurationPropertySource source) {
		ResolvableType type = ResolvableType.forClass(NatsProperties.class);
		for (int i = 1; i < name.getNumberOfElements(); i++) {
			Class<?> raw = type.toClass();
			if (Map.class.isAssignableFrom(raw)) {
				type = type.asMap().getGeneric(1);
			}
			else if (Collection.class.isAssignableFrom(raw)) {
				type = type.asCollection().getGeneric(0);
			}
			else if (!raw.getPackageName().startsWith(ClassUtils.getPackageName(NatsProperties.class))) {
				return;
			}
			else {
				PropertyDescriptor property = property(raw, name.getElement(i, Form.UNIFORM));
				if (property == null) {
					add(name, i, raw, source);
					return;
				}
				type = ResolvableType.forMethodReturnType(property.getReadMethod());
			}
		}
	}

	private void add(ConfigurationPropertyName name, int index, Class<?> type, ConfigurationPropertySource source) {
		ConfigurationProperty property = source.getConfigurationProperty(name);
		String place = (property != null && property.getOrigin() != null) ? " (%s)".formatted(property.getOrigin())
				: "";
		this.found.putIfAbsent(name.toString(), name + place);
		String wrong = name.chop(index + 1).toString();
		List<String> known = Arrays.stream(BeanUtils.getPropertyDescriptors(type))
			.filter((candidate) -> candidate.getReadMethod() != null && !"class".equals(candidate.getName()))
			.map((candidate) -> kebab(candidate.getName()))
			.toList();
		this.advice.putIfAbsent(wrong, "%s: %s.".formatted(wrong,
				Suggestions.didYouMean(name.getElement(index, Form.ORIGINAL), known, "remove it")));
	}

	private static @Nullable PropertyDescriptor property(Class<?> type, String uniform) {
		return Arrays.stream(BeanUtils.getPropertyDescriptors(type))
			.filter((property) -> property.getReadMethod() != null
					&& property.getName().toLowerCase(Locale.ROOT).equals(uniform))
			.findFirst()
			.orElse(null);
	}

	private static String kebab(String name) {
		return name.replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
	}

}
