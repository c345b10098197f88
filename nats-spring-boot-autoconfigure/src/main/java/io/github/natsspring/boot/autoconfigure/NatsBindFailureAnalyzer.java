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

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.convert.ConversionFailedException;
import org.springframework.util.unit.DataSize;

/**
 * Says how a time, a size or a choice of {@code nats.*} has to be written, which Boot's
 * own analysis does not.
 */
@Order(Ordered.HIGHEST_PRECEDENCE + 100)
class NatsBindFailureAnalyzer extends AbstractFailureAnalyzer<BindException> {

	private static final ConfigurationPropertyName NATS = ConfigurationPropertyName.of("nats");

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, BindException cause) {
		ConversionFailedException conversion = findCause(cause, ConversionFailedException.class);
		if (conversion == null || !NATS.isAncestorOf(cause.getName())) {
			return null;
		}
		Class<?> type = conversion.getTargetType().getType();
		String wanted = wanted(type);
		String name = (cause.getProperty() != null) ? cause.getProperty().getName().toString()
				: cause.getName().toString();
		return (wanted != null)
				? new FailureAnalysis("%s '%s': is not %s.".formatted(name, conversion.getValue(), what(type)),
						"Write it as %s.".formatted(wanted), cause)
				: null;
	}

	private static String what(Class<?> type) {
		if (type == Duration.class) {
			return "a valid duration";
		}
		return (type == DataSize.class) ? "a valid data size" : "one of the values there are";
	}

	private static @Nullable String wanted(Class<?> type) {
		if (type == Duration.class) {
			return "a number with a unit (ms, s, m, h or d), such as 30s";
		}
		if (type == DataSize.class) {
			return "a number with a unit (B, KB, MB, GB or TB), such as 10MB";
		}
		Object[] constants = type.getEnumConstants();
		return (constants != null) ? "one of " + Arrays.stream(constants)
			.map((constant) -> ((Enum<?>) constant).name()
				.replaceAll("([a-z])([A-Z])", "$1-$2")
				.replace('_', '-')
				.toLowerCase(Locale.ROOT))
			.collect(Collectors.joining(", ")) : null;
	}

}
