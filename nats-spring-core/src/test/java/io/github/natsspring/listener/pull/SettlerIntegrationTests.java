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

package io.github.natsspring.listener.pull;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import io.github.natsspring.connection.NatsException;
import io.github.natsspring.test.NatsServer;
import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.Nats;
import io.nats.client.impl.NatsMessage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link Settler} when jnats refuses a request, as it does when its outgoing
 * queue is full or it closes that very moment.
 */
@Timeout(60)
class SettlerIntegrationTests {

	private static NatsServer server;

	private final List<Delivery> settled = new CopyOnWriteArrayList<>();

	private final Settler settler = new Settler(this.settled::add, Duration.ofSeconds(1), 1);

	@BeforeAll
	static void startServer() {
		server = NatsServer.builder().start();
	}

	@AfterAll
	static void stopServer() {
		server.close();
	}

	@Test
	void returnsThePermitAndSendsTheAcknowledgementWhenItsRequestIsRefused() throws Exception {
		try (Connection connection = Nats.connect(server.url())) {
			var acknowledgements = connection.subscribe("acks");
			this.settler.attach(refusingRequests(connection));
			Delivery delivery = started();
			assertThat(this.settler.ackConfirmed(delivery)).isTrue();
			assertThat(this.settled).containsExactly(delivery);
			Message acknowledgement = acknowledgements.nextMessage(Duration.ofSeconds(5));
			assertThat(acknowledgement).isNotNull();
			assertThat(new String(acknowledgement.getData())).isEqualTo("+ACK");
		}
	}

	@Test
	void tellsARefusedRequestFromASecondSettlement() throws Exception {
		try (Connection connection = Nats.connect(server.url())) {
			this.settler.attach(refusingRequests(connection));
			Delivery delivery = started();
			assertThatExceptionOfType(NatsException.class).isThrownBy(delivery::ackSync);
			assertThat(this.settled).containsExactly(delivery);
		}
	}

	@Test
	void doesNotWaitForAThreadThatWritesToSayWhetherItHoldsSomething() throws Exception {
		try (Connection connection = Nats.connect(server.url())) {
			var acknowledgements = connection.subscribe("acks");
			AtomicBoolean full = new AtomicBoolean(true);
			CountDownLatch writing = new CountDownLatch(1);
			CountDownLatch written = new CountDownLatch(1);
			this.settler.attach(observed(connection, (method) -> {
				if (method.equals("publish")) {
					refuse(full.get());
					writing.countDown();
					hold(written);
				}
			}));
			started().ack();
			assertThat(this.settler.isHolding()).isTrue();
			full.set(false);
			CompletableFuture<Void> retry = CompletableFuture.runAsync(this.settler::retry);
			assertThat(writing.await(20, TimeUnit.SECONDS)).isTrue();
			FutureTask<Boolean> holding = new FutureTask<>(this.settler::isHolding);
			new Thread(holding).start();
			assertThat(holding).succeedsWithin(Duration.ofSeconds(20)).isEqualTo(false);
			written.countDown();
			assertThat(retry).succeedsWithin(Duration.ofSeconds(20));
			assertThat(this.settler.isHolding()).isFalse();
			assertThat(acknowledgements.nextMessage(Duration.ofSeconds(5))).isNotNull();
		}
	}

	private static void hold(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private static Connection refusingRequests(Connection connection) {
		return observed(connection, (method) -> refuse(method.startsWith("request")));
	}

	private static void refuse(boolean refuses) {
		if (refuses) {
			throw new IllegalStateException("Output queue is full 5000");
		}
	}

	private static Connection observed(Connection connection, Consumer<String> before) {
		return (Connection) Proxy.newProxyInstance(Connection.class.getClassLoader(),
				new Class<?>[] { Connection.class }, (proxy, method, arguments) -> {
					before.accept(method.getName());
					try {
						return method.invoke(connection, arguments);
					}
					catch (InvocationTargetException ex) {
						throw ex.getCause();
					}
				});
	}

	private Delivery started() {
		Delivery delivery = new Delivery(NatsMessage.builder().subject("orders").replyTo("acks").build(), this.settler,
				System.nanoTime(), TimeUnit.HOURS.toNanos(1));
		delivery.start(System.nanoTime());
		return delivery;
	}

}
