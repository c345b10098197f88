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

import io.github.natsspring.connection.ConnectionHolder;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.annotation.BeanFactoryAnnotationUtils;

/**
 * Finds the beans of a connection by its name.
 */
public final class ConnectionBeans {

	private ConnectionBeans() {
	}

	/**
	 * Find a bean of a connection. Those of the first one are found by their type, all
	 * others by their qualifier.
	 * @param <T> the type of the bean
	 * @param beanFactory where to look
	 * @param type the type of the bean
	 * @param connection the name of the connection
	 * @return the bean, or {@code null} if the connection has none
	 */
	public static <T> @Nullable T find(ListableBeanFactory beanFactory, Class<T> type, String connection) {
		if (ConnectionHolder.DEFAULT_NAME.equals(connection)) {
			return beanFactory.getBeanProvider(type).getIfAvailable();
		}
		for (String name : beanFactory.getBeanNamesForType(type)) {
			if (BeanFactoryAnnotationUtils.isQualifierMatch(connection::equals, name, beanFactory)) {
				return beanFactory.getBean(name, type);
			}
		}
		return null;
	}

}
