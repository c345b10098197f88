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

import java.util.Map;
import java.util.function.BiConsumer;

import io.github.natsspring.topology.ResourceKind;
import io.nats.client.KeyValue;
import io.nats.client.ObjectStore;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.support.AutowireCandidateQualifier;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotationMetadata;
import org.springframework.util.StringUtils;

/**
 * Registers a bean for each bucket in the properties, with the name of the bucket as its
 * qualifier; before it the name of the connection and a dot, unless it is the first one.
 * The name of the bean is another one, since an application is likely to have a bean
 * {@code orders} beside its bucket {@code orders}.
 */
class NatsBucketsRegistrar implements ImportBeanDefinitionRegistrar {

	private final Environment environment;

	NatsBucketsRegistrar(Environment environment) {
		this.environment = environment;
	}

	@Override
	public void registerBeanDefinitions(AnnotationMetadata importingClassMetadata, BeanDefinitionRegistry registry) {
		NatsProperties properties = NatsPropertiesBindHandlerAdvisor.bind(this.environment);
		register(registry, ConfiguredConnection.first(properties), "natsBuckets");
	}

	/**
	 * Register the buckets of a connection.
	 */
	static void register(BeanDefinitionRegistry registry, ConfiguredConnection connection, String factoryBean) {
		NatsProperties properties = connection.properties();
		register(registry, connection, factoryBean, KeyValue.class, "keyValue", properties.getKeyValue(),
				(key, bucket) -> checkName(ResourceKind.KEY_VALUE, connection.property("key-value." + key), bucket));
		register(registry, connection, factoryBean, ObjectStore.class, "objectStore", properties.getObjectStore(), (key,
				bucket) -> checkName(ResourceKind.OBJECT_STORE, connection.property("object-store." + key), bucket));
	}

	private static void checkName(ResourceKind kind, String source, String bucket) {
		NatsTopologyMapper.checkName(kind, source, bucket);
	}

	private static void register(BeanDefinitionRegistry registry, ConfiguredConnection connection, String factoryBean,
			Class<?> type, String factoryMethod, Map<String, ? extends NamedEntry> buckets,
			BiConsumer<String, String> check) {
		buckets.forEach((key, entry) -> {
			String bucket = StringUtils.hasText(entry.getName()) ? entry.getName() : key;
			check.accept(key, bucket);
			RootBeanDefinition definition = new RootBeanDefinition(type);
			definition.setFactoryBeanName(factoryBean);
			definition.setFactoryMethodName(factoryMethod);
			definition.setTargetType(type);
			definition.getConstructorArgumentValues().addIndexedArgumentValue(0, bucket);
			definition.setDefaultCandidate(connection.isFirst());
			String qualifier = connection.isFirst() ? bucket : connection.name() + "." + bucket;
			definition.addQualifier(new AutowireCandidateQualifier(Qualifier.class, qualifier));
			registry.registerBeanDefinition(connection.property(factoryMethod + "." + bucket), definition);
		});
	}

}
