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
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.github.natsspring.annotation.NatsListener;
import io.github.natsspring.boot.autoconfigure.health.NatsHealthContributorAutoConfiguration;
import io.github.natsspring.config.NatsListenerEndpointRegistry;
import io.github.natsspring.core.JetStreamTemplate;
import io.github.natsspring.core.NatsTemplate;
import io.github.natsspring.listener.MessageListenerContainer;
import io.github.natsspring.test.NatsServer;
import io.github.natsspring.topology.ConsumerDefinition;
import io.nats.client.Connection;
import io.nats.client.JetStreamManagement;
import io.nats.client.KeyValue;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.ObjectStoreConfiguration;
import io.nats.client.api.StreamConfiguration;
import jakarta.annotation.PostConstruct;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.messaging.handler.annotation.DestinationVariable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for the auto-configuration against a real server.
 */
@Timeout(60)
class NatsApplicationIntegrationTests {

	private NatsServer server;

	private ApplicationContextRunner contextRunner;

	@BeforeEach
	void startServer() {
		this.server = NatsServer.builder().start();
		this.contextRunner = new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class, NatsAutoConfiguration.class,
					NatsJetStreamAutoConfiguration.class, NatsHealthContributorAutoConfiguration.class))
			.withPropertyValues("nats.servers=" + this.server.url(), "spring.application.name=shop",
					"nats.jetstream.streams.ORDERS.subjects=orders.>",
					"nats.jetstream.streams.ORDERS.consumers.billing.filter-subjects=orders.*.created",
					"nats.key-value.profiles.history=5");
	}

	@AfterEach
	void stopServer() {
		this.server.close();
	}

	@Test
	void billsAnOrderAndAnswersARequest() {
		this.contextRunner.withUserConfiguration(Shop.class).run((context) -> {
			assertThat(context).hasNotFailed();
			context.getBean(JetStreamTemplate.class).publish("orders.eu.created", new Order("4711", 3));
			Billing billing = context.getBean(Billing.class);
			await().untilAsserted(() -> assertThat(billing.billed).containsExactly("eu 4711"));
			assertThat(context.getBean(NatsTemplate.class).request("price.4711", "", Price.class))
				.isEqualTo(new Price("4711", 42));
			KeyValue profiles = context.getBean(KeyValue.class);
			profiles.put("user", "one");
			assertThat(profiles.get("user").getValueAsString()).isEqualTo("one");
			Connection connection = context.getBean(Connection.class);
			assertThat(connection.getOptions().getConnectionName()).isEqualTo("shop");
			await().untilAsserted(() -> assertThat(
					context.getBean(JetStreamManagement.class).getConsumerInfo("ORDERS", "billing").getNumAckPending())
				.isZero());
		});
	}

	@Test
	void makesTheTopologyBeforeAPostConstructPublishes() {
		this.contextRunner.withUserConfiguration(EarlyPublisher.class)
			.run((context) -> assertThat(
					context.getBean(JetStreamManagement.class).getStreamInfo("ORDERS").getStreamState().getMsgCount())
				.isOne());
	}

	@Test
	void makesTheTopologyThatBeansDeclare() {
		this.contextRunner.withUserConfiguration(DeclaringBeans.class).run((context) -> {
			JetStreamManagement management = context.getBean(JetStreamManagement.class);
			assertThat(management.getStreamInfo("AUDIT").getConfiguration().getSubjects()).containsExactly("audit.>");
			assertThat(management.getConsumerInfo("AUDIT", "archive").getConsumerConfiguration().getAckWait())
				.isEqualTo(Duration.ofSeconds(7));
			assertThat(management.getStreamNames()).contains("OBJ_reports");
		});
	}

	@Test
	void tellsHealthOfConnectionAndListeners() {
		this.contextRunner.withUserConfiguration(Shop.class).run((context) -> {
			HealthIndicator health = context.getBean("natsHealthContributor", HealthIndicator.class);
			await().untilAsserted(() -> assertThat(health.health().getStatus()).isEqualTo(Status.UP));
			assertThat(health.health().getDetails()).containsEntry("status", Connection.Status.CONNECTED)
				.containsKeys("version", "listeners");
			assertThat(health.health().getDetails().toString()).contains("RUNNING");
			context.getBean(NatsListenerEndpointRegistry.class)
				.getListenerContainers()
				.forEach(MessageListenerContainer::pause);
			assertThat(health.health().getStatus()).isEqualTo(Status.UP);
			assertThat(health.health().getDetails().toString()).contains("PAUSED").doesNotContain("RUNNING");
			context.getBean(NatsListenerEndpointRegistry.class)
				.getListenerContainers()
				.forEach(MessageListenerContainer::resume);
			context.getBean(JetStreamManagement.class).deleteConsumer("ORDERS", "billing");
			await().untilAsserted(() -> {
				assertThat(health.health().getStatus()).isEqualTo(Status.DOWN);
				assertThat(health.health().getDetails().toString()).contains("STALLED", "does not exist");
			});
		});
	}

	@Test
	void isDownWhileTheServerIsGone() {
		this.contextRunner.run((context) -> {
			HealthIndicator health = context.getBean("natsHealthContributor", HealthIndicator.class);
			this.server.stop();
			await().untilAsserted(() -> assertThat(health.health().getStatus()).isEqualTo(Status.DOWN));
			this.server.start();
			await().untilAsserted(() -> assertThat(health.health().getStatus()).isEqualTo(Status.UP));
		});
	}

	@Test
	void attachesListenersWhenTheServerAppearsLater() {
		this.server.stop();
		this.contextRunner.withUserConfiguration(Shop.class)
			.withPropertyValues("nats.startup-mode=background")
			.run((context) -> {
				assertThat(context).hasNotFailed();
				this.server.start();
				await().ignoreExceptions().until(() -> {
					context.getBean(JetStreamTemplate.class).publish("orders.eu.created", new Order("1", 1));
					return true;
				});
				await().untilAsserted(() -> assertThat(context.getBean(Billing.class).billed).contains("eu 1"));
				assertThat(context.getBean(NatsTemplate.class).request("price.1", "", Price.class).amount())
					.isEqualTo(42);
			});
	}

	@Test
	void consumesAgainWhenTheContextIsStoppedAndStartedAgain() {
		this.contextRunner.withUserConfiguration(Shop.class).run((context) -> {
			Billing billing = context.getBean(Billing.class);
			JetStreamTemplate template = context.getBean(JetStreamTemplate.class);
			for (int round = 0; round < 3; round++) {
				template.publish("orders.eu.created", new Order("a" + round, 1));
				context.getSourceApplicationContext().stop();
				publish("orders.us.created", "{\"sku\":\"b" + round + "\",\"quantity\":1}");
				context.getSourceApplicationContext().start();
			}
			await().untilAsserted(() -> assertThat(billing.billed).containsExactlyInAnyOrder("eu a0", "us b0", "eu a1",
					"us b1", "eu a2", "us b2"));
			assertThat(context.getBean(NatsTemplate.class).request("price.1", "", Price.class).amount()).isEqualTo(42);
		});
	}

	@Test
	void closesTheConnectionWhenTheContextFails() {
		Set<Thread> others = Thread.getAllStackTraces().keySet();
		this.contextRunner.withUserConfiguration(Shop.class, FailingLate.class).run((context) -> {
			assertThat(context).hasFailed();
			await().untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
				.filteredOn((thread) -> !others.contains(thread))
				.noneMatch((thread) -> thread.getName().contains("nats-connection")
						|| thread.getName().startsWith("nats-events")));
		});
	}

	@Test
	void saysWhichStreamAConsumerLacks() {
		this.contextRunner.withPropertyValues("nats.jetstream.streams.ORDERS.subjects=orders.>")
			.withBean(ConsumerDefinition.class,
					() -> ConsumerDefinition.of("ORDRES", ConsumerConfiguration.builder().durable("x").build()))
			.run((context) -> {
				FailureAnalysis analysis = new TopologyFailureAnalyzer().analyze(context.getStartupFailure());
				assertThat(analysis.getDescription()).contains("ORDRES", "x");
				assertThat(analysis.getAction()).contains("ORDERS");
			});
	}

	@Test
	void saysThatAStreamHasNoSubjects() {
		this.contextRunner.withPropertyValues("nats.jetstream.streams.EMPTY.max-age=1d").run((context) -> {
			FailureAnalysis analysis = new TopologyFailureAnalyzer().analyze(context.getStartupFailure());
			assertThat(analysis.getDescription()).contains("EMPTY", "no subjects");
			assertThat(analysis.getAction()).contains("nats.jetstream.streams.EMPTY.subjects");
		});
	}

	@Test
	void saysWhichMethodHasAnImpossibleSignature() {
		this.contextRunner.withUserConfiguration(TwoPayloads.class).run((context) -> {
			FailureAnalysis analysis = new NatsListenerFailureAnalyzer().analyze(context.getStartupFailure());
			assertThat(analysis.getDescription()).contains("TwoPayloads#on");
			assertThat(analysis.getAction()).isNotBlank();
		});
	}

	@Test
	void saysWhichPlaceholderIsUnresolved() {
		this.contextRunner.withUserConfiguration(Unresolved.class).run((context) -> {
			FailureAnalysis analysis = new NatsListenerFailureAnalyzer().analyze(context.getStartupFailure());
			assertThat(analysis.getDescription()).contains("Unresolved#on", "no.such.key");
		});
	}

	@Test
	void saysThatAListenerNeedsAConsumerThatExists() {
		this.contextRunner.withUserConfiguration(NoStream.class).run((context) -> {
			FailureAnalysis analysis = new NatsListenerFailureAnalyzer().analyze(context.getStartupFailure());
			assertThat(analysis.getDescription()).contains("NoStream#on", "NOPE");
		});
	}

	private void publish(String subject, String json) throws Exception {
		Connection connection = Nats.connect(new Options.Builder().server(this.server.url()).build());
		try {
			connection.jetStream().publish(subject, json.getBytes());
		}
		finally {
			connection.close();
		}
	}

	record Order(String sku, int quantity) {
	}

	record Price(String sku, int amount) {
	}

	@Configuration(proxyBeanMethods = false)
	static class Shop {

		@Bean
		Billing billing() {
			return new Billing();
		}

	}

	static class Billing {

		private final Queue<String> billed = new ConcurrentLinkedQueue<>();

		@NatsListener(stream = "ORDERS", consumer = "billing", subjects = "orders.{region}.created")
		void on(Order order, @DestinationVariable String region) {
			this.billed.add(region + " " + order.sku());
		}

		@NatsListener(subjects = "price.{sku}", queue = "pricing")
		Price quote(@DestinationVariable String sku) {
			return new Price(sku, 42);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class EarlyPublisher {

		@Bean
		Object publisher(JetStreamTemplate template) {
			return new Object() {

				@PostConstruct
				void publish() {
					template.publish("orders.eu.created", new Order("early", 1));
				}

			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class DeclaringBeans {

		@Bean
		StreamConfiguration audit() {
			return StreamConfiguration.builder().name("AUDIT").subjects("audit.>").build();
		}

		@Bean
		ConsumerDefinition archive() {
			return ConsumerDefinition.of("AUDIT",
					ConsumerConfiguration.builder().durable("archive").ackWait(Duration.ofSeconds(7)).build());
		}

		@Bean
		ObjectStoreConfiguration reports() {
			return ObjectStoreConfiguration.builder("reports").build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class FailingLate {

		@Bean
		SmartInitializingSingleton failing(JetStreamTemplate template) {
			return () -> {
				template.publish("orders.eu.created", new Order("1", 1));
				throw new IllegalStateException("late");
			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class TwoPayloads {

		@NatsListener(subjects = "x")
		void on(Order one, Price two) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Unresolved {

		@NatsListener(subjects = "${no.such.key}")
		void on(Order order) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class NoStream {

		@NatsListener(stream = "NOPE", consumer = "x")
		void on(Order order) {
		}

	}

}
