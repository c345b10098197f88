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

package io.github.natsspring.config;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

import io.github.natsspring.support.SubjectTemplate;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotatedMethod;
import org.springframework.messaging.handler.annotation.SendTo;

/**
 * The subjects that the results of listeners go to.
 */
final class ResultSubjects {

	private ResultSubjects() {
	}

	/**
	 * Find what the methods of an endpoint name in {@code @SendTo}.
	 * @param endpoint the endpoint
	 * @param valueResolver resolves placeholders and expressions
	 * @return the subjects, with wildcards for their variables
	 */
	static Set<String> of(NatsListenerEndpoint endpoint, UnaryOperator<String> valueResolver) {
		Set<String> subjects = new TreeSet<>();
		Object bean = endpoint.getBean();
		if (bean == null) {
			return subjects;
		}
		Class<?> type = AopProxyUtils.ultimateTargetClass(bean);
		for (Method method : methods(endpoint)) {
			SendTo sendTo = sendTo(method, type);
			if (sendTo != null && method.getReturnType() != void.class) {
				for (String value : sendTo.value()) {
					subjects.add(SubjectTemplate.parse(valueResolver.apply(value)).pattern());
				}
			}
		}
		return subjects;
	}

	private static List<Method> methods(NatsListenerEndpoint endpoint) {
		List<Method> methods = new ArrayList<>();
		endpoint.getHandlers().forEach((handler) -> methods.add(handler.method()));
		Method method = endpoint.getMethod();
		if (method != null) {
			methods.add(method);
		}
		return methods;
	}

	private static @Nullable SendTo sendTo(Method method, Class<?> type) {
		SendTo own = new AnnotatedMethod(method).getMethodAnnotation(SendTo.class);
		return (own != null) ? own : AnnotatedElementUtils.findMergedAnnotation(type, SendTo.class);
	}

}
