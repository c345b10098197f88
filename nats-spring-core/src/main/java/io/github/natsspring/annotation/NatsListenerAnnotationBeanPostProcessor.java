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
import org.jspecify.annotations.Nullable;

import org.springframework.aop.framework.AopInfrastructureBean;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.beans.factory.support.MergedBeanDefinitionPostProcessor;
import org.springframework.beans.factory.support.RootBeanDefinition;
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
 * <p>
 * As a post-processor of bean definitions it comes after all that make proxies, among
 * them that of {@code @Async}, so that listeners are called through them.
 */
public class NatsListenerAnnotationBeanPostProcessor
		implements MergedBeanDefinitionPostProcessor, BeanFactoryAware, SmartInitializingSingleton, Ordered {

	private static final List<Class<? extends Annotation>> ANNOTATIONS = List.of(NatsListener.class,
			NatsListeners.class, NatsHandler.class);

	private final Set<Class<?>> withoutListeners = ConcurrentHashMap.newKeySet();

	private final Queue<Found> found = new ConcurrentLinkedQueue<>();

	private @Nullable ConfigurableBeanFactory beanFactory;

	private volatile boolean registering;

	private volatile @Nullable NatsListenerEndpointRegistrar registrar;

	@Override
	public void setBeanFactory(BeanFactory beanFactory) {
		this.beanFactory = (ConfigurableBeanFactory) beanFactory;
	}

	@Override
	public int getOrder() {
		return LOWEST_PRECEDENCE;
	}

	@Override
	public void postProcessMergedBeanDefinition(RootBeanDefinition definition, Class<?> type, String name) {
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		// A scoped proxy is found with its target, which is reached through it
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
		Listeners listeners = find(targetClass);
		if (listeners.isEmpty()) {
			this.withoutListeners.add(targetClass);
			return bean;
		}
		add(bean, beanName, targetClass, listeners);
		return bean;
	}

	private void add(Object bean, String beanName, Class<?> targetClass, Listeners listeners) {
		int number = 0;
		for (NatsListener annotation : listeners.onClass()) {
			add(new Found(bean, beanName, targetClass, null, annotation, ++number));
		}
		listeners.onMethods().forEach((method, annotations) -> {
			int index = 0;
			for (NatsListener annotation : annotations) {
				add(new Found(bean, beanName, targetClass, method, annotation, ++index));
			}
		});
	}

	private Listeners find(Class<?> type) {
		Set<NatsListener> onClass = ClassHandlers.annotations(type);
		Map<Method, Set<NatsListener>> onMethods = findMethods(type);
		ClassHandlers.check(type, !onClass.isEmpty(), onMethods.keySet());
		onMethods.values().removeIf(Set::isEmpty);
		return new Listeners(onClass, onMethods);
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

	private void add(Found listener) {
		if (this.registering) {
			register(listener);
			return;
		}
		this.found.add(listener);
	}

	@Override
	public void afterSingletonsInstantiated() {
		otherScopes().find((bean, name, type) -> add(bean, name, type, find(type)));
		NatsListenerEndpointRegistrar registrar = registrar();
		this.registering = true;
		Found next = this.found.poll();
		while (next != null) {
			register(next);
			next = this.found.poll();
		}
		registrar.afterPropertiesSet();
	}

	/**
	 * What configurers have said about listeners; they are called when somebody asks
	 * first.
	 */
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

	private void register(Found found) {
		otherScopes().check(found.beanName(), found.targetClass(), found.method());
		ListenerAttributes attributes = new ListenerAttributes(beanFactory(), found.targetClass(), found.method());
		NatsListenerContainerFactory factory = new ContainerFactories(beanFactory()).find(attributes,
				found.annotation());
		NatsListenerEndpoint endpoint = endpoint(found, attributes);
		registry().registerListener(registrar().configure(endpoint), factory);
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

	private OtherScopes otherScopes() {
		return new OtherScopes(beanFactory(), ANNOTATIONS, (type) -> {
			Listeners listeners = find(type);
			return listeners.isEmpty() ? null : listeners.onMethods().keySet();
		});
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
	 * The annotations of a class.
	 *
	 * @param onClass those on the class itself
	 * @param onMethods those on its methods
	 */
	private record Listeners(Set<NatsListener> onClass, Map<Method, Set<NatsListener>> onMethods) {

		boolean isEmpty() {
			return this.onClass.isEmpty() && this.onMethods.isEmpty();
		}

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
