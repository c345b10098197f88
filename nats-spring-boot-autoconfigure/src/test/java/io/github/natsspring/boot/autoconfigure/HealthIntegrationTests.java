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

import io.github.natsspring.annotation.NatsListener;
import io.github.natsspring.config.NatsListenerRegistry;
import io.github.natsspring.core.JetStreamTemplate;
import io.github.natsspring.test.NatsServer;
import io.nats.client.Connection;
import io.nats.client.JetStreamManagement;
import io.nats.client.Nats;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.StreamConfiguration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Health of a whole application over HTTP: down within ten seconds when it does not
 * consume and should, up again within three; liveness never changes.
 */
@Timeout(120)
@ExtendWith(NoSecrets.class)
class HealthIntegrationTests {

	private static final String APP = "{ user: app, password: T0PSECRET%s }";

	private static final String ADMIN = "{ user: admin, password: admin }";

	private final NatsServer server = NatsServer.builder().config(users("")).build();

	@AfterEach
	void stopServer() {
		Listeners.release();
		this.server.close();
	}

	@Test
	void isDownWhileTheServerIsKilled() {
		try (WebApplication application = start("nats.reconnect.wait=500ms")) {
			this.server.kill();
			assertDown(application, "Connection refused");
			this.server.start();
			assertUpAndConsumes(application);
		}
	}

	@Test
	void isDownWhileAConsumerIsDeleted() throws Exception {
		try (WebApplication application = start(); Connection admin = admin()) {
			JetStreamManagement management = admin.jetStreamManagement();
			ConsumerConfiguration consumer = management.getConsumerInfo("ORDERS", "billing").getConsumerConfiguration();
			management.deleteConsumer("ORDERS", "billing");
			assertDown(application, "consumer 'billing' of stream 'ORDERS' does not exist");
			// So that it is looked for as rarely as it gets
			await().during(Duration.ofSeconds(4)).atMost(Duration.ofSeconds(6)).until(() -> isDown(application));
			management.createConsumer("ORDERS", consumer);
			assertUpAndConsumes(application);
		}
	}

	@Test
	void isDownWhileAConsumerIsDeletedAlthoughAllHandlersAreBusy() throws Exception {
		try (WebApplication application = start("nats.listeners.billing.max-in-flight=1"); Connection admin = admin()) {
			Listeners.hold();
			application.bean(JetStreamTemplate.class).publish("orders.1", "slow");
			await().until(() -> Listeners.running.getCount() == 0);
			admin.jetStreamManagement().deleteConsumer("ORDERS", "billing");
			assertDown(application, "consumer 'billing' of stream 'ORDERS' does not exist");
		}
	}

	@Test
	void isDownWhileAStreamIsDeleted() throws Exception {
		try (WebApplication application = start(); Connection admin = admin()) {
			JetStreamManagement management = admin.jetStreamManagement();
			ConsumerConfiguration consumer = management.getConsumerInfo("ORDERS", "billing").getConsumerConfiguration();
			StreamConfiguration stream = management.getStreamInfo("ORDERS").getConfiguration();
			management.deleteStream("ORDERS");
			assertDown(application, "\"jetStream\":{\"ORDERS\":\"stream not found\"}");
			management.addStream(stream);
			management.createConsumer("ORDERS", consumer);
			assertUpAndConsumes(application);
		}
	}

	@Test
	void isDownWhilePermissionsAreRevoked() {
		try (WebApplication application = start()) {
			this.server.reconfigure(users(", permissions: { publish: { deny: \"$JS.API.>\" } }"));
			assertDown(application, "the server refuses it: Permissions Violation");
			await().during(Duration.ofSeconds(4)).atMost(Duration.ofSeconds(6)).until(() -> isDown(application));
			this.server.reconfigure(users(""));
			assertUpAndConsumes(application);
		}
	}

	@Test
	void isDownWhilePullsAreRefusedAlthoughEverythingElseMayBeDone() {
		// Each message is pulled for by itself, so that the next pull is soon
		try (WebApplication application = start("nats.listeners.billing.max-in-flight=1")) {
			this.server.reconfigure(
					users(", permissions: { publish: { deny: \"$JS.API.CONSUMER.MSG.NEXT.ORDERS.billing\" } }"));
			application.bean(JetStreamTemplate.class).publish("orders.1", "one");
			assertDown(application, "the server refuses its pulls: Permissions Violation");
			await().during(Duration.ofSeconds(3)).atMost(Duration.ofSeconds(6)).until(() -> isDown(application));
			this.server.reconfigure(users(""));
			assertUpAndConsumes(application);
		}
	}

	@Test
	void isDownWhileTheOnlyHandlerHangs() {
		isDownWhileHandlersHang(1, "a handler hangs");
	}

	@Test
	void isDownWhileAsManyHandlersHangAsMayRunAtOnce() {
		isDownWhileHandlersHang(2, "all handlers hang");
	}

	private void isDownWhileHandlersHang(int concurrency, String detail) {
		try (WebApplication application = start("nats.listeners.billing.ack-extension.max-duration=1s",
				"nats.listeners.billing.concurrency=" + concurrency,
				"nats.jetstream.streams.ORDERS.consumers.billing.ack-wait=2s")) {
			Listeners.hold();
			for (int i = 0; i < concurrency; i++) {
				application.bean(JetStreamTemplate.class).publish("orders.1", "slow " + i);
			}
			assertDown(application, detail);
			Listeners.release();
			assertUpAndConsumes(application);
		}
	}

	@Test
	void staysUpWhilePausedOnPurpose() {
		try (WebApplication application = start("nats.listener.stall-timeout=1s")) {
			application.bean(NatsListenerRegistry.class).pause("billing");
			await().until(() -> health(application).body().contains("\"state\":\"PAUSED\""));
			await().during(Duration.ofSeconds(3)).atMost(Duration.ofSeconds(5)).until(() -> isUp(application));
			application.bean(NatsListenerRegistry.class).resume("billing");
			assertUpAndConsumes(application);
		}
	}

	@Test
	void answersInTimeWhileTheServerStandsStill() {
		try (WebApplication application = start()) {
			this.server.pause();
			long begun = System.nanoTime();
			await().atMost(Duration.ofSeconds(10)).until(() -> isDown(application));
			long asked = System.nanoTime();
			assertThat(health(application).body()).contains("no answer within 2000ms");
			assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(Duration.ofSeconds(4));
			assertThat(Duration.ofNanos(asked - begun)).isLessThan(Duration.ofSeconds(10));
			assertAlive(application);
			this.server.resume();
			assertUpAndConsumes(application);
		}
	}

	private WebApplication start(String... properties) {
		this.server.start();
		List<String> all = new ArrayList<>(List.of("nats.servers=" + this.server.url(), "nats.username=app",
				"nats.password=T0PSECRET", "nats.jetstream.streams.ORDERS.subjects=orders.>",
				"nats.jetstream.streams.ORDERS.consumers.billing.description=Billing",
				"management.endpoint.health.show-details=always", "management.endpoint.health.probes.enabled=true"));
		all.addAll(List.of(properties));
		Listeners.seen.clear();
		WebApplication application = WebApplication.start(List.of(), List.of(Listeners.class),
				all.toArray(String[]::new));
		// The first request may take long
		assertUp(application, Duration.ofSeconds(20));
		assertConsumes(application);
		return application;
	}

	private static void assertDown(WebApplication application, String detail) {
		await().atMost(Duration.ofSeconds(10)).pollInterval(Duration.ofMillis(100)).untilAsserted(() -> {
			WebApplication.Answer health = health(application);
			assertThat(health.status()).isEqualTo(503);
			assertThat(health.json("/components/nats/status").asString()).isEqualTo("DOWN");
			assertThat(health.body()).contains(detail);
		});
		NoSecrets.shown(health(application).body());
		assertAlive(application);
	}

	private static void assertUpAndConsumes(WebApplication application) {
		assertUp(application, Duration.ofSeconds(3));
		assertConsumes(application);
	}

	private static void assertUp(WebApplication application, Duration timeout) {
		await().atMost(timeout).pollInterval(Duration.ofMillis(100)).untilAsserted(() -> {
			WebApplication.Answer health = health(application);
			assertThat(health.status()).isEqualTo(200);
			assertThat(health.body()).contains("\"state\":\"RUNNING\"", "\"jetStream\":\"reachable\"")
				.doesNotContain("DOWN");
		});
		assertAlive(application);
	}

	private static void assertConsumes(WebApplication application) {
		String text = "order " + System.nanoTime();
		application.bean(JetStreamTemplate.class).publish("orders.1", text);
		await().atMost(Duration.ofSeconds(10)).until(() -> Listeners.seen.contains(text));
	}

	private static void assertAlive(WebApplication application) {
		WebApplication.Answer liveness = application.get("/actuator/health/liveness");
		assertThat(liveness.status()).isEqualTo(200);
		assertThat(liveness.json("/status").asString()).isEqualTo("UP");
		assertThat(liveness.body()).doesNotContain("nats");
	}

	private static boolean isDown(WebApplication application) {
		return health(application).status() == 503;
	}

	private static boolean isUp(WebApplication application) {
		return health(application).status() == 200;
	}

	private static WebApplication.Answer health(WebApplication application) {
		return application.get("/actuator/health");
	}

	private Connection admin() throws Exception {
		return Nats.connect(this.server.url().replace("nats://", "nats://admin:admin@"));
	}

	private static String users(String permissions) {
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
