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
import io.github.natsspring.config.NatsListenerEndpointRegistry;
import io.github.natsspring.core.JetStreamTemplate;
import io.github.natsspring.deadletter.DeadLetterOperations;
import io.github.natsspring.deadletter.DeadLetterQuery;
import io.github.natsspring.deadletter.RedriveResult;
import io.github.natsspring.listener.Acknowledgment;
import io.github.natsspring.listener.BatchListenerFailedException;
import io.github.natsspring.listener.ContainerStatus;
import io.github.natsspring.listener.Decision;
import io.github.natsspring.listener.MessageListenerContainer;
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
 * Runs what the page on listeners shows: its yaml as it is, and this class holds its
 * Java.
 */
class ListenersPageIntegrationTests extends AbstractListenersPageTests {

	@BeforeEach
	void addShop() {
		this.contextRunner = this.contextRunner.withUserConfiguration(Shop.class);
	}

	@Test
	void showsTheJavaThatIsTestedHere() {
		List<String> source = Pages.source(ListenersPageIntegrationTests.class);
		List<String> blocks = Pages.blocks(PAGE, "java");
		assertThat(blocks).hasSize(10);
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

	@Test
	void tracksEachRegionInOrder() {
		this.contextRunner.run((context) -> {
			JetStreamTemplate template = context.getBean(JetStreamTemplate.class);
			for (int i = 0; i < 60; i++) {
				template.publish("orders.r%d.moved".formatted(i % 6), new Movement(i));
			}
			Movements movements = context.getBean(Movements.class);
			await().until(() -> movements.count.get() == 60);
			movements.byRegion.values().forEach((steps) -> assertThat(List.copyOf(steps)).isSorted().hasSize(10));
		});
	}

	@Test
	void countsInBatchesAndDeadLettersTheOneThatFailed() {
		this.contextRunner.run((context) -> {
			JetStreamTemplate template = context.getBean(JetStreamTemplate.class);
			for (int i = -2; i < 10; i++) {
				template.publish("orders.eu.counted", new Sale(i));
			}
			Statistics statistics = context.getBean(Statistics.class);
			await().untilAsserted(
					() -> assertThat(statistics.amounts).containsOnly(-2, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9).hasSize(11));
			DeadLetterOperations deadLetters = context.getBean(DeadLetterOperations.class);
			await().untilAsserted(() -> assertThat(deadLetters.list(DeadLetterQuery.ofStream("ORDERS")))
				.extracting((letter) -> letter.origin().sequence())
				.containsExactly(2L));
		});
	}

	@Test
	void holdsBillingUntilItIsResumed() {
		this.contextRunner.run((context) -> {
			context.getBean(Office.class).hold();
			MessageListenerContainer billing = context.getBean(NatsListenerEndpointRegistry.class)
				.getListenerContainer("billing-bill");
			assertThat(billing.getStatus().state()).isEqualTo(ContainerStatus.State.PAUSED);
			context.getBean(JetStreamTemplate.class).publish("orders.eu.created", new Order("tea"));
			Invoices invoices = context.getBean(Invoices.class);
			await().during(Duration.ofMillis(300)).until(() -> invoices.created.isEmpty());
			billing.resume();
			await().until(() -> invoices.created.contains("eu tea"));
		});
	}

	@Test
	void booksInOneInstance() {
		this.contextRunner.run((context) -> {
			JetStreamTemplate template = context.getBean(JetStreamTemplate.class);
			template.publish("orders.eu.booked", new Booking("a"));
			Ledger ledger = context.getBean(Ledger.class);
			await().until(() -> ledger.bookings.size() == 1);
			this.contextRunner.run((other) -> {
				template.publish("orders.eu.booked", new Booking("b"));
				await().until(() -> ledger.bookings.size() == 2);
				assertThat(other.getBean(Ledger.class).bookings).isEmpty();
			});
		});
	}

	@Test
	void pricesAndReplaysInEachInstance() {
		this.contextRunner.run((context) -> {
			JetStreamTemplate template = context.getBean(JetStreamTemplate.class);
			Prices prices = context.getBean(Prices.class);
			template.publish("orders.eu.priced", new Price("tea", 1));
			await().until(() -> prices.all.size() == 1 && prices.latest.size() == 1);
			this.contextRunner.run((other) -> {
				Prices others = other.getBean(Prices.class);
				template.publish("orders.eu.priced", new Price("tea", 2));
				await().until(() -> others.all.size() == 2 && others.latest.size() == 1);
				assertThat(others.all).extracting(Price::amount).containsExactly(1, 2);
				assertThat(others.latest).extracting(Price::amount).containsExactly(2);
				await().until(() -> prices.latest.size() == 2);
			});
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
		Movements movements() {
			return new Movements();
		}

		@Bean
		Statistics statistics() {
			return new Statistics();
		}

		@Bean
		Prices prices() {
			return new Prices();
		}

		@Bean
		Board board(Prices prices) {
			return new Board(prices);
		}

		@Bean
		Ledger ledger() {
			return new Ledger();
		}

		@Bean
		Office office(NatsListenerEndpointRegistry registry) {
			return new Office(registry);
		}

		@Bean
		Reports reports(Statistics statistics, Ledger ledger) {
			return new Reports(statistics, ledger);
		}

		@Bean
		Billing billing(Invoices invoices, Archive archive, Movements movements, DeadLetterOperations deadLetters) {
			return new Billing(invoices, archive, movements, deadLetters);
		}

	}

	static class Billing {

		private final Invoices invoices;

		private final Archive archive;

		private final Movements movements;

		private final DeadLetterOperations deadLetters;

		Billing(Invoices invoices, Archive archive, Movements movements, DeadLetterOperations deadLetters) {
			this.invoices = invoices;
			this.archive = archive;
			this.movements = movements;
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

		@NatsListener(stream = "ORDERS", consumer = "tracking", subjects = "orders.{region}.moved", concurrency = "4",
				orderingKey = "{region}")
		void track(Movement movement, @DestinationVariable String region) {
			this.movements.add(region, movement);
		}

		RedriveResult redrive() {
			return this.deadLetters.redriveAll(DeadLetterQuery.ofStream("ORDERS").consumer("billing"));
		}

	}

	static class Board {

		private final Prices prices;

		Board(Prices prices) {
			this.prices = prices;
		}

		@NatsListener(stream = "ORDERS", subjects = "orders.*.priced")
		void show(Price price) {
			this.prices.show(price);
		}

		@NatsListener(stream = "ORDERS", subjects = "orders.*.priced", ordered = true)
		void replay(Price price) {
			this.prices.apply(price);
		}

	}

	static class Office {

		private final NatsListenerEndpointRegistry registry;

		Office(NatsListenerEndpointRegistry registry) {
			this.registry = registry;
		}

		void hold() {
			this.registry.getListenerContainer("billing-bill").pause();
		}

	}

	static class Reports {

		private final Statistics statistics;

		private final Ledger ledger;

		Reports(Statistics statistics, Ledger ledger) {
			this.statistics = statistics;
			this.ledger = ledger;
		}

		@NatsListener(stream = "ORDERS", consumer = "ledger", singleActive = true)
		void book(Booking booking) {
			this.ledger.add(booking);
		}

		@NatsListener(stream = "ORDERS", consumer = "statistics", batchSize = "100", batchTimeout = "200ms")
		void count(List<Sale> sales) {
			for (int i = 0; i < sales.size(); i++) {
				try {
					this.statistics.add(sales.get(i));
				}
				catch (IllegalStateException ex) {
					throw new BatchListenerFailedException(i, ex);
				}
			}
		}

	}

}
