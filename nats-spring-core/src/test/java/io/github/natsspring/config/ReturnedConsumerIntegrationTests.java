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

package io.github.natsspring.config;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

import io.github.natsspring.deadletter.DeadLetterSettings;
import io.github.natsspring.listener.ContainerStatus.State;
import io.github.natsspring.listener.MessageListenerContainer;
import io.github.natsspring.listener.MissingConsumer;
import io.github.natsspring.listener.NatsMessageListener;
import io.github.natsspring.test.NatsServer;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.DeliverPolicy;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for durables that come back with other settings under a running listener, against
 * a real server.
 */
@Timeout(120)
class ReturnedConsumerIntegrationTests {

	private static final Duration LONG = Duration.ofSeconds(20);

	private static NatsServer server;

	private final Queue<Integer> handled = new ConcurrentLinkedQueue<>();

	@BeforeAll
	static void startServer() {
		server = NatsServer.builder().start();
	}

	@AfterAll
	static void stopServer() {
		server.close();
	}

	private NatsMessageListener record() {
		return (message, acknowledgment) -> this.handled.add(ListenerFixture.number(message));
	}

	private static void addConsumer(ListenerFixture fixture, UnaryOperator<ConsumerConfiguration.Builder> settings)
			throws Exception {
		fixture.management()
			.createConsumer(fixture.stream(),
					settings.apply(ConsumerConfiguration.builder().durable("worker")).build());
	}

	private static ConsumerConfiguration.Builder fromTheSixth(ConsumerConfiguration.Builder consumer) {
		return consumer.deliverPolicy(DeliverPolicy.ByStartSequence).startSequence(6);
	}

	private static void awaitStalled(MessageListenerContainer container, String... texts) {
		await().atMost(LONG)
			.untilAsserted(() -> assertThat(container.getStatus().detail()).isNotNull().contains(texts));
		assertThat(container.getStatus().state()).isEqualTo(State.STALLED);
	}

	@Test
	void waitsForOneWhoseAckPolicySuitsIt() throws Exception {
		try (ListenerFixture fixture = new ListenerFixture(server.url()).create()) {
			MessageListenerContainer container = fixture.start(fixture.endpoint(record()).consumer("worker"));
			fixture.publish(0, 5);
			await().until(() -> this.handled.size() == 5 && fixture.consumer().getNumAckPending() == 0);
			fixture.deleteConsumer();
			awaitStalled(container, "does not exist");
			addConsumer(fixture, (consumer) -> fromTheSixth(consumer).ackPolicy(AckPolicy.None));
			fixture.publish(5, 10);
			awaitStalled(container, "its ack mode is 'auto'", "'worker'", "has the ack policy 'none'");
			// The messages would be gone as soon as they are delivered
			assertThat(fixture.consumer().getDelivered().getConsumerSequence()).isZero();
			fixture.deleteConsumer();
			addConsumer(fixture, ReturnedConsumerIntegrationTests::fromTheSixth);
			await().atMost(LONG).until(() -> this.handled.size() == 10);
			assertThat(this.handled).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
			await().atMost(LONG).until(() -> container.getStatus().state() == State.RUNNING);
		}
	}

	@Test
	void doesNotSettleWhatCameFromTheFormerOne() throws Exception {
		CountDownLatch finish = new CountDownLatch(1);
		try (ListenerFixture fixture = new ListenerFixture(server.url()).create()) {
			MessageListenerContainer container = fixture.start(fixture.endpoint((message, acknowledgment) -> {
				this.handled.add(ListenerFixture.number(message));
				finish.await(60, TimeUnit.SECONDS);
			}).consumer("worker"));
			fixture.publish(0, 1);
			await().until(() -> this.handled.size() == 1);
			fixture.deleteConsumer();
			awaitStalled(container, "does not exist");
			addConsumer(fixture,
					(consumer) -> consumer.filterSubject(fixture.stream() + ".m").ackPolicy(AckPolicy.All));
			awaitStalled(container, "has the ack policy 'all'");
			finish.countDown();
			await().during(Duration.ofSeconds(1))
				.until(() -> fixture.consumer().getAckFloor().getStreamSequence() == 0);
			assertThat(container.getStatus().state()).isEqualTo(State.STALLED);
		}
	}

	@Test
	void waitsForOneWhoseFiltersItsSubjectsCover() throws Exception {
		try (ListenerFixture fixture = new ListenerFixture(server.url()).create()) {
			MessageListenerContainer container = fixture
				.start(fixture.endpoint(record()).consumer("worker").subjects(fixture.stream() + ".m"));
			fixture.deleteConsumer();
			awaitStalled(container, "does not exist");
			addConsumer(fixture, (consumer) -> consumer);
			awaitStalled(container, "delivers '%s.>', which none of its subjects".formatted(fixture.stream()));
			fixture.deleteConsumer();
			addConsumer(fixture, (consumer) -> consumer.filterSubject(fixture.stream() + ".m"));
			fixture.publish(0, 1);
			await().atMost(LONG).until(() -> this.handled.size() == 1);
			await().atMost(LONG).until(() -> container.getStatus().state() == State.RUNNING);
		}
	}

	@Test
	void refusesOneThatAnotherMadeFirst() throws Exception {
		try (ListenerFixture fixture = new ListenerFixture(server.url()).create()
			.factory((factory) -> factory.setMissingConsumer(MissingConsumer.RECREATE))) {
			MessageListenerContainer container = fixture.start(fixture.endpoint(record()).consumer("worker"));
			await().until(() -> fixture.consumer().getNumWaiting() == 1);
			// In one go, so that the listener finds it
			fixture.deleteConsumer();
			addConsumer(fixture, (consumer) -> consumer.ackPolicy(AckPolicy.None));
			awaitStalled(container, "has the ack policy 'none'");
			fixture.deleteConsumer();
			fixture.publish(0, 3);
			await().atMost(LONG).until(() -> this.handled.size() == 3);
			assertThat(fixture.consumer().getConsumerConfiguration().getAckPolicy()).isEqualTo(AckPolicy.Explicit);
		}
	}

	@Test
	void triesNoMoreOftenThanTheNewOneDelivers() throws Exception {
		AtomicInteger runs = new AtomicInteger();
		try (ListenerFixture fixture = new ListenerFixture(server.url()).create()
			.factory((factory) -> factory
				.setDeadLetter(new DeadLetterSettings(true, "dlq.{stream}.{consumer}", "{stream}_DLQ", false)))) {
			MessageListenerContainer container = fixture.start(fixture.endpoint((message, acknowledgment) -> {
				runs.incrementAndGet();
				throw new IllegalStateException("expected by the test");
			}).consumer("worker"));
			fixture.deleteConsumer();
			awaitStalled(container, "does not exist");
			addConsumer(fixture, (consumer) -> consumer.maxDeliver(2));
			await().atMost(LONG).until(() -> container.getStatus().state() == State.RUNNING);
			fixture.publish(0, 1);
			await().until(() -> fixture.management()
				.getStreamInfo(fixture.stream() + "_DLQ")
				.getStreamState()
				.getMsgCount() == 1);
			assertThat(runs).hasValue(2);
		}
	}

}
