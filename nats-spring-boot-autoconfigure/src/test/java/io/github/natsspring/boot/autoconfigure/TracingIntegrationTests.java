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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.github.natsspring.annotation.NatsListener;
import io.github.natsspring.boot.observation.NatsBatchTracingObservationHandler;
import io.github.natsspring.core.JetStreamTemplate;
import io.github.natsspring.core.NatsNoRespondersException;
import io.github.natsspring.core.NatsTemplate;
import io.github.natsspring.listener.MessageContext;
import io.github.natsspring.listener.NatsMessageInterceptor;
import io.github.natsspring.observation.DefaultNatsListenerObservationConvention;
import io.github.natsspring.observation.DefaultNatsPublishObservationConvention;
import io.github.natsspring.observation.NatsListenerContext;
import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistryAssert;
import io.micrometer.tracing.test.simple.SimpleSpan;
import io.micrometer.tracing.test.simple.SimpleTracer;
import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.impl.Headers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.context.ApplicationContext;
import org.springframework.messaging.handler.annotation.SendTo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for observations and traces through a real server, and for what the page on
 * tracing shows.
 */
class TracingIntegrationTests extends AbstractTracingTests {

	@Test
	void pageShowsWhatIsTestedHere() {
		List<String> source = Pages.source(TracingIntegrationTests.class);
		List<String> blocks = Pages.blocks(PAGE, "java");
		assertThat(blocks).hasSize(1);
		assertThat(blocks).allSatisfy((block) -> assertThat(source).containsSequence(Pages.words(block)));
		assertThat(Pages.blocks(PAGE, "yaml")).hasSize(1);
	}

	@ParameterizedTest
	@MethodSource("tracers")
	void isOneTraceFromTheWebThroughListenersToTheAnswer(Tracers tracers) {
		traced(tracers).withBean(Shop.class).run((context) -> {
			Observation web = Observation.createNotStarted("http", context.getBean(ObservationRegistry.class));
			web.observe(() -> context.getBean(JetStreamTemplate.class).publish("orders.1.created", "tea"));
			Shop shop = context.getBean(Shop.class);
			await().until(() -> shop.answers.size() == 1);
			await().until(() -> tracers.spans().get().size() == 8);
			assertThat(shop.answers).containsExactly("the price of tea");
			Tracers.Seen http = tracers.named("http");
			assertThat(tracers.spans().get()).allSatisfy((span) -> {
				assertThat(span.traceId()).isEqualTo(http.traceId());
				assertThat(span.failed()).isFalse();
			});
			String parent = http.spanId();
			for (String name : List.of("publish ORDERS", "process ORDERS", "publish BILLS", "process BILLS", "request",
					"process price.{sku}", "reply")) {
				Tracers.Seen span = tracers.named(name);
				assertThat(span.parentId()).as("the parent of " + name).isEqualTo(parent);
				parent = span.spanId();
			}
			assertThat(tracers.named("publish ORDERS").kind()).isEqualTo("PRODUCER");
			assertThat(tracers.named("process ORDERS").kind()).isEqualTo("CONSUMER");
			assertThat(tracers.named("request").kind()).isEqualTo("CLIENT");
			assertThat(tracers.named("process price.{sku}").kind()).isEqualTo("SERVER");
			assertThat(tracers.named("process ORDERS").tags()).containsEntry("messaging.system", "nats")
				.containsEntry("messaging.operation.name", "process")
				.containsEntry("messaging.destination.template", "orders.*.created")
				.containsEntry("messaging.destination.name", "orders.1.created")
				.containsEntry("messaging.nats.stream", "ORDERS")
				.containsEntry("messaging.consumer.group.name", "first")
				.containsEntry("messaging.nats.stream.sequence", "1")
				.containsEntry("nats.listener.id", "first");
		});
	}

	/**
	 * Micrometer's simple tracer gives a span without a parent no id unless the tracer
	 * itself makes it, and a span with links comes from a builder: its own id and what is
	 * within a batch can be looked at with OpenTelemetry only.
	 */
	@ParameterizedTest
	@MethodSource("tracers")
	void linksABatchToTheTracesOfItsMessages(Tracers tracers) {
		traced(tracers).withBean(Batches.class).run((context) -> {
			JetStreamTemplate template = context.getBean(JetStreamTemplate.class);
			ObservationRegistry registry = context.getBean(ObservationRegistry.class);
			for (String subject : List.of("batches.1", "batches.2")) {
				Observation.createNotStarted("http", registry).observe(() -> template.publish(subject, "a"));
			}
			await().until(
					() -> tracers.all("process BATCHES").stream().mapToInt((span) -> span.links().size()).sum() == 2);
			List<Tracers.Seen> published = tracers.all("publish BATCHES");
			List<Tracers.Seen> batches = tracers.all("process BATCHES");
			assertThat(published).extracting(Tracers.Seen::spanId).doesNotContain("").doesNotHaveDuplicates();
			assertThat(batches.stream().flatMap((batch) -> batch.links().stream()))
				.containsExactlyInAnyOrderElementsOf(published.stream().map(Tracers.Seen::spanId).toList());
			assertThat(batches).allSatisfy((batch) -> {
				assertThat(batch.parentId()).isNullOrEmpty();
				assertThat(batch.kind()).isEqualTo("CONSUMER");
			});
			if (tracers.tracer() instanceof SimpleTracer simple) {
				SimpleSpan root = (SimpleSpan) simple.spanBuilder().start();
				assertThat(root.getSpanId()).as("the limit of the simple tracer").isEmpty();
				return;
			}
			await().until(() -> tracers.all("request").size() == batches.size());
			assertThat(tracers.all("request")).extracting(Tracers.Seen::parentId)
				.containsExactlyInAnyOrderElementsOf(batches.stream().map(Tracers.Seen::spanId).toList());
			assertThat(batches).extracting(Tracers.Seen::traceId)
				.doesNotContainAnyElementsOf(published.stream().map(Tracers.Seen::traceId).toList());
		});
	}

	@ParameterizedTest
	@MethodSource("tracers")
	void continuesATraceWhoseHeaderAnotherClientWroteInCapitals(Tracers tracers) {
		traced(tracers).withBean(Shop.class).run((context) -> {
			Headers headers = new Headers().put("Traceparent",
					"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
			context.getBean(Connection.class).request("price.tea", headers, new byte[0]).get(10, TimeUnit.SECONDS);
			await().until(() -> tracers.spans().get().size() == 2);
			assertThat(tracers.named("process price.{sku}").parentId()).isEqualTo("b7ad6b7169203331");
			assertThat(tracers.named("process price.{sku}").traceId()).isEqualTo("0af7651916cd43dd8448eb211c80319c");
		});
	}

	@Test
	void reportsFailuresOfListenersAndRequestsAndRunsInterceptorsWithin() {
		TestObservationRegistry registry = TestObservationRegistry.create();
		observed().withBean(ObservationRegistry.class, () -> registry)
			.withBean(Failing.class)
			.withBean(Watching.class, () -> new Watching(registry))
			.run((context) -> {
				context.getBean(JetStreamTemplate.class).publish("orders.1.created", "tea");
				assertThatExceptionOfType(NatsNoRespondersException.class)
					.isThrownBy(() -> context.getBean(NatsTemplate.class).request("nobody", "?", String.class));
				Failing failing = context.getBean(Failing.class);
				await().until(() -> failing.runs.size() == 2);
				await().untilAsserted(() -> TestObservationRegistryAssert.assertThat(registry)
					.hasNumberOfObservationsWithNameEqualTo("nats.listener", 2));
				await().untilAsserted(() -> TestObservationRegistryAssert.assertThat(registry)
					.hasAnObservation((observation) -> observation.hasNameEqualTo("nats.listener")
						.thenError()
						.isInstanceOf(IllegalStateException.class)));
				TestObservationRegistryAssert.assertThat(registry)
					.hasAnObservation((observation) -> observation.hasNameEqualTo("nats.template")
						.hasLowCardinalityKeyValue("messaging.operation.name", "request")
						.thenError()
						.isInstanceOf(NatsNoRespondersException.class));
				assertThat(context.getBean(Watching.class).within).hasSize(2).containsOnly("nats.listener");
				assertThat(registry.getCurrentObservation()).isNull();
			});
	}

	@Test
	void endsWithTheResultThatComesLater() {
		TestObservationRegistry registry = TestObservationRegistry.create();
		observed().withBean(ObservationRegistry.class, () -> registry).withBean(Later.class).run((context) -> {
			context.getBean(JetStreamTemplate.class).publish("orders.1.created", "tea");
			Later later = context.getBean(Later.class);
			await().until(() -> later.results.size() == 1);
			TestObservationRegistryAssert.assertThat(registry)
				.hasObservationWithNameEqualTo("nats.listener")
				.that()
				.hasBeenStarted()
				.isNotStopped();
			later.results.get(0).complete(null);
			await().untilAsserted(() -> TestObservationRegistryAssert.assertThat(registry)
				.hasObservationWithNameEqualTo("nats.listener")
				.that()
				.hasBeenStopped());
		});
	}

	@Test
	void observesNothingUnlessAskedTo() {
		TestObservationRegistry registry = TestObservationRegistry.create();
		this.contextRunner.withBean(ObservationRegistry.class, () -> registry).withBean(Shop.class).run((context) -> {
			context.getBean(JetStreamTemplate.class).publish("orders.1.created", "tea");
			await().until(() -> context.getBean(Shop.class).answers.size() == 1);
			TestObservationRegistryAssert.assertThat(registry).doesNotHaveAnyObservation();
		});
	}

	@Test
	void worksWithoutRegistryAndWithoutTracer() {
		Consumer<ApplicationContext> trade = (context) -> {
			Shop shop = context.getBean(Shop.class);
			int before = shop.answers.size();
			context.getBean(JetStreamTemplate.class).publish("orders.1.created", "tea");
			await().until(() -> shop.answers.size() > before);
			assertThat(shop.headers).isNotEmpty()
				.allSatisfy((headers) -> assertThat(headers).doesNotContain("traceparent"));
		};
		observed().withBean(Shop.class).run((context) -> {
			assertThat(context).doesNotHaveBean(NatsBatchTracingObservationHandler.class);
			trade.accept(context);
		});
		observed().withBean(Shop.class)
			.withBean(ObservationRegistry.class, ObservationRegistry::create)
			.run(trade::accept);
	}

	@Test
	void takesTheConventionsOfTheApplication() {
		TestObservationRegistry registry = TestObservationRegistry.create();
		observed().withBean(ObservationRegistry.class, () -> registry)
			.withBean(Shop.class)
			.withBean(Regions.class)
			.withBean(OwnPublishing.class)
			.run((context) -> {
				context.getBean(JetStreamTemplate.class).publish("orders.1.created", "tea");
				await().until(() -> context.getBean(Shop.class).answers.size() == 1);
				await().untilAsserted(() -> TestObservationRegistryAssert.assertThat(registry)
					.hasAnObservation((observation) -> observation.hasNameEqualTo("nats.listener")
						.hasLowCardinalityKeyValue("region", "eu")));
				// The order, the bill, the request and its reply
				await().untilAsserted(() -> TestObservationRegistryAssert.assertThat(registry)
					.hasNumberOfObservationsWithNameEqualTo("own.publish", 4)
					.hasNumberOfObservationsWithNameEqualTo("nats.template", 0));
			});
	}

	static class Shop {

		final List<String> answers = new CopyOnWriteArrayList<>();

		final List<String> headers = new CopyOnWriteArrayList<>();

		private final NatsTemplate template;

		Shop(NatsTemplate template) {
			this.template = template;
		}

		@NatsListener(id = "first", stream = "ORDERS", consumer = "first", subjects = "orders.*.created")
		@SendTo("bills.1")
		CompletableFuture<String> first(String item) {
			Executor later = CompletableFuture.delayedExecutor(5, TimeUnit.MILLISECONDS);
			return CompletableFuture.supplyAsync(() -> item, later);
		}

		@NatsListener(id = "second", stream = "BILLS", consumer = "second", subjects = "bills.>")
		void second(String item, Message message) {
			this.headers.add((message.getHeaders() != null) ? message.getHeaders().keySet().toString() : "none");
			this.answers.add(this.template.request("price." + item, "", String.class));
		}

		@NatsListener(id = "prices", subjects = "price.{sku}")
		String price(Message request) {
			return "the price of " + request.getSubject().substring("price.".length());
		}

	}

	static class Batches {

		private final NatsTemplate template;

		Batches(NatsTemplate template) {
			this.template = template;
		}

		@NatsListener(id = "batches", stream = "BATCHES", consumer = "batches", subjects = "batches.>", batchSize = "2",
				batchTimeout = "5s")
		void on(List<String> items) {
			assertThatExceptionOfType(NatsNoRespondersException.class)
				.isThrownBy(() -> this.template.request("nobody", "?", String.class));
		}

	}

	static class Failing {

		final List<String> runs = new CopyOnWriteArrayList<>();

		@NatsListener(id = "failing", stream = "ORDERS", consumer = "failing", subjects = "orders.>")
		void on(String item) {
			this.runs.add(item);
			if (this.runs.size() == 1) {
				throw new IllegalStateException("not yet");
			}
		}

	}

	static class Later {

		final List<CompletableFuture<Void>> results = new CopyOnWriteArrayList<>();

		@NatsListener(id = "later", stream = "ORDERS", consumer = "later", subjects = "orders.>")
		CompletableFuture<Void> on(String item) {
			CompletableFuture<Void> result = new CompletableFuture<Void>().orTimeout(30, TimeUnit.SECONDS);
			this.results.add(result);
			return result;
		}

	}

	static class Watching implements NatsMessageInterceptor {

		final List<String> within = new CopyOnWriteArrayList<>();

		private final ObservationRegistry registry;

		Watching(ObservationRegistry registry) {
			this.registry = registry;
		}

		@Override
		public Message before(Message message, MessageContext context) {
			Observation current = this.registry.getCurrentObservation();
			this.within.add((current != null) ? current.getContextView().getName() : "nothing");
			return message;
		}

	}

	static class OwnPublishing extends DefaultNatsPublishObservationConvention {

		@Override
		public String getName() {
			return "own.publish";
		}

	}

	static class Regions extends DefaultNatsListenerObservationConvention {

		@Override
		public KeyValues getLowCardinalityKeyValues(NatsListenerContext context) {
			return super.getLowCardinalityKeyValues(context).and(KeyValue.of("region", "eu"));
		}

	}

}
