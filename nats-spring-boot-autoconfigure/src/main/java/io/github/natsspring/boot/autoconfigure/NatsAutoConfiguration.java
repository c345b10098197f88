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

import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.core.NatsOperations;
import io.github.natsspring.core.NatsTemplate;
import io.github.natsspring.support.NatsMessageConverter;
import io.nats.client.Connection;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for connections to NATS, templates
 * and listeners.
 */
@AutoConfiguration(beforeName = OfficialStarter.AUTO_CONFIGURATION,
		afterName = "org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration")
@ConditionalOnClass({ Connection.class, ConnectionHolder.class })
@ConditionalOnBooleanProperty(name = "nats.enabled", matchIfMissing = true)
@EnableConfigurationProperties(NatsProperties.class)
@Import({ NatsMessageConverterConfiguration.Jackson.class, NatsMessageConverterConfiguration.WithoutJackson.class,
		NatsAnnotationDrivenConfiguration.class, NatsConnectionsRegistrar.class })
public final class NatsAutoConfiguration {

	private final NatsProperties properties;

	NatsAutoConfiguration(NatsProperties properties, Environment environment) {
		if (properties.isStrict()) {
			UnknownProperties.refuse(environment);
		}
		NatsPropertiesChecks.check(properties);
		OfficialStarter.warn(environment, properties);
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
	NatsConnections natsConnections(@Value("${spring.application.name:#{null}}") @Nullable String applicationName,
			ObjectProvider<SslBundles> sslBundles, ConfigurableListableBeanFactory beanFactory) {
		return new NatsConnections(this.properties, applicationName, sslBundles.getIfAvailable(), beanFactory);
	}

	@Bean
	NatsConnectionBeans natsConnectionBeans(NatsConnections connections,
			ObjectProvider<NatsConnectionDetails> connectionDetails) {
		return connections.first(connectionDetails);
	}

	/**
	 * A holder of the application's own is prepared, too.
	 */
	@Bean
	SmartInitializingSingleton natsConnectionPreparation(NatsConnectionBeans beans, ConnectionHolder holder) {
		return () -> beans.prepare(holder);
	}

	@Bean
	@ConditionalOnMissingBean
	ConnectionHolder natsConnectionHolder(NatsConnectionBeans beans) {
		return beans.holder();
	}

	@Bean(destroyMethod = "")
	@ConditionalOnMissingBean
	Connection natsConnection(NatsConnectionBeans beans, ConnectionHolder holder) {
		return beans.connection(holder);
	}

	@Bean
	@ConditionalOnMissingBean(NatsOperations.class)
	NatsTemplate natsTemplate(NatsConnectionBeans beans, ConnectionHolder holder,
			@Qualifier("natsMessageConverter") NatsMessageConverter messageConverter) {
		return beans.template(holder, messageConverter);
	}

}
