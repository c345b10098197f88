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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.natsspring.config.NatsListenerBeanNames;
import io.github.natsspring.config.NatsListenerContainerFactory;
import io.github.natsspring.config.NatsListenerEndpoint;
import io.github.natsspring.config.NatsListenerEndpointRegistrar;
import io.github.natsspring.config.NatsListenerEndpointRegistry;

import org.springframework.core.MethodIntrospector;
import org.springframework.util.Assert;
import org.springframework.util.ReflectionUtils;

/**
 * Finds {@link NatsKeyValueListener} and {@link NatsObjectStoreListener} methods and
 * registers them with the {@link NatsListenerEndpointRegistry}: those of singletons when
 * all singletons are there, those of lazy beans when the bean is made.
 * <p>
 * As a post-processor of bean definitions it comes after all that make proxies, so that
 * listeners are called through them.
 */
public class NatsWatchAnnotationBeanPostProcessor
		extends AbstractListenerAnnotationBeanPostProcessor<WatchDeclaration> {

	public NatsWatchAnnotationBeanPostProcessor() {
		super(WatchDeclaration.ANNOTATIONS);
	}

	@Override
	Declarations<WatchDeclaration> find(Class<?> type) {
		Map<Method, List<WatchDeclaration>> onMethods = new LinkedHashMap<>();
		MethodIntrospector.selectMethods(type, (ReflectionUtils.MethodFilter) WatchDeclaration::isOn)
			.forEach((method) -> onMethods.put(method, WatchDeclaration.of(method)));
		return new Declarations<>(List.of(), onMethods);
	}

	/**
	 * That of the other listeners: configurers know of one.
	 */
	@Override
	NatsListenerEndpointRegistrar registrar() {
		return beanFactory()
			.getBean(NatsListenerBeanNames.ANNOTATION_PROCESSOR, NatsListenerAnnotationBeanPostProcessor.class)
			.registrar();
	}

	@Override
	NatsListenerContainerFactory containerFactory(WatchDeclaration declaration, ListenerAttributes attributes) {
		return new ContainerFactories(beanFactory()).find(attributes, declaration.connection());
	}

	@Override
	NatsListenerEndpoint endpoint(FoundListener<WatchDeclaration> found, ListenerAttributes attributes) {
		Method method = found.method();
		Assert.state(method != null, "A class cannot watch");
		return found.declaration().toEndpoint(found.bean(), method, found.defaultId(), attributes);
	}

}
