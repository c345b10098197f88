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

package io.github.natsspring.test;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.support.DefaultSingletonBeanRegistry;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.MergedContextConfiguration;
import org.springframework.util.Assert;

/**
 * Starts what {@link EmbeddedNats @EmbeddedNats} describes. Equal descriptions are equal,
 * since they are part of the key under which the test framework keeps contexts.
 *
 * @param version the version, or an empty string
 * @param config lines of configuration
 * @param nodes the number of servers
 * @param properties of the environment
 */
record EmbeddedNatsContextCustomizer(String version, List<String> config, int nodes,
		Map<String, String> properties) implements ContextCustomizer {

	private static final String SERVER_BEAN = "embeddedNatsServer";

	private static final String CLUSTER_BEAN = "embeddedNatsCluster";

	private static final String PROPERTY_SOURCE = "embeddedNats";

	static EmbeddedNatsContextCustomizer of(EmbeddedNats annotation, Class<?> testClass) {
		if (annotation.nodes() < 1) {
			throw new IllegalArgumentException("@EmbeddedNats of %s has nodes = %s; give 1 or more"
				.formatted(testClass.getName(), annotation.nodes()));
		}
		Map<String, String> properties = new LinkedHashMap<>();
		for (String property : annotation.properties()) {
			int equals = property.indexOf('=');
			if (equals < 1) {
				throw new IllegalArgumentException("@EmbeddedNats of %s has the property '%s'; write it as 'key=value'"
					.formatted(testClass.getName(), property));
			}
			properties.put(property.substring(0, equals).trim(), property.substring(equals + 1).trim());
		}
		return new EmbeddedNatsContextCustomizer(annotation.version(), List.of(annotation.config()), annotation.nodes(),
				Collections.unmodifiableMap(properties));
	}

	@Override
	public void customizeContext(ConfigurableApplicationContext context, MergedContextConfiguration mergedConfig) {
		if (hasServer(mergedConfig.getParentApplicationContext())) {
			// In a hierarchy of contexts the customizer is asked for each of them
			return;
		}
		if (this.nodes == 1) {
			NatsServer server = startServer();
			attach(context, SERVER_BEAN, server, server.url());
		}
		else {
			NatsCluster cluster = startCluster();
			attach(context, CLUSTER_BEAN, cluster, String.join(",", cluster.urls()));
		}
	}

	private static boolean hasServer(@Nullable ApplicationContext parent) {
		return parent != null && (parent.containsBean(SERVER_BEAN) || parent.containsBean(CLUSTER_BEAN));
	}

	private NatsServer startServer() {
		NatsServer.Builder builder = NatsServer.builder().config(this.config.toArray(String[]::new));
		return (this.version.isBlank() ? builder : builder.version(this.version)).start();
	}

	private NatsCluster startCluster() {
		NatsCluster.Builder builder = NatsCluster.builder()
			.nodes(this.nodes)
			.config(this.config.toArray(String[]::new));
		return (this.version.isBlank() ? builder : builder.version(this.version)).start();
	}

	private void attach(ConfigurableApplicationContext context, String name, AutoCloseable bean, String servers) {
		Map<String, Object> source = new LinkedHashMap<>();
		source.put("nats.servers", servers);
		source.putAll(this.properties);
		context.getEnvironment().getPropertySources().addFirst(new MapPropertySource(PROPERTY_SOURCE, source));
		context.getBeanFactory().registerSingleton(name, bean);
		// Beans are destroyed in the reverse order of this registration: the first is the
		// last. It also happens when the refresh fails, and not when the context stops.
		Assert.isInstanceOf(DefaultSingletonBeanRegistry.class, context.getBeanFactory());
		((DefaultSingletonBeanRegistry) context.getBeanFactory()).registerDisposableBean(name, bean::close);
	}

}
