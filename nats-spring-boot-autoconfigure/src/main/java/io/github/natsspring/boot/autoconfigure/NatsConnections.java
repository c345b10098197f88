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

import java.util.Collection;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.ssl.SslBundles;

/**
 * The connections of the application, each with what makes its beans.
 */
class NatsConnections {

	private final NatsProperties properties;

	private final @Nullable String applicationName;

	private final @Nullable SslBundles sslBundles;

	private final ConfigurableListableBeanFactory beanFactory;

	NatsConnections(NatsProperties properties, @Nullable String applicationName, @Nullable SslBundles sslBundles,
			ConfigurableListableBeanFactory beanFactory) {
		this.properties = properties;
		this.applicationName = applicationName;
		this.sslBundles = sslBundles;
		this.beanFactory = beanFactory;
	}

	/**
	 * What makes the beans of the first connection. Its details are a bean without the
	 * qualifier of another connection, or else the properties.
	 */
	NatsConnectionBeans first(ObjectProvider<NatsConnectionDetails> candidates) {
		ConfiguredConnection connection = ConfiguredConnection.first(this.properties);
		List<NatsConnectionDetails> details = members(connection).ordered(NatsConnectionDetails.class);
		return beans(connection, switch (details.size()) {
			case 0 -> details(connection);
			case 1 -> details.get(0);
			// The primary one, or a failure that names them all
			default -> candidates.getObject();
		});
	}

	/**
	 * What makes the beans of another connection. Its details are a bean with its name as
	 * the qualifier, or else the properties.
	 */
	NatsConnectionBeans further(String name) {
		ConfiguredConnection connection = ConfiguredConnection.further(this.properties)
			.stream()
			.filter((candidate) -> candidate.name().equals(name))
			.findFirst()
			.orElseThrow(() -> new IllegalStateException("There is no connection '%s'".formatted(name)));
		Collection<NatsConnectionDetails> details = members(connection).byName(NatsConnectionDetails.class).values();
		if (details.size() > 1) {
			throw new NoUniqueBeanDefinitionException(NatsConnectionDetails.class, details.size(),
					"several beans have the qualifier '%s'".formatted(name));
		}
		return beans(connection, details.isEmpty() ? details(connection) : List.copyOf(details).get(0));
	}

	private PropertiesNatsConnectionDetails details(ConfiguredConnection connection) {
		return new PropertiesNatsConnectionDetails(connection.prefix(), connection.properties(), this.sslBundles);
	}

	private NatsConnectionBeans beans(ConfiguredConnection connection, NatsConnectionDetails connectionDetails) {
		return new NatsConnectionBeans(connection,
				new NatsOptionsMapper(connection, connectionDetails, this.applicationName), members(connection));
	}

	private ConnectionMembers members(ConfiguredConnection connection) {
		Set<String> names = ConfiguredConnection.names(this.properties);
		return new ConnectionMembers(this.beanFactory, connection, names);
	}

}
