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

import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Set;

import io.github.natsspring.annotation.NatsKeyValueListener;
import io.github.natsspring.annotation.NatsKeyValueListeners;
import io.github.natsspring.annotation.NatsListener;
import io.github.natsspring.annotation.NatsListeners;
import io.github.natsspring.annotation.NatsObjectStoreListener;
import io.github.natsspring.annotation.NatsObjectStoreListeners;

import org.springframework.aop.framework.AopInfrastructureBean;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.LazyInitializationExcludeFilter;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils.MethodFilter;

/**
 * Keeps beans with {@link NatsListener}, on a method or the class, and with methods that
 * watch buckets, out of {@code spring.main.lazy-initialization}: nothing else asks for
 * them, so that they would never be made and their listeners never run.
 */
class NatsListenerLazyInitializationExcludeFilter implements LazyInitializationExcludeFilter {

	private static final List<Class<? extends Annotation>> ANNOTATIONS = List.of(NatsListener.class,
			NatsListeners.class, NatsKeyValueListener.class, NatsKeyValueListeners.class, NatsObjectStoreListener.class,
			NatsObjectStoreListeners.class);

	@Override
	public boolean isExcluded(String beanName, BeanDefinition beanDefinition, Class<?> beanType) {
		return isListening(beanType);
	}

	/**
	 * Whether beans of a type have listeners.
	 */
	static boolean isListening(Class<?> beanType) {
		Class<?> type = ClassUtils.getUserClass(beanType);
		// The target of a scoped proxy is made when it is called
		return !AopInfrastructureBean.class.isAssignableFrom(type) && hasListener(type);
	}

	private static boolean hasListener(Class<?> type) {
		if (!AnnotationUtils.isCandidateClass(type, ANNOTATIONS)) {
			return false;
		}
		if (isListener(type)) {
			return true;
		}
		Set<Method> methods = MethodIntrospector.selectMethods(type,
				(MethodFilter) NatsListenerLazyInitializationExcludeFilter::isListener);
		return !methods.isEmpty();
	}

	private static boolean isListener(AnnotatedElement element) {
		return ANNOTATIONS.stream().anyMatch((annotation) -> AnnotatedElementUtils.hasAnnotation(element, annotation));
	}

}
