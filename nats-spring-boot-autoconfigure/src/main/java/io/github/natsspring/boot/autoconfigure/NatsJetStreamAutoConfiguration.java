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
import io.github.natsspring.core.JetStreamTemplateSettings;
import io.github.natsspring.deadletter.DeadLetterDestinationResolver;
import io.github.natsspring.deadletter.DeadLetterOperations;
import io.github.natsspring.deadletter.DeadLetters;
import io.github.natsspring.store.NatsBuckets;
import io.github.natsspring.support.NatsMessageConverter;
import io.github.natsspring.topology.TopologyApplier;
import io.github.natsspring.topology.TopologySettings;
import io.github.natsspring.topology.TopologyWatch;
import io.nats.client.JetStream;
import io.nats.client.JetStreamManagement;
import io.nats.client.JetStreamOptions;
import io.nats.client.KeyValueManagement;
import io.nats.client.KeyValueOptions;
import io.nats.client.ObjectStoreManagement;
import io.nats.client.ObjectStoreOptions;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.util.StringUtils;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for JetStream: topology, template,
 * dead letters, key-value and object-store buckets.
 */
@AutoConfiguration(after = NatsAutoConfiguration.class)
@ConditionalOnBean(ConnectionHolder.class)
@ConditionalOnBooleanProperty(name = "nats.jetstream.enabled", matchIfMissing = true)
@Import({ NatsBucketsRegistrar.class, NatsPermissionsConfiguration.class })
public final class NatsJetStreamAutoConfiguration {

	private final NatsProperties.JetStream properties;

	private final JetStreamOptions options;

	NatsJetStreamAutoConfiguration(NatsProperties properties, NatsOptionsMapper optionsMapper) {
		this.properties = properties.getJetstream();
		this.options = optionsMapper.jetStreamOptions();
	}

	@Bean
	@ConditionalOnMissingBean
	JetStream natsJetStream(ConnectionHolder holder) {
		return holder.delegate(JetStream.class, (connection) -> connection.jetStream(this.options));
	}

	@Bean
	@ConditionalOnMissingBean
	JetStreamManagement natsJetStreamManagement(ConnectionHolder holder) {
		return holder.delegate(JetStreamManagement.class, (connection) -> connection.jetStreamManagement(this.options));
	}

	@Bean
	@ConditionalOnMissingBean
	KeyValueManagement natsKeyValueManagement(ConnectionHolder holder) {
		KeyValueOptions keyValueOptions = KeyValueOptions.builder().jetStreamOptions(this.options).build();
		return holder.delegate(KeyValueManagement.class,
				(connection) -> connection.keyValueManagement(keyValueOptions));
	}

	@Bean
	@ConditionalOnMissingBean
	ObjectStoreManagement natsObjectStoreManagement(ConnectionHolder holder) {
		ObjectStoreOptions objectStoreOptions = ObjectStoreOptions.builder().jetStreamOptions(this.options).build();
		return holder.delegate(ObjectStoreManagement.class,
				(connection) -> connection.objectStoreManagement(objectStoreOptions));
	}

	@Bean
	@ConditionalOnMissingBean
	TopologyApplier natsTopologyApplier(NatsTopology topology,
			@Value("${spring.application.name:#{null}}") @Nullable String applicationName) {
		return new TopologyApplier(topology::get, new TopologySettings(this.properties.getProvisioning(),
				this.properties.isPlanOnly(), StringUtils.hasText(applicationName) ? applicationName : null),
				this.options);
	}

	@Bean
	@ConditionalOnMissingBean
	TopologyWatch natsTopologyWatch(ConnectionHolder holder, TopologyApplier applier) {
		return new TopologyWatch(holder, applier);
	}

	@Bean
	@ConditionalOnMissingBean
	NatsBuckets natsBuckets(ConnectionHolder holder) {
		return new NatsBuckets(holder, this.options);
	}

	@Bean
	@ConditionalOnMissingBean(JetStreamOperations.class)
	JetStreamTemplate natsJetStreamTemplate(ConnectionHolder holder,
			@Qualifier("natsMessageConverter") NatsMessageConverter messageConverter) {
		return new JetStreamTemplate(holder, messageConverter, this.options, publishing());
	}

	@Bean
	@ConditionalOnMissingBean
	DeadLetters natsDeadLetters(ConnectionHolder holder, ObjectProvider<DeadLetterDestinationResolver> resolver) {
		return new DeadLetters(holder, this.properties.getProvisioning(), this.options, publishing(),
				resolver.getIfUnique());
	}

	@Bean
	@ConditionalOnMissingBean
	DeadLetterOperations natsDeadLetterOperations(DeadLetters deadLetters, NatsListenerEndpointRegistry registry) {
		return deadLetters.operations(registry);
	}

	private JetStreamTemplateSettings publishing() {
		NatsProperties.Publish publish = this.properties.getPublish();
		return JetStreamTemplateSettings.defaults().with(publish.getTimeout(), publish.getMaxInFlight());
	}

}
