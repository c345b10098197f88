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
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.natsspring.test.NatsServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/**
 * Base of the test for the page on listeners: reads the page, and has what its listeners
 * call.
 */
@Timeout(60)
abstract class AbstractListenersPageTests {

	private final String page;

	NatsServer server;

	ApplicationContextRunner contextRunner;

	AbstractListenersPageTests(String page) {
		this.page = page;
	}

	@BeforeEach
	void startServer() {
		this.server = NatsServer.builder().start();
		this.contextRunner = new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class, NatsAutoConfiguration.class,
					NatsJetStreamAutoConfiguration.class))
			.withInitializer((context) -> Pages.addYaml(context, Pages.blocks(this.page, "yaml")))
			.withPropertyValues("nats.servers=" + this.server.url());
	}

	@AfterEach
	void stopServer() {
		this.server.close();
	}

	record Order(String sku) {
	}

	record Movement(int step) {
	}

	record Sale(int amount) {
	}

	record Booking(String text) {
	}

	record Price(String sku, int amount) {
	}

	static class Statistics {

		final Queue<Integer> amounts = new ConcurrentLinkedQueue<>();

		void add(Sale sale) {
			if (sale.amount() == -1) {
				throw new IllegalStateException("not a sale");
			}
			this.amounts.add(sale.amount());
		}

	}

	static class Prices {

		final List<Price> latest = new CopyOnWriteArrayList<>();

		final List<Price> all = new CopyOnWriteArrayList<>();

		void show(Price price) {
			this.latest.add(price);
		}

		void apply(Price price) {
			this.all.add(price);
		}

	}

	static class Ledger {

		final Queue<Booking> bookings = new ConcurrentLinkedQueue<>();

		void add(Booking booking) {
			this.bookings.add(booking);
		}

	}

	static class OutOfStockException extends RuntimeException {

		private static final long serialVersionUID = 1L;

	}

	static class Invoices {

		final Queue<String> created = new ConcurrentLinkedQueue<>();

		final Map<String, AtomicInteger> attempts = new ConcurrentHashMap<>();

		volatile boolean repaired;

		void create(Order order, String region) {
			int attempt = this.attempts.computeIfAbsent(order.sku(), (sku) -> new AtomicInteger()).incrementAndGet();
			if (!this.repaired) {
				switch (order.sku()) {
					case "broken" -> throw new IllegalStateException("broken");
					case "refused" -> throw new UnsupportedOperationException("refused");
					case "scarce" -> {
						if (attempt < 5) {
							throw new OutOfStockException();
						}
					}
					default -> {
					}
				}
			}
			this.created.add(region + " " + order.sku());
		}

	}

	static class Archive {

		final Queue<Order> stored = new ConcurrentLinkedQueue<>();

		private final Executor later = CompletableFuture.delayedExecutor(20, TimeUnit.MILLISECONDS);

		CompletableFuture<Void> store(Order order) {
			return CompletableFuture.runAsync(() -> {
				this.stored.add(order);
				if (this.stored.size() == 1) {
					throw new CompletionException(new IllegalStateException("the first time fails"));
				}
			}, this.later);
		}

	}

	static class Movements {

		final Map<String, Queue<Integer>> byRegion = new ConcurrentHashMap<>();

		final AtomicInteger count = new AtomicInteger();

		private final Map<Integer, Boolean> failed = new ConcurrentHashMap<>();

		void add(String region, Movement movement) {
			if (movement.step() % 20 == 0 && this.failed.put(movement.step(), true) == null) {
				throw new IllegalStateException("the first time fails");
			}
			this.byRegion.computeIfAbsent(region, (name) -> new ConcurrentLinkedQueue<>()).add(movement.step());
			this.count.incrementAndGet();
		}

	}

}
