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

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;

import io.github.natsspring.annotation.NatsHandler;
import io.github.natsspring.annotation.NatsListener;
import io.github.natsspring.config.NatsListenerEndpointRegistry;
import io.github.natsspring.deadletter.DeadLetterOperations;
import io.github.natsspring.deadletter.DeadLetterQuery;
import io.github.natsspring.listener.Acknowledgment;
import io.nats.client.Message;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import org.junit.jupiter.api.Test;

import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.context.annotation.Configuration;
import org.springframework.messaging.handler.annotation.DestinationVariable;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for classes with {@code @NatsListener} and {@code @NatsHandler} methods, from the
 * annotations to a real server.
 */
class ClassLevelListenerIntegrationTests extends AbstractListenerIntegrationTests {

	@Test
	void handlesSeveralKindsOfMessageOfOneDurableInOrder() {
		this.contextRunner.withPropertyValues(declaredStream()).withBean(Orders.class).run((context) -> {
			assertThat(context).hasNotFailed();
			for (int i = 0; i < 30; i++) {
				publish("%d.created".formatted(i), "{\"sku\":\"sku-%d\"}".formatted(i));
				publish("%d.moved".formatted(i), Integer.toString(i));
				publish("closed", "{\"reason\":\"%d\"}".formatted(i));
			}
			Orders orders = context.getBean(Orders.class);
			await().until(() -> orders.seen.size() == 90);
			assertThat(orders.seen).containsExactlyElementsOf(IntStream.range(0, 30)
				.boxed()
				.flatMap((i) -> List
					.of("created %d sku-%d".formatted(i, i), "moved %d %d".formatted(i, i), "closed %d".formatted(i))
					.stream())
				.toList());
			assertSettled("orders");
			assertThat(info("orders").getConsumerConfiguration().getFilterSubjects()).containsExactlyInAnyOrder(
					this.stream + ".*.created", this.stream + ".*.moved", this.stream + ".closed");
			assertThat(context.getBean(NatsListenerEndpointRegistry.class).getListenerContainers())
				.extracting((container) -> container.getListenerId())
				.containsExactly("orders");
		});
	}

	@Test
	void deadLettersWhatOneHandlerCannotReadAndHandsItToThatHandlerAgain() {
		this.contextRunner.withPropertyValues(declaredStream())
			.withPropertyValues("nats.listener.dead-letter.enabled=true")
			.withBean(Orders.class)
			.run((context) -> {
				publish("1.moved", "not a number");
				publish("2.moved", "2");
				Orders orders = context.getBean(Orders.class);
				await().until(() -> orders.seen.contains("moved 2 2"));
				DeadLetterOperations operations = context.getBean(DeadLetterOperations.class);
				await().until(() -> letters(operations).size() == 1);
				assertThat(operations.redriveAll(DeadLetterQuery.ofStream(this.stream)).failed()).hasSize(1);
				assertThat(orders.seen).containsExactly("moved 2 2");
			});
	}

	@Test
	void keepsTheMessagesOfAKeyInOrderAmongHandlers() {
		this.contextRunner.withPropertyValues(declaredStream()).withBean(Keyed.class).run((context) -> {
			assertThat(context).hasNotFailed();
			for (int i = 0; i < 60; i++) {
				publish("k%d.%s".formatted(i % 6, (i % 12 < 6) ? "created" : "moved"), Integer.toString(i));
			}
			Keyed keyed = context.getBean(Keyed.class);
			await().until(() -> keyed.count() == 60);
			assertThat(keyed.byKey).hasSize(6)
				.allSatisfy((key, numbers) -> assertThat(List.copyOf(numbers)).isSorted().hasSize(10));
		});
	}

	@Test
	void settlesByHand() {
		this.contextRunner.withPropertyValues(declaredStream()).withBean(Manual.class).run((context) -> {
			publish("a", "1");
			publish("b", "2");
			Manual manual = context.getBean(Manual.class);
			await().until(() -> manual.seen.size() == 3);
			assertThat(manual.seen).containsExactly("a", "b", "b");
			assertSettled("manual");
		});
	}

	@Test
	void answersRequestsOfCoreNatsByTheirSubject() {
		this.contextRunner.withBean(Prices.class).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(request("price.tea")).isEqualTo("42 tea");
			assertThat(request("stock.tea")).isEqualTo("7");
			assertThat(this.client.request(this.stream + ".stock.none", new byte[0], Duration.ofSeconds(5))
				.getHeaders()
				.getFirst("Nats-Service-Error-Code")).isEqualTo("500");
		});
	}

	@Test
	void givesEachInstanceTheMessagesOfAnOrderedConsumer() {
		this.contextRunner.withPropertyValues(declaredStream()).withBean(InOrder.class).run((context) -> {
			publish("1.created", "1");
			publish("1.moved", "2");
			publish("2.created", "3");
			InOrder inOrder = context.getBean(InOrder.class);
			await().until(() -> inOrder.seen.size() == 3);
			assertThat(inOrder.seen).containsExactly("created 1", "moved 2", "created 3");
		});
	}

	@Test
	void callsHandlersThroughAProxy() {
		this.contextRunner.withPropertyValues(declaredStream())
			.withBean(AsyncOrders.class)
			.withUserConfiguration(AsyncSupport.class)
			.run((context) -> {
				assertThat(context).hasNotFailed();
				publish("1.created", "tea");
				AsyncOrders orders = context.getBean(AsyncOrders.class);
				await().until(() -> orders.seen().contains("created tea"));
			});
	}

	@Test
	void startsInALazyApplication() {
		this.contextRunner.withPropertyValues(declaredStream())
			.withBean(Orders.class)
			.withInitializer(
					(context) -> context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
			.run((context) -> assertThat(context.getBean(NatsListenerEndpointRegistry.class).getEndpoints())
				.hasSize(1));
	}

	@Test
	void refusesAConsumerOnTheServerThatDeliversWhatNoHandlerIsFor() throws Exception {
		this.management.addStream(StreamConfiguration.builder()
			.name(this.stream)
			.subjects(this.stream + ".>")
			.storageType(StorageType.Memory)
			.build());
		this.management.addOrUpdateConsumer(this.stream,
				ConsumerConfiguration.builder().durable("orders").filterSubject(this.stream + ".*.*").build());
		FailureAnalysis refusal = refusalOf(Orders.class);
		assertThat(refusal.getDescription()).contains(Orders.class.getName())
			.contains("its consumer 'orders' of stream '%s' delivers '%s.*.*', and no handler matches a subject such as"
				.formatted(this.stream, this.stream))
			.contains("'%s.closed.other'".formatted(this.stream))
			.contains("created [%s.{id}.created]".formatted(this.stream));
		assertThat(refusal.getAction()).contains("Add a @NatsHandler method for it");
	}

	@Test
	void takesAConsumerOnTheServerWhoseFiltersTheHandlersCover() throws Exception {
		this.management.addStream(StreamConfiguration.builder()
			.name(this.stream)
			.subjects(this.stream + ".>")
			.storageType(StorageType.Memory)
			.build());
		this.management.addOrUpdateConsumer(this.stream,
				ConsumerConfiguration.builder()
					.durable("orders")
					.filterSubjects(this.stream + ".*.created", this.stream + ".closed")
					.build());
		this.contextRunner.withBean(Orders.class).run((context) -> {
			assertThat(context).hasNotFailed();
			publish("1.created", "{\"sku\":\"tea\"}");
			await().until(() -> context.getBean(Orders.class).seen.contains("created 1 tea"));
		});
	}

	@Test
	void refusesHandlersThatOverlap() {
		this.contextRunner = this.contextRunner.withPropertyValues(declaredStream());
		FailureAnalysis refusal = refusalOf(Overlapping.class);
		assertThat(refusal.getDescription()).contains(Overlapping.class.getName())
			.contains("the subject '%s.1.created' matches both '%s.*.created' of the handler all and '%s.1.{what}' of "
				.formatted(this.stream, this.stream, this.stream) + "the handler some");
		assertThat(refusal.getAction()).contains("Narrow one of the two subjects");
	}

	private FailureAnalysis refusalOf(Class<?> listener) {
		FailureAnalysis[] refusal = new FailureAnalysis[1];
		this.contextRunner.withBean(listener).run((context) -> {
			assertThat(context).hasFailed();
			refusal[0] = new NatsListenerFailureAnalyzer().analyze(context.getStartupFailure());
		});
		return refusal[0];
	}

	private void publish(String subject, String text) throws Exception {
		this.client.jetStream().publish(this.stream + "." + subject, text.getBytes(StandardCharsets.UTF_8));
	}

	private String request(String subject) throws Exception {
		Message answer = this.client.request(this.stream + "." + subject, new byte[0], Duration.ofSeconds(5));
		return new String(answer.getData(), StandardCharsets.UTF_8);
	}

	record Created(String sku) {
	}

	record Closed(String reason) {
	}

	@NatsListener(id = "orders", stream = "${test}", consumer = "orders")
	static class Orders {

		private final Queue<String> seen = new ConcurrentLinkedQueue<>();

		@NatsHandler("${test}.{id}.created")
		void created(@DestinationVariable String id, Created created) {
			this.seen.add("created " + id + " " + created.sku());
		}

		@NatsHandler("${test}.{number}.moved")
		void moved(@DestinationVariable int number, int payload) {
			this.seen.add("moved " + number + " " + payload);
		}

		@NatsHandler("${test}.closed")
		void closed(Closed closed) {
			this.seen.add("closed " + closed.reason());
		}

	}

	@NatsListener(stream = "${test}", consumer = "keyed", concurrency = "4", orderingKey = "{key}")
	static class Keyed {

		private final Map<String, Queue<Integer>> byKey = new ConcurrentHashMap<>();

		@NatsHandler("${test}.{key}.created")
		void created(@DestinationVariable String key, int number) {
			add(key, number);
		}

		@NatsHandler("${test}.{key}.moved")
		void moved(@DestinationVariable String key, int number) {
			add(key, number);
		}

		private void add(String key, int number) {
			this.byKey.computeIfAbsent(key, (name) -> new ConcurrentLinkedQueue<>()).add(number);
		}

		private int count() {
			return this.byKey.values().stream().mapToInt(Queue::size).sum();
		}

	}

	@NatsListener(stream = "${test}", consumer = "manual", ackMode = "manual")
	static class Manual {

		private final Queue<String> seen = new ConcurrentLinkedQueue<>();

		@NatsHandler("${test}.a")
		void a(String payload, Acknowledgment acknowledgment) {
			this.seen.add("a");
			acknowledgment.ack();
		}

		@NatsHandler("${test}.b")
		void b(String payload, Message message, Acknowledgment acknowledgment) {
			this.seen.add("b");
			if (message.metaData().deliveredCount() == 1) {
				acknowledgment.nak();
			}
			else {
				acknowledgment.ack();
			}
		}

	}

	@NatsListener(queue = "prices")
	static class Prices {

		@NatsHandler("${test}.price.{sku}")
		String price(@DestinationVariable String sku) {
			return "42 " + sku;
		}

		@NatsHandler("${test}.stock.{sku}")
		int stock(@DestinationVariable String sku) {
			if (sku.equals("none")) {
				throw new IllegalStateException("password=secret");
			}
			return 7;
		}

	}

	@NatsListener(stream = "${test}", ordered = true)
	static class InOrder {

		private final Queue<String> seen = new ConcurrentLinkedQueue<>();

		@NatsHandler("${test}.*.created")
		void created(String payload) {
			this.seen.add("created " + payload);
		}

		@NatsHandler("${test}.*.moved")
		void moved(String payload) {
			this.seen.add("moved " + payload);
		}

	}

	@NatsListener(stream = "${test}", consumer = "async")
	static class AsyncOrders {

		private final Queue<String> seen = new ConcurrentLinkedQueue<>();

		@Async
		@NatsHandler("${test}.*.created")
		void created(String payload) {
			this.seen.add("created " + payload);
		}

		Queue<String> seen() {
			return this.seen;
		}

	}

	@EnableAsync(proxyTargetClass = true)
	@Configuration(proxyBeanMethods = false)
	static class AsyncSupport {

	}

	@NatsListener(stream = "${test}", consumer = "overlapping")
	static class Overlapping {

		@NatsHandler("${test}.*.created")
		void all(String payload) {
		}

		@NatsHandler("${test}.1.{what}")
		void some(String payload) {
		}

	}

}
