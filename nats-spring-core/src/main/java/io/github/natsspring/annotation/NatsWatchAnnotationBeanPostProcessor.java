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
import org.springframework.core.MethodIntrospector;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.util.Assert;
import org.springframework.util.ReflectionUtils;
import org.springframework.util.StringUtils;

/**
 * Finds {@link NatsKeyValueListener} and {@link NatsObjectStoreListener} methods and
 * registers them with the {@link NatsListenerEndpointRegistry}: those of singletons when
 * all singletons are there, those of lazy beans when the bean is made.
 * <p>
 * As a post-processor of bean definitions it comes after all that make proxies, so that
 * listeners are called through them.
 */
public class NatsWatchAnnotationBeanPostProcessor
		implements MergedBeanDefinitionPostProcessor, BeanFactoryAware, SmartInitializingSingleton, Ordered {

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
	public void postProcessMergedBeanDefinition(RootBeanDefinition definition, Class<?> type, String name) {
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
		Map<Method, List<WatchDeclaration>> methods = findMethods(targetClass);
		if (methods.isEmpty()) {
			this.withoutListeners.add(targetClass);
			return bean;
		}
		add(bean, beanName, targetClass, methods);
		return bean;
	}

	private void add(Object bean, String beanName, Class<?> targetClass, Map<Method, List<WatchDeclaration>> methods) {
		methods.forEach((method, declarations) -> {
			int index = 0;
			for (WatchDeclaration declaration : declarations) {
				add(new Found(bean, beanName, targetClass, method, declaration, ++index));
			}
		});
	}

	private Map<Method, List<WatchDeclaration>> findMethods(Class<?> targetClass) {
		if (!AnnotationUtils.isCandidateClass(targetClass, WatchDeclaration.ANNOTATIONS)) {
			return Map.of();
		}
		Map<Method, List<WatchDeclaration>> annotated = new LinkedHashMap<>();
		MethodIntrospector.selectMethods(targetClass, (ReflectionUtils.MethodFilter) WatchDeclaration::isOn)
			.forEach((method) -> annotated.put(method, WatchDeclaration.of(method)));
		return annotated;
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
		otherScopes().find((bean, name, type) -> add(bean, name, type, findMethods(type)));
		this.registering = true;
		Found next = this.found.poll();
		while (next != null) {
			register(next);
			next = this.found.poll();
		}
	}

	private void register(Found found) {
		otherScopes().check(found.beanName(), found.targetClass(), found.method());
		ConfigurableBeanFactory beanFactory = beanFactory();
		ListenerAttributes attributes = new ListenerAttributes(beanFactory, found.targetClass(), found.method());
		NatsListenerContainerFactory factory = new ContainerFactories(beanFactory).find(attributes,
				found.declaration().connection());
		NatsListenerEndpoint endpoint = found.declaration()
			.toEndpoint(found.bean(), found.method(), found.defaultId(), attributes);
		NatsListenerEndpointRegistrar registrar = beanFactory
			.getBean(NatsListenerBeanNames.ANNOTATION_PROCESSOR, NatsListenerAnnotationBeanPostProcessor.class)
			.registrar();
		beanFactory.getBean(NatsListenerBeanNames.ENDPOINT_REGISTRY, NatsListenerEndpointRegistry.class)
			.registerListener(registrar.configure(endpoint), factory);
	}

	private OtherScopes otherScopes() {
		return new OtherScopes(beanFactory(), WatchDeclaration.ANNOTATIONS, (type) -> {
			Map<Method, List<WatchDeclaration>> methods = findMethods(type);
			return methods.isEmpty() ? null : methods.keySet();
		});
	}

	private ConfigurableBeanFactory beanFactory() {
		ConfigurableBeanFactory beanFactory = this.beanFactory;
		Assert.state(beanFactory != null, "No bean factory was set");
		return beanFactory;
	}

	private record Found(Object bean, String beanName, Class<?> targetClass, Method method,
			WatchDeclaration declaration, int index) {

		/**
		 * Only letters that need no brackets in a property's name.
		 */
		String defaultId() {
			String name = this.beanName;
			if (name.indexOf('.') >= 0 || name.indexOf('$') >= 0) {
				// The bean is named after its class, as imported ones are
				name = StringUtils.uncapitalize(this.targetClass.getSimpleName());
			}
			String id = name + "-" + this.method.getName();
			return (this.index > 1) ? id + "-" + this.index : id;
		}

	}

}
