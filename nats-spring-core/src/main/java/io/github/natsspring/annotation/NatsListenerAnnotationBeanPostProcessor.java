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
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.github.natsspring.config.NatsListenerBeanNames;
import io.github.natsspring.config.NatsListenerContainerFactory;
import io.github.natsspring.config.NatsListenerEndpoint;
import io.github.natsspring.config.NatsListenerEndpointRegistrar;
import io.github.natsspring.config.NatsListenerEndpointRegistry;
import io.github.natsspring.config.NatsListenerHandler;
import io.github.natsspring.listener.NatsListenerException;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.framework.AopInfrastructureBean;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.util.Assert;
import org.springframework.util.ReflectionUtils;
import org.springframework.util.StringUtils;

/**
 * Finds {@link NatsListener} methods and classes and registers them with the
 * {@link NatsListenerEndpointRegistry}, which does the rest. Methods of singletons are
 * registered when all singletons are there, so that expressions and executors make no
 * bean early; those of lazy beans when the bean is made, and they start at once.
 */
public class NatsListenerAnnotationBeanPostProcessor
		implements BeanPostProcessor, BeanFactoryAware, SmartInitializingSingleton, Ordered {

	private static final List<Class<? extends Annotation>> ANNOTATIONS = List.of(NatsListener.class,
			NatsListeners.class, NatsHandler.class);

	private final Set<Class<?>> withoutListeners = ConcurrentHashMap.newKeySet();

	private final Queue<Found> found = new ConcurrentLinkedQueue<>();

	private @Nullable ConfigurableBeanFactory beanFactory;

	private volatile boolean registering;

	@Override
	public void setBeanFactory(BeanFactory beanFactory) {
		this.beanFactory = (ConfigurableBeanFactory) beanFactory;
	}

	@Override
	public int getOrder() {
		return LOWEST_PRECEDENCE;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		// The target of a scoped proxy is reached through the proxy
		if (bean instanceof AopInfrastructureBean || ScopedProxyUtils.isScopedTarget(beanName)) {
			return bean;
		}
		Class<?> targetClass = AopProxyUtils.ultimateTargetClass(bean);
		if (this.withoutListeners.contains(targetClass)) {
			return bean;
		}
		if (!AnnotationUtils.isCandidateClass(targetClass, ANNOTATIONS)) {
			this.withoutListeners.add(targetClass);
			return bean;
		}
		Set<NatsListener> onClass = ClassHandlers.annotations(targetClass);
		Map<Method, Set<NatsListener>> methods = findMethods(targetClass);
		ClassHandlers.check(targetClass, !onClass.isEmpty(), methods.keySet());
		methods.values().removeIf(Set::isEmpty);
		if (methods.isEmpty() && onClass.isEmpty()) {
			this.withoutListeners.add(targetClass);
			return bean;
		}
		int number = 0;
		for (NatsListener annotation : onClass) {
			add(new Found(bean, beanName, targetClass, null, annotation, ++number));
		}
		methods.forEach((method, annotations) -> {
			int index = 0;
			for (NatsListener annotation : annotations) {
				add(new Found(bean, beanName, targetClass, method, annotation, ++index));
			}
		});
		return bean;
	}

	private Map<Method, Set<NatsListener>> findMethods(Class<?> targetClass) {
		Set<Method> methods = MethodIntrospector.selectMethods(targetClass,
				(ReflectionUtils.MethodFilter) (method) -> ClassHandlers.isHandler(method)
						|| !annotations(method).isEmpty());
		Map<Method, Set<NatsListener>> annotated = new LinkedHashMap<>();
		methods.forEach((method) -> annotated.put(method, annotations(method)));
		return annotated;
	}

	private Set<NatsListener> annotations(Method method) {
		return AnnotatedElementUtils.findMergedRepeatableAnnotations(method, NatsListener.class, NatsListeners.class);
	}

	private void add(Found listener) {
		if (this.registering) {
			register(listener);
			return;
		}
		this.found.add(listener);
	}

	@Override
	public void afterSingletonsInstantiated() {
		this.registering = true;
		Found next = this.found.poll();
		while (next != null) {
			register(next);
			next = this.found.poll();
		}
		ObjectProvider<NatsListenerConfigurer> configurers = beanFactory()
			.getBeanProvider(NatsListenerConfigurer.class);
		NatsListenerEndpointRegistrar registrar = new NatsListenerEndpointRegistrar(registry(), () -> beanFactory()
			.getBean(NatsListenerBeanNames.CONTAINER_FACTORY, NatsListenerContainerFactory.class));
		configurers.orderedStream().forEach((configurer) -> configurer.configureNatsListeners(registrar));
	}

	private void register(Found found) {
		checkScope(found);
		ListenerAttributes attributes = new ListenerAttributes(beanFactory(), found.targetClass(), found.method());
		NatsListenerContainerFactory factory = new ContainerFactories(beanFactory()).find(attributes,
				found.annotation());
		registry().registerListener(endpoint(found, attributes), factory);
	}

	private NatsListenerEndpoint endpoint(Found found, ListenerAttributes attributes) {
		Method method = found.method();
		if (method != null) {
			return attributes.toEndpoint(found.bean(), method, found.defaultId(), found.annotation());
		}
		List<NatsListenerHandler> handlers = ClassHandlers.handlers(beanFactory(), found.targetClass());
		return attributes.toEndpoint((id) -> NatsListenerEndpoint.forHandlers(id, found.bean(), handlers),
				found.defaultId(), found.annotation());
	}

	private void checkScope(Found found) {
		String name = found.beanName();
		if (beanFactory().containsBean(name) && beanFactory().isPrototype(name)) {
			throw new NatsListenerException(ListenerAttributes.describe(found.targetClass(), found.method()),
					"its bean '%s' is a prototype, and each instance would be a listener that never ends"
						.formatted(name),
					"Make the bean a singleton, or register its listeners through a NatsListenerConfigurer");
		}
	}

	private NatsListenerEndpointRegistry registry() {
		return beanFactory().getBean(NatsListenerBeanNames.ENDPOINT_REGISTRY, NatsListenerEndpointRegistry.class);
	}

	private ConfigurableBeanFactory beanFactory() {
		ConfigurableBeanFactory beanFactory = this.beanFactory;
		Assert.state(beanFactory != null, "No bean factory was set");
		return beanFactory;
	}

	/**
	 * A listener that is to be registered.
	 *
	 * @param method the method, or {@code null} for the class with its handlers
	 * @param index counts the listeners of one method or class, from 1
	 */
	private record Found(Object bean, String beanName, Class<?> targetClass, @Nullable Method method,
			NatsListener annotation, int index) {

		/**
		 * Only letters that need no brackets in a property's name, such as
		 * {@code billing-on}.
		 */
		String defaultId() {
			String name = this.beanName;
			if (name.indexOf('.') >= 0 || name.indexOf('$') >= 0) {
				// The bean is named after its class, as imported ones are
				name = StringUtils.uncapitalize(this.targetClass.getSimpleName());
			}
			String id = (this.method != null) ? name + "-" + this.method.getName() : name;
			return (this.index > 1) ? id + "-" + this.index : id;
		}

	}

}
