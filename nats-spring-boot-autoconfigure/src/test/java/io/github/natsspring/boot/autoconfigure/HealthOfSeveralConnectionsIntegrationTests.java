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

import io.github.natsspring.annotation.NatsListener;
import io.github.natsspring.test.NatsServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Health over HTTP with several connections: a component for each, of which one alone
 * takes the whole down.
 */
@Timeout(120)
@ExtendWith(NoSecrets.class)
class HealthOfSeveralConnectionsIntegrationTests {

	private static final String USERS = "authorization { user: app, password: T0PSECRET }";

	@Test
	void hasAComponentForEachConnection() {
		try (NatsServer local = NatsServer.builder().start();
				NatsServer eu = NatsServer.builder().config(USERS).start();
				WebApplication application = start(local, eu)) {
			await().atMost(Duration.ofSeconds(20))
				.untilAsserted(() -> assertThat(application.get("/actuator/health").status()).isEqualTo(200));
			WebApplication.Answer health = application.get("/actuator/health/nats");
			assertThat(health.json("/components").propertyNames()).containsExactly("default", "eu");
			assertComponent(health.json("/components/default"), local, "orders", "prices");
			assertComponent(health.json("/components/eu"), eu, "orders-eu", "prices-eu");
			assertComponent(application.get("/actuator/health/nats/eu").json(""), eu, "orders-eu", "prices-eu");
			NoSecrets.shown(health.body());
			eu.kill();
			await().atMost(Duration.ofSeconds(10))
				.untilAsserted(() -> assertThat(application.get("/actuator/health").status()).isEqualTo(503));
			assertThat(status(application, "/actuator/health/nats")).isEqualTo("DOWN");
			assertThat(status(application, "/actuator/health/nats/eu")).isEqualTo("DOWN");
			assertThat(status(application, "/actuator/health/nats/default")).isEqualTo("UP");
			assertThat(status(application, "/actuator/health/liveness")).isEqualTo("UP");
			NoSecrets.shown(application.get("/actuator/health/nats/eu").body());
			eu.start();
			await().atMost(Duration.ofSeconds(10))
				.untilAsserted(() -> assertThat(application.get("/actuator/health").status()).isEqualTo(200));
		}
	}

	private static WebApplication start(NatsServer local, NatsServer eu) {
		return WebApplication.start(List.of(), List.of(Listeners.class), "nats.servers=" + local.url(),
				"nats.jetstream.streams.ORDERS.subjects=orders.>",
				"nats.jetstream.streams.ORDERS.consumers.billing.description=Billing",
				"nats.connections.eu.servers=" + eu.url(), "nats.connections.eu.username=app",
				"nats.connections.eu.password=T0PSECRET", "nats.connections.eu.reconnect.wait=100ms",
				"nats.connections.eu.jetstream.streams.ORDERS.subjects=orders.>",
				"nats.connections.eu.jetstream.streams.ORDERS.consumers.billing.description=Billing",
				"management.endpoint.health.show-details=always", "management.endpoint.health.probes.enabled=true");
	}

	private static void assertComponent(JsonNode component, NatsServer server, String... listeners) {
		assertThat(component.at("/status").asString()).isEqualTo("UP");
		assertThat(component.at("/details/url").asString()).isEqualTo(server.url());
		assertThat(component.at("/details/jetStream").asString()).isEqualTo("reachable");
		assertThat(component.at("/details/listeners").propertyNames()).containsExactlyInAnyOrder(listeners);
	}

	private static String status(WebApplication application, String path) {
		return application.get(path).json("/status").asString();
	}

	static class Listeners {

		@NatsListener(id = "orders", connection = "default", stream = "ORDERS", consumer = "billing")
		void order(String order) {
		}

		@NatsListener(id = "orders-eu", connection = "eu", stream = "ORDERS", consumer = "billing")
		void orderInEu(String order) {
		}

		@NatsListener(id = "prices", connection = "default", subjects = "price.*")
		String price(byte[] sku) {
			return "42";
		}

		@NatsListener(id = "prices-eu", connection = "eu", subjects = "price.*")
		String priceInEu(byte[] sku) {
			return "43";
		}

	}

}
