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

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

import io.github.natsspring.config.DefaultNatsListenerContainerFactory;
import io.github.natsspring.config.NatsListenerEndpoint;
import io.github.natsspring.config.NatsListenerEndpointRegistry;
import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.connection.ConnectionInitializer;
import io.github.natsspring.connection.ConnectionSettings;
import io.github.natsspring.core.JetStreamTemplate;
import io.github.natsspring.core.JetStreamTemplateSettings;
import io.github.natsspring.core.NatsPublishInterceptor;
import io.github.natsspring.core.NatsTemplate;
import io.github.natsspring.core.NatsTemplateSettings;
import io.github.natsspring.deadletter.DeadLetterDestinationResolver;
import io.github.natsspring.deadletter.DeadLetterOperations;
import io.github.natsspring.deadletter.DeadLetters;
import io.github.natsspring.listener.MessageListenerContainer;
import io.github.natsspring.observation.NatsListenerObservationConvention;
import io.github.natsspring.observation.NatsPublishObservationConvention;
import io.github.natsspring.store.KeyValueTemplates;
import io.github.natsspring.store.NatsBuckets;
import io.github.natsspring.store.ObjectStoreTemplates;
import io.github.natsspring.support.DefaultNatsHeaderMapper;
import io.github.natsspring.support.NatsHeaderMapper;
import io.github.natsspring.support.NatsMessageConverter;
import io.github.natsspring.topology.JetStreamProbe;
import io.github.natsspring.topology.TopologyApplier;
import io.github.natsspring.topology.TopologySettings;
import io.github.natsspring.topology.TopologyWatch;
import io.micrometer.observation.ObservationRegistry;
import io.nats.client.Connection;
import io.nats.client.ConnectionListener;
import io.nats.client.ErrorListener;
import io.nats.client.JetStream;
import io.nats.client.JetStreamManagement;
import io.nats.client.JetStreamOptions;
import io.nats.client.KeyValueManagement;
import io.nats.client.KeyValueOptions;
import io.nats.client.ObjectStoreManagement;
import io.nats.client.ObjectStoreOptions;
import io.nats.client.Options;
import org.jspecify.annotations.Nullable;

/**
 * Makes the beans of one connection, for the first connection as for the others. No
 * method connects.
 */
class NatsConnectionBeans {

	private final ConfiguredConnection configured;

	private final NatsOptionsMapper optionsMapper;

	private final ConnectionMembers members;

	private final JetStreamOptions jetStreamOptions;

	private @Nullable ConnectionHolder prepared;

	NatsConnectionBeans(ConfiguredConnection configured, NatsOptionsMapper optionsMapper, ConnectionMembers members) {
		this.configured = configured;
		this.optionsMapper = optionsMapper;
		this.members = members;
		this.jetStreamOptions = optionsMapper.jetStreamOptions();
	}

	ConfiguredConnection configured() {
		return this.configured;
	}

	JetStreamOptions jetStreamOptions() {
		return this.jetStreamOptions;
	}

	String inboxPrefix() {
		return this.optionsMapper.toBuilder().build().getInboxPrefix();
	}

	ConnectionHolder holder() {
		NatsProperties properties = this.configured.properties();
		LateListeners<ConnectionListener> connectionListeners = new LateListeners<>(ConnectionListener.class,
				this.members);
		LateListeners<ErrorListener> errorListeners = new LateListeners<>(ErrorListener.class, this.members);
		Supplier<Options.Builder> options = () -> {
			connectionListeners.find();
			errorListeners.find();
			Options.Builder builder = this.optionsMapper.toBuilder();
			this.members.ordered(NatsOptionsCustomizer.class).forEach((customizer) -> customizer.customize(builder));
			return builder;
		};
		ConnectionSettings settings = new ConnectionSettings(this.configured.name(), options,
				properties.getStartupMode(), properties.getStartupTimeout(), properties.getDrainTimeout(),
				List.of(connectionListeners.all()), List.of(errorListeners.all()), this.optionsMapper.tlsTrust());
		ConnectionHolder holder = new ConnectionHolder(settings);
		prepare(holder);
		return holder;
	}

	/**
	 * Let a connection be prepared before it is handed to anybody; once for each holder.
	 */
	void prepare(ConnectionHolder holder) {
		if (this.prepared == holder) {
			return;
		}
		this.prepared = holder;
		// Looked up when there is a connection: what prepares the server may itself need
		// the holder
		holder.addInitializer((connection) -> this.members.ordered(ConnectionInitializer.class)
			.forEach((initializer) -> initializer.initialize(connection)));
	}

	Connection connection(ConnectionHolder holder) {
		return holder.delegate(Connection.class, (connection) -> connection);
	}

	JetStream jetStream(ConnectionHolder holder) {
		return holder.delegate(JetStream.class, (connection) -> connection.jetStream(this.jetStreamOptions));
	}

	JetStreamManagement jetStreamManagement(ConnectionHolder holder) {
		return holder.delegate(JetStreamManagement.class,
				(connection) -> connection.jetStreamManagement(this.jetStreamOptions));
	}

	KeyValueManagement keyValueManagement(ConnectionHolder holder) {
		KeyValueOptions options = KeyValueOptions.builder().jetStreamOptions(this.jetStreamOptions).build();
		return holder.delegate(KeyValueManagement.class, (connection) -> connection.keyValueManagement(options));
	}

	ObjectStoreManagement objectStoreManagement(ConnectionHolder holder) {
		ObjectStoreOptions options = ObjectStoreOptions.builder().jetStreamOptions(this.jetStreamOptions).build();
		return holder.delegate(ObjectStoreManagement.class, (connection) -> connection.objectStoreManagement(options));
	}

	NatsTemplate template(ConnectionHolder holder, NatsMessageConverter messageConverter) {
		Duration requestTimeout = this.configured.properties().getTemplate().getRequestTimeout();
		NatsTemplate template = new NatsTemplate(holder, messageConverter,
				new NatsTemplateSettings(requestTimeout, null), headerMapper(),
				this.members.everywhere(NatsPublishInterceptor.class));
		if (this.configured.properties().getTemplate().isObservationEnabled()) {
			template.setObservation(observationRegistry(), this.members.shared(NatsPublishObservationConvention.class));
		}
		return template;
	}

	private NatsHeaderMapper headerMapper() {
		NatsHeaderMapper headerMapper = this.members.shared(NatsHeaderMapper.class);
		return (headerMapper != null) ? headerMapper : DefaultNatsHeaderMapper.INSTANCE;
	}

	JetStreamTemplate jetStreamTemplate(ConnectionHolder holder, NatsMessageConverter messageConverter) {
		JetStreamTemplate template = new JetStreamTemplate(holder, messageConverter, this.jetStreamOptions,
				publishing(), headerMapper(), this.members.everywhere(NatsPublishInterceptor.class));
		if (jetStream().getPublish().isObservationEnabled()) {
			template.setObservation(observationRegistry(), this.members.shared(NatsPublishObservationConvention.class));
		}
		return template;
	}

	void observe(DefaultNatsListenerContainerFactory factory) {
		factory.setObservation(observationRegistry(), this.members.shared(NatsListenerObservationConvention.class),
				this.members.shared(NatsPublishObservationConvention.class));
	}

	private ObservationRegistry observationRegistry() {
		ObservationRegistry registry = this.members.shared(ObservationRegistry.class);
		return (registry != null) ? registry : ObservationRegistry.NOOP;
	}

	NatsTopology topology() {
		return new NatsTopology(this.configured, this.members);
	}

	TopologyApplier topologyApplier(NatsTopology topology) {
		return new TopologyApplier(topology::get, topologySettings(), this.jetStreamOptions);
	}

	TopologyWatch topologyWatch(ConnectionHolder holder, TopologyApplier applier) {
		return new TopologyWatch(holder, applier);
	}

	JetStreamProbe jetStreamProbe(ConnectionHolder holder, TopologyApplier applier,
			NatsListenerEndpointRegistry registry) {
		return new JetStreamProbe(holder, this.jetStreamOptions,
				() -> streamsInUse(applier, registry, holder.getName()));
	}

	/**
	 * Only those that the application asks about by itself when it starts: for others it
	 * may have no permission.
	 */
	private static Set<String> streamsInUse(TopologyApplier applier, NatsListenerEndpointRegistry registry,
			String connection) {
		Set<String> streams = new TreeSet<>(applier.streams());
		for (MessageListenerContainer container : registry.getListenerContainers(connection)) {
			NatsListenerEndpoint endpoint = registry.getEndpoint(container.getListenerId());
			if (endpoint != null && endpoint.getStream() != null && container.isRunning()) {
				streams.add(endpoint.getStream());
			}
		}
		return streams;
	}

	NatsBuckets buckets(ConnectionHolder holder) {
		return new NatsBuckets(holder, this.jetStreamOptions);
	}

	KeyValueTemplates keyValueTemplates(ConnectionHolder holder, NatsMessageConverter messageConverter) {
		return new KeyValueTemplates(holder, this.jetStreamOptions, messageConverter, publishing());
	}

	ObjectStoreTemplates objectStoreTemplates(ConnectionHolder holder) {
		return new ObjectStoreTemplates(holder, this.jetStreamOptions, publishing());
	}

	DeadLetters deadLetters(ConnectionHolder holder) {
		DeadLetterDestinationResolver resolver = this.members.shared(DeadLetterDestinationResolver.class);
		DeadLetters deadLetters = new DeadLetters(holder, topologySettings(), this.jetStreamOptions, publishing(),
				resolver);
		deadLetters.setObservation(observationRegistry(), this.members.shared(NatsPublishObservationConvention.class));
		return deadLetters;
	}

	DeadLetterOperations deadLetterOperations(ConnectionHolder holder, DeadLetters deadLetters,
			NatsListenerEndpointRegistry registry) {
		return deadLetters.operations(registry.redriveTargets(holder.getName()));
	}

	TopologySettings topologySettings() {
		return new TopologySettings(jetStream().getProvisioning(), jetStream().isPlanOnly(),
				this.optionsMapper.applicationName());
	}

	private NatsProperties.JetStream jetStream() {
		return this.configured.properties().getJetstream();
	}

	private JetStreamTemplateSettings publishing() {
		NatsProperties.Publish publish = jetStream().getPublish();
		return JetStreamTemplateSettings.defaults().with(publish.getTimeout(), publish.getMaxInFlight());
	}

}
