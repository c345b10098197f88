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

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import io.github.natsspring.annotation.NatsListener;
import io.github.natsspring.core.JetStreamTemplate;
import io.github.natsspring.core.NatsTemplate;
import io.github.natsspring.test.NatsServer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.tracing.propagation.Propagator;
import io.micrometer.tracing.test.simple.SimpleTracer;
import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.Nats;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.messaging.handler.annotation.SendTo;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for the trace of a request over HTTP in whole applications: a web server, a
 * nats-server, and Boot's own auto-configuration of observations and tracing. The spans
 * are those of Micrometer's simple tracer, and those that OpenTelemetry exports.
 */
@Timeout(120)
class WebTracingIntegrationTests {

	private static final String TRACE = "a3ce929d0e0e4736";

	private static final String CALLER = "00f067aa0ba902b7";

	private static final List<String> WAY = List.of("http post /orders/{item}", "publish ORDERS", "process ORDERS",
			"publish BILLS", "process BILLS", "request", "process price.{sku}", "reply");

	private static NatsServer server;

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
	}

	@ParameterizedTest
	@ValueSource(classes = { WithSimpleTracer.class, WithOpenTelemetry.class })
	void isOneTraceFromARequestOverHttpToTheAnswerOfTheLastListener(Class<?> tracing) throws Exception {
		try (WebApplication application = start(tracing)) {
			order(application, "00-0000000000000000%s-%s-01".formatted(TRACE, CALLER));
			List<Tracers.Seen> spans = spans(application);
			assertThat(spans).allSatisfy((span) -> {
				assertThat(span.traceId()).endsWith(TRACE);
				assertThat(span.failed()).isFalse();
			});
			assertThat(parents(spans)).startsWith(CALLER);
			assertThat(spans).extracting(Tracers.Seen::kind)
				.containsExactly("SERVER", "PRODUCER", "CONSUMER", "PRODUCER", "CONSUMER", "CLIENT", "SERVER",
						"PRODUCER");
			assertThat(application.bean(MeterRegistry.class)
				.get("nats.listener")
				.tag("nats.listener.id", "second")
				.tag("error", "none")
				.timer()
				.count()).isOne();
		}
	}

	@Test
	void isOneTraceThatBeginsWithTheRequestOverHttp() throws Exception {
		try (WebApplication application = start(WithOpenTelemetry.class)) {
			order(application, null);
			List<Tracers.Seen> spans = spans(application);
			assertThat(spans).extracting(Tracers.Seen::traceId).containsOnly(spans.get(0).traceId());
			assertThat(parents(spans)).startsWith("");
		}
	}

	private static WebApplication start(Class<?> tracing) {
		return WebApplication.start(Pages.blocks("tracing.md", "yaml").subList(0, 1), List.of(tracing, Shop.class),
				"nats.servers=" + server.url(), "nats.jetstream.streams.ORDERS.subjects=orders.>",
				"nats.jetstream.streams.BILLS.subjects=bills.>", "management.tracing.sampling.probability=1.0",
				"management.opentelemetry.tracing.export.schedule-delay=50ms");
	}

	private static void order(WebApplication application, @Nullable String traceParent)
			throws IOException, InterruptedException {
		String port = application.context().getEnvironment().getProperty("local.server.port");
		HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/orders/tea"))
			.timeout(Duration.ofSeconds(20))
			.POST(HttpRequest.BodyPublishers.noBody());
		if (traceParent != null) {
			request.header("traceparent", traceParent);
		}
		HttpResponse<String> answer = HttpClient.newHttpClient()
			.send(request.build(), HttpResponse.BodyHandlers.ofString());
		assertThat(answer.statusCode()).isEqualTo(200);
		assertThat(application.bean(Shop.class).answers.poll(20, TimeUnit.SECONDS)).isEqualTo("the price of tea");
	}

	/**
	 * All spans there are, in the order of the way.
	 */
	private static List<Tracers.Seen> spans(WebApplication application) {
		Spans spans = application.bean(Spans.class);
		await().untilAsserted(
				() -> assertThat(spans.get()).extracting(Tracers.Seen::name).containsExactlyInAnyOrderElementsOf(WAY));
		List<Tracers.Seen> ordered = new ArrayList<>(spans.get());
		ordered.sort((one, other) -> Integer.compare(WAY.indexOf(one.name()), WAY.indexOf(other.name())));
		return ordered;
	}

	/**
	 * The parents of spans, of which each is that of the next.
	 */
	private static List<String> parents(List<Tracers.Seen> spans) {
		List<String> parents = spans.stream().map((span) -> Objects.requireNonNullElse(span.parentId(), "")).toList();
		assertThat(parents.subList(1, parents.size()))
			.containsExactlyElementsOf(spans.subList(0, spans.size() - 1).stream().map(Tracers.Seen::spanId).toList());
		return parents;
	}

	/**
	 * Gives the spans that have ended.
	 */
	interface Spans extends Supplier<List<Tracers.Seen>> {

	}

	@Configuration(proxyBeanMethods = false)
	static class WithSimpleTracer {

		@Bean
		SimpleTracer tracer() {
			return new SimpleTracer();
		}

		@Bean
		Propagator propagator(SimpleTracer tracer) {
			return new Tracers.W3c(tracer);
		}

		@Bean
		Spans spans(SimpleTracer tracer) {
			return () -> Tracers.seen(tracer);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class WithOpenTelemetry {

		@Bean
		InMemorySpanExporter spanExporter() {
			return InMemorySpanExporter.create();
		}

		@Bean
		Spans spans(InMemorySpanExporter exporter) {
			return () -> Tracers.seen(exporter);
		}

	}

	@RestController
	static class Shop {

		final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

		private final JetStreamTemplate jetStream;

		private final NatsTemplate nats;

		Shop(JetStreamTemplate jetStream, NatsTemplate nats) {
			this.jetStream = jetStream;
			this.nats = nats;
		}

		@PostMapping("/orders/{item}")
		void order(@PathVariable("item") String item) {
			this.jetStream.publish("orders.1.created", item);
		}

		@NatsListener(id = "first", stream = "ORDERS", consumer = "first", subjects = "orders.*.created")
		@SendTo("bills.1")
		String first(String item) {
			return item;
		}

		@NatsListener(id = "second", stream = "BILLS", consumer = "second", subjects = "bills.>")
		void second(String item) {
			this.answers.add(String.valueOf(this.nats.request("price." + item, "", String.class)));
		}

		@NatsListener(id = "prices", subjects = "price.{sku}")
		String price(Message request) {
			return "the price of " + request.getSubject().substring("price.".length());
		}

	}

}
