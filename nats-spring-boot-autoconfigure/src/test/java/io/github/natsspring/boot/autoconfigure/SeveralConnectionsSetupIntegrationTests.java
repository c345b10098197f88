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

import java.util.List;

import io.github.natsspring.annotation.NatsListener;
import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.core.JetStreamTemplate;
import io.github.natsspring.core.NatsTemplate;
import io.github.natsspring.deadletter.DeadLetterOperations;
import io.github.natsspring.listener.NatsListenerException;
import io.nats.client.Connection;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.Status;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what each of several connections is made with, and for mistakes in that.
 */
class SeveralConnectionsSetupIntegrationTests extends AbstractSeveralConnectionsTests {

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
		this.contextRunner.withPropertyValues("nats.connections.eu.password=T0PSECRET-wrong").run((context) -> {
			FailureAnalysis analysis = new NatsConnectFailureAnalyzer().analyze(context.getStartupFailure());
			assertThat(analysis.getAction()).contains("'nats.connections.eu.password'").doesNotContain("wrong");
			NoSecrets.shown(analysis.getDescription(), analysis.getAction());
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
	void detailsOfAnotherConnectionAreNotThoseOfTheFirstOne() {
		this.contextRunner.withUserConfiguration(DetailsThatMayBeInjected.class)
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
	static class DetailsThatMayBeInjected {

		@Bean
		@Qualifier("eu")
		NatsConnectionDetails euDetails() {
			return new Details().euDetails();
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
					return SecretsWatch.MARKER;
				}

			};
		}

	}

}
