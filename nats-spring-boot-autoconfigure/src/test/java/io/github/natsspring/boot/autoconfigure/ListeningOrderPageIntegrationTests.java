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
import io.github.natsspring.core.JetStreamTemplate;
import io.github.natsspring.deadletter.DeadLetterOperations;
import io.github.natsspring.deadletter.DeadLetterQuery;
import io.github.natsspring.listener.BatchListenerFailedException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.messaging.handler.annotation.DestinationVariable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Runs what the page on listener methods shows of consumers, order and batches: its yaml
 * as it is, and this class holds that part of its Java.
 */
class ListeningOrderPageIntegrationTests extends AbstractListenersPageTests {

	ListeningOrderPageIntegrationTests() {
		super(ListeningPageIntegrationTests.PAGE);
	}

	@BeforeEach
	void addShop() {
		this.contextRunner = this.contextRunner.withUserConfiguration(Shop.class)
			.withPropertyValues("nats.listener.dead-letter.enabled=true", "nats.listener.retry.max-attempts=3",
					"nats.listener.retry.initial-interval=200ms");
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
		Reports reports(Statistics statistics, Ledger ledger) {
			return new Reports(statistics, ledger);
		}

		@Bean
		Tracking tracking(Movements movements) {
			return new Tracking(movements);
		}

	}

	static class Tracking {

		private final Movements movements;

		Tracking(Movements movements) {
			this.movements = movements;
		}

		@NatsListener(stream = "ORDERS", consumer = "tracking", subjects = "orders.{region}.moved", concurrency = "4",
				orderingKey = "{region}")
		void track(Movement movement, @DestinationVariable String region) {
			this.movements.add(region, movement);
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
