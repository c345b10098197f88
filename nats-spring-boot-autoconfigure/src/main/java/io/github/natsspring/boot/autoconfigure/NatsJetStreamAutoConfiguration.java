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

import io.github.natsspring.config.NatsListenerEndpointRegistry;
import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.core.JetStreamOperations;
import io.github.natsspring.core.JetStreamTemplate;
import io.github.natsspring.deadletter.DeadLetterOperations;
import io.github.natsspring.deadletter.DeadLetters;
import io.github.natsspring.store.KeyValueTemplates;
import io.github.natsspring.store.NatsBuckets;
import io.github.natsspring.store.ObjectStoreTemplates;
import io.github.natsspring.support.NatsMessageConverter;
import io.github.natsspring.topology.JetStreamProbe;
import io.github.natsspring.topology.TopologyApplier;
import io.github.natsspring.topology.TopologyWatch;
import io.nats.client.JetStream;
import io.nats.client.JetStreamManagement;
import io.nats.client.KeyValueManagement;
import io.nats.client.ObjectStoreManagement;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.LazyInitializationExcludeFilter;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for JetStream: topology, template,
 * dead letters, key-value and object-store buckets.
 */
@AutoConfiguration(after = NatsAutoConfiguration.class)
@ConditionalOnBean({ ConnectionHolder.class, NatsConnectionBeans.class })
@ConditionalOnBooleanProperty(name = "nats.jetstream.enabled", matchIfMissing = true)
@Import({ NatsBucketsRegistrar.class, NatsPermissionsConfiguration.class })
public final class NatsJetStreamAutoConfiguration {

	private final NatsConnectionBeans beans;

	NatsJetStreamAutoConfiguration(NatsConnectionBeans beans) {
		this.beans = beans;
	}

	/**
	 * Nobody asks for it, and it watches.
	 */
	@Bean
	static LazyInitializationExcludeFilter natsTopologyWatchLazyInitializationExcludeFilter() {
		return LazyInitializationExcludeFilter.forBeanTypes(TopologyWatch.class);
	}

	@Bean
	@ConditionalOnMissingBean
	JetStream natsJetStream(ConnectionHolder holder) {
		return this.beans.jetStream(holder);
	}

	@Bean
	@ConditionalOnMissingBean
	JetStreamManagement natsJetStreamManagement(ConnectionHolder holder) {
		return this.beans.jetStreamManagement(holder);
	}

	@Bean
	@ConditionalOnMissingBean
	KeyValueManagement natsKeyValueManagement(ConnectionHolder holder) {
		return this.beans.keyValueManagement(holder);
	}

	@Bean
	@ConditionalOnMissingBean
	ObjectStoreManagement natsObjectStoreManagement(ConnectionHolder holder) {
		return this.beans.objectStoreManagement(holder);
	}

	@Bean
	@ConditionalOnMissingBean
	TopologyApplier natsTopologyApplier(NatsTopology topology) {
		return this.beans.topologyApplier(topology);
	}

	@Bean
	@ConditionalOnMissingBean
	JetStreamProbe natsJetStreamProbe(ConnectionHolder holder, TopologyApplier applier,
			NatsListenerEndpointRegistry registry) {
		return this.beans.jetStreamProbe(holder, applier, registry);
	}

	@Bean
	@ConditionalOnMissingBean
	TopologyWatch natsTopologyWatch(ConnectionHolder holder, TopologyApplier applier) {
		return this.beans.topologyWatch(holder, applier);
	}

	@Bean
	@ConditionalOnMissingBean
	NatsBuckets natsBuckets(ConnectionHolder holder) {
		return this.beans.buckets(holder);
	}

	@Bean
	@ConditionalOnMissingBean
	KeyValueTemplates natsKeyValueTemplates(ConnectionHolder holder,
			@Qualifier("natsMessageConverter") NatsMessageConverter messageConverter) {
		return this.beans.keyValueTemplates(holder, messageConverter);
	}

	@Bean
	@ConditionalOnMissingBean
	ObjectStoreTemplates natsObjectStoreTemplates(ConnectionHolder holder) {
		return this.beans.objectStoreTemplates(holder);
	}

	@Bean
	@ConditionalOnMissingBean(JetStreamOperations.class)
	JetStreamTemplate natsJetStreamTemplate(ConnectionHolder holder,
			@Qualifier("natsMessageConverter") NatsMessageConverter messageConverter) {
		return this.beans.jetStreamTemplate(holder, messageConverter);
	}

	@Bean
	@ConditionalOnMissingBean
	DeadLetters natsDeadLetters(ConnectionHolder holder) {
		return this.beans.deadLetters(holder);
	}

	@Bean
	@ConditionalOnMissingBean
	DeadLetterOperations natsDeadLetterOperations(ConnectionHolder holder, DeadLetters deadLetters,
			NatsListenerEndpointRegistry registry) {
		return this.beans.deadLetterOperations(holder, deadLetters, registry);
	}

}
