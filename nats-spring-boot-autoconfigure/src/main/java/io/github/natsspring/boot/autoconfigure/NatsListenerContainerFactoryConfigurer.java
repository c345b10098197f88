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

import io.github.natsspring.config.DefaultNatsListenerContainerFactory;
import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.deadletter.DeadLetters;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;

/**
 * Configures a container factory as those that Spring Boot makes: with the properties,
 * the beans that listeners use, and the {@link NatsListenerContainerFactoryCustomizer}
 * beans. A base for factories of an application's own, which set what is to be different
 * afterwards.
 */
public final class NatsListenerContainerFactoryConfigurer {

	private final NatsListenerContainerFactories factories;

	private final BeanFactory beanFactory;

	NatsListenerContainerFactoryConfigurer(NatsListenerContainerFactories factories, BeanFactory beanFactory) {
		this.factories = factories;
		this.beanFactory = beanFactory;
	}

	/**
	 * Make a factory over the connection that is there without a name.
	 * @return a factory, to be declared as a bean
	 */
	public DefaultNatsListenerContainerFactory create() {
		return create(this.beanFactory.getBean(ConnectionHolder.class));
	}

	/**
	 * Make a factory over a connection.
	 * @param connection the connection, one of the application's
	 * @return a factory, to be declared as a bean
	 */
	public DefaultNatsListenerContainerFactory create(ConnectionHolder connection) {
		DefaultNatsListenerContainerFactory factory = this.factories.plain(connection);
		configure(factory);
		return factory;
	}

	/**
	 * Configure a factory. It keeps its connection and its converter.
	 * @param factory the factory, to be declared as a bean
	 * @throws IllegalArgumentException if its connection is none of the application's
	 */
	public void configure(DefaultNatsListenerContainerFactory factory) {
		String connection = factory.getConnectionName();
		if (connection.equals(ConnectionHolder.DEFAULT_NAME)) {
			ObjectProvider<DeadLetters> deadLetters = this.beanFactory.getBeanProvider(DeadLetters.class);
			this.factories.configure(factory, this.beanFactory.getBean(NatsConnectionBeans.class),
					this.beanFactory.getBean(NatsTopology.class), deadLetters.getIfAvailable());
			return;
		}
		String prefix = ConfiguredConnection.PREFIX + ".connections." + connection + ".";
		if (!this.beanFactory.containsBean(prefix + "beans")) {
			throw new IllegalArgumentException(
					"The container factory has the connection '%s', which nats.connections does not declare"
						.formatted(connection));
		}
		String deadLetters = prefix + "deadLetters";
		this.factories.configure(factory, this.beanFactory.getBean(prefix + "beans", NatsConnectionBeans.class),
				this.beanFactory.getBean(prefix + "topology", NatsTopology.class),
				this.beanFactory.containsBean(deadLetters) ? this.beanFactory.getBean(deadLetters, DeadLetters.class)
						: null);
	}

}
