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

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;

import io.github.natsspring.config.NatsListenerEndpointRegistry;
import io.github.natsspring.core.JetStreamTemplate;
import io.github.natsspring.listener.MessageListenerContainer;
import io.github.natsspring.test.EmbeddedNats;
import io.github.natsspring.test.NatsServer;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.KeyValue;
import io.nats.client.api.KeyValueEntry;
import io.nats.client.api.MessageInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.resttestclient.autoconfigure.AutoConfigureRestTestClient;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.client.RestTestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The calls of the order service, over HTTP and on a real nats-server.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@AutoConfigureRestTestClient
@EmbeddedNats
class OrderServiceIntegrationTests {

	private static final Duration PATIENCE = Duration.ofSeconds(20);

	private final NatsServer server;

	private final RestTestClient http;

	private final JetStreamTemplate jetStream;

	private final JetStreamManagement management;

	private final KeyValue orderStatus;

	private final NatsListenerEndpointRegistry listeners;

	OrderServiceIntegrationTests(@Autowired RestTestClient http, @Autowired JetStreamTemplate jetStream,
			@Autowired JetStreamManagement management, @Autowired @Qualifier("order-status") KeyValue orderStatus,
			@Autowired NatsListenerEndpointRegistry listeners, @Autowired NatsServer server) {
		this.server = server;
		this.http = http;
		this.jetStream = jetStream;
		this.management = management;
		this.orderStatus = orderStatus;
		this.listeners = listeners;
	}

	@Test
	void answersWithLocationOnceTheEventIsStored() throws Exception {
		URI location = order("tea", 2, "us");
		String id = location.getPath().substring("/orders/".length());
		MessageInfo event = this.management.getLastMessage("ORDERS", "orders.us.created");
		assertThat(new String(event.getData(), StandardCharsets.UTF_8)).contains(id);
		assertThat(location).hasToString("/orders/" + UUID.fromString(id));
	}

	@Test
	void showsOrderAsNewBeforeItIsBilled() {
		MessageListenerContainer billing = listener("billing-bill");
		billing.stop();
		try {
			this.http.get().uri(order("tea", 2, "eu")).exchange().expectStatus().isOk().expectBody().json("""
					{"sku": "tea", "quantity": 2, "region": "eu", "status": "NEW", "total": null}""");
		}
		finally {
			billing.start();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "eu", "us", "apac" })
	void billsOrderAtTheQuotedPrice(String region) {
		URI location = order("chair-" + region, 3, region);
		Pricing.Price price = this.http.get()
			.uri("/quotes/chair-" + region)
			.exchange()
			.expectStatus()
			.isOk()
			.expectBody(Pricing.Price.class)
			.returnResult()
			.getResponseBody();
		assertThat(price).isNotNull();
		assertThat(price.sku()).isEqualTo("chair-" + region);
		Order order = awaitBilling(location);
		assertThat(order.status()).isEqualTo(Order.Status.BILLED);
		assertThat(order.total()).isEqualByComparingTo(price.price().add(price.price()).add(price.price()));
		assertThat(order.region()).isEqualTo(region);
		assertThat(location).hasToString("/orders/" + order.id());
		this.http.get()
			.uri(location + "/invoice")
			.exchange()
			.expectStatus()
			.isOk()
			.expectHeader()
			.contentTypeCompatibleWith(MediaType.TEXT_PLAIN)
			.expectBody(String.class)
			.value((text) -> assertThat(text).contains(order.id().toString(), "3 x chair-" + region,
					"Total: " + order.total()));
	}

	@Test
	void failsOrderOfWhatHasNoPrice() {
		URI location = order("discontinued", 1, "eu");
		Order order = awaitBilling(location);
		assertThat(order.status()).isEqualTo(Order.Status.FAILED);
		assertThat(order.total()).isNull();
		expectProblem(this.http.get().uri(location + "/invoice"), 404);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			{"quantity": 1, "region": "eu"}                              | sku is missing
			{"sku": null, "quantity": 1, "region": "eu"}                 | sku is missing
			{"sku": "", "quantity": 1, "region": "eu"}                   | sku must be
			{"sku": "a.b", "quantity": 1, "region": "eu"}                | sku must be
			{"sku": "*", "quantity": 1, "region": "eu"}                  | sku must be
			{"sku": ">", "quantity": 1, "region": "eu"}                  | sku must be
			{"sku": "a\\r\\nb", "quantity": 1, "region": "eu"}           | sku must be
			{"sku": "tea", "quantity": 0, "region": "eu"}                | quantity must be at least 1
			{"sku": "tea", "quantity": -1, "region": "eu"}               | quantity must be at least 1
			{"sku": "tea", "quantity": 1.5, "region": "eu"}              | Failed to read
			{"sku": "tea", "quantity": 9999999999, "region": "eu"}       | Failed to read
			{"sku": "tea", "quantity": "many", "region": "eu"}           | Failed to read
			{"sku": "tea", "region": "eu"}                               | Failed to read
			{"sku": "tea", "quantity": 1}                                | region is missing
			{"sku": "tea", "quantity": 1, "region": "mars"}              | region must be one of
			{"sku": "tea", "quantity": 1, "region": "*"}                 | region must be one of
			{"sku": "tea", "quantity": 1, "region": "eu.x"}              | region must be one of
			{"sku": "tea", "quantity": 1, "region": "eu"                 | Failed to read
			{"sku": "tea", "quantity": 1, "region": "eu"} more           | Failed to read
			[]                                                           | Failed to read
			null                                                         | Failed to read
			``                                                           | Failed to read
			""")
	void refusesBadInputAndPublishesNothing(String body, String detail) throws Exception {
		long events = lastSequence("ORDERS");
		long writes = lastSequence("KV_order-status");
		expectProblem(this.http.post().uri("/orders").contentType(MediaType.APPLICATION_JSON).body(body), 400)
			.jsonPath("$.detail")
			.value(String.class, (text) -> assertThat(text).contains(detail));
		assertThat(lastSequence("ORDERS")).isEqualTo(events);
		assertThat(lastSequence("KV_order-status")).isEqualTo(writes);
	}

	@ParameterizedTest
	@CsvSource({ "/orders/e8b4a6a2-7a0f-4b7e-9c43-54b3e5f4a5a1, 404",
			"/orders/e8b4a6a2-7a0f-4b7e-9c43-54b3e5f4a5a1/invoice, 404", "/orders/nope, 404",
			"/orders/nope/invoice, 404", "/quotes/discontinued, 404", "/quotes/a.b, 400", "/quotes/*, 400" })
	void answersProblemWhereThereIsNothing(String uri, int status) {
		expectProblem(this.http.get().uri(uri), status);
	}

	@Test
	@DisabledOnOs(OS.WINDOWS)
	void answersThatItIsUnavailableWhileTheServerDoesNotAnswer() {
		this.server.pause();
		try {
			expectProblem(this.http.post().uri("/orders").contentType(MediaType.APPLICATION_JSON).body("""
					{"sku": "tea", "quantity": 1, "region": "eu"}"""), 503);
			expectProblem(this.http.get().uri("/quotes/tea"), 503);
		}
		finally {
			this.server.resume();
		}
	}

	@Test
	void tellsItsHealth() {
		this.http.get().uri("/actuator/health").exchange().expectStatus().isOk().expectBody().json("""
				{"status": "UP", "components": {"nats": {"status": "UP", "details":
					{"listeners": {"billing-bill": {"state": "RUNNING"}, "pricing-quote": {"state": "RUNNING"}}}}}}""");
	}

	@Test
	void billsOnceWhenTheEventComesTwice() throws Exception {
		Order.Created event = new Order.Created(UUID.randomUUID(), "lamp", 1);
		this.jetStream.publish("orders.eu.created", event);
		String key = event.id().toString();
		KeyValueEntry billed = await().atMost(PATIENCE).until(() -> this.orderStatus.get(key), Objects::nonNull);
		long second = this.jetStream.publish("orders.eu.created", event).getSeqno();
		await().atMost(PATIENCE).until(() -> ackFloor() >= second);
		assertThat(this.orderStatus.get(key).getRevision()).isEqualTo(billed.getRevision());
	}

	@Test
	void billsLaterWhenNobodyTellsThePrice() throws Exception {
		MessageListenerContainer pricing = listener("pricing-quote");
		pricing.stop();
		URI location;
		try {
			long redelivered = redelivered();
			location = order("sofa", 1, "eu");
			await().atMost(PATIENCE).until(() -> redelivered() > redelivered);
			assertThat(order(location).status()).isEqualTo(Order.Status.NEW);
		}
		finally {
			pricing.start();
		}
		assertThat(awaitBilling(location).status()).isEqualTo(Order.Status.BILLED);
	}

	private URI order(String sku, int quantity, String region) {
		URI location = this.http.post()
			.uri("/orders")
			.contentType(MediaType.APPLICATION_JSON)
			.body("""
					{"sku": "%s", "quantity": %d, "region": "%s"}""".formatted(sku, quantity, region))
			.exchange()
			.expectStatus()
			.isCreated()
			.expectBody(Order.class)
			.returnResult()
			.getResponseHeaders()
			.getLocation();
		assertThat(location).isNotNull();
		return location;
	}

	private Order order(URI location) {
		Order order = this.http.get()
			.uri(location)
			.exchange()
			.expectStatus()
			.isOk()
			.expectBody(Order.class)
			.returnResult()
			.getResponseBody();
		assertThat(order).isNotNull();
		return order;
	}

	private Order awaitBilling(URI location) {
		return await().atMost(PATIENCE).until(() -> order(location), (order) -> order.status() != Order.Status.NEW);
	}

	private RestTestClient.BodyContentSpec expectProblem(RestTestClient.RequestHeadersSpec<?> request, int status) {
		return request.exchange()
			.expectStatus()
			.isEqualTo(status)
			.expectHeader()
			.contentType(MediaType.APPLICATION_PROBLEM_JSON)
			.expectBody()
			.jsonPath("$.status")
			.isEqualTo(status);
	}

	private MessageListenerContainer listener(String id) {
		MessageListenerContainer container = this.listeners.getListenerContainer(id);
		assertThat(container).isNotNull();
		return container;
	}

	private long lastSequence(String stream) throws IOException, JetStreamApiException {
		return this.management.getStreamInfo(stream).getStreamState().getLastSequence();
	}

	private long ackFloor() throws IOException, JetStreamApiException {
		return this.management.getConsumerInfo("ORDERS", "billing").getAckFloor().getStreamSequence();
	}

	private long redelivered() throws IOException, JetStreamApiException {
		return this.management.getConsumerInfo("ORDERS", "billing").getRedelivered();
	}

}
