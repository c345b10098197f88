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

import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;

import io.github.natsspring.support.NatsMessageConverter;
import org.jspecify.annotations.Nullable;

import org.springframework.core.MethodParameter;
import org.springframework.messaging.handler.annotation.Payload;
import org.springframework.messaging.handler.annotation.support.MethodArgumentNotValidException;
import org.springframework.messaging.support.GenericMessage;
import org.springframework.util.Assert;
import org.springframework.util.ClassUtils;
import org.springframework.util.ObjectUtils;
import org.springframework.validation.BeanPropertyBindingResult;
import org.springframework.validation.SmartValidator;
import org.springframework.validation.Validator;
import org.springframework.validation.annotation.ValidationAnnotationUtils;

/**
 * The converted payload, alone or in a Spring message.
 */
final class PayloadArgument implements Argument {

	private final MethodParameter parameter;

	private final Shape shape;

	private final NatsMessageConverter converter;

	private final @Nullable Validator validator;

	private final Object @Nullable [] validationHints;

	/**
	 * Create an argument.
	 * @param method the method, for a failure
	 * @param parameter the parameter that takes the value or a list of such values
	 * @param shape what the value looks like
	 * @param converter converts the payload
	 * @param validator validates it if the parameter asks for that, or {@code null}
	 */
	PayloadArgument(ListenerMethod method, MethodParameter parameter, Shape shape, NatsMessageConverter converter,
			@Nullable Validator validator) {
		this.parameter = parameter;
		this.shape = shape;
		this.converter = converter;
		this.validationHints = validationHints(parameter);
		this.validator = validator;
		PayloadTypes.check(method, parameter, shape.type());
		if (!shape.required() && shape.type() instanceof Class<?> type && type.isPrimitive()) {
			throw method.failure(
					"the parameter %s need not have a payload (@Payload(required = false)), and its type has no null"
						.formatted(ArgumentPlanner.describe(parameter)),
					"Use %s, or remove 'required'".formatted(ClassUtils.resolvePrimitiveIfNecessary(type).getName()));
		}
		if (this.validationHints != null && validator == null) {
			throw method.failure(
					"the parameter %s is to be validated, and there is no Validator"
						.formatted(ArgumentPlanner.describe(parameter)),
					"Add a Validator (with Spring Boot: spring-boot-starter-validation), or remove the annotation");
		}
	}

	static PayloadArgument payload(ListenerMethod method, MethodParameter parameter, NatsMessageConverter converter,
			@Nullable Validator validator) {
		Type type = method.typeOf(parameter.nestedIfOptional());
		boolean optional = parameter.getParameterType() == Optional.class;
		return new PayloadArgument(method, parameter, new Shape(type, false, optional, isRequired(parameter)),
				converter, validator);
	}

	static PayloadArgument springMessage(ListenerMethod method, MethodParameter parameter,
			NatsMessageConverter converter, @Nullable Validator validator) {
		MethodParameter payload = parameter.nested();
		// A raw Message, or one of anything, is given the bytes
		Type type = (payload.getNestedParameterType() != Object.class) ? method.typeOf(payload) : byte[].class;
		return new PayloadArgument(method, parameter, new Shape(type, true, false, isRequired(parameter)), converter,
				validator);
	}

	private static boolean isRequired(MethodParameter parameter) {
		Payload payload = parameter.getParameterAnnotation(Payload.class);
		return !parameter.isOptional() && (payload == null || payload.required());
	}

	private static Object @Nullable [] validationHints(MethodParameter parameter) {
		for (Annotation annotation : parameter.getParameterAnnotations()) {
			Object[] hints = ValidationAnnotationUtils.determineValidationHints(annotation);
			if (hints != null) {
				return hints;
			}
		}
		return null;
	}

	@Override
	public @Nullable Object resolve(Invocation invocation) {
		Object payload = this.converter.read(invocation.message(), this.shape.type());
		if (payload == null || isMissing(payload)) {
			return missing(invocation);
		}
		if (this.validationHints != null) {
			validate(invocation, payload, this.validationHints);
		}
		if (this.shape.springMessage()) {
			return new GenericMessage<>(payload, invocation.headers());
		}
		return this.shape.optional() ? Optional.of(payload) : payload;
	}

	/**
	 * Text and bytes of an empty message are empty where they are required, and missing
	 * where they may be. What was put under a key is there, however empty.
	 */
	private boolean isMissing(Object payload) {
		return !(this.converter instanceof KeyValueMessageConverter) && !this.shape.required()
				&& !this.shape.springMessage() && (payload instanceof CharSequence || payload instanceof byte[])
				&& ObjectUtils.isEmpty(payload);
	}

	private @Nullable Object missing(Invocation invocation) {
		if (this.shape.springMessage() && this.shape.type() == byte[].class) {
			return invocation.springMessage();
		}
		if (this.shape.required()) {
			throw invocation.failure(this.parameter, "The message has no payload");
		}
		return this.shape.optional() ? Optional.empty() : null;
	}

	private void validate(Invocation invocation, Object payload, Object[] hints) {
		String name = this.parameter.getParameterName();
		validate(invocation, payload, (name != null) ? name : "payload", hints);
	}

	/**
	 * Validators look at the properties of an object, and a list has none: its elements
	 * are meant.
	 */
	private void validate(Invocation invocation, Object value, String name, Object[] hints) {
		Collection<?> elements = elements(value);
		if (elements == null) {
			validateObject(invocation, value, name, hints);
			return;
		}
		int index = 0;
		for (Object element : elements) {
			if (element != null) {
				validate(invocation, element, "%s[%d]".formatted(name, index), hints);
			}
			index++;
		}
	}

	private static @Nullable Collection<?> elements(Object value) {
		if (value instanceof Map<?, ?> map) {
			return map.values();
		}
		return (value instanceof Object[] array) ? Arrays.asList(array)
				: (value instanceof Collection<?> collection) ? collection : null;
	}

	private void validateObject(Invocation invocation, Object value, String name, Object[] hints) {
		Validator validator = this.validator;
		Assert.state(validator != null, "No validator");
		BeanPropertyBindingResult result = new BeanPropertyBindingResult(value, name);
		if (hints.length > 0 && validator instanceof SmartValidator smartValidator) {
			smartValidator.validate(value, result, hints);
		}
		else {
			validator.validate(value, result);
		}
		if (result.hasErrors()) {
			throw new MethodArgumentNotValidException(invocation.bareMessage(), this.parameter, result);
		}
	}

	/**
	 * What the value looks like.
	 *
	 * @param type the type of the payload
	 * @param springMessage whether the value is a Spring message with the payload
	 * @param optional whether it is an {@code Optional} of the payload
	 * @param required whether a message without payload is a failure
	 */
	record Shape(Type type, boolean springMessage, boolean optional, boolean required) {
	}

}
