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

import io.github.natsspring.annotation.NatsListener;
import io.github.natsspring.core.JetStreamTemplate;
import io.github.natsspring.deadletter.DeadLetterOperations;
import io.github.natsspring.deadletter.DeadLetterQuery;
import io.github.natsspring.deadletter.RedriveResult;
import io.github.natsspring.listener.Acknowledgment;
import io.github.natsspring.listener.Decision;
import io.github.natsspring.listener.MissingConsumer;
import io.github.natsspring.listener.NatsErrorHandler;
import io.nats.client.JetStreamManagement;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.messaging.handler.annotation.DestinationVariable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Runs what the page on errors shows: its yaml as it is, and this class holds its Java.
 */
class ErrorsPageIntegrationTests extends AbstractListenersPageTests {

	private static final String PAGE = "errors.md";

	ErrorsPageIntegrationTests() {
		super(PAGE);
	}

	@BeforeEach
	void addShop() {
		this.contextRunner = this.contextRunner.withUserConfiguration(Shop.class);
	}

	@Test
	void showsTheJavaThatIsTestedHere() {
		List<String> source = Pages.source(ErrorsPageIntegrationTests.class);
		List<String> blocks = Pages.blocks(PAGE, "java");
		assertThat(blocks).hasSize(4);
		assertThat(blocks).allSatisfy((block) -> assertThat(source).containsSequence(Pages.words(block)));
	}

	@Test
	void bindsAllItsYaml() {
		assertThat(Pages.blocks(PAGE, "yaml")).hasSize(6);
		this.contextRunner.run((context) -> {
			NatsProperties.Listener listener = context.getBean(NatsProperties.class).getListener();
			assertThat(listener.getRetry().getMaxAttempts()).isEqualTo(3);
			assertThat(listener.getRetry().getNotRetryable()).containsExactly(UnsupportedOperationException.class);
			assertThat(listener.getDeadLetter().getEnabled()).isTrue();
			assertThat(listener.getAckExtension().getMaxDuration()).isEqualTo(Duration.ofMinutes(10));
			assertThat(listener.getMissingConsumer()).isEqualTo(MissingConsumer.RECREATE);
			assertThat(listener.getShutdownTimeout()).isEqualTo(Duration.ofSeconds(25));
		});
	}

	@Test
	void billsTriesAgainDeadLettersAndRedrives() {
		this.contextRunner.run((context) -> {
			assertThat(context).hasNotFailed();
			JetStreamTemplate template = context.getBean(JetStreamTemplate.class);
			Invoices invoices = context.getBean(Invoices.class);
			template.publish("orders.eu.created", new Order("tea"));
			template.publish("orders.us.created", new Order("broken"));
			template.publish("orders.us.created", new Order("refused"));
			template.publish("orders.us.created", new Order("scarce"));
			await().untilAsserted(() -> assertThat(invoices.created).contains("eu tea", "us scarce"));
			DeadLetterOperations deadLetters = context.getBean(DeadLetterOperations.class);
			await().untilAsserted(() -> assertThat(deadLetters.list(DeadLetterQuery.ofStream("ORDERS"))).hasSize(2));
			assertThat(invoices.attempts.get("broken")).hasValue(3);
			assertThat(invoices.attempts.get("refused")).hasValue(1);
			// The error handler asked for more attempts than the settings allow
			assertThat(invoices.attempts.get("scarce")).hasValue(5);
			invoices.repaired = true;
			RedriveResult result = context.getBean(Billing.class).redrive();
			assertThat(result.redriven()).isEqualTo(2);
			assertThat(invoices.created).contains("us broken", "us refused");
			assertThat(deadLetters.list(DeadLetterQuery.ofStream("ORDERS"))).isEmpty();
		});
	}

	@Test
	void archivesWhenTheStoreSaysSo() {
		this.contextRunner.run((context) -> {
			context.getBean(JetStreamTemplate.class).publish("orders.eu.closed", new Order("tea"));
			Archive archive = context.getBean(Archive.class);
			await().until(() -> archive.stored.size() == 2);
			JetStreamManagement management = context.getBean(JetStreamManagement.class);
			await().untilAsserted(
					() -> assertThat(management.getConsumerInfo("ORDERS", "archive").getNumAckPending()).isZero());
		});
	}

	@Configuration(proxyBeanMethods = false)
	static class Shop {

		@Bean
		NatsErrorHandler errorHandler() {
			return (failure) -> (failure.exception() instanceof OutOfStockException)
					? new Decision.Redeliver(Duration.ofMillis(300)) : null;
		}

		@Bean
		Invoices invoices() {
			return new Invoices();
		}

		@Bean
		Archive archive() {
			return new Archive();
		}

		@Bean
		Billing billing(Invoices invoices, Archive archive, DeadLetterOperations deadLetters) {
			return new Billing(invoices, archive, deadLetters);
		}

	}

	static class Billing {

		private final Invoices invoices;

		private final Archive archive;

		private final DeadLetterOperations deadLetters;

		Billing(Invoices invoices, Archive archive, DeadLetterOperations deadLetters) {
			this.invoices = invoices;
			this.archive = archive;
			this.deadLetters = deadLetters;
		}

		@NatsListener(stream = "ORDERS", consumer = "billing", subjects = "orders.{region}.created")
		void bill(Order order, @DestinationVariable String region) {
			this.invoices.create(order, region);
		}

		@NatsListener(stream = "ORDERS", consumer = "archive", ackMode = "manual", concurrency = "4")
		void archive(Order order, Acknowledgment acknowledgment) {
			this.archive.store(order).whenComplete((stored, failure) -> {
				if (failure == null) {
					acknowledgment.ack();
				}
				else {
					acknowledgment.nak(Duration.ofSeconds(1));
				}
			});
		}

		RedriveResult redrive() {
			return this.deadLetters.redriveAll(DeadLetterQuery.ofStream("ORDERS").consumer("billing"));
		}

	}

}
