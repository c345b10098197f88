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

import java.util.Arrays;
import java.util.List;

import io.github.natsspring.config.NatsListenerBeanNames;
import io.github.natsspring.config.NatsListenerContainerFactory;
import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.listener.NatsListenerException;
import io.github.natsspring.support.Suggestions;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.util.StringUtils;

/**
 * Finds the container factory that a {@link NatsListener} means, by its own name or by
 * that of its connection.
 */
class ContainerFactories {

	private final BeanFactory beanFactory;

	ContainerFactories(BeanFactory beanFactory) {
		this.beanFactory = beanFactory;
	}

	NatsListenerContainerFactory find(ListenerAttributes attributes, NatsListener annotation) {
		String connection = attributes.text("connection", annotation.connection());
		NatsListenerContainerFactory named = attributes.bean("containerFactory", annotation.containerFactory(),
				NatsListenerContainerFactory.class);
		if (named != null) {
			checkConnection(attributes, connection, named.getConnectionName());
			return named;
		}
		return (connection != null) ? ofConnection(attributes, connection) : byDefault(attributes);
	}

	/**
	 * The factory of a connection, or that of listeners that name none.
	 */
	NatsListenerContainerFactory find(ListenerAttributes attributes, String connection) {
		String name = attributes.text("connection", connection);
		return (name != null) ? ofConnection(attributes, name) : byDefault(attributes);
	}

	private static void checkConnection(ListenerAttributes attributes, @Nullable String connection,
			@Nullable String ofFactory) {
		if (connection != null && !connection.equals(ofFactory)) {
			throw new NatsListenerException(attributes.describe(),
					"its attribute 'connection' is '%s', but its container factory %s".formatted(connection,
							(ofFactory != null) ? "is one of connection '%s'".formatted(ofFactory)
									: "does not tell its connection"),
					"Remove one of the two attributes");
		}
	}

	private NatsListenerContainerFactory ofConnection(ListenerAttributes attributes, String connection) {
		try {
			return this.beanFactory.getBean(NatsListenerBeanNames.containerFactory(connection),
					NatsListenerContainerFactory.class);
		}
		catch (NoSuchBeanDefinitionException ex) {
			List<String> known = connections();
			throw new NatsListenerException(attributes.describe(),
					"its attribute 'connection' is '%s', and there is no such connection, only %s".formatted(connection,
							known),
					StringUtils.capitalize(Suggestions.didYouMean(connection, known,
							"declare it (nats.connections.%s.servers)".formatted(connection))),
					ex);
		}
	}

	private List<String> connections() {
		String prefix = NatsListenerBeanNames.containerFactory("");
		String[] factories = ((ListableBeanFactory) this.beanFactory)
			.getBeanNamesForType(NatsListenerContainerFactory.class, false, false);
		return Arrays.stream(factories)
			.filter((name) -> name.startsWith(prefix) || name.equals(NatsListenerBeanNames.CONTAINER_FACTORY))
			.map((name) -> name.startsWith(prefix) ? name.substring(prefix.length()) : ConnectionHolder.DEFAULT_NAME)
			.sorted()
			.toList();
	}

	private NatsListenerContainerFactory byDefault(ListenerAttributes attributes) {
		try {
			return this.beanFactory.getBean(NatsListenerBeanNames.CONTAINER_FACTORY,
					NatsListenerContainerFactory.class);
		}
		catch (NoSuchBeanDefinitionException ex) {
			throw new NatsListenerException(attributes.describe(),
					"there is no bean '%s' to make its container".formatted(NatsListenerBeanNames.CONTAINER_FACTORY),
					"Define a NatsListenerContainerFactory bean of that name, or name another one in 'containerFactory'",
					ex);
		}
	}

}
