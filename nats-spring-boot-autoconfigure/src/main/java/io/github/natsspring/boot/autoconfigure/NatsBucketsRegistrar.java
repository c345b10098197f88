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

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.github.natsspring.store.KeyValueTemplate;
import io.github.natsspring.store.ObjectStoreTemplate;
import io.github.natsspring.topology.ResourceKind;
import io.nats.client.KeyValue;
import io.nats.client.ObjectStore;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.beans.factory.support.AutowireCandidateQualifier;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotationMetadata;
import org.springframework.util.StringUtils;

/**
 * Registers a bean of jnats and a template for each bucket in the properties, with the
 * name of the bucket as its qualifier; before it the name of the connection and a dot,
 * unless it is the first one. The name of the bean is another one, since an application
 * is likely to have a bean {@code orders} beside its bucket {@code orders}.
 */
class NatsBucketsRegistrar implements ImportBeanDefinitionRegistrar {

	private final Environment environment;

	NatsBucketsRegistrar(Environment environment) {
		this.environment = environment;
	}

	@Override
	public void registerBeanDefinitions(AnnotationMetadata importingClassMetadata, BeanDefinitionRegistry registry) {
		NatsProperties properties = NatsPropertiesBindHandlerAdvisor.bind(this.environment);
		register(registry, ConfiguredConnection.first(properties), "natsBuckets", "natsKeyValueTemplates",
				"natsObjectStoreTemplates");
	}

	/**
	 * Register the buckets of a connection.
	 * @param registry where to register them
	 * @param connection the connection
	 * @param buckets the name of the bean that makes jnats' objects
	 * @param keyValueTemplates the name of the bean that makes templates over key-value
	 * buckets
	 * @param objectStoreTemplates the name of the bean that makes templates over object
	 * stores
	 */
	static void register(BeanDefinitionRegistry registry, ConfiguredConnection connection, String buckets,
			String keyValueTemplates, String objectStoreTemplates) {
		NatsProperties properties = connection.properties();
		Definitions definitions = new Definitions(registry, connection);
		names(properties.getKeyValue(), ResourceKind.KEY_VALUE, connection, "key-value.").forEach((bucket) -> {
			definitions.register("keyValue", KeyValue.class, buckets, "keyValue", bucket);
			RootBeanDefinition template = definitions.register("keyValueTemplate", KeyValueTemplate.class,
					keyValueTemplates, "injected", bucket);
			// One for each place it is injected into, which says the type of the values
			template.setScope(BeanDefinition.SCOPE_PROTOTYPE);
			template.setAutowireMode(AbstractBeanDefinition.AUTOWIRE_CONSTRUCTOR);
		});
		names(properties.getObjectStore(), ResourceKind.OBJECT_STORE, connection, "object-store.").forEach((bucket) -> {
			definitions.register("objectStore", ObjectStore.class, buckets, "objectStore", bucket);
			definitions.register("objectStoreTemplate", ObjectStoreTemplate.class, objectStoreTemplates, "of", bucket);
		});
	}

	private static List<String> names(Map<String, ? extends NamedEntry> entries, ResourceKind kind,
			ConfiguredConnection connection, String prefix) {
		List<String> names = new ArrayList<>();
		entries.forEach((key, entry) -> {
			String bucket = StringUtils.hasText(entry.getName()) ? entry.getName() : key;
			NatsTopologyMapper.checkName(kind, connection.property(prefix + key), bucket);
			names.add(bucket);
		});
		return names;
	}

	/**
	 * The bean definitions of one connection.
	 *
	 * @param registry where to register them
	 * @param connection the connection
	 */
	private record Definitions(BeanDefinitionRegistry registry, ConfiguredConnection connection) {

		RootBeanDefinition register(String kind, Class<?> type, String factoryBean, String factoryMethod,
				String bucket) {
			RootBeanDefinition definition = new RootBeanDefinition(type);
			definition.setFactoryBeanName(factoryBean);
			definition.setFactoryMethodName(factoryMethod);
			definition.setTargetType(type);
			definition.getConstructorArgumentValues().addIndexedArgumentValue(0, bucket);
			definition.setDefaultCandidate(this.connection.isFirst());
			String qualifier = this.connection.isFirst() ? bucket : this.connection.name() + "." + bucket;
			definition.addQualifier(new AutowireCandidateQualifier(Qualifier.class, qualifier));
			this.registry.registerBeanDefinition(this.connection.property(kind + "." + bucket), definition);
			return definition;
		}

	}

}
