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

package io.github.natsspring.boot.autoconfigure.health;

import java.util.LinkedHashMap;
import java.util.Map;

import io.github.natsspring.boot.autoconfigure.ConnectionBeans;
import io.github.natsspring.boot.autoconfigure.NatsAutoConfiguration;
import io.github.natsspring.boot.health.NatsHealthIndicator;
import io.github.natsspring.config.NatsListenerEndpointRegistry;
import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.topology.JetStreamProbe;
import io.github.natsspring.topology.TopologyApplier;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.SimpleAutowireCandidateResolver;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.CompositeHealthContributorConfiguration;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.context.annotation.Bean;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for {@link NatsHealthIndicator},
 * with a component for each connection if there are several.
 */
@AutoConfiguration(after = NatsAutoConfiguration.class)
@ConditionalOnClass({ ConnectionHolder.class, ConditionalOnEnabledHealthIndicator.class })
@ConditionalOnBean(ConnectionHolder.class)
@ConditionalOnEnabledHealthIndicator("nats")
public final class NatsHealthContributorAutoConfiguration
		extends CompositeHealthContributorConfiguration<NatsHealthIndicator, ConnectionHolder> {

	NatsHealthContributorAutoConfiguration(ObjectProvider<NatsListenerEndpointRegistry> listeners,
			ListableBeanFactory beanFactory) {
		super((connection) -> new NatsHealthIndicator(connection, listeners.getIfAvailable(),
				ConnectionBeans.find(beanFactory, TopologyApplier.class, connection.getName()),
				ConnectionBeans.find(beanFactory, JetStreamProbe.class, connection.getName())));
	}

	@Bean
	@ConditionalOnMissingBean(name = { "natsHealthIndicator", "natsHealthContributor" })
	HealthContributor natsHealthContributor(ConfigurableListableBeanFactory beanFactory) {
		Map<String, ConnectionHolder> connections = new LinkedHashMap<>();
		SimpleAutowireCandidateResolver.resolveAutowireCandidates(beanFactory, ConnectionHolder.class)
			.forEach((name, connection) -> connections
				.put(connections.containsKey(connection.getName()) ? name : connection.getName(), connection));
		return createContributor(connections);
	}

}
