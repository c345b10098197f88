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

package io.github.natsspring.boot.autoconfigure.actuate;

import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

import io.github.natsspring.boot.actuate.NatsEndpoint;
import io.github.natsspring.boot.actuate.NatsEndpointConnection;
import io.github.natsspring.boot.actuate.NatsEndpointWebExtension;
import io.github.natsspring.boot.autoconfigure.ConnectionBeans;
import io.github.natsspring.boot.autoconfigure.NatsAutoConfiguration;
import io.github.natsspring.boot.autoconfigure.NatsJetStreamAutoConfiguration;
import io.github.natsspring.boot.metrics.NatsMetricsPoller;
import io.github.natsspring.config.NatsListenerEndpointRegistry;
import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.deadletter.DeadLetterOperations;
import io.github.natsspring.topology.JetStreamProbe;
import io.github.natsspring.topology.TopologyApplier;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.SimpleAutowireCandidateResolver;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.autoconfigure.endpoint.expose.EndpointExposure;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for {@link NatsEndpoint}.
 */
@AutoConfiguration(after = { NatsAutoConfiguration.class, NatsJetStreamAutoConfiguration.class })
@ConditionalOnClass({ ConnectionHolder.class, ConditionalOnAvailableEndpoint.class })
@ConditionalOnBean({ ConnectionHolder.class, NatsListenerEndpointRegistry.class })
@ConditionalOnAvailableEndpoint(NatsEndpoint.class)
public final class NatsEndpointAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	NatsEndpoint natsEndpoint(NatsListenerEndpointRegistry registry, ObjectProvider<NatsMetricsPoller> poller,
			ConfigurableListableBeanFactory beanFactory) {
		BooleanSupplier polled = () -> {
			NatsMetricsPoller available = poller.getIfAvailable();
			return available != null && available.isRunning();
		};
		Supplier<List<NatsEndpointConnection>> connections = () -> {
			Map<String, ConnectionHolder> holders = SimpleAutowireCandidateResolver
				.resolveAutowireCandidates(beanFactory, ConnectionHolder.class);
			return holders.values().stream().map((holder) -> connection(holder, beanFactory, polled)).toList();
		};
		return new NatsEndpoint(connections, registry);
	}

	@Bean
	@ConditionalOnBean(NatsEndpoint.class)
	@ConditionalOnMissingBean
	@ConditionalOnAvailableEndpoint(exposure = EndpointExposure.WEB)
	NatsEndpointWebExtension natsEndpointWebExtension(NatsEndpoint natsEndpoint) {
		return new NatsEndpointWebExtension(natsEndpoint);
	}

	private static NatsEndpointConnection connection(ConnectionHolder holder,
			ConfigurableListableBeanFactory beanFactory, BooleanSupplier polled) {
		String name = holder.getName();
		return new NatsEndpointConnection(holder, ConnectionBeans.find(beanFactory, TopologyApplier.class, name),
				ConnectionBeans.find(beanFactory, JetStreamProbe.class, name),
				ConnectionBeans.find(beanFactory, DeadLetterOperations.class, name), polled);
	}

}
