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

import io.github.natsspring.config.NatsListenerRegistry;
import io.github.natsspring.core.JetStreamTemplate;
import io.nats.client.Connection;
import io.nats.client.JetStreamManagement;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.StreamConfiguration;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Health while the server, what is on it, or a handler fails.
 */
class HealthIntegrationTests extends AbstractHealthTests {

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
			assertStays(Duration.ofSeconds(4), () -> isDown(application));
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
			Listeners.release();
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
			assertStays(Duration.ofSeconds(3), () -> isUp(application));
			application.bean(NatsListenerRegistry.class).resume("billing");
			assertUpAndConsumes(application);
		}
	}

	@Test
	void answersInTimeWhileTheServerStandsStill() {
		try (WebApplication application = start()) {
			this.server.pause();
			await().atMost(DOWN.plus(BUSY)).until(() -> isDown(application));
			long asked = System.nanoTime();
			assertThat(health(application).body()).contains("no answer within 2000ms");
			assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(Duration.ofSeconds(2).plus(BUSY));
			assertAlive(application);
			this.server.resume();
			assertUpAndConsumes(application);
		}
	}

}
