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
import java.util.stream.Stream;

import io.github.natsspring.annotation.NatsListener;
import io.github.natsspring.boot.autoconfigure.observation.NatsTracingAutoConfiguration;
import io.github.natsspring.boot.observation.NatsBatchTracingObservationHandler;
import io.github.natsspring.core.JetStreamTemplate;
import io.github.natsspring.core.NatsNoRespondersException;
import io.github.natsspring.core.NatsTemplate;
import io.github.natsspring.listener.MessageContext;
import io.github.natsspring.listener.NatsMessageInterceptor;
import io.github.natsspring.observation.DefaultNatsListenerObservationConvention;
import io.github.natsspring.observation.DefaultNatsPublishObservationConvention;
import io.github.natsspring.observation.NatsListenerContext;
import io.github.natsspring.test.NatsServer;
import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistryAssert;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.handler.DefaultTracingObservationHandler;
import io.micrometer.tracing.handler.PropagatingReceiverTracingObservationHandler;
import io.micrometer.tracing.handler.PropagatingSenderTracingObservationHandler;
import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.Nats;
import io.nats.client.impl.Headers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.messaging.handler.annotation.SendTo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for observations and traces through a real server, and for what the page on
 * tracing shows.
 */
@Timeout(60)
class TracingIntegrationTests {

	private static final String PAGE = "tracing.md";

	private static NatsServer server;

	private ApplicationContextRunner contextRunner;

	@BeforeAll
	static void startServer() {
		server = NatsServer.builder().start();
	}

	@AfterAll
	static void stopServer() {
		server.close();
	}

	@BeforeEach
	void deleteStreams() throws Exception {
		try (Connection connection = Nats.connect(server.url())) {
			for (String stream : connection.jetStreamManagement().getStreamNames()) {
				connection.jetStreamManagement().deleteStream(stream);
			}
		}
		this.contextRunner = new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(NatsAutoConfiguration.class, NatsJetStreamAutoConfiguration.class,
					NatsTracingAutoConfiguration.class))
			.withPropertyValues("nats.servers=" + server.url(), "nats.jetstream.streams.ORDERS.subjects=orders.>",
					"nats.jetstream.streams.BILLS.subjects=bills.>",
					"nats.jetstream.streams.BATCHES.subjects=batches.>", "nats.listener.retry.initial-interval=20ms");
	}

	private ApplicationContextRunner observed() {
		return this.contextRunner
			.withInitializer((context) -> Pages.addYaml(context, Pages.blocks(PAGE, "yaml").subList(0, 1)));
	}

	private ApplicationContextRunner traced(Tracers tracers) {
		return observed().withBean(Tracer.class, tracers::tracer)
			.withBean(Tracers.class, () -> tracers)
			.withUserConfiguration(Tracing.class);
	}

	static Stream<Tracers> tracers() {
		return Stream.of(Tracers.simple(), Tracers.openTelemetry());
	}

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

	@Test
	void linksABatchToTheTracesOfItsMessages() {
		Tracers tracers = Tracers.openTelemetry();
		traced(tracers).withBean(Batches.class).run((context) -> {
			JetStreamTemplate template = context.getBean(JetStreamTemplate.class);
			CompletableFuture.allOf(template.publishAsync("batches.1", "a"), template.publishAsync("batches.2", "b"))
				.get(10, TimeUnit.SECONDS);
			await().until(() -> tracers.spans().get().stream().mapToInt((span) -> span.links().size()).sum() == 2);
			List<String> published = tracers.spans()
				.get()
				.stream()
				.filter((span) -> span.name().equals("publish BATCHES"))
				.map(Tracers.Seen::spanId)
				.toList();
			List<Tracers.Seen> batches = tracers.spans()
				.get()
				.stream()
				.filter((span) -> span.name().equals("process BATCHES"))
				.toList();
			assertThat(batches.stream().flatMap((batch) -> batch.links().stream()))
				.containsExactlyInAnyOrderElementsOf(published);
			assertThat(batches).allSatisfy((batch) -> {
				assertThat(batch.parentId()).isNullOrEmpty();
				assertThat(batch.kind()).isEqualTo("CONSUMER");
			});
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
				TestObservationRegistryAssert.assertThat(registry)
					.hasAnObservation((observation) -> observation.hasNameEqualTo("own.publish"));
			});
	}

	@Configuration(proxyBeanMethods = false)
	static class Tracing {

		@Bean
		ObservationRegistry observationRegistry(Tracers tracers, NatsBatchTracingObservationHandler batches) {
			ObservationRegistry registry = ObservationRegistry.create();
			registry.observationConfig()
				.observationHandler(new ObservationHandler.FirstMatchingCompositeObservationHandler(batches,
						new PropagatingReceiverTracingObservationHandler<>(tracers.tracer(), tracers.propagator()),
						new PropagatingSenderTracingObservationHandler<>(tracers.tracer(), tracers.propagator()),
						new DefaultTracingObservationHandler(tracers.tracer())));
			return registry;
		}

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

		@NatsListener(id = "batches", stream = "BATCHES", consumer = "batches", subjects = "batches.>", batchSize = "2",
				batchTimeout = "5s")
		void on(List<String> items) {
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
