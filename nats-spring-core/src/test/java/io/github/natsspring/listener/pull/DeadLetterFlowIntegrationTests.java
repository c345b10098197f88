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
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.github.natsspring.listener.Decision;
import io.github.natsspring.test.NatsServer;
import io.nats.client.Message;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for what goes on while a dead letter is stored.
 */
@Timeout(60)
class DeadLetterFlowIntegrationTests {

	private static NatsServer server;

	private final Queue<Integer> handled = new ConcurrentLinkedQueue<>();

	private final AtomicInteger letters = new AtomicInteger();

	// A permit for each letter that may be stored
	private final Semaphore stream = new Semaphore(0);

	@BeforeAll
	static void startServer() {
		server = NatsServer.builder().start();
	}

	@AfterAll
	static void stopServer() {
		server.close();
	}

	@Test
	void handlesOthersWhileALetterIsStored() throws Exception {
		try (PullFixture fixture = deadLettering()) {
			fixture.publish(0, 200);
			start(fixture, false);
			await().until(() -> this.handled.size() == 180);
			// Four at once, and the others behind them
			await().until(() -> this.letters.get() == 4);
			await().untilAsserted(() -> assertThat(fixture.consumer().getNumAckPending()).isEqualTo(20));
			this.stream.release(20);
			awaitSettled(fixture, 200);
			assertThat(this.letters).hasValue(20);
			assertThat(fixture.consumer().getDelivered().getConsumerSequence()).isEqualTo(200);
		}
	}

	@Test
	void waitsForTheServerWhenThereAreTooManyLetters() throws Exception {
		try (PullFixture fixture = deadLettering()) {
			fixture.publish(0, 2000);
			start(fixture, false);
			// 4 + 64 letters, and one that the only handler waits for
			await().until(() -> this.letters.get() == 5);
			await().during(Duration.ofMillis(300)).until(() -> this.handled.size() < 69 * 9 + 10);
			this.stream.release(200);
			awaitSettled(fixture, 2000);
			assertThat(this.handled).hasSize(1800).doesNotHaveDuplicates();
			assertThat(this.letters).hasValue(200);
		}
	}

	@Test
	void keepsThoseOfTheSameKeyBehindAMessageThatIsBeingDeadLettered() throws Exception {
		Map<Integer, Queue<Integer>> keys = new ConcurrentHashMap<>();
		try (PullFixture fixture = deadLettering()) {
			fixture.start((settings) -> settings.concurrency(4)
				.orderingKey((message) -> Account.number(message) % 4)
				.keepOrder(true)
				.deadLetters((failure) -> store()), (message) -> {
					int number = Account.number(message);
					if (number == 1) {
						throw new IllegalStateException("poison");
					}
					keys.computeIfAbsent(number % 4, (key) -> new ConcurrentLinkedQueue<>()).add(number);
				});
			fixture.publish(0, 40);
			await().until(() -> keys.values().stream().mapToInt(Queue::size).sum() == 30);
			assertThat(keys).doesNotContainKey(1);
			this.stream.release();
			awaitSettled(fixture, 40);
			assertThat(List.copyOf(keys.get(1))).hasSize(9).isSorted();
		}
	}

	@Test
	void doesNotHaveAMessageDeliveredAgainWhoseLetterTakesLongerThanAckWait() throws Exception {
		try (PullFixture fixture = new PullFixture(server.url()).failureHandler((failure) -> new Decision.DeadLetter())
			.create((consumer) -> consumer.ackWait(Duration.ofMillis(500)))) {
			fixture.publish(0, 30);
			start(fixture, false);
			await().until(() -> this.handled.size() == 27);
			await().pollDelay(Duration.ofMillis(1500)).until(() -> true);
			this.stream.release(3);
			awaitSettled(fixture, 30);
			assertThat(fixture.consumer().getDelivered().getConsumerSequence()).isEqualTo(30);
		}
	}

	@Test
	void storesTheLettersThatAreUnderWayBeforeItStops() throws Exception {
		try (PullFixture fixture = deadLettering()) {
			fixture.publish(0, 100);
			JetStreamListenerContainer container = start(fixture, true);
			await().until(() -> this.letters.get() == 1);
			CountDownLatch stopped = new CountDownLatch(1);
			container.stop(stopped::countDown);
			assertThat(stopped.await(300, TimeUnit.MILLISECONDS)).isFalse();
			this.stream.release(100);
			assertThat(stopped.await(20, TimeUnit.SECONDS)).isTrue();
			// Those before it, and itself
			assertThat(this.handled).containsExactlyElementsOf(IntStream.range(0, 7).boxed().toList());
			await().untilAsserted(() -> assertThat(fixture.consumer().getAckFloor().getStreamSequence()).isEqualTo(8));
			start(fixture, true);
			awaitSettled(fixture, 100);
			assertThat(this.handled).hasSize(90).doesNotHaveDuplicates();
			assertThat(this.letters).hasValue(10);
		}
	}

	@Test
	void stopsInTimeAndTriesAgainLaterWhenALetterCannotBeStored() throws Exception {
		try (PullFixture fixture = new PullFixture(server.url()).failureHandler((failure) -> new Decision.DeadLetter())
			.shutdownTimeout(Duration.ofSeconds(1))
			.create((consumer) -> consumer.ackWait(Duration.ofSeconds(3)))) {
			fixture.publish(0, 10);
			JetStreamListenerContainer container = start(fixture, false);
			await().until(() -> this.handled.size() == 9);
			long started = System.nanoTime();
			container.stop();
			assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(10));
			await().untilAsserted(() -> assertThat(fixture.consumer().getNumAckPending()).isOne());
			this.stream.release(10);
			start(fixture, false);
			awaitSettled(fixture, 10);
			assertThat(this.handled).hasSize(9);
		}
	}

	private static PullFixture deadLettering() throws Exception {
		return new PullFixture(server.url()).failureHandler((failure) -> new Decision.DeadLetter()).create();
	}

	private JetStreamListenerContainer start(PullFixture fixture, boolean keepOrder) {
		return fixture.start((settings) -> settings.keepOrder(keepOrder)
			.retry(Duration.ofMillis(50), Duration.ofMillis(100))
			.deadLetters((failure) -> store()), this::handle);
	}

	private boolean store() {
		this.letters.incrementAndGet();
		try {
			this.stream.acquire();
			return true;
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private void handle(Message message) {
		if (Account.number(message) % 10 == 7) {
			throw new IllegalStateException("poison");
		}
		this.handled.add(Account.number(message));
	}

	private static void awaitSettled(PullFixture fixture, int count) {
		await().atMost(Duration.ofSeconds(20))
			.untilAsserted(() -> assertThat(fixture.consumer().getAckFloor().getStreamSequence()).isEqualTo(count));
	}

}
