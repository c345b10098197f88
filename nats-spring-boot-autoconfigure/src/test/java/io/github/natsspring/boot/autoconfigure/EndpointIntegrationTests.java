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
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.natsspring.annotation.NatsListener;
import io.github.natsspring.boot.actuate.NatsEndpoint;
import io.github.natsspring.boot.autoconfigure.metrics.NatsMetricsAutoConfiguration;
import io.github.natsspring.core.JetStreamTemplate;
import io.github.natsspring.core.NatsTemplate;
import io.github.natsspring.test.NatsServer;
import io.micrometer.core.instrument.MeterRegistry;
import io.nats.client.Connection;
import io.nats.client.Dispatcher;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for the actuator endpoint over HTTP.
 */
@Timeout(60)
@ExtendWith(NoSecrets.class)
class EndpointIntegrationTests {

	private static final String EXPOSED = "management.endpoints.web.exposure.include=health,nats";

	private static final String PAYLOAD = "a secret of the customer";

	private static NatsServer server;

	@BeforeAll
	static void startServer() {
		server = NatsServer.builder().config("authorization { user: app, password: T0PSECRET }").start();
	}

	@AfterAll
	static void stopServer() {
		server.close();
	}

	@AfterEach
	void emptyServer() {
		Listeners.repaired = false;
		Listeners.seen.clear();
		server.restartWithoutStore();
	}

	@Test
	void isNotExposedOverHttpUnlessAskedFor() {
		try (WebApplication application = start()) {
			assertThat(application.get("/actuator/health").status()).isEqualTo(200);
			assertThat(application.get("/actuator/nats").status()).isEqualTo(404);
			assertThat(application.post("/actuator/nats/listeners/billing", "{\"action\":\"pause\"}").status())
				.isEqualTo(404);
			assertThat(application.get("/actuator").body()).doesNotContain("nats");
			assertThat(application.context().getBeanNamesForType(NatsEndpoint.class)).isEmpty();
		}
	}

	@Test
	void onlyReadsWhenItsAccessIsReadOnly() {
		try (WebApplication application = start(EXPOSED, "management.endpoint.nats.access=read-only")) {
			assertThat(application.get("/actuator/nats").status()).isEqualTo(200);
			assertThat(application.post("/actuator/nats/listeners/billing", "{\"action\":\"pause\"}").status())
				.isEqualTo(405);
			assertThat(listener(application, "billing").at("/state").asString()).isEqualTo("RUNNING");
		}
	}

	@Test
	void isNotThereWithoutAccess() {
		try (WebApplication application = start(EXPOSED, "management.endpoint.nats.access=none")) {
			assertThat(application.get("/actuator/nats").status()).isEqualTo(404);
		}
	}

	@Test
	void tellsOfConnectionTopologyListenersAndLag() {
		try (WebApplication application = start(EXPOSED, "nats.jetstream.streams.ORDERS.max-age=7d",
				"nats.metrics.lag-interval=200ms",
				"nats.connections.other.servers=" + server.url().replace("nats://", "nats://app:T0PSECRET@"))) {
			application.post("/actuator/nats/listeners/billing", "{\"action\":\"pause\"}");
			for (int i = 0; i < 3; i++) {
				application.bean(JetStreamTemplate.class).publish("orders.1", PAYLOAD);
			}
			// A pull that was waiting when the listener paused may have taken them, and
			// gives them back
			await().until(() -> listener(application, "billing").at("/inFlight").asInt() == 0);
			WebApplication.Answer answer = application.get("/actuator/nats");
			assertThat(answer.status()).isEqualTo(200);
			JsonNode first = answer.json("/connections/default");
			assertThat(first.at("/status").asString()).isEqualTo("CONNECTED");
			assertThat(first.at("/url").asString()).isEqualTo(server.url());
			assertThat(first.at("/topology/result").asString()).isEqualTo("APPLIED");
			assertThat(first.at("/topology/resources/0/name").asString()).isEqualTo("ORDERS");
			assertThat(first.at("/topology/resources/0/action").asString()).isEqualTo("CREATE");
			JsonNode billing = first.at("/listeners/billing");
			assertThat(billing.at("/state").asString()).isEqualTo("PAUSED");
			assertThat(billing.at("/stream").asString()).isEqualTo("ORDERS");
			assertThat(billing.at("/consumer").asString()).isEqualTo("billing");
			// A pull that was waiting when the listener paused may have taken them, and
			// gives them back
			await().untilAsserted(() -> {
				JsonNode later = listener(application, "billing");
				assertThat(later.at("/lag/pending").asInt() + later.at("/lag/ackPending").asInt()).isEqualTo(3);
				assertThat(later.at("/inFlight").asInt()).isZero();
			});
			assertThat(first.at("/listeners/prices/state").asString()).isEqualTo("RUNNING");
			assertThat(first.at("/deadLetters/ORDERS").asInt()).isZero();
			JsonNode other = answer.json("/connections/other");
			assertThat(other.at("/status").asString()).isEqualTo("CONNECTED");
			assertThat(other.at("/listeners").isEmpty()).isTrue();
			assertThat(answer.body()).doesNotContain(PAYLOAD);
			NoSecrets.shown(answer.body());
		}
	}

	@Test
	void asksForLagsNoMoreOftenThanTheMetersDo() throws Exception {
		try (WebApplication application = start(EXPOSED, "nats.metrics.lag-interval=1h")) {
			// The meters ask soon after the start
			await().until(() -> gauge(application) >= 0);
			assertThat(requestsForLags(application)).isLessThan(5);
			assertThat(Instant.parse(listener(application, "billing").at("/lag/time").asString()))
				.isBefore(Instant.now());
		}
	}

	@Test
	void asksForLagsItselfWithoutMeters() throws Exception {
		try (WebApplication application = start(EXPOSED,
				"spring.autoconfigure.exclude=" + NatsMetricsAutoConfiguration.class.getName())) {
			assertThat(requestsForLags(application)).isGreaterThanOrEqualTo(20);
			assertThat(listener(application, "billing").at("/lag/pending").asInt(-1)).isZero();
		}
	}

	@Test
	void tellsHowTheServerDiffers() {
		try (WebApplication first = start("nats.jetstream.streams.ORDERS.max-age=7d")) {
			assertThat(first.get("/actuator/health").status()).isEqualTo(200);
		}
		try (WebApplication application = start(EXPOSED, "nats.jetstream.streams.ORDERS.max-age=1d")) {
			JsonNode stream = application.get("/actuator/nats").json("/connections/default/topology/resources/0");
			assertThat(stream.at("/action").asString()).isEqualTo("DIFFERENT");
			assertThat(stream.at("/drift/0").asString()).contains("max_age", "7d");
		}
	}

	@Test
	void pausesAndResumesAListener() {
		try (WebApplication application = start(EXPOSED)) {
			WebApplication.Answer paused = application.post("/actuator/nats/listeners/billing",
					"{\"action\":\"pause\"}");
			assertThat(paused.status()).isEqualTo(200);
			assertThat(paused.json("/state").asString()).isEqualTo("PAUSED");
			Listeners.repaired = true;
			application.bean(JetStreamTemplate.class).publish("orders.1", "waits");
			await().during(Duration.ofMillis(500)).until(Listeners.seen::isEmpty);
			assertThat(application.post("/actuator/nats/listeners/billing", "{\"action\":\"resume\"}").status())
				.isEqualTo(200);
			await().until(() -> Listeners.seen.contains("waits"));
			assertThat(listener(application, "billing").at("/state").asString()).isEqualTo("RUNNING");
		}
	}

	@Test
	void pausesAndResumesListenersOfCoreNatsAndOfOtherConnections() {
		try (WebApplication application = start(List.of(Listeners.class, Remote.class), EXPOSED,
				"nats.connections.other.servers=" + server.url().replace("nats://", "nats://app:T0PSECRET@"))) {
			for (String id : List.of("prices", "remote")) {
				String path = "/actuator/nats/listeners/" + id;
				assertThat(application.post(path, "{\"action\":\"pause\"}").json("/state").asString())
					.isEqualTo("PAUSED");
				assertThat(listener(application, id).at("/state").asString()).isEqualTo("PAUSED");
				assertThat(application.post(path, "{\"action\":\"resume\"}").json("/state").asString())
					.isEqualTo("RUNNING");
			}
			assertThat(listener(application, "prices").at("/connection").asString()).isEqualTo("default");
			assertThat(listener(application, "remote").at("/connection").asString()).isEqualTo("other");
			assertThat(listener(application, "remote").at("/lag").isMissingNode()).isTrue();
			assertThat(application.bean(NatsTemplate.class).request("price.tea", "", String.class)).isEqualTo("42");
		}
	}

	@Test
	void listsAndRedrivesDeadLettersAndShowsNothingOfThem() {
		try (WebApplication application = start(EXPOSED)) {
			for (int i = 0; i < 3; i++) {
				application.bean(JetStreamTemplate.class)
					.publish("orders." + i, PAYLOAD + i, (options) -> options.header("Customer", PAYLOAD));
			}
			await().until(() -> deadLetters(application).json("/count").asInt() == 3);
			WebApplication.Answer list = deadLetters(application);
			assertThat(list.json("/letters").size()).isEqualTo(3);
			JsonNode letter = list.json("/letters/0");
			assertThat(letter.at("/id").asString()).isEqualTo("ORDERS_DLQ:1");
			assertThat(letter.at("/consumer").asString()).isEqualTo("billing");
			assertThat(letter.at("/subject").asString()).startsWith("orders.");
			assertThat(letter.at("/exception").asString()).isEqualTo("java.lang.IllegalStateException");
			assertThat(letter.at("/size").asInt()).isEqualTo(PAYLOAD.length() + 1);
			assertThat(application.get("/actuator/nats/dead-letters/ORDERS?after=ORDERS_DLQ:1&max=1")
				.json("/letters/0/id")
				.asString()).isEqualTo("ORDERS_DLQ:2");
			assertThat(application.get("/actuator/nats").json("/connections/default/deadLetters/ORDERS").asInt())
				.isEqualTo(3);
			WebApplication.Answer failed = redrive(application, "");
			assertThat(failed.json("/redriven").asInt()).isZero();
			assertThat(failed.json("/failed/ORDERS_DLQ:1").asString())
				.isEqualTo("its listener failed again, with java.lang.IllegalStateException");
			Listeners.repaired = true;
			assertThat(redrive(application, ",\"letter\":\"ORDERS_DLQ:2\"").json("/redriven").asInt()).isOne();
			assertThat(Listeners.seen).hasSize(1);
			assertThat(redrive(application, ",\"letter\":\"ORDERS_DLQ:2\"").json("/failed/ORDERS_DLQ:2").asString())
				.contains("there is no such letter");
			assertThat(redrive(application, ",\"consumer\":\"billing\"").json("/redriven").asInt()).isEqualTo(2);
			assertThat(deadLetters(application).json("/count").asInt()).isZero();
			assertThat(Listeners.seen).hasSize(3);
			assertThat(list.body() + failed.body() + application.get("/actuator/nats").body()).doesNotContain(PAYLOAD);
		}
	}

	@Test
	void refusesWhatItDoesNotKnowAndSaysWhy() {
		try (WebApplication application = start(EXPOSED)) {
			assertRefused(application.get("/actuator/nats/listeners/nobody"), 404,
					"There is no 'nobody' of 'listeners'");
			assertRefused(application.get("/actuator/nats/nothing/billing"), 404, "There is no 'billing' of 'nothing'");
			assertRefused(application.post("/actuator/nats/listeners/nobody", "{\"action\":\"pause\"}"), 404,
					"There is no listener 'nobody'");
			assertRefused(application.post("/actuator/nats/nothing/billing", "{\"action\":\"pause\"}"), 404,
					"There is nothing called 'nothing', only 'listeners' and 'dead-letters'");
			assertRefused(application.post("/actuator/nats/listeners/billing", "{\"action\":\"stop\"}"), 400,
					"There is no action 'stop', only 'pause' and 'resume' for listeners");
			assertThat(application.post("/actuator/nats/listeners/billing", "{}").status()).isEqualTo(400);
			assertRefused(application.post("/actuator/nats/dead-letters/ORDERS", "{\"action\":\"discard\"}"), 400,
					"There is no action 'discard', only 'redrive' for dead letters");
			assertRefused(application.get("/actuator/nats/dead-letters/ORDERS?max=0"), 400,
					"'max' must be between 1 and 1000, and is 0");
			assertThat(application.get("/actuator/nats/dead-letters/ORDERS?max=many").status()).isEqualTo(400);
			assertThat(application.get("/actuator/nats/dead-letters/ORDERS?after=first").status()).isEqualTo(400);
			assertRefused(application.get("/actuator/nats/dead-letters/ORDERS?connection=x"), 400,
					"There is no connection 'x'");
			assertThat(application.get("/actuator/nats/dead-letters/OTHER").json("/count").asInt()).isZero();
		}
	}

	private static void assertRefused(WebApplication.Answer answer, int status, String error) {
		assertThat(answer.status()).isEqualTo(status);
		assertThat(answer.json("/error").asString()).isEqualTo(error);
	}

	@Test
	void answersInTimeWhileTheServerIsGone() {
		NatsServer own = NatsServer.builder().start();
		try (own;
				WebApplication application = start(EXPOSED, "nats.servers=" + own.url(), "nats.username=",
						"nats.password=")) {
			own.kill();
			await().until(() -> !"CONNECTED"
				.equals(application.get("/actuator/nats").json("/connections/default/status").asString()));
			long begun = System.nanoTime();
			assertThat(application.get("/actuator/nats").status()).isEqualTo(200);
			assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(6));
		}
	}

	private static WebApplication start(String... properties) {
		return start(List.of(Listeners.class), properties);
	}

	private static WebApplication start(List<Class<?>> sources, String... properties) {
		List<String> all = new ArrayList<>(List.of("nats.servers=" + server.url(), "nats.username=app",
				"nats.password=T0PSECRET", "nats.jetstream.streams.ORDERS.subjects=orders.>",
				"nats.jetstream.streams.ORDERS.consumers.billing.description=Billing",
				"nats.listener.dead-letter.enabled=true", "nats.listener.retry.max-attempts=1"));
		all.addAll(List.of(properties));
		return WebApplication.start(List.of(), sources, all.toArray(String[]::new));
	}

	private static double gauge(WebApplication application) {
		return application.bean(MeterRegistry.class)
			.get("nats.consumer.lag")
			.tag("listener", "billing")
			.gauge()
			.value();
	}

	/**
	 * How often the server is asked about the consumer while the endpoint is 20 times.
	 */
	private static int requestsForLags(WebApplication application) throws Exception {
		AtomicInteger requests = new AtomicInteger();
		Connection connection = application.bean(Connection.class);
		Dispatcher dispatcher = connection.createDispatcher((message) -> requests.incrementAndGet());
		dispatcher.subscribe("$JS.API.CONSUMER.INFO.ORDERS.billing");
		connection.flush(Duration.ofSeconds(5));
		for (int i = 0; i < 20; i++) {
			assertThat(application.get("/actuator/nats")
				.json("/connections/default/listeners/billing/lag/pending")
				.asInt(-1)).isZero();
		}
		dispatcher.drain(Duration.ofSeconds(5)).get(10, TimeUnit.SECONDS);
		return requests.get();
	}

	private static JsonNode listener(WebApplication application, String id) {
		return application.get("/actuator/nats/listeners/" + id).json("");
	}

	private static WebApplication.Answer deadLetters(WebApplication application) {
		return application.get("/actuator/nats/dead-letters/ORDERS");
	}

	private static WebApplication.Answer redrive(WebApplication application, String more) {
		return application.post("/actuator/nats/dead-letters/ORDERS", "{\"action\":\"redrive\"%s}".formatted(more));
	}

	static class Remote {

		@NatsListener(id = "remote", connection = "other", subjects = "remote")
		void on(byte[] payload) {
		}

	}

	static class Listeners {

		static final Queue<String> seen = new ConcurrentLinkedQueue<>();

		static volatile boolean repaired;

		@NatsListener(id = "billing", stream = "ORDERS", consumer = "billing")
		void bill(String order) {
			if (!repaired) {
				throw new IllegalStateException("Cannot bill " + order);
			}
			seen.add(order);
		}

		@NatsListener(id = "prices", subjects = "price.*")
		String price(byte[] sku) {
			return "42";
		}

	}

}
