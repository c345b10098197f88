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

package io.github.natsspring.listener.adapter;

import java.util.Optional;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import org.springframework.core.MethodParameter;
import org.springframework.core.convert.ConversionException;
import org.springframework.core.convert.ConversionService;
import org.springframework.core.convert.TypeDescriptor;
import org.springframework.util.ClassUtils;

/**
 * A header or a variable of the subject, converted to the type of the parameter.
 */
final class NamedArgument implements Argument {

	private final MethodParameter parameter;

	private final String label;

	private final Function<Invocation, @Nullable Object> source;

	private final boolean required;

	private final boolean optional;

	private final @Nullable Object defaultValue;

	private final ConversionService conversionService;

	private final TypeDescriptor targetType;

	/**
	 * Create an argument.
	 * @param method the method, for a failure
	 * @param parameter the parameter
	 * @param label what it is, for messages
	 * @param source finds the value
	 * @param sourceType the type of what is found
	 * @param required whether a missing value is a failure
	 * @param defaultValue stands in for a missing value, or {@code null}
	 * @param conversionService converts the value
	 */
	NamedArgument(ListenerMethod method, MethodParameter parameter, String label,
			Function<Invocation, @Nullable Object> source, Class<?> sourceType, boolean required,
			@Nullable String defaultValue, ConversionService conversionService) {
		this.parameter = parameter;
		this.label = label;
		this.source = source;
		this.conversionService = conversionService;
		this.targetType = new TypeDescriptor(parameter.nestedIfOptional());
		this.optional = parameter.getParameterType() == Optional.class;
		this.required = required && !parameter.isOptional();
		checkConversion(method, sourceType);
		try {
			this.defaultValue = (defaultValue != null) ? convert(defaultValue) : null;
		}
		catch (ConversionException ex) {
			throw method.failure("the default value '%s' of %s is no %s".formatted(defaultValue, label,
					this.targetType.getType().getName()), "Correct the default value", ex);
		}
		if (!required && this.defaultValue == null && parameter.getParameterType().isPrimitive()) {
			throw method.failure(
					"the parameter %s takes the %s, which is not required, and its type has no null"
						.formatted(ArgumentPlanner.describe(parameter), label),
					"Use %s, or set a default value"
						.formatted(ClassUtils.resolvePrimitiveIfNecessary(parameter.getParameterType()).getName()));
		}
	}

	private void checkConversion(ListenerMethod method, Class<?> sourceType) {
		Class<?> type = this.targetType.getType();
		if (!type.isAssignableFrom(sourceType)
				&& !this.conversionService.canConvert(TypeDescriptor.valueOf(sourceType), this.targetType)) {
			throw method.failure(
					"the parameter %s takes the %s, and nothing converts a %s to a %s".formatted(
							ArgumentPlanner.describe(this.parameter), this.label, sourceType.getName(), type.getName()),
					"Use another type, such as %s, or add a Converter for it".formatted(sourceType.getName()));
		}
	}

	@Override
	public @Nullable Object resolve(Invocation invocation) {
		Object value = this.source.apply(invocation);
		Object result = (value != null) ? convert(invocation, value) : this.defaultValue;
		if (result == null && (this.required || this.targetType.isPrimitive())) {
			throw invocation.failure(this.parameter, "The message has no %s".formatted(this.label));
		}
		return this.optional ? Optional.ofNullable(result) : result;
	}

	private @Nullable Object convert(Invocation invocation, Object value) {
		if (this.targetType.getType() == value.getClass()) {
			return value;
		}
		try {
			return convert(value);
		}
		catch (ConversionException ex) {
			throw invocation.failure(this.parameter,
					"The %s is no %s".formatted(this.label, this.targetType.getType().getName()), ex);
		}
	}

	private @Nullable Object convert(Object value) {
		return this.conversionService.convert(value, TypeDescriptor.forObject(value), this.targetType);
	}

}
