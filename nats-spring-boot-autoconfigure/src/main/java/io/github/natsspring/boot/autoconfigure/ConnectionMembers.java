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

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.BeanFactoryAnnotationUtils;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.core.annotation.AnnotationAwareOrderComparator;

/**
 * The user's beans that belong to one connection: those with its name as their qualifier,
 * and to the first connection those that have the name of none. What knows the secrets of
 * one server thus never reaches another.
 */
final class ConnectionMembers {

	private final ConfigurableListableBeanFactory beanFactory;

	private final ConfiguredConnection connection;

	private final Set<String> furtherNames;

	ConnectionMembers(ConfigurableListableBeanFactory beanFactory, ConfiguredConnection connection,
			Set<String> furtherNames) {
		this.beanFactory = beanFactory;
		this.connection = connection;
		this.furtherNames = furtherNames;
	}

	/**
	 * Beans by their names.
	 */
	<T> Map<String, T> byName(Class<T> type) {
		Map<String, T> beans = new LinkedHashMap<>();
		for (String name : this.beanFactory.getBeanNamesForType(type)) {
			if (isMember(name)) {
				beans.put(name, this.beanFactory.getBean(name, type));
			}
		}
		return beans;
	}

	/**
	 * Beans that could be injected, in their order.
	 */
	<T> List<T> ordered(Class<T> type) {
		Set<T> members = Collections.newSetFromMap(new IdentityHashMap<>());
		byName(type).forEach((name, bean) -> {
			if (isCandidate(name)) {
				members.add(bean);
			}
		});
		if (members.isEmpty()) {
			return List.of();
		}
		List<T> ordered = new ArrayList<>(this.beanFactory.getBeanProvider(type)
			.orderedStream(ObjectProvider.UNFILTERED)
			.filter(members::remove)
			.toList());
		if (!members.isEmpty()) {
			// Those of a prototype are others each time
			ordered.addAll(members);
			AnnotationAwareOrderComparator.sort(ordered);
		}
		return List.copyOf(ordered);
	}

	/**
	 * Beans that are for all connections, in their order.
	 */
	<T> List<T> everywhere(Class<T> type) {
		return this.beanFactory.getBeanProvider(type).orderedStream().toList();
	}

	/**
	 * The bean that all connections share.
	 * @return the bean, or {@code null} if there is none or no single one
	 */
	<T> @Nullable T shared(Class<T> type) {
		return this.beanFactory.getBeanProvider(type).getIfUnique();
	}

	private boolean isMember(String bean) {
		return this.connection.isFirst() ? this.furtherNames.stream().noneMatch((name) -> isQualified(bean, name))
				: isQualified(bean, this.connection.name());
	}

	private boolean isQualified(String bean, String qualifier) {
		return BeanFactoryAnnotationUtils.isQualifierMatch(qualifier::equals, bean, this.beanFactory);
	}

	private boolean isCandidate(String bean) {
		if (!this.beanFactory.containsBeanDefinition(bean)) {
			return true;
		}
		BeanDefinition definition = this.beanFactory.getMergedBeanDefinition(bean);
		return definition.isAutowireCandidate() && !OfficialStarter.makes(definition)
				&& (!this.connection.isFirst() || !(definition instanceof AbstractBeanDefinition abstractDefinition)
						|| abstractDefinition.isDefaultCandidate());
	}

}
