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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

import io.github.natsspring.annotation.NatsListener;
import io.github.natsspring.core.JetStreamTemplate;
import io.github.natsspring.core.NatsRemoteException;
import io.github.natsspring.core.NatsTemplate;
import io.github.natsspring.test.NatsServer;
import io.nats.client.JetStreamManagement;
import io.nats.client.api.PublishAck;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Mono;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.messaging.handler.annotation.DestinationVariable;
import org.springframework.messaging.handler.annotation.SendTo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Runs what the page on publishing shows.
 */
@Timeout(60)
class PublishingPageIntegrationTests {

	private static final String PAGE = "publishing.md";

	private NatsServer server;

	private ApplicationContextRunner contextRunner;

	@BeforeEach
	void startServer() {
		this.server = NatsServer.builder().start();
		this.contextRunner = new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class, NatsAutoConfiguration.class,
					NatsJetStreamAutoConfiguration.class))
			.withInitializer((context) -> Pages.addYaml(context, Pages.blocks(PAGE, "yaml")))
			.withPropertyValues("nats.servers=" + this.server.url(), "nats.strict=true");
	}

	@AfterEach
	void stopServer() {
		this.server.close();
	}

	@Test
	void showsTheCodeThatIsTestedHere() {
		List<String> source = Pages.source(PublishingPageIntegrationTests.class);
		assertThat(Pages.blocks(PAGE, "yaml")).hasSize(1);
		List<String> blocks = Pages.blocks(PAGE, "java");
		assertThat(blocks).hasSize(7);
		assertThat(blocks).allSatisfy((block) -> assertThat(source).containsSequence(Pages.words(block)));
	}

	@Test
	void publishesAsksAndSendsResultsOn() {
		this.contextRunner.withUserConfiguration(Application.class).run((context) -> {
			assertThat(context).hasNotFailed();
			Shop shop = context.getBean(Shop.class);
			assertThat(shop.place(new Order("1")).isDuplicate()).isFalse();
			assertThat(shop.place(new Order("1")).isDuplicate()).isTrue();
			assertThat(shop.placeLater(new Order("2"))).succeedsWithin(Duration.ofSeconds(5));
			JetStreamManagement management = context.getBean(JetStreamManagement.class);
			await().untilAsserted(
					() -> assertThat(management.getStreamInfo("PARCELS").getStreamState().getMsgCount()).isEqualTo(4));
			assertThat(management.getLastMessage("PARCELS", "parcels.eu").getData()).asString().contains("bill-");
			assertThat(management.getLastMessage("PARCELS", "parcels.all").getHeaders().getFirst("Nats-Msg-Id"))
				.startsWith("ORDERS:")
				.endsWith(":1");
			assertThat(management.getStreamInfo("ORDERS").getStreamState().getMsgCount()).isEqualTo(4);
			assertThat(shop.ask("tea")).isEqualTo(new Price("tea", 7));
			assertThatExceptionOfType(NatsRemoteException.class).isThrownBy(() -> shop.ask("gone"));
			shop.announce(new Order("3"));
			await().until(() -> shop.news.contains(new Order("3")));
		});
	}

	@Test
	void needsNoReactor() {
		this.contextRunner.withClassLoader(new FilteredClassLoader("reactor", "org.reactivestreams"))
			.withUserConfiguration(WithoutReactor.class)
			.run((context) -> {
				assertThat(context).hasNotFailed();
				context.getBean(JetStreamTemplate.class).publish("orders.eu.created", new Order("1"));
				JetStreamManagement management = context.getBean(JetStreamManagement.class);
				await().ignoreExceptions()
					.untilAsserted(() -> assertThat(management.getLastMessage("ORDERS", "orders.eu.billed").getData())
						.asString()
						.contains("\"1\""));
			});
	}

	record Order(String id) {
	}

	record Bill(String order, int total) {
	}

	record Parcel(String content) {
	}

	record Price(String sku, int amount) {
	}

	static class Catalog {

		Mono<Price> find(String sku) {
			return sku.equals("gone") ? Mono.error(new IllegalStateException("gone"))
					: Mono.just(new Price(sku, 7)).delayElement(Duration.ofMillis(10));
		}

	}

	static class Carrier {

		CompletableFuture<Parcel> order(Bill bill) {
			return CompletableFuture.supplyAsync(() -> new Parcel("bill-" + bill.order()),
					CompletableFuture.delayedExecutor(10, TimeUnit.MILLISECONDS));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class WithoutReactor {

		@NatsListener(stream = "ORDERS", consumer = "billing", subjects = "orders.{region}.created")
		@SendTo("orders.{region}.billed")
		CompletableFuture<Bill> bill(Order order) {
			return CompletableFuture.completedFuture(new Bill(order.id(), 42));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Application {

		@Bean
		Shop shop(JetStreamTemplate jetStream, NatsTemplate nats) {
			return new Shop(jetStream, nats, new Catalog(), new Carrier());
		}

	}

	static class Shop {

		final Queue<Order> news = new ConcurrentLinkedQueue<>();

		private final JetStreamTemplate jetStream;

		private final NatsTemplate nats;

		private final Catalog catalog;

		private final Carrier carrier;

		Shop(JetStreamTemplate jetStream, NatsTemplate nats, Catalog catalog, Carrier carrier) {
			this.jetStream = jetStream;
			this.nats = nats;
			this.catalog = catalog;
			this.carrier = carrier;
		}

		PublishAck place(Order order) {
			return this.jetStream.publish("orders.eu.created", order,
					(options) -> options.messageId(order.id()).expectedStream("ORDERS"));
		}

		CompletableFuture<PublishAck> placeLater(Order order) {
			return this.jetStream.publishAsync("orders.eu.created", order);
		}

		void announce(Order order) {
			this.nats.publish("news.orders", order, (options) -> options.header("Priority", "3").confirm());
		}

		Price ask(String sku) {
			return this.nats.request("price." + sku, null, Price.class);
		}

		@NatsListener(subjects = "price.{sku}", queue = "pricing")
		Mono<Price> quote(@DestinationVariable String sku) {
			return this.catalog.find(sku);
		}

		@NatsListener(stream = "ORDERS", consumer = "billing", subjects = "orders.{region}.created")
		@SendTo("orders.{region}.billed")
		Bill bill(Order order) {
			return new Bill(order.id(), 42);
		}

		@NatsListener(stream = "ORDERS", consumer = "shipping", subjects = "orders.{region}.billed", concurrency = "8")
		@SendTo({ "parcels.{region}", "parcels.all" })
		CompletableFuture<Parcel> ship(Bill bill) {
			return this.carrier.order(bill);
		}

		@NatsListener("news.orders")
		void read(Order order) {
			this.news.add(order);
		}

	}

}
