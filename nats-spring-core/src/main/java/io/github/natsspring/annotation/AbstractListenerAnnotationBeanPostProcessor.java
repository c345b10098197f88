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
import org.springframework.core.Ordered;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.util.Assert;

/**
 * Searches beans for the annotations that make listeners, and registers what it finds:
 * listeners of singletons when all singletons are there, so that expressions and
 * executors make no bean early; those of lazy beans when the bean is made.
 * <p>
 * As a post-processor of bean definitions it comes after all that make proxies, among
 * them that of {@code @Async}, so that listeners are called through them.
 *
 * @param <D> what declares one listener: an annotation, or what is made of one
 */
abstract class AbstractListenerAnnotationBeanPostProcessor<D>
		implements MergedBeanDefinitionPostProcessor, BeanFactoryAware, SmartInitializingSingleton, Ordered {

	private final Collection<Class<? extends Annotation>> annotations;

	private final Set<Class<?>> withoutListeners = ConcurrentHashMap.newKeySet();

	private final Queue<FoundListener<D>> found = new ConcurrentLinkedQueue<>();

	private @Nullable ConfigurableBeanFactory beanFactory;

	private volatile boolean registering;

	/**
	 * Create an instance.
	 * @param annotations those without any of which a class needs no closer look
	 */
	AbstractListenerAnnotationBeanPostProcessor(Collection<Class<? extends Annotation>> annotations) {
		this.annotations = annotations;
	}

	/**
	 * Find what a class declares.
	 */
	abstract Declarations<D> find(Class<?> type);

	abstract NatsListenerContainerFactory containerFactory(D declaration, ListenerAttributes attributes);

	abstract NatsListenerEndpoint endpoint(FoundListener<D> found, ListenerAttributes attributes);

	/**
	 * What configurers have said about listeners.
	 */
	abstract NatsListenerEndpointRegistrar registrar();

	@Override
	public void setBeanFactory(BeanFactory beanFactory) {
		this.beanFactory = (ConfigurableBeanFactory) beanFactory;
	}

	final ConfigurableBeanFactory beanFactory() {
		ConfigurableBeanFactory beanFactory = this.beanFactory;
		Assert.state(beanFactory != null, "No bean factory was set");
		return beanFactory;
	}

	final NatsListenerEndpointRegistry registry() {
		return beanFactory().getBean(NatsListenerBeanNames.ENDPOINT_REGISTRY, NatsListenerEndpointRegistry.class);
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
		if (!AnnotationUtils.isCandidateClass(targetClass, this.annotations)) {
			this.withoutListeners.add(targetClass);
			return bean;
		}
		Declarations<D> declarations = find(targetClass);
		if (declarations.isEmpty()) {
			this.withoutListeners.add(targetClass);
			return bean;
		}
		add(bean, beanName, targetClass, declarations);
		return bean;
	}

	@Override
	public void afterSingletonsInstantiated() {
		otherScopes().find((bean, name, type) -> add(bean, name, type, find(type)));
		beforeRegistration();
		this.registering = true;
		FoundListener<D> next = this.found.poll();
		while (next != null) {
			register(next);
			next = this.found.poll();
		}
	}

	/**
	 * All listeners of singletons were found, and none is registered yet.
	 */
	void beforeRegistration() {
	}

	private void add(Object bean, String beanName, Class<?> targetClass, Declarations<D> declarations) {
		add(bean, beanName, targetClass, null, declarations.onClass());
		declarations.onMethods().forEach((method, onMethod) -> add(bean, beanName, targetClass, method, onMethod));
	}

	private void add(Object bean, String beanName, Class<?> targetClass, @Nullable Method method,
			Collection<D> declarations) {
		int index = 0;
		for (D declaration : declarations) {
			FoundListener<D> listener = new FoundListener<>(bean, beanName, targetClass, method, declaration, ++index);
			if (this.registering) {
				register(listener);
			}
			else {
				this.found.add(listener);
			}
		}
	}

	private void register(FoundListener<D> found) {
		otherScopes().check(found.beanName(), found.targetClass(), found.method());
		ListenerAttributes attributes = new ListenerAttributes(beanFactory(), found.targetClass(), found.method());
		NatsListenerContainerFactory factory = containerFactory(found.declaration(), attributes);
		NatsListenerEndpoint endpoint = endpoint(found, attributes);
		registry().registerListener(registrar().configure(endpoint), factory);
	}

	private OtherScopes otherScopes() {
		return new OtherScopes(beanFactory(), this.annotations, (type) -> {
			Declarations<D> declarations = find(type);
			return declarations.isEmpty() ? null : declarations.onMethods().keySet();
		});
	}

	/**
	 * What a class declares.
	 *
	 * @param <D> what declares one listener
	 * @param onClass what is declared on the class itself
	 * @param onMethods what is declared on its methods
	 */
	record Declarations<D>(Collection<D> onClass, Map<Method, ? extends Collection<D>> onMethods) {

		boolean isEmpty() {
			return this.onClass.isEmpty() && this.onMethods.isEmpty();
		}

	}

}
