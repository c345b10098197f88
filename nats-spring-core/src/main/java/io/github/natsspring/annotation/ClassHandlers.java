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

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

import io.github.natsspring.config.NatsListenerHandler;
import io.github.natsspring.listener.NatsListenerException;

import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.core.annotation.RepeatableContainers;
import org.springframework.util.ReflectionUtils;

/**
 * Finds {@link NatsListener} annotations of a class and the {@link NatsHandler} methods
 * that its messages are for.
 */
final class ClassHandlers {

	private ClassHandlers() {
	}

	static Set<NatsListener> annotations(Class<?> type) {
		return AnnotatedElementUtils.findMergedRepeatableAnnotations(type, NatsListener.class, NatsListeners.class);
	}

	/**
	 * Whether a method is a listener or a handler. All methods of all beans are looked
	 * at: to merge what is not there would be a good part of a start.
	 */
	static boolean isListenerOrHandler(Method method) {
		MergedAnnotations annotations = MergedAnnotations.from(method, SearchStrategy.TYPE_HIERARCHY,
				RepeatableContainers.none());
		return annotations.isPresent(NatsListener.class) || annotations.isPresent(NatsHandler.class)
				|| annotations.isPresent(NatsListeners.class);
	}

	static boolean isHandler(Method method) {
		return AnnotatedElementUtils.hasAnnotation(method, NatsHandler.class);
	}

	/**
	 * Refuse a class whose annotations do nothing.
	 * @param onClass whether the class itself is a listener
	 * @param methods those with an annotation for listeners or handlers
	 */
	static void check(Class<?> type, boolean onClass, Set<Method> methods) {
		List<Method> handlers = methods.stream().filter(ClassHandlers::isHandler).toList();
		if (onClass && handlers.isEmpty()) {
			throw new NatsListenerException(type.getName(),
					"it has @NatsListener on the class, and no method for its messages",
					"Annotate the methods with @NatsHandler(subjects = ...), or move @NatsListener to a method");
		}
		for (Method method : handlers) {
			if (!onClass) {
				throw new NatsListenerException(ListenerAttributes.describe(type, method),
						"it has @NatsHandler, and its class no @NatsListener, so nothing would ever call it",
						"Annotate the class with @NatsListener, or the method with @NatsListener instead");
			}
			if (AnnotatedElementUtils.hasAnnotation(method, NatsListener.class)
					|| AnnotatedElementUtils.hasAnnotation(method, NatsListeners.class)) {
				throw new NatsListenerException(ListenerAttributes.describe(type, method),
						"it has both @NatsListener and @NatsHandler", "Remove one of them");
			}
		}
	}

	/**
	 * The handlers of a class, by the names of their methods.
	 */
	static List<NatsListenerHandler> handlers(ConfigurableBeanFactory beanFactory, Class<?> type) {
		List<NatsListenerHandler> handlers = new ArrayList<>();
		for (Method method : MethodIntrospector.selectMethods(type,
				(ReflectionUtils.MethodFilter) ClassHandlers::isHandler)) {
			NatsHandler annotation = AnnotatedElementUtils.findMergedAnnotation(method, NatsHandler.class);
			if (annotation != null) {
				handlers.add(new NatsListenerHandler(method,
						new ListenerAttributes(beanFactory, type, method).subjects(annotation.subjects())));
			}
		}
		// Reflection gives them in any order
		handlers.sort(Comparator.comparing((handler) -> handler.method().getName()));
		return handlers;
	}

}
