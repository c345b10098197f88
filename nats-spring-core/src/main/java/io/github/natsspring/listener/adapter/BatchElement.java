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

import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

import io.github.natsspring.listener.adapter.PayloadArgument.Shape;
import io.github.natsspring.support.NatsMessageConverter;
import io.nats.client.Message;
import org.jspecify.annotations.Nullable;

import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.MethodParameter;
import org.springframework.core.ResolvableType;
import org.springframework.validation.Validator;

/**
 * Chooses what the list of a batch listener holds; refuses what cannot work.
 */
final class BatchElement {

	private static final String ALLOWED = "With a batchSize above 1 the method takes one parameter, which is a List<T> of "
			+ "payloads, a List<io.nats.client.Message> or a List<org.springframework.messaging.Message<T>>";

	private BatchElement() {
	}

	/**
	 * Plan how one element of the list gets its value.
	 */
	static Argument plan(ListenerMethod method, NatsMessageConverter converter, @Nullable Validator validator) {
		MethodParameter list = null;
		for (MethodParameter parameter : method.getMethodParameters()) {
			parameter.initParameterNameDiscovery(new DefaultParameterNameDiscoverer());
			if (list != null || parameter.getParameterType() != List.class) {
				throw method.failure(
						"its batchSize is above 1, and the parameter %s is not a list of the messages"
							.formatted(ArgumentPlanner.describe(parameter)),
						ALLOWED + ". Remove the parameter: what concerns a single message is in its Message");
			}
			list = parameter;
		}
		if (list == null) {
			throw method.failure("its batchSize is above 1, and it has no parameter for the messages", ALLOWED);
		}
		return plan(method, list, converter, validator);
	}

	private static Argument plan(ListenerMethod method, MethodParameter list, NatsMessageConverter converter,
			@Nullable Validator validator) {
		ResolvableType element = ResolvableType.forType(method.typeOf(list)).getGeneric(0);
		Type type = boundOf(element);
		if (type == null) {
			throw method.failure(
					"the parameter %s does not say what the list holds".formatted(ArgumentPlanner.describe(list)),
					ALLOWED);
		}
		Class<?> raw = ResolvableType.forType(type).toClass();
		if (raw == Message.class) {
			return Invocation::message;
		}
		boolean required = !isNullable(list);
		if (raw == Optional.class) {
			Type payload = boundOf(ResolvableType.forType(type).getGeneric(0));
			return new PayloadArgument(method, list,
					new Shape((payload != null) ? payload : Object.class, false, true, false), converter, validator);
		}
		if (raw != org.springframework.messaging.Message.class) {
			return new PayloadArgument(method, list, new Shape(type, false, false, required), converter, validator);
		}
		// A raw Message, or one of anything, is given the bytes, as it is alone
		Type payload = boundOf(ResolvableType.forType(type).getGeneric(0));
		return new PayloadArgument(method, list,
				new Shape((payload != null && payload != Object.class) ? payload : byte[].class, true, false, required),
				converter, validator);
	}

	/**
	 * Whether the elements are, as in {@code List<@Nullable Order>}.
	 */
	private static boolean isNullable(MethodParameter list) {
		AnnotatedType type = list.getExecutable().getAnnotatedParameterTypes()[list.getParameterIndex()];
		return type instanceof AnnotatedParameterizedType parameterized
				&& Arrays.stream(parameterized.getAnnotatedActualTypeArguments()[0].getAnnotations())
					.anyMatch((annotation) -> annotation.annotationType().getSimpleName().equals("Nullable"));
	}

	/**
	 * The type, or what it extends; Kotlin writes lists with a wildcard.
	 */
	private static @Nullable Type boundOf(ResolvableType type) {
		// That of a raw list, too
		if (type.getType() instanceof TypeVariable<?> variable) {
			Type bound = variable.getBounds()[0];
			return (bound != Object.class) ? bound : null;
		}
		if (type.getType() instanceof WildcardType wildcard) {
			Type bound = wildcard.getUpperBounds()[0];
			return (bound != Object.class) ? bound : null;
		}
		return (type != ResolvableType.NONE) ? type.getType() : null;
	}

}
