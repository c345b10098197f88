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
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;

import io.github.natsspring.annotation.NatsListener;
import io.github.natsspring.core.JetStreamTemplate;
import io.github.natsspring.test.NatsServer;
import io.nats.client.Connection;
import io.nats.client.Nats;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A whole application whose health is looked at over HTTP: down within ten seconds when
 * it does not consume and should, up again within three; liveness never changes.
 */
@Timeout(120)
@ExtendWith(NoSecrets.class)
abstract class AbstractHealthTests {

	static final Duration DOWN = Duration.ofSeconds(10);

	private static final Duration UP_AGAIN = Duration.ofSeconds(3);

	/**
	 * What a machine that does other things may take besides.
	 */
	static final Duration BUSY = Duration.ofSeconds(4);

	private static final String APP = "{ user: app, password: T0PSECRET%s }";

	static final String ADMIN = "{ user: admin, password: admin }";

	final NatsServer server = NatsServer.builder().config(users("")).build();

	@AfterEach
	void stopServer() {
		Listeners.release();
		this.server.close();
	}

	WebApplication start(String... properties) {
		return start(List.of(Listeners.class), properties);
	}

	WebApplication start(List<Class<?>> sources, String... properties) {
		this.server.start();
		List<String> all = new ArrayList<>(List.of("nats.servers=" + this.server.url(), "nats.username=app",
				"nats.password=T0PSECRET", "nats.jetstream.streams.ORDERS.subjects=orders.>",
				"nats.jetstream.streams.ORDERS.consumers.billing.description=Billing",
				"management.endpoint.health.show-details=always", "management.endpoint.health.probes.enabled=true"));
		all.addAll(List.of(properties));
		Listeners.seen.clear();
		WebApplication application = WebApplication.start(List.of(), sources, all.toArray(String[]::new));
		// The first request may take long
		assertUp(application, Duration.ofSeconds(20));
		assertConsumes(application);
		return application;
	}

	static void assertDown(WebApplication application, String detail) {
		await().atMost(DOWN.plus(BUSY)).pollInterval(Duration.ofMillis(100)).untilAsserted(() -> {
			WebApplication.Answer health = health(application);
			assertThat(health.status()).isEqualTo(503);
			assertThat(health.json("/components/nats/status").asString()).isEqualTo("DOWN");
			assertThat(health.body()).contains(detail);
		});
		NoSecrets.shown(health(application).body());
		assertAlive(application);
	}

	static void assertUpAndConsumes(WebApplication application) {
		assertUp(application, UP_AGAIN.plus(BUSY));
		assertConsumes(application);
	}

	static void assertUp(WebApplication application, Duration timeout) {
		await().atMost(timeout).pollInterval(Duration.ofMillis(100)).untilAsserted(() -> {
			WebApplication.Answer health = health(application);
			assertThat(health.status()).isEqualTo(200);
			assertThat(health.body()).contains("\"state\":\"RUNNING\"", "\"jetStream\":\"reachable\"")
				.doesNotContain("DOWN");
		});
		assertAlive(application);
	}

	static void assertConsumes(WebApplication application) {
		String text = "order " + System.nanoTime();
		application.bean(JetStreamTemplate.class).publish("orders.1", text);
		await().atMost(Duration.ofSeconds(20)).until(() -> Listeners.seen.contains(text));
	}

	static void assertAlive(WebApplication application) {
		WebApplication.Answer liveness = application.get("/actuator/health/liveness");
		assertThat(liveness.status()).isEqualTo(200);
		assertThat(liveness.json("/status").asString()).isEqualTo("UP");
		assertThat(liveness.body()).doesNotContain("nats");
	}

	/**
	 * For as long as this, without a moment in between.
	 */
	static void assertStays(Duration time, BooleanSupplier condition) {
		long started = System.nanoTime();
		await().atMost(time.plusSeconds(30)).until(() -> {
			assertThat(condition.getAsBoolean()).isTrue();
			return System.nanoTime() - started > time.toNanos();
		});
	}

	static boolean isDown(WebApplication application) {
		return health(application).status() == 503;
	}

	static boolean isUp(WebApplication application) {
		return health(application).status() == 200;
	}

	static WebApplication.Answer health(WebApplication application) {
		return application.get("/actuator/health");
	}

	Connection admin() throws Exception {
		return Nats.connect(this.server.url().replace("nats://", "nats://admin:admin@"));
	}

	static String users(String permissions) {
		return "authorization { users: [ %s, %s ] }".formatted(APP.formatted(permissions), ADMIN);
	}

	static class Listeners {

		static final Queue<String> seen = new ConcurrentLinkedQueue<>();

		static volatile CountDownLatch held = new CountDownLatch(0);

		static volatile CountDownLatch running = new CountDownLatch(1);

		static void hold() {
			running = new CountDownLatch(1);
			held = new CountDownLatch(1);
		}

		static void release() {
			held.countDown();
		}

		@NatsListener(id = "billing", stream = "ORDERS", consumer = "billing")
		void bill(String order) throws InterruptedException {
			if (order.startsWith("slow")) {
				running.countDown();
				held.await();
			}
			seen.add(order);
		}

	}

}
