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
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

import io.github.natsspring.annotation.NatsListener;
import io.github.natsspring.boot.observation.NatsBatchTracingObservationHandler;
import io.github.natsspring.core.JetStreamTemplate;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.Baggage;
import io.micrometer.tracing.BaggageInScope;
import io.micrometer.tracing.Tracer;
import io.nats.client.Message;
import io.nats.client.impl.Headers;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration;
import org.springframework.boot.micrometer.tracing.autoconfigure.MicrometerTracingAutoConfiguration;
import org.springframework.boot.micrometer.tracing.autoconfigure.NoopTracerAutoConfiguration;
import org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.OpenTelemetryTracingAutoConfiguration;
import org.springframework.boot.opentelemetry.autoconfigure.OpenTelemetrySdkAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for what Boot's own settings of observations and tracing make of the traces, with
 * its auto-configuration for OpenTelemetry.
 */
class BootTracingIntegrationTests extends AbstractTracingTests {

	private ApplicationContextRunner boot() {
		return observed()
			.withConfiguration(AutoConfigurations.of(ObservationAutoConfiguration.class,
					MicrometerTracingAutoConfiguration.class, NoopTracerAutoConfiguration.class,
					OpenTelemetrySdkAutoConfiguration.class, OpenTelemetryTracingAutoConfiguration.class))
			.withPropertyValues("management.tracing.sampling.probability=1.0",
					"management.opentelemetry.tracing.export.schedule-delay=20ms")
			.withBean(InMemorySpanExporter.class, InMemorySpanExporter::create)
			.withBean(Shop.class);
	}

	@Test
	void linksABatchToTheTracesOfItsMessages() {
		boot().run((context) -> {
			JetStreamTemplate template = context.getBean(JetStreamTemplate.class);
			CompletableFuture
				.allOf(template.publishAsync("batches.1", "a"), template.publishAsync("batches.2", "b"),
						template.publishAsync("batches.3", "c"))
				.get(10, TimeUnit.SECONDS);
			await().until(() -> links(context).size() == 3);
			List<Tracers.Seen> published = named(context, "publish BATCHES");
			List<Tracers.Seen> batches = named(context, "process BATCHES");
			assertThat(links(context))
				.containsExactlyInAnyOrderElementsOf(published.stream().map(Tracers.Seen::spanId).toList());
			assertThat(published).extracting(Tracers.Seen::traceId).doesNotHaveDuplicates();
			assertThat(batches).allSatisfy((batch) -> {
				assertThat(batch.parentId()).isEmpty();
				assertThat(batch.traceId()).hasSize(32);
				assertThat(published).extracting(Tracers.Seen::traceId).doesNotContain(batch.traceId());
			});
		});
	}

	@Test
	void observesAndPropagatesNothingWhenObservationsOfNatsAreSwitchedOff() {
		boot().withPropertyValues("management.observations.enable.nats=false").run((context) -> {
			handle(context);
			await().until(() -> spans(context).size() == 1);
			assertThat(spans(context)).extracting(Tracers.Seen::name).containsExactly("web");
			assertThat(headers(context)).doesNotContain("traceparent");
		});
	}

	@Test
	void observesOnlyListenersWhenObservationsOfTemplatesAreSwitchedOff() {
		boot().withPropertyValues("management.observations.enable.nats.template=false").run((context) -> {
			handle(context);
			await().until(() -> spans(context).size() == 2);
			assertThat(named(context, "process ORDERS")).singleElement()
				.satisfies((span) -> assertThat(span.parentId()).isEmpty());
		});
	}

	@Test
	void sendsNoContextWhenTheExportOfTracesIsSwitchedOff() {
		boot().withPropertyValues("management.tracing.export.enabled=false").run((context) -> {
			handle(context);
			assertThat(headers(context)).doesNotContain("traceparent");
			assertThat(context).hasSingleBean(NatsBatchTracingObservationHandler.class);
		});
	}

	@Test
	void sendsTheContextOfATraceThatIsNotSampled() {
		boot().withPropertyValues("management.tracing.sampling.probability=0").run((context) -> {
			handle(context);
			// The second bit says that the id of the trace is random
			assertThat(context.getBean(Shop.class).first("traceparent")).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-0[02]");
			assertThat(spans(context)).isEmpty();
		});
	}

	@Test
	void handlesMessagesAndBatchesWithATracerThatTracesNothing() {
		boot().withPropertyValues("nats.jetstream.publish.observation-enabled=true")
			.withBean(Tracer.class, () -> Tracer.NOOP)
			.run((context) -> {
				assertThat(context).hasSingleBean(NatsBatchTracingObservationHandler.class);
				handle(context);
				assertThat(headers(context)).doesNotContain("traceparent");
				context.getBean(JetStreamTemplate.class).publish("batches.1", "a");
				await().until(() -> context.getBean(Shop.class).batched.size() == 1);
			});
	}

	@Test
	void writesWhateverThePropagationOfTheApplicationWrites() {
		boot().withPropertyValues("management.tracing.propagation.type=b3").run((context) -> {
			handle(context);
			assertThat(headers(context)).contains("b3").doesNotContain("traceparent");
			await().until(() -> spans(context).size() == 3);
			assertThat(named(context, "process ORDERS").get(0).parentId())
				.isEqualTo(named(context, "publish ORDERS").get(0).spanId());
		});
	}

	@Test
	void takesBaggageAlong() {
		boot().withPropertyValues("management.tracing.baggage.remote-fields=tenant").run((context) -> {
			ObservationRegistry registry = context.getBean(ObservationRegistry.class);
			Tracer tracer = context.getBean(Tracer.class);
			Observation.createNotStarted("web", registry).observe(() -> {
				try (BaggageInScope tenant = tracer.createBaggageInScope("tenant", "blue")) {
					context.getBean(JetStreamTemplate.class).publish("orders.1", "tea");
				}
			});
			Shop shop = context.getBean(Shop.class);
			await().until(() -> shop.tenants.size() == 1);
			assertThat(shop.tenants).containsExactly("blue");
		});
	}

	/**
	 * Publish within another observation, and wait for the listener.
	 */
	private static void handle(ApplicationContext context) {
		Observation.createNotStarted("web", context.getBean(ObservationRegistry.class))
			.observe(() -> context.getBean(JetStreamTemplate.class).publish("orders.1", "tea"));
		await().until(() -> context.getBean(Shop.class).orders.size() == 1);
	}

	private static List<Tracers.Seen> spans(ApplicationContext context) {
		return Tracers.seen(context.getBean(InMemorySpanExporter.class));
	}

	private static List<Tracers.Seen> named(ApplicationContext context, String name) {
		return spans(context).stream().filter((span) -> span.name().equals(name)).toList();
	}

	private static List<String> links(ApplicationContext context) {
		return named(context, "process BATCHES").stream().flatMap((batch) -> batch.links().stream()).toList();
	}

	private static List<String> headers(ApplicationContext context) {
		Headers headers = context.getBean(Shop.class).orders.element().getHeaders();
		return (headers != null) ? List.copyOf(headers.keySet()) : List.of();
	}

	static class Shop {

		final Queue<Message> orders = new ConcurrentLinkedQueue<>();

		final Queue<String> batched = new ConcurrentLinkedQueue<>();

		final Queue<String> tenants = new ConcurrentLinkedQueue<>();

		private final Tracer tracer;

		Shop(Tracer tracer) {
			this.tracer = tracer;
		}

		@NatsListener(id = "orders", stream = "ORDERS", consumer = "orders", subjects = "orders.>")
		void on(Message message) {
			Baggage tenant = this.tracer.getBaggage("tenant");
			String value = (tenant != null) ? tenant.get() : null;
			this.tenants.add(String.valueOf(value));
			this.orders.add(message);
		}

		@NatsListener(id = "batches", stream = "BATCHES", consumer = "batches", subjects = "batches.>", batchSize = "3",
				batchTimeout = "100ms")
		void on(List<String> items) {
			this.batched.addAll(items);
		}

		@Nullable String first(String header) {
			Headers headers = this.orders.element().getHeaders();
			return (headers != null) ? headers.getFirst(header) : null;
		}

	}

}
