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

package io.github.natsspring.annotation;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.Collection;
import java.util.function.Function;

import io.github.natsspring.listener.NatsListenerException;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.util.ClassUtils;

/**
 * Looks after listeners of beans that are no singletons. Nobody asks for these at the
 * start, so that their listeners would silently never run: those behind a scoped proxy
 * are called through it, the others refused.
 */
final class OtherScopes {

	private final ConfigurableBeanFactory beanFactory;

	private final Collection<Class<? extends Annotation>> annotations;

	private final Function<Class<?>, @Nullable Collection<Method>> methods;

	/**
	 * Create an instance.
	 * @param beanFactory has the beans
	 * @param annotations those that may make a listener
	 * @param methods gives the listener methods of a class, or {@code null} if the class
	 * does not listen
	 */
	OtherScopes(ConfigurableBeanFactory beanFactory, Collection<Class<? extends Annotation>> annotations,
			Function<Class<?>, @Nullable Collection<Method>> methods) {
		this.beanFactory = beanFactory;
		this.annotations = annotations;
		this.methods = methods;
	}

	/**
	 * Find those behind a scoped proxy.
	 * @param found given the proxy, its name and the class behind it
	 * @throws NatsListenerException if there are others
	 */
	void find(Found found) {
		if (!(this.beanFactory instanceof ConfigurableListableBeanFactory beans)) {
			return;
		}
		for (String name : beans.getBeanDefinitionNames()) {
			BeanDefinition definition = beans.getMergedBeanDefinition(name);
			Class<?> type = (definition.isAbstract() || definition.isSingleton()) ? null : beans.getType(name, false);
			if (type != null) {
				find(beans, name, definition, ClassUtils.getUserClass(type), found);
			}
		}
	}

	private void find(ConfigurableListableBeanFactory beans, String name, BeanDefinition definition, Class<?> type,
			Found found) {
		Collection<Method> methods = AnnotationUtils.isCandidateClass(type, this.annotations) ? this.methods.apply(type)
				: null;
		if (methods == null) {
			return;
		}
		if (!ScopedProxyUtils.isScopedTarget(name) || isOfRequests(definition.getScope())) {
			throw wrongScope(name, definition.getScope(), type, methods.stream().findFirst().orElse(null));
		}
		String proxy = ScopedProxyUtils.getOriginalBeanName(name);
		found.add(beans.getBean(proxy), proxy, type);
	}

	/**
	 * Messages come by themselves, without a request or session.
	 */
	private static boolean isOfRequests(@Nullable String scope) {
		return "request".equals(scope) || "session".equals(scope);
	}

	/**
	 * Refuse an instance of a prototype that somebody made.
	 */
	void check(String name, Class<?> type, @Nullable Method method) {
		if (this.beanFactory.containsBean(name) && this.beanFactory.isPrototype(name)) {
			throw wrongScope(name, BeanDefinition.SCOPE_PROTOTYPE, type, method);
		}
	}

	private static NatsListenerException wrongScope(String bean, @Nullable String scope, Class<?> type,
			@Nullable Method method) {
		return new NatsListenerException(ListenerAttributes.describe(type, method),
				"its bean '%s' is no singleton but has the scope '%s', and nobody would make or end it for its messages"
					.formatted(bean, scope),
				"Make the bean a singleton, or let a scoped proxy stand before it (not of the scopes request and session), or register its listeners through a NatsListenerConfigurer");
	}

	/**
	 * Takes what was found.
	 */
	@FunctionalInterface
	interface Found {

		void add(Object bean, String name, Class<?> type);

	}

}
