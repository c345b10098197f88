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
import java.util.Optional;

import io.github.natsspring.support.NatsMessageConverter;
import org.jspecify.annotations.Nullable;

import org.springframework.core.MethodParameter;
import org.springframework.messaging.handler.annotation.Payload;
import org.springframework.messaging.handler.annotation.support.MethodArgumentNotValidException;
import org.springframework.messaging.support.GenericMessage;
import org.springframework.util.Assert;
import org.springframework.validation.BeanPropertyBindingResult;
import org.springframework.validation.SmartValidator;
import org.springframework.validation.Validator;
import org.springframework.validation.annotation.ValidationAnnotationUtils;

/**
 * The converted payload, alone or in a Spring message.
 */
final class PayloadArgument implements Argument {

	private final MethodParameter parameter;

	private final Type type;

	private final NatsMessageConverter converter;

	private final @Nullable Validator validator;

	private final Object @Nullable [] validationHints;

	private final boolean optional;

	private final boolean required;

	private final boolean springMessage;

	/**
	 * Create an argument.
	 * @param method the method, for a failure
	 * @param parameter the parameter that takes the value or a list of such values
	 * @param type the type of the payload
	 * @param springMessage whether the value is a Spring message with the payload
	 * @param converter converts the payload
	 * @param validator validates it if the parameter asks for that, or {@code null}
	 */
	PayloadArgument(ListenerMethod method, MethodParameter parameter, Type type, boolean springMessage,
			NatsMessageConverter converter, @Nullable Validator validator) {
		this.parameter = parameter;
		this.type = type;
		this.converter = converter;
		this.validationHints = validationHints(parameter);
		this.validator = validator;
		this.optional = parameter.getParameterType() == Optional.class;
		this.springMessage = springMessage;
		Payload payload = parameter.getParameterAnnotation(Payload.class);
		this.required = !parameter.isOptional() && (payload == null || payload.required());
		if (this.validationHints != null && validator == null) {
			throw method.failure(
					"the parameter %s is to be validated, and there is no Validator"
						.formatted(ArgumentPlanner.describe(parameter)),
					"Add a Validator (with Spring Boot: spring-boot-starter-validation), or remove the annotation");
		}
	}

	static PayloadArgument payload(ListenerMethod method, MethodParameter parameter, NatsMessageConverter converter,
			@Nullable Validator validator) {
		return new PayloadArgument(method, parameter, method.typeOf(parameter.nestedIfOptional()), false, converter,
				validator);
	}

	static PayloadArgument springMessage(ListenerMethod method, MethodParameter parameter,
			NatsMessageConverter converter, @Nullable Validator validator) {
		MethodParameter payload = parameter.nested();
		// A raw Message, or one of anything, is given the bytes
		Type type = (payload.getNestedParameterType() != Object.class) ? method.typeOf(payload) : byte[].class;
		return new PayloadArgument(method, parameter, type, true, converter, validator);
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
		Object payload = this.converter.read(invocation.message(), this.type);
		if (payload == null) {
			return missing(invocation);
		}
		if (this.validationHints != null) {
			validate(invocation, payload, this.validationHints);
		}
		if (this.springMessage) {
			return new GenericMessage<>(payload, invocation.headers());
		}
		return this.optional ? Optional.of(payload) : payload;
	}

	private @Nullable Object missing(Invocation invocation) {
		if (this.springMessage && this.type == byte[].class) {
			return invocation.springMessage();
		}
		if (this.required || this.parameter.getParameterType().isPrimitive()) {
			throw invocation.failure(this.parameter, "The message has no payload");
		}
		return this.optional ? Optional.empty() : null;
	}

	private void validate(Invocation invocation, Object payload, Object[] hints) {
		Validator validator = this.validator;
		Assert.state(validator != null, "No validator");
		String name = this.parameter.getParameterName();
		BeanPropertyBindingResult result = new BeanPropertyBindingResult(payload, (name != null) ? name : "payload");
		if (hints.length > 0 && validator instanceof SmartValidator smartValidator) {
			smartValidator.validate(payload, result, hints);
		}
		else {
			validator.validate(payload, result);
		}
		if (result.hasErrors()) {
			throw new MethodArgumentNotValidException(invocation.bareMessage(), this.parameter, result);
		}
	}

}
