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

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;

import io.github.natsspring.listener.NatsListenerException;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.support.AopUtils;
import org.springframework.core.GenericTypeResolver;
import org.springframework.core.MethodParameter;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotatedMethod;
import org.springframework.util.ReflectionUtils;

/**
 * The method of a listener: as it was written, for its annotations and types, and as it
 * is called, which differs behind a proxy.
 */
class ListenerMethod extends AnnotatedMethod {

	private final Class<?> beanClass;

	private final String description;

	private final Object bean;

	private final Method invocable;

	ListenerMethod(Object bean, Method method, String description) {
		super(method);
		this.bean = bean;
		this.beanClass = AopProxyUtils.ultimateTargetClass(bean);
		this.description = description;
		if (Modifier.isPrivate(method.getModifiers()) || Modifier.isStatic(method.getModifiers())) {
			throw failure("the method is %s".formatted(Modifier.isStatic(method.getModifiers()) ? "static" : "private"),
					"Make it an instance method that is not private");
		}
		if (AopUtils.isCglibProxy(bean) && Modifier.isFinal(method.getModifiers())) {
			throw failure("the method is final, so the proxy of its bean cannot pass the call on", "Remove 'final'");
		}
		this.invocable = selectInvocable(bean, method);
		ReflectionUtils.makeAccessible(this.invocable);
	}

	private Method selectInvocable(Object bean, Method method) {
		try {
			return AopUtils.selectInvocableMethod(method, bean.getClass());
		}
		catch (IllegalStateException ex) {
			throw new NatsListenerException(this.description,
					"the bean is a JDK proxy, and none of its interfaces has the method",
					"Declare the method in an interface of the bean, or let the proxy be of the class "
							+ "(proxyTargetClass = true)",
					ex);
		}
	}

	@Override
	protected Class<?> getContainingClass() {
		return this.beanClass;
	}

	Object bean() {
		return this.bean;
	}

	Method invocable() {
		return this.invocable;
	}

	Class<?> returnType() {
		return getMethod().getReturnType();
	}

	/**
	 * What the method returns with its generics, as the class of the bean fixes them.
	 */
	ResolvableType resolvedReturnType() {
		return ResolvableType.forMethodReturnType(getMethod(), this.beanClass);
	}

	/**
	 * The type of a parameter with its generics, as the class of the bean fixes them.
	 */
	Type typeOf(MethodParameter parameter) {
		return GenericTypeResolver.resolveType(parameter.getNestedGenericParameterType(), this.beanClass);
	}

	NatsListenerException failure(String problem, String action) {
		return failure(problem, action, null);
	}

	NatsListenerException failure(String problem, String action, @Nullable Throwable cause) {
		return new NatsListenerException(this.description, problem, action, cause);
	}

}
