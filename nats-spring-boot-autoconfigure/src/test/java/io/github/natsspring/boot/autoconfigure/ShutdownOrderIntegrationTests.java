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

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.natsspring.annotation.NatsListener;
import io.github.natsspring.config.NatsListenerRegistry;
import io.github.natsspring.test.NatsServer;
import io.nats.client.Connection;
import io.nats.client.Nats;
import io.nats.client.api.ConsumerInfo;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.SmartLifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for the order in which a closing context stops what there is.
 */
@Timeout(60)
class ShutdownOrderIntegrationTests {

	private static NatsServer server;

	@BeforeAll
	static void startServer() {
		server = NatsServer.builder().start();
	}

	@AfterAll
	static void stopServer() {
		server.close();
	}

	@Test
	void closesTheConnectionAfterTheListenersAlsoWhenABeanOfALowerPhaseDependsOnThem() throws Exception {
		String stream = "T" + UUID.randomUUID().toString().replace("-", "");
		try (Connection client = Nats.connect(server.url())) {
			runner(stream).withBean(Slow.class).withBean(Dependent.class).run((context) -> {
				client.jetStream().publish(stream + ".a", "one".getBytes(StandardCharsets.UTF_8));
				Slow slow = context.getBean(Slow.class);
				Dependent dependent = context.getBean(Dependent.class);
				await().until(() -> slow.begun.get() == 1);
				CountDownLatch closed = new CountDownLatch(1);
				Thread closing = new Thread(() -> {
					context.close();
					closed.countDown();
				});
				closing.start();
				await().until(() -> !dependent.isRunning());
				// Time enough to close the connection
				assertThat(closed.await(1, TimeUnit.SECONDS)).isFalse();
				slow.go.countDown();
				assertThat(closed.await(20, TimeUnit.SECONDS)).isTrue();
				await().untilAsserted(() -> {
					ConsumerInfo consumer = client.jetStreamManagement().getConsumerInfo(stream, "slow");
					assertThat(consumer.getNumAckPending()).isZero();
					assertThat(consumer.getAckFloor().getConsumerSequence()).isOne();
				});
			});
		}
	}

	@Test
	void closesTheConnectionAfterAListenerThatWasToldToStopBefore() throws Exception {
		String stream = "T" + UUID.randomUUID().toString().replace("-", "");
		try (Connection client = Nats.connect(server.url())) {
			runner(stream).withBean(Slow.class).run((context) -> {
				client.jetStream().publish(stream + ".a", "one".getBytes(StandardCharsets.UTF_8));
				Slow slow = context.getBean(Slow.class);
				await().until(() -> slow.begun.get() == 1);
				context.getBean(NatsListenerRegistry.class)
					.getListenerContainers()
					.forEach((container) -> container.stop(() -> {
					}));
				CountDownLatch closed = new CountDownLatch(1);
				Thread closing = new Thread(() -> {
					context.close();
					closed.countDown();
				});
				closing.start();
				assertThat(closed.await(1, TimeUnit.SECONDS)).isFalse();
				slow.go.countDown();
				assertThat(closed.await(20, TimeUnit.SECONDS)).isTrue();
				await().untilAsserted(() -> assertThat(
						client.jetStreamManagement().getConsumerInfo(stream, "slow").getNumAckPending())
					.isZero());
			});
		}
	}

	private static ApplicationContextRunner runner(String stream) {
		return new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class, NatsAutoConfiguration.class,
					NatsJetStreamAutoConfiguration.class))
			.withPropertyValues("nats.servers=" + server.url(), "test=" + stream,
					"nats.jetstream.streams.%s.subjects=%s.>".formatted(stream, stream),
					"nats.listener.shutdown-timeout=20s");
	}

	static class Slow {

		private final AtomicInteger begun = new AtomicInteger();

		private final CountDownLatch go = new CountDownLatch(1);

		@NatsListener(id = "slow", stream = "${test}", consumer = "slow", subjects = "${test}.>")
		void on(String message) throws InterruptedException {
			this.begun.incrementAndGet();
			this.go.await(Duration.ofSeconds(15).toMillis(), TimeUnit.MILLISECONDS);
		}

	}

	/**
	 * What Spring stops as a part of the listeners' phase, and counts as one of it.
	 */
	static class Dependent implements SmartLifecycle {

		private final NatsListenerRegistry registry;

		private volatile boolean running;

		Dependent(NatsListenerRegistry registry) {
			this.registry = registry;
		}

		@Override
		public void start() {
			assertThat(this.registry.getListenerContainerIds()).contains("slow");
			this.running = true;
		}

		@Override
		public void stop() {
			this.running = false;
		}

		@Override
		public boolean isRunning() {
			return this.running;
		}

		@Override
		public int getPhase() {
			return 0;
		}

	}

}
