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
import java.util.Map;

import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.connection.ConnectionInitializer;
import io.github.natsspring.connection.ConnectionSettings;
import io.github.natsspring.core.NatsOperations;
import io.github.natsspring.core.NatsTemplate;
import io.github.natsspring.core.NatsTemplateSettings;
import io.github.natsspring.support.NatsMessageConverter;
import io.nats.client.Connection;
import io.nats.client.ConnectionListener;
import io.nats.client.ErrorListener;
import io.nats.client.Options;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for a connection to NATS, a template
 * and listeners.
 */
@AutoConfiguration(afterName = "org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration")
@ConditionalOnClass({ Connection.class, ConnectionHolder.class })
@ConditionalOnBooleanProperty(name = "nats.enabled", matchIfMissing = true)
@EnableConfigurationProperties(NatsProperties.class)
@Import({ NatsMessageConverterConfiguration.Jackson.class, NatsMessageConverterConfiguration.WithoutJackson.class,
		NatsAnnotationDrivenConfiguration.class })
public final class NatsAutoConfiguration {

	private static final String CONNECTION_NAME = "default";

	private final NatsProperties properties;

	NatsAutoConfiguration(NatsProperties properties, Environment environment) {
		if (properties.isStrict()) {
			UnknownProperties.refuse(environment);
		}
		NatsPropertiesChecks.check(properties);
		this.properties = properties;
	}

	@Bean
	static NatsPropertiesBindHandlerAdvisor natsPropertiesBindHandlerAdvisor() {
		return new NatsPropertiesBindHandlerAdvisor();
	}

	@Bean
	@ConditionalOnMissingBean(NatsConnectionDetails.class)
	PropertiesNatsConnectionDetails natsConnectionDetails(ObjectProvider<SslBundles> sslBundles) {
		return new PropertiesNatsConnectionDetails("nats", this.properties, sslBundles.getIfAvailable());
	}

	@Bean
	NatsOptionsMapper natsOptionsMapper(NatsConnectionDetails connectionDetails,
			@Value("${spring.application.name:#{null}}") @Nullable String applicationName) {
		return new NatsOptionsMapper(this.properties, connectionDetails, applicationName);
	}

	@Bean
	@ConditionalOnMissingBean
	ConnectionHolder natsConnectionHolder(NatsOptionsMapper optionsMapper,
			ObjectProvider<NatsOptionsCustomizer> customizers, ObjectProvider<ConnectionListener> connectionListeners,
			ObjectProvider<ErrorListener> errorListeners, ObjectProvider<ConnectionInitializer> initializers) {
		ConnectionSettings settings = new ConnectionSettings(CONNECTION_NAME, () -> {
			Options.Builder builder = optionsMapper.toBuilder();
			customizers.orderedStream().forEach((customizer) -> customizer.customize(builder));
			return builder;
		}, this.properties.getStartupMode(), this.properties.getStartupTimeout(), this.properties.getDrainTimeout(),
				connectionListeners.orderedStream().toList(), errorListeners.orderedStream().toList(),
				optionsMapper.tlsTrust());
		ConnectionHolder holder = new ConnectionHolder(settings);
		// Looked up when there is a connection: what prepares the server may itself need
		// the holder
		holder.addInitializer((connection) -> initializers.orderedStream()
			.forEach((initializer) -> initializer.initialize(connection)));
		return holder;
	}

	@Bean(destroyMethod = "")
	@ConditionalOnMissingBean
	Connection natsConnection(ConnectionHolder holder) {
		return holder.delegate(Connection.class, (connection) -> connection);
	}

	@Bean
	@ConditionalOnMissingBean(NatsOperations.class)
	NatsTemplate natsTemplate(ConnectionHolder holder,
			@Qualifier("natsMessageConverter") NatsMessageConverter messageConverter) {
		Duration requestTimeout = this.properties.getTemplate().getRequestTimeout();
		return new NatsTemplate(holder, messageConverter, new NatsTemplateSettings(requestTimeout, null));
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnBooleanProperty(name = "nats.jetstream.enabled", havingValue = false)
	static class JetStreamDisabledConfiguration {

		JetStreamDisabledConfiguration(NatsProperties properties) {
			refuse("nats.jetstream.streams", properties.getJetstream().getStreams());
			refuse("nats.key-value", properties.getKeyValue());
			refuse("nats.object-store", properties.getObjectStore());
		}

		private static void refuse(String property, Map<String, ?> entries) {
			if (!entries.isEmpty()) {
				throw new InvalidNatsPropertyException("nats.jetstream.enabled", false,
						"%s declares %s, which needs JetStream".formatted(property, entries.keySet()),
						"Remove those entries, or enable JetStream.");
			}
		}

	}

}
