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

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.ReflectionHints;
import org.springframework.aot.hint.TypeReference;
import org.springframework.beans.factory.aot.BeanFactoryInitializationAotContribution;
import org.springframework.beans.factory.aot.BeanFactoryInitializationAotProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;

/**
 * Lets native images find the classes that properties name: exceptions that are not
 * retried, and what jnats makes of {@code nats.properties.*}, such as executors.
 */
class NamedClassesAotProcessor implements BeanFactoryInitializationAotProcessor {

	@Override
	public @Nullable BeanFactoryInitializationAotContribution processAheadOfTime(
			ConfigurableListableBeanFactory beanFactory) {
		if (beanFactory.getBeanNamesForType(NatsProperties.class, true, false).length == 0) {
			return null;
		}
		NatsProperties properties = NatsPropertiesBindHandlerAdvisor.bind(beanFactory.getBean(Environment.class));
		Set<Class<?>> exceptions = exceptions(properties);
		Set<String> made = made(properties, beanFactory.getBeanClassLoader());
		return (exceptions.isEmpty() && made.isEmpty()) ? null : (context, code) -> {
			ReflectionHints hints = context.getRuntimeHints().reflection();
			exceptions.forEach((type) -> hints.registerType(type));
			made.forEach(
					(type) -> hints.registerType(TypeReference.of(type), MemberCategory.INVOKE_PUBLIC_CONSTRUCTORS));
		};
	}

	private static Set<Class<?>> exceptions(NatsProperties properties) {
		Set<Class<?>> exceptions = new HashSet<>();
		add(properties.getListener().getRetry().getNotRetryable(), exceptions);
		properties.getListeners()
			.values()
			.forEach((listener) -> add(listener.getRetry().getNotRetryable(), exceptions));
		return exceptions;
	}

	private static void add(@Nullable List<Class<? extends Throwable>> classes, Set<Class<?>> exceptions) {
		if (classes != null) {
			exceptions.addAll(classes);
		}
	}

	private static Set<String> made(NatsProperties properties, @Nullable ClassLoader classLoader) {
		return ConfiguredConnection.all(properties)
			.stream()
			.flatMap((connection) -> connection.properties().getProperties().values().stream())
			.filter((value) -> ClassUtils.isPresent(value, classLoader))
			.collect(Collectors.toSet());
	}

}
