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

import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.github.natsspring.annotation.NatsListener;
import io.github.natsspring.core.JetStreamTemplate;
import io.github.natsspring.test.NatsServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for the pages on health and on the endpoint: runs what they show.
 */
@Timeout(60)
class OperationsPagesIntegrationTests {

	private static final String HEALTH = "health.md";

	private static final String ENDPOINT = "endpoint.md";

	private final JsonMapper mapper = new JsonMapper();

	private NatsServer server;

	@BeforeEach
	void startServer() {
		this.server = NatsServer.builder().start();
	}

	@AfterEach
	void stopServer() {
		this.server.close();
	}

	@Test
	void showWhatThisTestRuns() {
		for (String page : List.of(HEALTH, ENDPOINT)) {
			assertThat(Pages.blocks(page, "yaml")).hasSize(1);
			assertThat(Pages.blocks(page, "json")).hasSize(1);
			assertThat(Pages.blocks(page, "java")).hasSize(1)
				.allSatisfy((block) -> assertThat(Collections
					.indexOfSubList(Pages.source(OperationsPagesIntegrationTests.class), Pages.words(block)))
					.isNotNegative());
		}
	}

	@Test
	void tellsHealthAsThePageSays() {
		try (WebApplication application = start(HEALTH, Healthy.class)) {
			application.bean(JetStreamTemplate.class).publish("orders.1", "one");
			await().until(() -> application.bean(Healthy.class).billed.contains("one"));
			JsonNode health = application.get("/actuator/health").json("/components/nats");
			JsonNode shown = this.mapper.readTree(Pages.blocks(HEALTH, "json").get(0));
			assertThat(names(health)).containsExactlyInAnyOrderElementsOf(names(shown));
			assertThat(names(health.at("/details"))).containsExactlyInAnyOrderElementsOf(names(shown.at("/details")));
			assertThat(names(health.at("/details/listeners/billing")))
				.containsExactlyInAnyOrderElementsOf(names(shown.at("/details/listeners/billing")));
			assertThat(health.at("/status")).isEqualTo(shown.at("/status"));
			assertThat(health.at("/details/jetStream")).isEqualTo(shown.at("/details/jetStream"));
			assertThat(application.get("/actuator/health/liveness").body()).doesNotContain("nats");
			assertThat(application.get("/actuator/health/readiness").json("/components/nats/status").asString())
				.isEqualTo("UP");
		}
	}

	@Test
	void answersAsThePageOnTheEndpointSays() {
		try (WebApplication application = start(ENDPOINT, Redriven.class)) {
			application.bean(JetStreamTemplate.class).publish("orders.1", "one");
			await().until(() -> application.get("/actuator/nats/dead-letters/ORDERS").json("/count").asInt() == 1);
			assertThat(application.get("/actuator/nats/listeners/billing").json("/state").asString())
				.isEqualTo("RUNNING");
			for (String action : List.of("pause", "resume")) {
				String body = "{\"action\": \"%s\"}".formatted(action);
				assertThat(Pages.text(ENDPOINT)).contains("`" + body + "`");
				assertThat(application.post("/actuator/nats/listeners/billing", body).status()).isEqualTo(200);
			}
			String body = "{\"action\": \"redrive\"}";
			assertThat(Pages.text(ENDPOINT)).contains("`" + body + "`");
			application.bean(Redriven.class).billing.repaired = true;
			assertThat(application.post("/actuator/nats/dead-letters/ORDERS", body).json(""))
				.isEqualTo(this.mapper.readTree(Pages.blocks(ENDPOINT, "json").get(0)));
		}
	}

	@Test
	void nameWhatTheEndpointTells() {
		try (WebApplication application = start(ENDPOINT, Redriven.class)) {
			application.bean(JetStreamTemplate.class).publish("orders.1", "one");
			await().until(() -> application.get("/actuator/nats/dead-letters/ORDERS").json("/count").asInt() == 1);
			String page = Pages.text(ENDPOINT);
			JsonNode connection = application.get("/actuator/nats").json("/connections/default");
			for (JsonNode node : List.of(connection, connection.at("/topology"), connection.at("/listeners/billing"),
					connection.at("/listeners/billing/lag"),
					application.get("/actuator/nats/dead-letters/ORDERS").json("/letters/0"))) {
				assertThat(names(node)).isNotEmpty().allSatisfy((name) -> assertThat(page).contains("`" + name + "`"));
			}
		}
	}

	private WebApplication start(String page, Class<?> listeners) {
		return WebApplication.start(Pages.blocks(page, "yaml"), List.of(listeners),
				"nats.servers=" + this.server.url());
	}

	private static List<String> names(JsonNode node) {
		return node.properties().stream().map((entry) -> entry.getKey()).toList();
	}

	static class Healthy {

		final Queue<String> billed = new ConcurrentLinkedQueue<>();

		@NatsListener(id = "billing", consumer = "billing")
		void bill(String order) {
			this.billed.add(order);
		}

	}

	static class Redriven {

		final Billing billing = new Billing();

		@NatsListener(id = "billing", consumer = "billing")
		void bill(String order) {
			this.billing.bill(order);
		}

	}

	static class Billing {

		volatile boolean repaired;

		void bill(String order) {
			if (!this.repaired) {
				throw new IllegalStateException("Cannot bill " + order);
			}
		}

	}

}
