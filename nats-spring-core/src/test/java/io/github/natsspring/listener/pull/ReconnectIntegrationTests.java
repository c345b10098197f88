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

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.github.natsspring.listener.AckMode;
import io.github.natsspring.listener.ContainerStatus.State;
import io.github.natsspring.test.NatsServer;
import io.github.natsspring.test.TcpProxy;
import io.nats.client.Connection;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for containers whose connection is lost and comes back, against a real server.
 */
class ReconnectIntegrationTests extends AbstractPullContainerTests {

	@Test
	void deliversNoMoreThanThePermitsOfAnOpenPullAfterAReconnect() throws Exception {
		CountDownLatch handler = new CountDownLatch(1);
		try (PullFixture fixture = new PullFixture(server.url()).create()) {
			JetStreamListenerContainer container = fixture.start(10, (message) -> {
				handler.await();
				handle(message);
			});
			await().until(() -> fixture.consumer().getNumWaiting() == 1);
			for (int i = 0; i < 3; i++) {
				fixture.connection().forceReconnect();
			}
			await().until(() -> fixture.connection().getStatus() == Connection.Status.CONNECTED);
			fixture.publish(0, 100);
			await().until(() -> container.getStatus().inFlight() == 10);
			await().during(Duration.ofSeconds(2)).atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
				assertThat(fixture.consumer().getNumAckPending()).isEqualTo(10);
				assertThat(container.getStatus().inFlight()).isEqualTo(10);
			});
			handler.countDown();
			await().until(() -> this.handled.size() == 100);
			assertThat(fixture.consumer().getRedelivered()).isZero();
		}
	}

	@Test
	void consumesAgainWithinThreeSecondsAfterTheServerWasKilled() throws Exception {
		try (NatsServer mortal = NatsServer.builder().start();
				PullFixture fixture = new PullFixture(mortal.url()).create()) {
			JetStreamListenerContainer container = fixture.start(100, this::handle);
			List<Duration> recoveries = new ArrayList<>();
			for (int round = 0; round < 3; round++) {
				int number = round;
				mortal.kill();
				await().until(() -> fixture.connection().getStatus() != Connection.Status.CONNECTED);
				mortal.restart();
				long ready = System.nanoTime();
				await().atMost(Duration.ofSeconds(20)).ignoreExceptions().until(() -> {
					fixture.publish(number, number + 1);
					return true;
				});
				await().until(() -> this.handled.contains(number));
				recoveries.add(Duration.ofNanos(System.nanoTime() - ready));
			}
			// What else the machine does is not the question
			assertThat(Collections.min(recoveries)).isLessThan(Duration.ofSeconds(3));
			await().untilAsserted(() -> assertThat(container.getStatus().state()).isEqualTo(State.RUNNING));
		}
	}

	@Test
	void acknowledgesAfterTheReconnectWhatEndedWhileTheConnectionWasLost() throws Exception {
		CountDownLatch running = new CountDownLatch(1);
		CountDownLatch handler = new CountDownLatch(1);
		try (NatsServer mortal = NatsServer.builder().start();
				PullFixture fixture = new PullFixture(mortal.url()).create()) {
			fixture.start(10, (message) -> {
				running.countDown();
				handler.await();
				handle(message);
			});
			fixture.publish(0, 5);
			running.await();
			// In order: a killed server forgets what it delivered in its last 100 ms
			mortal.stop();
			await().until(() -> fixture.connection().getStatus() != Connection.Status.CONNECTED);
			handler.countDown();
			await().until(() -> this.handled.size() == 5);
			mortal.start();
			await().ignoreExceptions().untilAsserted(() -> {
				assertThat(fixture.consumer().getNumAckPending()).isZero();
				assertThat(fixture.consumer().getAckFloor().getStreamSequence()).isEqualTo(5);
			});
			assertThat(this.handled).hasSize(5);
		}
	}

	@Test
	void acknowledgesAgainWhatWasLostWithTheConnection() throws Exception {
		Duration ackWait = Duration.ofSeconds(30);
		try (TcpProxy proxy = TcpProxy.to(server.url());
				PullFixture direct = new PullFixture(server.url()).create((consumer) -> consumer.ackWait(ackWait));
				PullFixture fixture = PullFixture.of(direct.stream(), (options) -> options.server(proxy.url()))) {
			fixture.start(100, (message) -> {
				if (number(message) == 2) {
					// What is sent from here on is on its way for ever
					proxy.stall(TcpProxy.Direction.TO_SERVER);
				}
				handle(message);
			});
			direct.publish(0, 10);
			await().until(() -> this.handled.size() == 10);
			await().during(Duration.ofMillis(200)).until(() -> direct.consumer().getNumAckPending() >= 8);
			proxy.cut();
			proxy.pass();
			await().atMost(ackWait).ignoreExceptions().until(() -> direct.consumer().getNumAckPending() == 0);
			direct.publish(10, 20);
			await().until(() -> this.handled.size() == 20);
			assertThat(direct.consumer().getRedelivered()).isZero();
			assertThat(this.handled).doesNotHaveDuplicates();
		}
	}

	@Test
	void deliversAgainWhoseConfirmedAcknowledgementWasLostWithTheConnection() throws Exception {
		Map<Integer, Long> deliveries = new ConcurrentHashMap<>();
		try (TcpProxy proxy = TcpProxy.to(server.url());
				PullFixture direct = new PullFixture(server.url())
					.create((consumer) -> consumer.ackWait(Duration.ofSeconds(3)));
				PullFixture fixture = PullFixture.of(direct.stream(), (options) -> options.server(proxy.url()))) {
			JetStreamListenerContainer container = fixture.start((settings) -> settings.ackMode(AckMode.AUTO_CONFIRMED),
					(message) -> {
						if (this.handled.isEmpty()) {
							// What is sent from here on is on its way for ever
							proxy.stall(TcpProxy.Direction.TO_SERVER);
						}
						handle(message);
						deliveries.put(number(message), message.metaData().deliveredCount());
					});
			direct.publish(0, 1);
			await().until(() -> this.handled.size() == 1);
			// An acknowledgement that is still here would be sent after the reconnect
			await().during(Duration.ofMillis(200)).until(() -> direct.consumer().getNumAckPending() == 1);
			proxy.cut();
			proxy.pass();
			await().untilAsserted(() -> assertThat(this.handled).containsExactly(0, 0));
			assertThat(deliveries).containsExactly(Map.entry(0, 2L));
			direct.publish(1, 3);
			await().untilAsserted(() -> assertThat(this.handled).containsExactly(0, 0, 1, 2));
			// A confirmation is waited for to the end of its time, over any connection
			await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
				assertThat(direct.consumer().getNumAckPending()).isZero();
				assertThat(container.getStatus().inFlight()).isZero();
				assertThat(container.getStatus().state()).isEqualTo(State.RUNNING);
			});
		}
	}

	@Test
	void manyContainersAttachAndStopAtOnceWithoutAnotherReconnect() throws Exception {
		try (NatsServer mortal = NatsServer.builder().start();
				PullFixture fixture = new PullFixture(mortal.url()).create()) {
			List<JetStreamListenerContainer> containers = new ArrayList<>();
			for (int i = 0; i < 20; i++) {
				containers.add(fixture.start(10, this::handle));
			}
			await().until(() -> fixture.consumer().getNumWaiting() == containers.size());
			mortal.restart();
			await().ignoreExceptions().until(() -> fixture.consumer().getNumWaiting() == containers.size());
			CountDownLatch stopped = new CountDownLatch(containers.size());
			containers.forEach((container) -> container.stop(stopped::countDown));
			assertThat(stopped.await(10, TimeUnit.SECONDS)).isTrue();
			// jnats takes more than two flushes at once for a server that does not answer
			assertThat(fixture.connection().getStatistics().getReconnects()).isOne();
		}
	}

}
