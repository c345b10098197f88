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

import io.github.natsspring.config.NatsListenerEndpointRegistry;
import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.connection.ConnectionSettings;
import io.github.natsspring.connection.NatsNotConnectedException;
import io.github.natsspring.connection.StartupMode;
import io.github.natsspring.core.JetStreamOperations;
import io.github.natsspring.core.JetStreamTemplate;
import io.github.natsspring.core.NatsOperations;
import io.github.natsspring.core.NatsTemplate;
import io.github.natsspring.support.CompositeNatsMessageConverter;
import io.github.natsspring.support.NatsMessageConverter;
import io.github.natsspring.topology.TopologyApplier;
import io.nats.client.Connection;
import io.nats.client.JetStream;
import io.nats.client.JetStreamManagement;
import io.nats.client.KeyValue;
import io.nats.client.KeyValueManagement;
import io.nats.client.ObjectStore;
import io.nats.client.ObjectStoreManagement;
import io.nats.client.Options;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mockito.BDDMockito;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link NatsAutoConfiguration} and {@link NatsJetStreamAutoConfiguration} that
 * need no server.
 */
class NatsAutoConfigurationTests {

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class, NatsAutoConfiguration.class,
				NatsJetStreamAutoConfiguration.class))
		.withPropertyValues("nats.startup-mode=background", "nats.servers=nats://127.0.0.1:1");

	@Test
	void providesTheBeansThatUsersInject() {
		this.contextRunner.run((context) -> {
			assertThat(context).hasSingleBean(Connection.class)
				.hasSingleBean(JetStream.class)
				.hasSingleBean(JetStreamManagement.class)
				.hasSingleBean(KeyValueManagement.class)
				.hasSingleBean(ObjectStoreManagement.class)
				.hasSingleBean(NatsTemplate.class)
				.hasSingleBean(JetStreamTemplate.class)
				.hasSingleBean(NatsListenerEndpointRegistry.class);
			assertThat(context).doesNotHaveBean(KeyValue.class).doesNotHaveBean(ObjectStore.class);
		});
	}

	@Test
	void startsWithoutAServerInBackgroundModeAndFailsClearlyWhereOneIsNeeded() {
		this.contextRunner.run((context) -> {
			assertThat(context).hasNotFailed();
			assertThatExceptionOfType(NatsNotConnectedException.class)
				.isThrownBy(() -> context.getBean(JetStreamTemplate.class).publish("orders.new", "x"))
				.withMessageContaining("background");
			assertThatExceptionOfType(NatsNotConnectedException.class)
				.isThrownBy(() -> context.getBean(Connection.class).getServerInfo());
		});
	}

	@Test
	void makesNothingWhenDisabled() {
		this.contextRunner.withPropertyValues("nats.enabled=false", "nats.jetstream.streams.ORDERS.subjects=orders.>")
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(ConnectionHolder.class)
				.doesNotHaveBean(Connection.class)
				.doesNotHaveBean(NatsProperties.class)
				.doesNotHaveBean(NatsListenerEndpointRegistry.class));
	}

	@Test
	void makesNothingWhenDisabledBesideAHolderOfTheApplication() {
		this.contextRunner.withPropertyValues("nats.enabled=false")
			.withBean("own", ConnectionHolder.class, NatsAutoConfigurationTests::unused)
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(JetStream.class)
				.doesNotHaveBean(NatsProperties.class));
	}

	private static ConnectionHolder unused() {
		return new ConnectionHolder(new ConnectionSettings("own", Options::builder, StartupMode.BACKGROUND,
				Duration.ofSeconds(1), Duration.ofSeconds(1), List.of(), List.of()));
	}

	@Test
	void usesCustomizersThatAreMadeAnewEachTime() {
		this.contextRunner
			.withBean(NatsOptionsCustomizer.class, () -> (builder) -> builder.maxPingsOut(11),
					(definition) -> definition.setScope(BeanDefinition.SCOPE_PROTOTYPE))
			.run((context) -> assertThat(
					new ConnectionMembers((ConfigurableListableBeanFactory) context.getAutowireCapableBeanFactory(),
							ConfiguredConnection.first(context.getBean(NatsProperties.class)), Set.of())
						.ordered(NatsOptionsCustomizer.class))
				.hasSize(1));
	}

	@Test
	void makesNoJetStreamBeansWhenJetStreamIsDisabled() {
		this.contextRunner.withPropertyValues("nats.jetstream.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(NatsTemplate.class)
				.doesNotHaveBean(JetStream.class)
				.doesNotHaveBean(JetStreamTemplate.class)
				.doesNotHaveBean(TopologyApplier.class));
	}

	@Test
	void refusesStreamsAndBucketsWhenJetStreamIsDisabled() {
		this.contextRunner
			.withPropertyValues("nats.jetstream.enabled=false", "nats.jetstream.streams.ORDERS.subjects=orders.>")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(InvalidNatsPropertyException.class)
				.hasMessageContaining("nats.jetstream.enabled")
				.hasMessageContaining("ORDERS"));
		this.contextRunner.withPropertyValues("nats.jetstream.enabled=false", "nats.key-value.profiles.history=1")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("nats.key-value declares [profiles]"));
	}

	@Test
	void givesEachBucketABeanQualifiedByItsName() {
		this.contextRunner
			.withPropertyValues("nats.key-value.profiles.history=1", "nats.key-value.order-status.history=1",
					"nats.object-store.invoices.description=x")
			.withUserConfiguration(BucketUsers.class)
			.run((context) -> {
				assertThat(context).hasNotFailed();
				BucketUser user = context.getBean(BucketUser.class);
				assertThat(user.profiles).isNotSameAs(user.orderStatus);
				assertThat(user.invoices).isSameAs(context.getBean(ObjectStore.class));
				// A bean that is called like a bucket is not in the way
				assertThat(context).getBean("profiles").isEqualTo("the user's own");
			});
	}

	@Test
	void backsOffWhenTheUserDefinesTheBeans() {
		this.contextRunner.withUserConfiguration(UserBeans.class)
			.run((context) -> assertThat(context).hasNotFailed()
				.getBeanNames(JetStream.class)
				.containsExactly("userJetStream"));
		this.contextRunner.withUserConfiguration(UserBeans.class).run((context) -> {
			assertThat(context).getBeanNames(NatsOperations.class).containsExactly("userNatsOperations");
			assertThat(context).getBeanNames(JetStreamOperations.class).containsExactly("userJetStreamOperations");
		});
	}

	@Test
	void asksConvertersOfTheUserBeforeItsOwn() {
		this.contextRunner.withUserConfiguration(UserConverter.class).run((context) -> {
			assertThat(context).hasNotFailed();
			NatsMessageConverter converter = context.getBean("natsMessageConverter", NatsMessageConverter.class);
			assertThat(converter).isInstanceOf(CompositeNatsMessageConverter.class);
			assertThat(converter.canWrite(Thread.class, null)).isTrue();
			assertThat(context.getBean(ConverterUser.class).converter)
				.isSameAs(context.getBean("userNatsMessageConverter"));
		});
	}

	@Test
	void worksWithoutJackson() {
		this.contextRunner.withClassLoader(new FilteredClassLoader("tools.jackson")).run((context) -> {
			assertThat(context).hasNotFailed().hasSingleBean(NatsTemplate.class);
			NatsMessageConverter converter = context.getBean("natsMessageConverter", NatsMessageConverter.class);
			assertThat(converter.canWrite(String.class, null)).isTrue();
			assertThat(converter.canWrite(Thread.class, null)).isFalse();
		});
	}

	@ParameterizedTest
	@CsvSource({ "nats.startup-timeout,0s", "nats.drain-timeout,-1s", "nats.template.request-timeout,0s",
			"nats.jetstream.publish.timeout,-5s", "nats.jetstream.publish.max-in-flight,0",
			"nats.listener.max-in-flight,0", "nats.listener.shutdown-timeout,-1s", "nats.listener.stall-timeout,0s",
			"nats.listener.retry.initial-interval,0s", "nats.listener.retry.multiplier,0.5",
			"nats.listener.retry.jitter,2", "nats.listener.retry.max-interval,10ms" })
	void refusesValuesOutOfRangeAndNamesTheProperty(String property, String value) {
		this.contextRunner.withPropertyValues(property + "=" + value)
			.run((context) -> assertThat(context).getFailure().satisfies((failure) -> {
				var analysis = new InvalidNatsPropertyFailureAnalyzer().analyze(failure);
				assertThat(analysis.getDescription()).contains(property);
				assertThat(analysis.getAction()).isNotBlank();
			}));
	}

	@Test
	void saysThatAHostDoesNotResolve() {
		this.contextRunner
			.withPropertyValues("nats.startup-mode=fail-fast", "nats.startup-timeout=1s",
					"nats.servers=nats://ntas.invalid:4222")
			.run((context) -> assertThat(context).getFailure().satisfies((failure) -> {
				var analysis = new NatsConnectFailureAnalyzer().analyze(failure);
				assertThat(analysis.getDescription()).contains("the host 'ntas.invalid' does not resolve");
				assertThat(analysis.getAction()).contains("Correct the host in 'nats.servers'");
			}));
	}

	@Test
	void failsWhenNoServerIsReachedInTime() {
		this.contextRunner
			.withPropertyValues("nats.startup-mode=fail-fast", "nats.startup-timeout=1s",
					"nats.servers=nats://app:TOPSECRET@127.0.0.1:1")
			.run((context) -> assertThat(context).getFailure().satisfies((failure) -> {
				var analysis = new NatsConnectFailureAnalyzer().analyze(failure);
				assertThat(analysis.getDescription()).contains("nats://127.0.0.1:1", "refused")
					.doesNotContain("TOPSECRET");
				assertThat(analysis.getAction()).contains("nats.servers", "nats.startup-mode")
					.doesNotContain("TOPSECRET");
			}));
	}

	@Configuration(proxyBeanMethods = false)
	static class BucketUsers {

		@Bean
		String profiles() {
			return "the user's own";
		}

		@Bean
		BucketUser bucketUser(@Qualifier("profiles") KeyValue profiles, @Qualifier("order-status") KeyValue orderStatus,
				ObjectStore invoices) {
			return new BucketUser(profiles, orderStatus, invoices);
		}

	}

	record BucketUser(KeyValue profiles, KeyValue orderStatus, ObjectStore invoices) {
	}

	@Configuration(proxyBeanMethods = false)
	static class UserBeans {

		@Bean
		JetStream userJetStream() {
			return mock(JetStream.class);
		}

		@Bean
		NatsOperations userNatsOperations() {
			return mock(NatsOperations.class);
		}

		@Bean
		JetStreamOperations userJetStreamOperations() {
			return mock(JetStreamOperations.class);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class UserConverter {

		@Bean
		NatsMessageConverter userNatsMessageConverter() {
			NatsMessageConverter converter = mock(NatsMessageConverter.class);
			BDDMockito.given(converter.canWrite(Thread.class, null)).willReturn(true);
			return converter;
		}

		@Bean
		ConverterUser converterUser(NatsMessageConverter converter) {
			return new ConverterUser(converter);
		}

	}

	record ConverterUser(NatsMessageConverter converter) {
	}

}
