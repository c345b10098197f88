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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

import io.github.natsspring.topology.WrittenNames;
import org.jspecify.annotations.Nullable;

import org.springframework.util.unit.DataSize;

/**
 * Written properties on their way to a builder of jnats: what is {@code null} leaves the
 * builder alone, and what the builder refuses is reported with the name of the property.
 *
 * @param <B> the type of the builder
 */
final class Settings<B> {

	private final String prefix;

	private final List<Consumer<B>> settings = new ArrayList<>();

	// By the name of jnats, where another was written
	private final Map<String, String> written = new HashMap<>();

	Settings(String prefix) {
		this.prefix = prefix;
	}

	<T> Settings<B> set(String property, @Nullable T value, BiConsumer<B, T> setter) {
		if (value != null) {
			this.settings.add((builder) -> report(property, value, () -> {
				setter.accept(builder, value);
				return builder;
			}));
		}
		return this;
	}

	<T, R> Settings<B> set(String property, @Nullable T value, Function<T, R> converter, BiConsumer<B, R> setter) {
		return (value != null) ? set(property, report(property, value, () -> converter.apply(value)), setter) : this;
	}

	/**
	 * One of two properties that mean the same.
	 */
	<T> @Nullable T either(String property, @Nullable T value, String otherProperty, @Nullable T otherValue) {
		if (value != null && otherValue != null && !value.equals(otherValue)) {
			throw new InvalidNatsPropertyException(name(otherProperty), otherValue,
					"means the same as %s, which is '%s'".formatted(name(property), value), "Write only one of them.");
		}
		if (value == null && otherValue != null) {
			this.written.put(property, otherProperty);
		}
		return (value != null) ? value : otherValue;
	}

	/**
	 * Check that a number is one that jnats would not drop without a word.
	 * @param property the property
	 * @param value the value, or {@code null}
	 * @param unlimited whether -1 means no limit
	 */
	@Nullable Long positive(String property, @Nullable Number value, boolean unlimited) {
		if (value != null && value.longValue() < 1 && !(unlimited && value.longValue() == -1)) {
			throw new InvalidNatsPropertyException(name(property), value, "is less than 1",
					unlimited ? "Set a number from 1, or -1 for no limit." : "Set a number from 1.");
		}
		return (value != null) ? value.longValue() : null;
	}

	/**
	 * Check that a time is one that jnats would not drop without a word.
	 */
	@Nullable Duration positive(String property, @Nullable Duration value) {
		if (value != null && (value.isZero() || value.isNegative())) {
			throw new InvalidNatsPropertyException(name(property), value, "is not more than zero",
					"Set a time such as 30s.");
		}
		return value;
	}

	void apply(B builder) {
		this.settings.forEach((setting) -> setting.accept(builder));
	}

	UnaryOperator<B> asOperator() {
		return new Operator<>(this);
	}

	private String name(String property) {
		return this.prefix + "." + this.written.getOrDefault(property, property);
	}

	private <R> R report(String property, Object value, Supplier<R> action) {
		try {
			return action.get();
		}
		catch (IllegalArgumentException | IllegalStateException ex) {
			throw new InvalidNatsPropertyException(name(property), isPlain(value) ? value : null,
					String.valueOf(ex.getMessage()), "Correct " + name(property) + ".");
		}
	}

	private static boolean isPlain(Object value) {
		Package valuePackage = value.getClass().getPackage();
		return value instanceof Enum<?> || value instanceof DataSize || valuePackage.getName().startsWith("java.");
	}

	/**
	 * A number of bytes for a setter that takes an {@code int}.
	 */
	static int toIntBytes(DataSize size) {
		if (size.toBytes() > Integer.MAX_VALUE) {
			throw new IllegalArgumentException("must be less than 2GB");
		}
		return (int) size.toBytes();
	}

	/**
	 * Applies settings, and tells how they were written.
	 *
	 * @param settings the settings
	 * @param <B> the type of the builder
	 */
	private record Operator<B>(Settings<B> settings) implements UnaryOperator<B>, WrittenNames {

		@Override
		public B apply(B builder) {
			this.settings.apply(builder);
			return builder;
		}

		@Override
		public String nameOf(String property) {
			return this.settings.written.getOrDefault(property, property);
		}

	}

}
