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
import io.github.natsspring.config.NatsListenerBeanNames;
import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.core.JetStreamTemplate;
import io.github.natsspring.core.NatsTemplate;
import io.github.natsspring.deadletter.DeadLetterOperations;
import io.github.natsspring.deadletter.DeadLetters;
import io.github.natsspring.store.KeyValueTemplates;
import io.github.natsspring.store.NatsBuckets;
import io.github.natsspring.store.ObjectStoreTemplates;
import io.github.natsspring.topology.JetStreamProbe;
import io.github.natsspring.topology.TopologyApplier;
import io.github.natsspring.topology.TopologyWatch;
import io.nats.client.Connection;
import io.nats.client.JetStream;
import io.nats.client.JetStreamManagement;
import io.nats.client.KeyValueManagement;
import io.nats.client.ObjectStoreManagement;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.config.RuntimeBeanReference;
import org.springframework.beans.factory.support.AutowireCandidateQualifier;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotationMetadata;

/**
 * Registers the beans of the connections that have a name, with the name as their
 * qualifier. They are no default candidates, so that what is injected without a qualifier
 * is of the first connection.
 */
class NatsConnectionsRegistrar implements ImportBeanDefinitionRegistrar {

	private final Environment environment;

	NatsConnectionsRegistrar(Environment environment) {
		this.environment = environment;
	}

	@Override
	public void registerBeanDefinitions(AnnotationMetadata importingClassMetadata, BeanDefinitionRegistry registry) {
		NatsProperties properties = NatsPropertiesBindHandlerAdvisor.bind(this.environment);
		for (ConfiguredConnection connection : ConfiguredConnection.further(properties)) {
			new Definitions(registry, connection).register();
		}
	}

	/**
	 * The bean definitions of one connection.
	 */
	private static final class Definitions {

		private final BeanDefinitionRegistry registry;

		private final ConfiguredConnection connection;

		Definitions(BeanDefinitionRegistry registry, ConfiguredConnection connection) {
			this.registry = registry;
			this.connection = connection;
		}

		void register() {
			String name = this.connection.name();
			register(name("beans"), definition(NatsConnectionBeans.class, "natsConnections", "further", name));
			Object holder = register("holder", ConnectionHolder.class);
			// The holder closes it
			RootBeanDefinition rawConnection = definition(Connection.class, name("beans"), "connection", holder);
			rawConnection.setDestroyMethodName("");
			register(name("connection"), rawConnection);
			Object converter = new RuntimeBeanReference("natsMessageConverter");
			register("template", NatsTemplate.class, holder, converter);
			Object topology = register("topology", NatsTopology.class);
			Object self = new RuntimeBeanReference(name("beans"));
			if (this.connection.properties().getJetstream().isEnabled()) {
				registerJetStream(holder, converter, topology);
				register(NatsListenerBeanNames.containerFactory(name),
						factory("create", self, holder, topology, new RuntimeBeanReference(name("deadLetters"))));
			}
			else {
				register(NatsListenerBeanNames.containerFactory(name),
						factory("createWithoutJetStream", self, holder, topology));
			}
		}

		private void registerJetStream(Object holder, Object converter, Object topology) {
			register("jetStream", JetStream.class, holder);
			register("jetStreamManagement", JetStreamManagement.class, holder);
			register("keyValueManagement", KeyValueManagement.class, holder);
			register("objectStoreManagement", ObjectStoreManagement.class, holder);
			register("jetStreamTemplate", JetStreamTemplate.class, holder, converter);
			Object applier = register("topologyApplier", TopologyApplier.class, topology);
			register("jetStreamProbe", JetStreamProbe.class, holder, applier,
					new RuntimeBeanReference(NatsListenerBeanNames.ENDPOINT_REGISTRY));
			register("topologyWatch", TopologyWatch.class, holder, applier);
			Object deadLetters = register("deadLetters", DeadLetters.class, holder);
			register("deadLetterOperations", DeadLetterOperations.class, holder, deadLetters,
					new RuntimeBeanReference(NatsListenerBeanNames.ENDPOINT_REGISTRY));
			register("buckets", NatsBuckets.class, holder);
			register("keyValueTemplates", KeyValueTemplates.class, holder, converter);
			register("objectStoreTemplates", ObjectStoreTemplates.class, holder);
			NatsBucketsRegistrar.register(this.registry, this.connection, name("buckets"), name("keyValueTemplates"),
					name("objectStoreTemplates"));
		}

		private String name(String kind) {
			return this.connection.property(kind);
		}

		/**
		 * Register what the method of that name makes.
		 */
		private Object register(String kind, Class<?> type, Object... arguments) {
			return register(name(kind), definition(type, name("beans"), kind, arguments));
		}

		private RootBeanDefinition factory(String method, Object... arguments) {
			return definition(DefaultNatsListenerContainerFactory.class, "natsListenerContainerFactories", method,
					arguments);
		}

		private Object register(String beanName, RootBeanDefinition definition) {
			if (!this.registry.containsBeanDefinition(beanName)) {
				this.registry.registerBeanDefinition(beanName, definition);
			}
			return new RuntimeBeanReference(beanName);
		}

		private RootBeanDefinition definition(Class<?> type, String factoryBean, String factoryMethod,
				Object... arguments) {
			RootBeanDefinition definition = new RootBeanDefinition(type);
			definition.setTargetType(type);
			definition.setFactoryBeanName(factoryBean);
			definition.setFactoryMethodName(factoryMethod);
			for (int i = 0; i < arguments.length; i++) {
				definition.getConstructorArgumentValues().addIndexedArgumentValue(i, arguments[i]);
			}
			definition.setDefaultCandidate(false);
			definition.addQualifier(new AutowireCandidateQualifier(Qualifier.class, this.connection.name()));
			return definition;
		}

	}

}
