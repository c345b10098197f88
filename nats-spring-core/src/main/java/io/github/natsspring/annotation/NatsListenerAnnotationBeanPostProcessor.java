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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.natsspring.config.NatsListenerBeanNames;
import io.github.natsspring.config.NatsListenerContainerFactory;
import io.github.natsspring.config.NatsListenerEndpoint;
import io.github.natsspring.config.NatsListenerEndpointRegistrar;
import io.github.natsspring.config.NatsListenerEndpointRegistry;
import io.github.natsspring.config.NatsListenerHandler;
import org.jspecify.annotations.Nullable;

import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Finds {@link NatsListener} methods and classes and registers them with the
 * {@link NatsListenerEndpointRegistry}, which does the rest. Methods of singletons are
 * registered when all singletons are there, so that expressions and executors make no
 * bean early; those of lazy beans when the bean is made, and they start at once.
 * <p>
 * As a post-processor of bean definitions it comes after all that make proxies, among
 * them that of {@code @Async}, so that listeners are called through them.
 */
public class NatsListenerAnnotationBeanPostProcessor extends AbstractListenerAnnotationBeanPostProcessor<NatsListener> {

	private static final List<Class<? extends Annotation>> ANNOTATIONS = List.of(NatsListener.class,
			NatsListeners.class, NatsHandler.class);

	private volatile @Nullable NatsListenerEndpointRegistrar registrar;

	public NatsListenerAnnotationBeanPostProcessor() {
		super(ANNOTATIONS);
	}

	@Override
	Declarations<NatsListener> find(Class<?> type) {
		Set<NatsListener> onClass = ClassHandlers.annotations(type);
		Map<Method, Set<NatsListener>> onMethods = findMethods(type);
		ClassHandlers.check(type, !onClass.isEmpty(), onMethods.keySet());
		onMethods.values().removeIf(Set::isEmpty);
		return new Declarations<>(onClass, onMethods);
	}

	private Map<Method, Set<NatsListener>> findMethods(Class<?> targetClass) {
		Set<Method> methods = MethodIntrospector.selectMethods(targetClass,
				(ReflectionUtils.MethodFilter) ClassHandlers::isListenerOrHandler);
		Map<Method, Set<NatsListener>> annotated = new LinkedHashMap<>();
		methods.forEach((method) -> annotated.put(method, annotations(method)));
		return annotated;
	}

	private Set<NatsListener> annotations(Method method) {
		return AnnotatedElementUtils.findMergedRepeatableAnnotations(method, NatsListener.class, NatsListeners.class);
	}

	@Override
	public void afterSingletonsInstantiated() {
		super.afterSingletonsInstantiated();
		registrar().afterPropertiesSet();
	}

	/**
	 * Configurers come first: what they set holds for all listeners.
	 */
	@Override
	void beforeRegistration() {
		registrar();
	}

	/**
	 * What configurers have said about listeners; they are called when somebody asks
	 * first.
	 */
	@Override
	NatsListenerEndpointRegistrar registrar() {
		NatsListenerEndpointRegistrar registrar = this.registrar;
		if (registrar == null) {
			NatsListenerEndpointRegistrar made = new NatsListenerEndpointRegistrar(registry(), () -> beanFactory()
				.getBean(NatsListenerBeanNames.CONTAINER_FACTORY, NatsListenerContainerFactory.class));
			this.registrar = made;
			beanFactory().getBeanProvider(NatsListenerConfigurer.class)
				.orderedStream()
				.forEach((configurer) -> configurer.configureNatsListeners(made));
			registrar = made;
		}
		return registrar;
	}

	@Override
	NatsListenerContainerFactory containerFactory(NatsListener annotation, ListenerAttributes attributes) {
		return new ContainerFactories(beanFactory()).find(attributes, annotation);
	}

	@Override
	NatsListenerEndpoint endpoint(FoundListener<NatsListener> found, ListenerAttributes attributes) {
		Method method = found.method();
		if (method != null) {
			return attributes.toEndpoint(found.bean(), method, found.defaultId(), found.declaration());
		}
		List<NatsListenerHandler> handlers = ClassHandlers.handlers(beanFactory(), found.targetClass());
		return attributes.toEndpoint((id) -> NatsListenerEndpoint.forHandlers(id, found.bean(), handlers),
				found.defaultId(), found.declaration());
	}

}
