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

package io.github.natsspring.boot.autoconfigure.metrics;

import java.util.Collection;
import java.util.List;

import io.github.natsspring.boot.autoconfigure.NatsAutoConfiguration;
import io.github.natsspring.boot.autoconfigure.NatsJetStreamAutoConfiguration;
import io.github.natsspring.boot.autoconfigure.NatsProperties;
import io.github.natsspring.boot.metrics.NatsConnectionMetrics;
import io.github.natsspring.boot.metrics.NatsListenerMetrics;
import io.github.natsspring.boot.metrics.NatsMetricsPoller;
import io.github.natsspring.boot.metrics.NatsTemplateMetrics;
import io.github.natsspring.config.NatsListenerEndpointRegistry;
import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.core.JetStreamTemplate;
import io.github.natsspring.core.NatsTemplate;
import io.github.natsspring.core.PublishStatistics;
import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.SimpleAutowireCandidateResolver;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the meters of connections,
 * listeners and templates.
 */
@AutoConfiguration(after = { NatsAutoConfiguration.class, NatsJetStreamAutoConfiguration.class },
		afterName = "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration")
@ConditionalOnClass({ ConnectionHolder.class, MeterRegistry.class })
@ConditionalOnBean({ ConnectionHolder.class, MeterRegistry.class, NatsListenerEndpointRegistry.class })
public final class NatsMetricsAutoConfiguration {

	NatsMetricsAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean
	NatsMetricsPoller natsMetricsPoller(ConfigurableListableBeanFactory beanFactory,
			NatsListenerEndpointRegistry listeners, NatsProperties properties) {
		return new NatsMetricsPoller(beans(beanFactory, ConnectionHolder.class), listeners,
				properties.getMetrics().getLagInterval());
	}

	@Bean
	@ConditionalOnMissingBean
	NatsConnectionMetrics natsConnectionMetrics(NatsMetricsPoller poller) {
		return new NatsConnectionMetrics(poller);
	}

	@Bean
	@ConditionalOnMissingBean
	NatsListenerMetrics natsListenerMetrics(NatsListenerEndpointRegistry listeners) {
		return new NatsListenerMetrics(listeners);
	}

	@Bean
	@ConditionalOnMissingBean
	NatsTemplateMetrics natsTemplateMetrics(ConfigurableListableBeanFactory beanFactory) {
		List<PublishStatistics> templates = beans(beanFactory, NatsTemplate.class).stream()
			.map(NatsTemplate::getStatistics)
			.toList();
		List<PublishStatistics> streamTemplates = beans(beanFactory, JetStreamTemplate.class).stream()
			.map(JetStreamTemplate::getStatistics)
			.toList();
		return new NatsTemplateMetrics(templates, streamTemplates);
	}

	/**
	 * The beans of all connections.
	 */
	private static <T> Collection<T> beans(ConfigurableListableBeanFactory beanFactory, Class<T> type) {
		return SimpleAutowireCandidateResolver.resolveAutowireCandidates(beanFactory, type).values();
	}

}
