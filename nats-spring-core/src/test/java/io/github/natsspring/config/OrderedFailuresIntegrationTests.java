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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.github.natsspring.deadletter.DeadLetterSettings;
import io.github.natsspring.listener.ContainerStatus.State;
import io.github.natsspring.listener.FatalListenerException;
import io.github.natsspring.listener.MessageListenerContainer;
import io.github.natsspring.listener.NakMessageException;
import io.github.natsspring.test.NatsServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for messages that fail in ordered listeners, against a real server.
 */
@Timeout(120)
class OrderedFailuresIntegrationTests {

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

	private static Integer[] numbers(int from, int to) {
		return IntStream.range(from, to).boxed().toArray(Integer[]::new);
	}

	@Test
	void triesAFailedMessageAgainBeforeThoseBehindIt() throws Exception {
		AtomicInteger failures = new AtomicInteger();
		try (ListenerFixture fixture = new ListenerFixture(server.url()).create()) {
			fixture.start(fixture.endpoint((message, acknowledgment) -> {
				int number = ListenerFixture.number(message);
				if (number == 5 && failures.incrementAndGet() <= 3) {
					throw new IllegalStateException("expected by the test");
				}
				if (number == 7 && failures.incrementAndGet() <= 6) {
					throw new NakMessageException(Duration.ofMillis(20));
				}
				this.handled.add(number);
			}).ordered(true));
			fixture.publish(0, 20);
			await().until(() -> this.handled.contains(19));
			assertThat(this.handled).containsExactly(numbers(0, 20));
		}
	}

	@Test
	void goesOnFromAFailedMessageWhenTheServerIsKilledMeanwhile() throws Exception {
		CountDownLatch restarted = new CountDownLatch(1);
		try (NatsServer own = NatsServer.builder().start();
				ListenerFixture fixture = new ListenerFixture(own.url()).create()) {
			fixture.publish(0, 20);
			fixture.factory((factory) -> factory.setMaxAttempts(0))
				.start(fixture.endpoint((message, acknowledgment) -> {
					int number = ListenerFixture.number(message);
					if (number == 5 && restarted.getCount() > 0) {
						throw new IllegalStateException("expected by the test");
					}
					this.handled.add(number);
				}).ordered(true));
			await().until(() -> this.handled.size() == 5);
			own.kill();
			own.restart();
			await().atMost(LONG).until(() -> !fixture.consumers().isEmpty());
			restarted.countDown();
			await().atMost(LONG).until(() -> this.handled.contains(19));
			assertThat(this.handled).containsExactly(numbers(0, 20));
		}
	}

	@Test
	void makesADeadLetterOfAMessageThatIsGivenUpAndGoesOn() throws Exception {
		try (ListenerFixture fixture = new ListenerFixture(server.url()).create()
			.factory((factory) -> factory
				.setDeadLetter(new DeadLetterSettings(true, "dlq.{stream}.{consumer}", "{stream}_DLQ", false)))) {
			AtomicInteger runs = new AtomicInteger();
			fixture.start(fixture.endpoint((message, acknowledgment) -> {
				if (ListenerFixture.number(message) == 5) {
					runs.incrementAndGet();
					throw new IllegalStateException("expected by the test");
				}
				this.handled.add(ListenerFixture.number(message));
			}).ordered(true));
			fixture.publish(0, 10);
			await().untilAsserted(() -> assertThat(this.handled).containsExactly(0, 1, 2, 3, 4, 6, 7, 8, 9));
			assertThat(runs).hasValue(5);
			String letters = fixture.stream() + "_DLQ";
			assertThat(fixture.management().getStreamInfo(letters).getStreamState().getMsgCount()).isEqualTo(1);
			assertThat(fixture.management().getMessage(letters, 1).getSubject())
				.isEqualTo("dlq.%s.listener-prices".formatted(fixture.stream()));
		}
	}

	@Test
	void failsWithoutDeadLettersAndMayBeStartedAgain() throws Exception {
		AtomicInteger runs = new AtomicInteger();
		try (ListenerFixture fixture = new ListenerFixture(server.url()).create()) {
			MessageListenerContainer container = fixture.start(fixture.endpoint((message, acknowledgment) -> {
				if (ListenerFixture.number(message) == 5 && runs.incrementAndGet() <= 5) {
					throw new IllegalStateException("expected by the test");
				}
				this.handled.add(ListenerFixture.number(message));
			}).ordered(true));
			fixture.publish(0, 10);
			await().until(() -> container.getStatus().state() == State.FAILED);
			assertThat(container.getStatus().detail()).contains("'prices' failed on message 6 of stream",
					"there are no dead letters", "expected by the test");
			await().until(() -> container.getStatus().inFlight() == 0);
			await().during(Duration.ofSeconds(1)).until(() -> this.handled.size() == 5 && runs.get() == 5);
			container.stop();
			assertThat(container.getStatus().state()).isEqualTo(State.STOPPED);
			container.start();
			await().until(() -> this.handled.contains(9));
			assertThat(this.handled).containsExactly(0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
		}
	}

	@Test
	void failsAtOnceOnAMessageThatCannotBeHelped() throws Exception {
		try (ListenerFixture fixture = new ListenerFixture(server.url()).create()) {
			MessageListenerContainer container = fixture.start(fixture.endpoint((message, acknowledgment) -> {
				this.handled.add(ListenerFixture.number(message));
				throw new FatalListenerException("expected by the test");
			}).ordered(true));
			fixture.publish(0, 3);
			await().until(() -> container.getStatus().state() == State.FAILED);
			assertThat(this.handled).containsExactly(0);
		}
	}

	@Test
	void hasNothingToSettle() throws Exception {
		AtomicInteger refused = new AtomicInteger();
		try (ListenerFixture fixture = new ListenerFixture(server.url()).create()) {
			fixture.start(fixture.endpoint((message, acknowledgment) -> {
				try {
					acknowledgment.nak();
				}
				catch (IllegalStateException ex) {
					refused.incrementAndGet();
				}
			}).ordered(true));
			fixture.publish(0, 3);
			await().until(() -> refused.get() == 3);
		}
	}

}
