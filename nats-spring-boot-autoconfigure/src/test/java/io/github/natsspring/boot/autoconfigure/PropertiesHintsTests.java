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

import java.beans.PropertyDescriptor;
import java.lang.reflect.Method;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import io.nats.client.impl.ErrorListenerLoggerImpl;
import org.junit.jupiter.api.Test;

import org.springframework.aot.generate.ClassNameGenerator;
import org.springframework.aot.generate.DefaultGenerationContext;
import org.springframework.aot.generate.InMemoryGeneratedFiles;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.beans.BeanUtils;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.core.ResolvableType;
import org.springframework.core.env.MapPropertySource;
import org.springframework.javapoet.ClassName;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what native images are told of the properties.
 */
class PropertiesHintsTests {

	@Test
	void everyPropertyOfEveryLevelCanBeBound() {
		RuntimeHints hints = process(Map.of());
		Set<Class<?>> types = new HashSet<>();
		collect(ResolvableType.forClass(NatsProperties.class), types);
		assertThat(types).hasSizeGreaterThan(20).contains(NatsSourceProperties.External.class);
		assertThat(types).allSatisfy((type) -> {
			assertThat(type.getConstructors()).allSatisfy((
					constructor) -> assertThat(RuntimeHintsPredicates.reflection().onConstructorInvocation(constructor))
						.accepts(hints));
			assertThat(accessors(type)).isNotEmpty()
				.allSatisfy((method) -> assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(method))
					.accepts(hints));
		});
	}

	@Test
	void exceptionsThatAreNotRetriedCanBeFound() {
		RuntimeHints hints = process(Map.of("nats.listener.retry.not-retryable", FirstException.class.getName(),
				"nats.listeners.billing.retry.not-retryable", SecondException.class.getName()));
		assertThat(RuntimeHintsPredicates.reflection().onType(FirstException.class)).accepts(hints);
		assertThat(RuntimeHintsPredicates.reflection().onType(SecondException.class)).accepts(hints);
		assertThat(RuntimeHintsPredicates.reflection().onType(FirstException.class)).rejects(process(Map.of()));
	}

	@Test
	void classesThatJnatsMakesOfItsPropertiesCanBeMade() throws NoSuchMethodException {
		RuntimeHints hints = process(Map.of("nats.properties[errorListener]", ErrorListenerLoggerImpl.class.getName(),
				"nats.properties[maxpings]", "5", "nats.connections.eu.servers", "nats://127.0.0.1:1",
				"nats.connections.eu.properties[callback.error]", FirstException.class.getName()));
		assertThat(RuntimeHintsPredicates.reflection()
			.onConstructorInvocation(ErrorListenerLoggerImpl.class.getConstructor())).accepts(hints);
		assertThat(RuntimeHintsPredicates.reflection().onConstructorInvocation(FirstException.class.getConstructor()))
			.accepts(hints);
	}

	@Test
	void nothingIsToldWhenNatsIsSwitchedOff() {
		assertThat(RuntimeHintsPredicates.reflection().onType(FirstException.class)).rejects(process(
				Map.of("nats.enabled", false, "nats.listener.retry.not-retryable", FirstException.class.getName())));
	}

	private static void collect(ResolvableType type, Set<Class<?>> types) {
		Class<?> resolved = type.toClass();
		if (Map.class.isAssignableFrom(resolved)) {
			collect(type.asMap().getGeneric(1), types);
		}
		else if (Iterable.class.isAssignableFrom(resolved)) {
			collect(type.asCollection().getGeneric(0), types);
		}
		else if (!resolved.isEnum() && resolved.getPackage() == NatsProperties.class.getPackage()
				&& types.add(resolved)) {
			accessors(resolved).filter((method) -> method.getParameterCount() == 0)
				.forEach((method) -> collect(ResolvableType.forMethodReturnType(method), types));
		}
	}

	private static Stream<Method> accessors(Class<?> type) {
		return Stream.of(BeanUtils.getPropertyDescriptors(type))
			.filter((property) -> !property.getName().equals("class"))
			.flatMap(PropertiesHintsTests::accessors);
	}

	private static Stream<Method> accessors(PropertyDescriptor property) {
		return Stream.concat(Stream.ofNullable(property.getReadMethod()), Stream.ofNullable(property.getWriteMethod()));
	}

	private static RuntimeHints process(Map<String, Object> properties) {
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
			context.getEnvironment()
				.getPropertySources()
				.addFirst(new MapPropertySource("test", new LinkedHashMap<>(properties)));
			context.register(NatsAutoConfiguration.class, NatsJetStreamAutoConfiguration.class);
			DefaultGenerationContext generation = new DefaultGenerationContext(
					new ClassNameGenerator(ClassName.get(PropertiesHintsTests.class)), new InMemoryGeneratedFiles());
			new ApplicationContextAotGenerator().processAheadOfTime(context, generation);
			return generation.getRuntimeHints();
		}
	}

	/**
	 * An exception.
	 */
	public static class FirstException extends RuntimeException {

	}

	/**
	 * Another exception.
	 */
	public static class SecondException extends RuntimeException {

	}

}
