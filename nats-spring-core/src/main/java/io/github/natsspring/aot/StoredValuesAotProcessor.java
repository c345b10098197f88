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

package io.github.natsspring.aot;

import java.lang.reflect.Executable;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;

import io.github.natsspring.store.KeyValueOperations;
import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.BindingReflectionHintsRegistrar;
import org.springframework.beans.factory.aot.BeanRegistrationAotContribution;
import org.springframework.beans.factory.aot.BeanRegistrationAotProcessor;
import org.springframework.beans.factory.support.RegisteredBean;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.core.MethodParameter;
import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Lets the values of key-value buckets be converted, whose type is seen only where a bean
 * takes or holds a {@link KeyValueOperations}: a field, or a parameter of a constructor
 * or method. (What listeners take and return is seen to by {@code @MessageMapping}.)
 */
class StoredValuesAotProcessor implements BeanRegistrationAotProcessor {

	@Override
	public @Nullable BeanRegistrationAotContribution processAheadOfTime(RegisteredBean registeredBean) {
		Class<?> beanClass = ClassUtils.getUserClass(registeredBean.getBeanClass());
		if (ClassUtils.getPackageName(beanClass).startsWith("org.springframework.")) {
			return null;
		}
		Set<Class<?>> values = new LinkedHashSet<>();
		RootBeanDefinition definition = registeredBean.getMergedBeanDefinition();
		if (definition.getFactoryMethodName() != null && definition.getInstanceSupplier() == null) {
			Executable factoryMethod = registeredBean.resolveInstantiationDescriptor().executable();
			collect(factoryMethod, factoryMethod.getDeclaringClass(), values);
		}
		for (Executable constructor : beanClass.getDeclaredConstructors()) {
			collect(constructor, beanClass, values);
		}
		ReflectionUtils.doWithMethods(beanClass, (method) -> collect(method, beanClass, values));
		ReflectionUtils.doWithFields(beanClass,
				(field) -> collect(ResolvableType.forField(field, beanClass), new HashSet<>(), values));
		return values.isEmpty() ? null : (context, code) -> new BindingReflectionHintsRegistrar()
			.registerReflectionHints(context.getRuntimeHints().reflection(), values.toArray(Class<?>[]::new));
	}

	private static void collect(Executable executable, Class<?> beanClass, Set<Class<?>> values) {
		for (int i = 0; i < executable.getParameterCount(); i++) {
			MethodParameter parameter = MethodParameter.forExecutable(executable, i).withContainingClass(beanClass);
			collect(ResolvableType.forMethodParameter(parameter), new HashSet<>(), values);
		}
	}

	// Object providers and the like hold them as well; some types are generics of
	// themselves
	private static void collect(ResolvableType type, Set<Class<?>> seen, Set<Class<?>> values) {
		Class<?> resolved = type.toClass();
		if (KeyValueOperations.class.isAssignableFrom(resolved)) {
			addValue(type.as(KeyValueOperations.class).getGeneric(), values);
		}
		else if (seen.add(resolved)) {
			for (ResolvableType generic : type.getGenerics()) {
				collect(generic, seen, values);
			}
		}
	}

	private static void addValue(ResolvableType type, Set<Class<?>> values) {
		Class<?> value = type.resolve();
		if (value != null && values.add(value)) {
			for (ResolvableType generic : type.getGenerics()) {
				addValue(generic, values);
			}
		}
	}

}
