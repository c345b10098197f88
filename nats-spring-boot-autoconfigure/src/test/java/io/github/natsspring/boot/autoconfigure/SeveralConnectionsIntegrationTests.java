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
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.github.natsspring.annotation.NatsListener;
import io.github.natsspring.boot.autoconfigure.health.NatsHealthContributorAutoConfiguration;
import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.core.JetStreamTemplate;
import io.github.natsspring.core.NatsTemplate;
import io.github.natsspring.deadletter.DeadLetterOperations;
import io.github.natsspring.listener.NatsListenerException;
import io.github.natsspring.test.NatsServer;
import io.nats.client.Connection;
import io.nats.client.JetStream;
import io.nats.client.JetStreamManagement;
import io.nats.client.KeyValue;
import io.nats.client.KeyValueManagement;
import io.nats.client.ObjectStore;
import io.nats.client.ObjectStoreManagement;
import io.nats.client.api.StreamConfiguration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.beans.factory.annotation.BeanFactoryAnnotationUtils;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.messaging.handler.annotation.DestinationVariable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for connections to several servers in one application.
 */
@Timeout(60)
class SeveralConnectionsIntegrationTests {

	private static NatsServer local;

	private static NatsServer eu;

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class, NatsAutoConfiguration.class,
				NatsJetStreamAutoConfiguration.class, NatsHealthContributorAutoConfiguration.class))
		.withPropertyValues("nats.servers=" + local.url(), "nats.connections.eu.servers=" + eu.url(),
				"nats.connections.eu.username=app", "nats.connections.eu.password=secret",
				"nats.connections.eu.connection-name=to-eu", "nats.connections.eu.reconnect.wait=111ms");

	@BeforeAll
	static void startServers() {
		local = NatsServer.builder().start();
		eu = NatsServer.builder().config("authorization { user: app, password: secret }").start();
	}

	@AfterAll
	static void stopServers() {
		local.close();
		eu.close();
	}

	@Test
	void injectsTheFirstConnectionWithoutAQualifierAndOthersByName() {
		this.contextRunner.withUserConfiguration(Injected.class).run((context) -> {
			assertThat(context).hasNotFailed();
			Injected injected = context.getBean(Injected.class);
			assertThat(injected.first.getConnectedUrl()).isEqualTo(local.url());
			assertThat(injected.eu.getConnectedUrl()).isEqualTo(eu.url());
			assertThat(injected.eu.getOptions().getConnectionName()).isEqualTo("to-eu");
			assertThat(injected.eu.getOptions().getReconnectWait()).isEqualTo(Duration.ofMillis(111));
			assertThat(injected.eu.getOptions().getMaxReconnect()).isEqualTo(-1);
			assertThat(qualified(context, NatsTemplate.class)).isNotSameAs(injected.template);
		});
	}

	@Test
	void hasEveryKindOfBeanForEachConnection() {
		this.contextRunner.run((context) -> {
			for (Class<?> type : new Class<?>[] { ConnectionHolder.class, Connection.class, JetStream.class,
					JetStreamManagement.class, KeyValueManagement.class, ObjectStoreManagement.class,
					NatsTemplate.class, JetStreamTemplate.class, DeadLetterOperations.class }) {
				assertThat(context.getBeansOfType(type)).as(type.getSimpleName()).hasSize(2);
				assertThat(context.getBeanProvider(type).getIfUnique()).isNotNull();
				assertThat(qualified(context, type)).isNotSameAs(context.getBean(type));
			}
		});
	}

	@Test
	void makesTheTopologyOfEachConnectionOnItsServerOnly() {
		this.contextRunner.withUserConfiguration(DeclaredByBeans.class, Buckets.class)
			.withPropertyValues("nats.jetstream.streams.HERE.subjects=here.>", "nats.key-value.profiles.history=2",
					"nats.connections.eu.jetstream.streams.THERE.subjects=there.>",
					"nats.connections.eu.jetstream.streams.THERE.consumers.audit.ack-wait=7s",
					"nats.connections.eu.key-value.profiles.history=3",
					"nats.connections.eu.object-store.files.description=x")
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(context.getBean(JetStreamManagement.class).getStreamNames())
					.contains("HERE", "KV_profiles", "BEAN_HERE")
					.doesNotContain("THERE", "OBJ_files", "BEAN_THERE");
				JetStreamManagement there = qualified(context, JetStreamManagement.class);
				assertThat(there.getStreamNames()).contains("THERE", "KV_profiles", "OBJ_files", "BEAN_THERE")
					.doesNotContain("HERE", "BEAN_HERE");
				assertThat(there.getConsumerInfo("THERE", "audit").getConsumerConfiguration().getAckWait())
					.isEqualTo(Duration.ofSeconds(7));
				Buckets buckets = context.getBean(Buckets.class);
				buckets.first.put("who", "first");
				buckets.eu.put("who", "eu");
				assertThat(buckets.first.get("who").getValueAsString()).isEqualTo("first");
				assertThat(buckets.eu.getStatus().getMaxHistoryPerKey()).isEqualTo(3);
				assertThat(buckets.files.getStatus().getDescription()).isEqualTo("x");
			});
	}

	@Test
	void listensOnEachConnection() {
		this.contextRunner.withUserConfiguration(Listeners.class)
			.withPropertyValues("nats.jetstream.streams.ORDERS.subjects=orders.*",
					"nats.jetstream.streams.ORDERS.consumers.billing.ack-wait=30s",
					"nats.connections.eu.jetstream.streams.ORDERS.subjects=orders.*",
					"nats.connections.eu.jetstream.streams.ORDERS.consumers.billing.ack-wait=30s")
			.run((context) -> {
				assertThat(context).hasNotFailed();
				Listeners listeners = context.getBean(Listeners.class);
				context.getBean(JetStreamTemplate.class).publish("orders.1", "");
				qualified(context, JetStreamTemplate.class).publish("orders.2", "");
				await().untilAsserted(() -> assertThat(listeners.seen).containsExactlyInAnyOrder("here 1", "eu 2"));
				assertThat(qualified(context, NatsTemplate.class).request("who", "", String.class)).isEqualTo("eu");
				assertThat(context.getBean(NatsTemplate.class).request("who", "", String.class)).isEqualTo("here");
				await().untilAsserted(() -> assertThat(
						qualified(context, JetStreamManagement.class).getConsumerInfo("ORDERS", "billing")
							.getNumAckPending())
					.isZero());
			});
	}

	@Test
	void tellsTheHealthOfEachConnectionWithItsOwnListeners() {
		this.contextRunner.withUserConfiguration(Listeners.class)
			.withPropertyValues("nats.jetstream.streams.ORDERS.subjects=orders.*",
					"nats.jetstream.streams.ORDERS.consumers.billing.ack-wait=30s",
					"nats.connections.eu.jetstream.streams.ORDERS.subjects=orders.*",
					"nats.connections.eu.jetstream.streams.ORDERS.consumers.billing.ack-wait=30s")
			.run((context) -> {
				CompositeHealthContributor health = context.getBean("natsHealthContributor",
						CompositeHealthContributor.class);
				assertThat(health.stream().map(CompositeHealthContributor.Entry::name))
					.containsExactlyInAnyOrder("default", "eu");
				await().untilAsserted(() -> assertThat(health(health, "eu").getStatus()).isEqualTo(Status.UP));
				assertThat(health(health, "eu").getDetails().toString()).contains("eu-jetstream", "eu-core")
					.doesNotContain("here-");
				assertThat(health(health, "default").getDetails().toString()).contains("here-jetstream")
					.doesNotContain("eu-");
				qualified(context, JetStreamManagement.class).deleteConsumer("ORDERS", "billing");
				await().untilAsserted(() -> assertThat(health(health, "eu").getStatus()).isEqualTo(Status.DOWN));
				assertThat(health(health, "default").getStatus()).isEqualTo(Status.UP);
			});
	}

	@Test
	void asksWhichConnectionAListenerMeans() {
		this.contextRunner.withUserConfiguration(Misspelled.class).run((context) -> {
			FailureAnalysis analysis = new NatsListenerFailureAnalyzer().analyze(context.getStartupFailure());
			assertThat(analysis.getDescription()).contains("Misspelled#on", "'connection' is 'eur'", "[default, eu]");
			assertThat(analysis.getAction()).contains("Did you mean 'eu'?", "nats.connections.eur.servers");
		});
	}

	@Test
	void refusesAContainerFactoryOfAnotherConnection() {
		this.contextRunner.withUserConfiguration(TwoConnections.class)
			.run((context) -> assertThat(context).getFailure()
				.isInstanceOf(NatsListenerException.class)
				.hasMessageContaining("is one of connection 'default'"));
	}

	@Test
	void namesThePropertiesOfTheConnectionThatFails() {
		this.contextRunner
			.withPropertyValues("nats.connections.eu.servers=nats://localhost:1",
					"nats.connections.eu.startup-timeout=300ms")
			.run((context) -> {
				FailureAnalysis analysis = new NatsConnectFailureAnalyzer().analyze(context.getStartupFailure());
				assertThat(analysis.getDescription()).contains("localhost:1", "connection 'eu'");
				assertThat(analysis.getAction()).contains("'nats.connections.eu.servers'",
						"'nats.connections.eu.startup-mode'");
			});
		this.contextRunner.withPropertyValues("nats.connections.eu.password=wrong").run((context) -> {
			FailureAnalysis analysis = new NatsConnectFailureAnalyzer().analyze(context.getStartupFailure());
			assertThat(analysis.getAction()).contains("'nats.connections.eu.password'").doesNotContain("wrong");
		});
	}

	@Test
	void startsOneConnectionInTheBackground() {
		this.contextRunner
			.withPropertyValues("nats.connections.eu.servers=nats://localhost:1",
					"nats.connections.eu.startup-mode=background")
			.run((context) -> {
				assertThat(context).hasNotFailed();
				CompositeHealthContributor health = context.getBean("natsHealthContributor",
						CompositeHealthContributor.class);
				assertThat(health(health, "default").getStatus()).isEqualTo(Status.UP);
				assertThat(health(health, "eu").getStatus()).isEqualTo(Status.DOWN);
			});
	}

	@Test
	void customizesOnlyTheConnectionThatAQualifierNames() {
		this.contextRunner.withUserConfiguration(Customizers.class).run((context) -> {
			assertThat(context.getBean(Connection.class).getOptions().getMaxPingsOut()).isEqualTo(11);
			assertThat(qualified(context, Connection.class).getOptions().getMaxPingsOut()).isEqualTo(22);
		});
	}

	@Test
	void takesDetailsFromABeanWithTheNameAsItsQualifier() {
		this.contextRunner.withUserConfiguration(Details.class)
			.withPropertyValues("nats.connections.eu.servers=nats://localhost:1", "nats.connections.eu.username=nobody")
			.run((context) -> {
				assertThat(context.getBean(Connection.class).getConnectedUrl()).isEqualTo(local.url());
				assertThat(qualified(context, Connection.class).getConnectedUrl()).isEqualTo(eu.url());
			});
	}

	@Test
	void hasNoJetStreamBeansOfAConnectionWithoutJetStream() {
		this.contextRunner.withPropertyValues("nats.connections.eu.jetstream.enabled=false").run((context) -> {
			assertThat(context).hasSingleBean(JetStreamTemplate.class).hasSingleBean(DeadLetterOperations.class);
			assertThat(context.getBeansOfType(NatsTemplate.class)).hasSize(2);
		});
		this.contextRunner.withUserConfiguration(Listeners.class)
			.withPropertyValues("nats.connections.eu.jetstream.enabled=false",
					"nats.jetstream.streams.ORDERS.subjects=orders.*",
					"nats.jetstream.streams.ORDERS.consumers.billing.ack-wait=30s")
			.run((context) -> assertThat(context).getFailure()
				.hasMessageContaining("nats.connections.eu.jetstream.enabled=false"));
	}

	@Test
	void closesEveryConnectionAtTheEnd() {
		Connection[] connections = new Connection[2];
		this.contextRunner.run((context) -> {
			connections[0] = context.getBean(ConnectionHolder.class).get();
			connections[1] = qualified(context, ConnectionHolder.class).get();
		});
		assertThat(connections).extracting(Connection::getStatus).containsOnly(Connection.Status.CLOSED);
	}

	private static Health health(CompositeHealthContributor health, String name) {
		return ((HealthIndicator) health.getContributor(name)).health();
	}

	private static <T> T qualified(AssertableApplicationContext context, Class<T> type) {
		return BeanFactoryAnnotationUtils.qualifiedBeanOfType(context.getSourceApplicationContext().getBeanFactory(),
				type, "eu");
	}

	@Configuration(proxyBeanMethods = false)
	static class Injected {

		private final Connection first;

		private final Connection eu;

		private final NatsTemplate template;

		Injected(Connection first, @Qualifier("eu") Connection eu, NatsTemplate template) {
			this.first = first;
			this.eu = eu;
			this.template = template;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Buckets {

		private final KeyValue first;

		private final KeyValue eu;

		private final ObjectStore files;

		Buckets(KeyValue first, @Qualifier("eu.profiles") KeyValue eu, @Qualifier("eu.files") ObjectStore files) {
			this.first = first;
			this.eu = eu;
			this.files = files;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class DeclaredByBeans {

		@Bean
		StreamConfiguration here() {
			return StreamConfiguration.builder().name("BEAN_HERE").subjects("bean.>").build();
		}

		@Bean
		@Qualifier("eu")
		StreamConfiguration there() {
			return StreamConfiguration.builder().name("BEAN_THERE").subjects("bean.>").build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Listeners {

		private final Queue<String> seen = new ConcurrentLinkedQueue<>();

		@NatsListener(id = "here-jetstream", consumer = "billing", subjects = "orders.{id}")
		void here(byte[] payload, @DestinationVariable String id) {
			this.seen.add("here " + id);
		}

		@NatsListener(id = "eu-jetstream", connection = "${listener.connection:eu}", consumer = "billing",
				stream = "ORDERS", subjects = "orders.{id}")
		void eu(byte[] payload, @DestinationVariable String id) {
			this.seen.add("eu " + id);
		}

		@NatsListener(id = "here-core", subjects = "who", connection = "default")
		String whoHere(byte[] payload) {
			return "here";
		}

		@NatsListener(id = "eu-core", subjects = "who", connection = "eu")
		String whoInEu(byte[] payload) {
			return "eu";
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Misspelled {

		@NatsListener(subjects = "who", connection = "eur")
		void on(byte[] payload) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class TwoConnections {

		@NatsListener(subjects = "who", connection = "eu", containerFactory = "natsListenerContainerFactory")
		void on(byte[] payload) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Customizers {

		@Bean
		NatsOptionsCustomizer ofTheFirst() {
			return (builder) -> builder.maxPingsOut(11);
		}

		@Bean
		@Qualifier("eu")
		NatsOptionsCustomizer ofEu() {
			return (builder) -> builder.maxPingsOut(22);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Details {

		@Bean(defaultCandidate = false)
		@Qualifier("eu")
		NatsConnectionDetails euDetails() {
			return new NatsConnectionDetails() {

				@Override
				public List<String> getServers() {
					return List.of(eu.url());
				}

				@Override
				public String getUsername() {
					return "app";
				}

				@Override
				public String getPassword() {
					return "secret";
				}

			};
		}

	}

}
