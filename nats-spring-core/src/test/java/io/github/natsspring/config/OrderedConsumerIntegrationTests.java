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
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import io.github.natsspring.listener.ContainerStatus.State;
import io.github.natsspring.listener.MessageListenerContainer;
import io.github.natsspring.listener.NatsListenerException;
import io.github.natsspring.listener.NatsMessageListener;
import io.github.natsspring.test.NatsServer;
import io.nats.client.Message;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.DeliverPolicy;
import io.nats.client.api.RetentionPolicy;
import io.nats.client.api.StorageType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for ordered listeners, against a real server.
 */
@Timeout(120)
class OrderedConsumerIntegrationTests {

	private static final Duration LONG = Duration.ofSeconds(30);

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
		return into(this.handled);
	}

	private static NatsMessageListener into(Queue<Integer> numbers) {
		return (message, acknowledgment) -> numbers.add(ListenerFixture.number(message));
	}

	private static Integer[] numbers(int from, int to) {
		return IntStream.range(from, to).boxed().toArray(Integer[]::new);
	}

	@Test
	void givesEachInstanceEverythingInOrderFromTheBeginning() throws Exception {
		Queue<Integer> second = new ConcurrentLinkedQueue<>();
		try (ListenerFixture one = new ListenerFixture(server.url()).create();
				ListenerFixture other = new ListenerFixture(server.url(), one.stream())) {
			one.publish(0, 500);
			one.start(one.endpoint(record()).ordered(true).maxInFlight(20));
			other.start(other.endpoint(into(second)).ordered(true));
			one.publish(500, 1000);
			await().untilAsserted(() -> assertThat(this.handled).containsExactly(numbers(0, 1000)));
			await().untilAsserted(() -> assertThat(second).containsExactly(numbers(0, 1000)));
			assertThat(one.consumers()).hasSize(2).allSatisfy((consumer) -> {
				ConsumerConfiguration configuration = consumer.getConsumerConfiguration();
				assertThat(configuration.getAckPolicy()).isEqualTo(AckPolicy.None);
				assertThat(configuration.getMaxDeliver()).isEqualTo(1);
				assertThat(configuration.isMemStorage()).isTrue();
				assertThat(configuration.getNumReplicas()).isEqualTo(1);
				assertThat(configuration.getDeliverPolicy()).isEqualTo(DeliverPolicy.All);
				assertThat(configuration.getInactiveThreshold()).isEqualTo(Duration.ofMinutes(5));
			});
		}
	}

	@Test
	void beginsAnewAtEachStart() throws Exception {
		try (ListenerFixture fixture = new ListenerFixture(server.url()).create()) {
			fixture.publish(0, 5);
			MessageListenerContainer container = fixture
				.start(fixture.endpoint(record()).ordered(true).startSequence(3L));
			await().untilAsserted(() -> assertThat(this.handled).containsExactly(2, 3, 4));
			container.stop();
			assertThat(fixture.consumers()).isEmpty();
			container.start();
			await().untilAsserted(() -> assertThat(this.handled).containsExactly(2, 3, 4, 2, 3, 4));
		}
	}

	@Test
	void keepsTheOrderWhenTheServerIsKilledTwice() throws Exception {
		int count = 5000;
		try (NatsServer own = NatsServer.builder().start();
				ListenerFixture fixture = new ListenerFixture(own.url()).create()) {
			fixture.publish(0, count);
			CountDownLatch first = new CountDownLatch(1000);
			CountDownLatch second = new CountDownLatch(3000);
			MessageListenerContainer container = fixture.start(fixture.endpoint((message, acknowledgment) -> {
				this.handled.add(ListenerFixture.number(message));
				first.countDown();
				second.countDown();
				TimeUnit.MICROSECONDS.sleep(200);
			}).ordered(true));
			assertThat(first.await(30, TimeUnit.SECONDS)).isTrue();
			own.kill();
			own.restart();
			assertThat(second.await(30, TimeUnit.SECONDS)).isTrue();
			own.kill();
			own.restart();
			await().atMost(LONG).until(() -> this.handled.size() >= count);
			fixture.publish(count, count + 10);
			await().atMost(LONG).until(() -> this.handled.contains(count + 9));
			assertThat(this.handled).containsExactly(numbers(0, count + 10));
			await().until(() -> container.getStatus().state() == State.RUNNING);
			await().untilAsserted(() -> assertThat(container.getStatus().inFlight()).isZero());
		}
	}

	@Test
	void keepsTheOrderWhenItsConsumerIsDeletedAgainAndAgain() throws Exception {
		try (ListenerFixture fixture = new ListenerFixture(server.url()).create()) {
			MessageListenerContainer container = fixture.start(fixture.endpoint((message, acknowledgment) -> {
				this.handled.add(ListenerFixture.number(message));
				TimeUnit.MILLISECONDS.sleep(1);
			}).ordered(true).maxInFlight(50));
			for (int round = 0; round < 4; round++) {
				fixture.publish(round * 200, (round + 1) * 200);
				int half = round * 200 + 100;
				await().atMost(LONG).until(() -> this.handled.size() > half && fixture.consumers().size() == 1);
				fixture.deleteConsumer();
			}
			await().atMost(LONG).until(() -> this.handled.contains(799));
			assertThat(this.handled).containsExactly(numbers(0, 800));
			await().until(() -> container.getStatus().inFlight() == 0);
		}
	}

	@Test
	void leavesNothingOutThatSomebodyElseTookFromItsConsumer() throws Exception {
		CountDownLatch finish = new CountDownLatch(1);
		try (ListenerFixture fixture = new ListenerFixture(server.url()).create()) {
			fixture.publish(0, 20);
			MessageListenerContainer container = fixture.start(fixture.endpoint((message, acknowledgment) -> {
				this.handled.add(ListenerFixture.number(message));
				if (ListenerFixture.number(message) == 3) {
					finish.await(30, TimeUnit.SECONDS);
				}
			}).ordered(true).maxInFlight(1));
			await().until(() -> this.handled.size() == 4);
			String name = fixture.consumer().getName();
			Message taken = fixture.holder()
				.get()
				.getConsumerContext(fixture.stream(), name)
				.next(Duration.ofSeconds(5));
			assertThat(taken).isNotNull();
			assertThat(ListenerFixture.number(taken)).isEqualTo(4);
			finish.countDown();
			await().atMost(LONG).until(() -> this.handled.contains(19));
			assertThat(this.handled).containsExactly(numbers(0, 20));
			await().until(() -> fixture.consumers().size() == 1);
			assertThat(fixture.consumer().getName()).isNotEqualTo(name);
			await()
				.until(() -> container.getStatus().state() == State.RUNNING && container.getStatus().inFlight() == 0);
		}
	}

	@Test
	void noticesADeletedConsumerWhileItsWindowIsFull() throws Exception {
		CountDownLatch finish = new CountDownLatch(1);
		try (ListenerFixture fixture = new ListenerFixture(server.url()).create()) {
			fixture.publish(0, 20);
			fixture.start(fixture.endpoint((message, acknowledgment) -> {
				this.handled.add(ListenerFixture.number(message));
				if (ListenerFixture.number(message) == 3) {
					finish.await(60, TimeUnit.SECONDS);
				}
			}).ordered(true).maxInFlight(5));
			await().until(() -> this.handled.size() == 4);
			fixture.deleteConsumer();
			// The handler still runs
			await().atMost(LONG).until(() -> fixture.consumers().size() == 1);
			finish.countDown();
			await().until(() -> this.handled.contains(19));
			assertThat(this.handled).containsExactly(numbers(0, 20));
		}
	}

	@Test
	void beginsAsDeclaredInAStreamThatIsMadeAgain() throws Exception {
		try (ListenerFixture fixture = new ListenerFixture(server.url()).create()) {
			MessageListenerContainer container = fixture.start(fixture.endpoint(record()).ordered(true));
			fixture.publish(0, 50);
			await().until(() -> this.handled.size() == 50);
			fixture.management().deleteStream(fixture.stream());
			await().atMost(LONG).until(() -> container.getStatus().state() == State.STALLED);
			fixture.create();
			fixture.publish(50, 60);
			await().atMost(LONG).untilAsserted(() -> assertThat(this.handled).containsExactly(numbers(0, 60)));
			await().until(() -> container.getStatus().state() == State.RUNNING);
		}
	}

	@Test
	void passesOverWhatWasPurged() throws Exception {
		try (ListenerFixture fixture = new ListenerFixture(server.url()).create()) {
			fixture.start(fixture.endpoint(record()).ordered(true).maxInFlight(1));
			fixture.publish(0, 10);
			await().until(() -> this.handled.size() == 10);
			fixture.management().purgeStream(fixture.stream());
			fixture.publish(10, 20);
			await().untilAsserted(() -> assertThat(this.handled).containsExactly(numbers(0, 20)));
		}
	}

	@Test
	void keepsTheOrderOverPauses() throws Exception {
		try (ListenerFixture fixture = new ListenerFixture(server.url()).create()) {
			MessageListenerContainer container = fixture.start(fixture.endpoint((message, acknowledgment) -> {
				this.handled.add(ListenerFixture.number(message));
				TimeUnit.MILLISECONDS.sleep(1);
			}).ordered(true));
			fixture.publish(0, 1000);
			for (int round = 1; round <= 4; round++) {
				int seen = round * 150;
				await().until(() -> this.handled.size() > seen);
				container.pause();
				await().until(() -> container.getStatus().inFlight() == 0);
				container.resume();
			}
			await().atMost(LONG).until(() -> this.handled.contains(999));
			assertThat(this.handled).containsExactly(numbers(0, 1000));
			await().until(() -> fixture.consumers().size() == 1);
		}
	}

	@Test
	void refusesStreamsWhoseMessagesGoWithTheirConsumers() throws Exception {
		for (RetentionPolicy retention : List.of(RetentionPolicy.WorkQueue, RetentionPolicy.Interest)) {
			try (ListenerFixture fixture = new ListenerFixture(server.url())
				.create((stream) -> stream.retentionPolicy(retention))) {
				MessageListenerContainer container = fixture.container(fixture.endpoint(record()).ordered(true));
				assertThatExceptionOfType(NatsListenerException.class).isThrownBy(container::start)
					.withMessageContaining("has the retention '%s'".formatted(retention))
					.withMessageContaining("and remove 'ordered'");
			}
		}
	}

	@Test
	void goesOnInAStreamThatWasInTheMemoryOfItsServer() throws Exception {
		try (NatsServer own = NatsServer.builder().start();
				ListenerFixture fixture = new ListenerFixture(own.url())
					.create((stream) -> stream.storageType(StorageType.Memory))) {
			MessageListenerContainer container = fixture.start(fixture.endpoint(record()).ordered(true));
			fixture.publish(0, 20);
			await().until(() -> this.handled.size() == 20);
			own.kill();
			own.restart();
			await().atMost(LONG).until(() -> container.getStatus().state() == State.STALLED);
			fixture.create((stream) -> stream.storageType(StorageType.Memory));
			fixture.publish(20, 40);
			await().atMost(LONG).untilAsserted(() -> assertThat(this.handled).containsExactly(numbers(0, 40)));
		}
	}

}
