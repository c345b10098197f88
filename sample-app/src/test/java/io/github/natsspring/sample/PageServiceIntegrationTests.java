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

package io.github.natsspring.sample;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;

import io.github.natsspring.config.NatsListenerRegistry;
import io.github.natsspring.deadletter.DeadLetterOperations;
import io.github.natsspring.deadletter.DeadLetterQuery;
import io.github.natsspring.listener.ContainerStatus;
import io.github.natsspring.store.KeyValueTemplate;
import io.github.natsspring.test.EmbeddedNats;
import io.github.natsspring.test.NatsServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.resttestclient.autoconfigure.AutoConfigureRestTestClient;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.client.RestTestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What is behind the page: events and operations, without a browser.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@AutoConfigureRestTestClient
@EmbeddedNats
@Timeout(180)
class PageServiceIntegrationTests {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private static final HttpClient CLIENT = HttpClient.newHttpClient();

	@LocalServerPort
	private int port;

	@Autowired
	private RestTestClient http;

	@Autowired
	private JsonMapper json;

	@Autowired
	@Qualifier("order-status")
	private KeyValueTemplate<Order> orders;

	@Autowired
	private NatsListenerRegistry listeners;

	@Autowired
	private DeadLetterOperations deadLetters;

	@Test
	void tellsOfAnOrderAndOfItsBilling() throws Exception {
		try (Events events = events(this.port)) {
			UUID id = order("tea");
			JsonNode billed = events.await((update) -> status(update, id).equals("BILLED"));
			assertThat(billed.path("afresh").booleanValue()).isFalse();
		}
	}

	@Test
	void tellsANewcomerTheLatestHundred() throws Exception {
		UUID last = null;
		for (int i = 0; i < LiveState.ORDERS + 20; i++) {
			last = put("many-" + i);
		}
		try (Events events = events(this.port)) {
			UUID awaited = last;
			events.await((update) -> !status(update, awaited).isEmpty());
		}
		try (Events events = events(this.port)) {
			JsonNode first = events.await((update) -> true);
			assertThat(first.path("afresh").booleanValue()).isTrue();
			assertThat(first.path("orders")).hasSize(LiveState.ORDERS);
			assertThat(status(first, last)).isEqualTo("BILLED");
		}
	}

	@Test
	void tellsFiguresWhileSomebodyLooks() throws Exception {
		try (Events events = events(this.port)) {
			// The first ones may be a second old
			JsonNode figures = events
				.await((one) -> one.path("figures").path("state").stringValue("").equals("RUNNING"))
				.path("figures");
			assertThat(figures.path("lag").isNumber()).isTrue();
			assertThat(figures.path("deadLetters").isNumber()).isTrue();
			order("tea");
			events.await((one) -> one.path("figures").path("rate").doubleValue() > 0);
		}
	}

	@Test
	void refusesOneBrowserTooManyAndTakesAnotherWhenOneHasLeft() throws Exception {
		List<Events> all = new ArrayList<>();
		try {
			// Those of other tests may still be leaving
			await().atMost(PATIENCE).until(() -> {
				while (all.size() < EventController.BROWSERS) {
					HttpResponse<InputStream> response = request(this.port);
					if (response.statusCode() != 200) {
						return false;
					}
					all.add(new Events(response, this.json));
				}
				return true;
			});
			assertThat(request(this.port).statusCode()).isEqualTo(503);
			all.remove(0).close();
			await().atMost(PATIENCE).until(() -> {
				HttpResponse<InputStream> response = request(this.port);
				response.body().close();
				return response.statusCode() == 200;
			});
		}
		finally {
			for (Events events : all) {
				events.close();
			}
		}
	}

	@Test
	void isNotHeldUpByABrowserThatDoesNotRead() throws Exception {
		try (Socket slow = new Socket(); Events events = events(this.port)) {
			slow.setReceiveBufferSize(4096);
			slow.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), this.port));
			slow.getOutputStream()
				.write("GET /events HTTP/1.1\r\nHost: localhost:%d\r\nAccept: text/event-stream\r\n\r\n"
					.formatted(this.port)
					.getBytes(StandardCharsets.US_ASCII));
			String large = "x".repeat(10_000);
			await().atMost(PATIENCE).until(() -> {
				for (int i = 0; i < LiveState.ORDERS; i++) {
					put(large);
				}
				return isWriterBlocked();
			});
			UUID last = put("last");
			events.await((update) -> !status(update, last).isEmpty());
			assertThat(isWriterBlocked()).isTrue();
			assertThat(this.listeners.getStatus("live-orders").state()).isEqualTo(ContainerStatus.State.RUNNING);
		}
	}

	@Test
	void endsWithoutWaitingForBrowsers() throws Exception {
		try (NatsServer server = NatsServer.builder().start()) {
			ConfigurableApplicationContext application = SpringApplication.run(SampleApplication.class,
					"--nats.servers=" + server.url(), "--server.port=0");
			try (application) {
				int port = application.getEnvironment().getRequiredProperty("local.server.port", int.class);
				try (Events events = events(port)) {
					events.await((update) -> true);
					long start = System.nanoTime();
					application.close();
					// The web server would wait for half a minute
					assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
					events.awaitEnd();
				}
			}
		}
	}

	@Test
	void redrivesAnOrderOnceItsProductIsReleased() {
		operation("PUT", "/holds/cursed", 204);
		UUID id = order("cursed");
		String letter = awaitLetter(id);
		this.http.get().uri("/operations/dead-letters").exchange().expectStatus().isOk().expectBody().json("""
				[{"order": "%s", "sku": "cursed", "subject": "orders.eu.created",
					"reason": "Product 'cursed' is on hold"}]""".formatted(id));
		operation("POST", "/dead-letters/" + letter + "/redrive", 409).jsonPath("$.detail")
			.value(String.class, (detail) -> assertThat(detail).contains("its listener failed again"));
		operation("POST", "/dead-letters/redrive", 200).json("""
				{"redriven": 0, "failed": 1}""");
		operation("DELETE", "/holds/cursed", 204);
		operation("POST", "/dead-letters/redrive", 200).json("""
				{"redriven": 1, "failed": 0}""");
		this.http.get().uri("/orders/{id}", id).exchange().expectBody().json("""
				{"status": "BILLED"}""");
		operation("POST", "/dead-letters/" + letter + "/redrive", 409);
	}

	@Test
	void billsNothingWhileItIsPaused() {
		operation("POST", "/billing/pause", 204);
		try {
			await().atMost(PATIENCE)
				.until(() -> this.listeners.getStatus(Billing.LISTENER).state() == ContainerStatus.State.PAUSED);
			UUID id = order("tea");
			this.http.get().uri("/orders/{id}", id).exchange().expectBody().json("""
					{"status": "NEW"}""");
		}
		finally {
			operation("POST", "/billing/resume", 204);
		}
		await().atMost(PATIENCE)
			.until(() -> this.listeners.getStatus(Billing.LISTENER).state() == ContainerStatus.State.RUNNING);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/holds/a.b", "/holds/*" })
	void refusesToHoldWhatIsNoProduct(String path) {
		operation("PUT", path, 400);
	}

	@Test
	void refusesWhatIsNoLetter() {
		operation("POST", "/dead-letters/nope/redrive", 400);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/events", "/operations/dead-letters" })
	void refusesWhatIsForwarded(String path) {
		this.http.get()
			.uri(path)
			.header("X-Forwarded-For", "192.0.2.1")
			.exchange()
			.expectStatus()
			.isForbidden()
			.expectHeader()
			.contentType(MediaType.APPLICATION_PROBLEM_JSON);
	}

	@Test
	void servesAPageThatLoadsNothingFromElsewhere() {
		this.http.get()
			.uri("/")
			.exchange()
			.expectStatus()
			.isOk()
			.expectHeader()
			.value("Content-Security-Policy",
					(policy) -> assertThat(policy).contains("default-src 'self'", "frame-ancestors 'none'"))
			.expectBody(String.class)
			.value((page) -> assertThat(page).contains("page.js").doesNotContain("://"));
	}

	private UUID order(String sku) {
		Order order = this.http.post()
			.uri("/orders")
			.contentType(MediaType.APPLICATION_JSON)
			.body(Map.of("sku", sku, "quantity", 1, "region", "eu"))
			.exchange()
			.expectStatus()
			.isCreated()
			.expectBody(Order.class)
			.returnResult()
			.getResponseBody();
		assertThat(order).isNotNull();
		return order.id();
	}

	private UUID put(String sku) {
		Order order = new Order(UUID.randomUUID(), sku, 1, "eu", Order.Status.BILLED, null);
		this.orders.put(order.id().toString(), order);
		return order.id();
	}

	private String awaitLetter(UUID order) {
		return await().atMost(PATIENCE)
			.until(() -> this.deadLetters.list(DeadLetterQuery.ofStream("ORDERS"))
				.stream()
				.filter((letter) -> new String(this.deadLetters.payload(letter.id()), StandardCharsets.UTF_8)
					.contains(order.toString()))
				.map((letter) -> letter.id().toString())
				.findFirst()
				.orElse(null), (found) -> found != null);
	}

	private RestTestClient.BodyContentSpec operation(String method, String path, int status) {
		return this.http.method(HttpMethod.valueOf(method))
			.uri("/operations" + path)
			.exchange()
			.expectStatus()
			.isEqualTo(status)
			.expectBody();
	}

	private static boolean isWriterBlocked() {
		return Thread.getAllStackTraces()
			.entrySet()
			.stream()
			.filter((thread) -> thread.getKey().getName().startsWith("browser-"))
			.anyMatch((thread) -> Arrays.stream(thread.getValue())
				.anyMatch((frame) -> frame.getMethodName().equals("doWrite")));
	}

	private Events events(int port) throws Exception {
		HttpResponse<InputStream> response = await().atMost(PATIENCE)
			.until(() -> request(port), (one) -> one.statusCode() == 200);
		return new Events(response, this.json);
	}

	private static HttpResponse<InputStream> request(int port) throws IOException, InterruptedException {
		return CLIENT.send(HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/events")).build(),
				HttpResponse.BodyHandlers.ofInputStream());
	}

	private static String status(JsonNode update, UUID id) {
		for (JsonNode change : update.path("orders")) {
			if (change.path("order").path("id").stringValue("").equals(id.toString())) {
				return change.path("order").path("status").stringValue("");
			}
		}
		return "";
	}

	private static final class Events implements AutoCloseable {

		private final BufferedReader lines;

		private final JsonMapper json;

		Events(HttpResponse<InputStream> response, JsonMapper json) {
			this.lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
			this.json = json;
		}

		/** The test's timeout is the bound; there is a heartbeat. */
		JsonNode await(Predicate<JsonNode> expected) throws IOException {
			String line = this.lines.readLine();
			while (line != null) {
				if (line.startsWith("data:")) {
					JsonNode update = this.json.readTree(line.substring("data:".length()));
					if (expected.test(update)) {
						return update;
					}
				}
				line = this.lines.readLine();
			}
			throw new AssertionError("The events ended");
		}

		void awaitEnd() throws IOException {
			String line = this.lines.readLine();
			while (line != null) {
				line = this.lines.readLine();
			}
		}

		@Override
		public void close() throws IOException {
			this.lines.close();
		}

	}

}
