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
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;

import io.github.natsspring.listener.ContainerStatus.State;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for containers that stop and start again, against a real server.
 */
class StartAndStopIntegrationTests extends AbstractPullContainerTests {

	@Test
	void handsBackWhatHasNotStartedAndFinishesWhatRunsWhenItStops() throws Exception {
		ConcurrentMap<Integer, LongAdder> finished = new ConcurrentHashMap<>();
		try (PullFixture fixture = new PullFixture(server.url()).create()) {
			fixture.publish(0, 100);
			JetStreamListenerContainer first = fixture.start(100, (message) -> {
				await().pollDelay(Duration.ofMillis(50)).until(() -> true);
				finished.computeIfAbsent(number(message), (key) -> new LongAdder()).increment();
			});
			await().until(() -> finished.size() >= 20);
			await().until(() -> first.getStatus().inFlight() > 10);
			long stopped = System.nanoTime();
			first.stop();
			assertThat(Duration.ofNanos(System.nanoTime() - stopped)).isLessThan(Duration.ofSeconds(8));
			Map<Integer, LongAdder> byFirst = Map.copyOf(finished);
			fixture.start(100,
					(message) -> finished.computeIfAbsent(number(message), (key) -> new LongAdder()).increment());
			// Long before ack-wait
			await().atMost(Duration.ofSeconds(15)).until(() -> finished.size() == 100);
			assertThat(byFirst.size()).isBetween(20, 99);
			await().untilAsserted(() -> assertThat(fixture.consumer().getNumAckPending()).isZero());
			assertThat(finished.values()).allMatch((count) -> count.sum() == 1);
		}
	}

	@Test
	void doesNotWaitForAHandlerLongerThanTheShutdownTimeout() throws Exception {
		CountDownLatch running = new CountDownLatch(1);
		CountDownLatch handler = new CountDownLatch(1);
		try (PullFixture fixture = new PullFixture(server.url()).shutdownTimeout(Duration.ofMillis(500)).create()) {
			JetStreamListenerContainer container = fixture.start(10, (message) -> {
				running.countDown();
				handler.await();
			});
			fixture.publish(0, 1);
			running.await();
			long started = System.nanoTime();
			container.stop();
			assertThat(Duration.ofNanos(System.nanoTime() - started)).isBetween(Duration.ofMillis(450),
					Duration.ofSeconds(15));
			assertThat(container.isRunning()).isFalse();
			handler.countDown();
		}
	}

	@Test
	void stopsAtOnceWhileAPullWaitsAndLeavesNoneThatTakesMessagesFromOthers() throws Exception {
		try (PullFixture fixture = new PullFixture(server.url()).create()) {
			JetStreamListenerContainer container = fixture.start(10, this::handle);
			// It would wait for half a minute
			await().until(() -> fixture.consumer().getNumWaiting() == 1);
			long stopped = System.nanoTime();
			container.stop();
			assertThat(Duration.ofNanos(System.nanoTime() - stopped)).isLessThan(Duration.ofSeconds(8));
			assertThat(container.getStatus().state()).isEqualTo(State.STOPPED);
			fixture.publish(0, 5);
			assertThat(fixture.consumer().getNumAckPending()).isZero();
			assertThat(fixture.consumer().getNumWaiting()).isZero();
			fixture.start(10, this::handle);
			await().atMost(Duration.ofSeconds(15)).until(() -> this.handled.size() == 5);
			assertThat(fixture.consumer().getRedelivered()).isZero();
		}
	}

	@Test
	void consumesAgainWhenItIsStartedAgain() throws Exception {
		// What the server sends in the moment of the stop is lost on its way, until
		// ack-wait
		try (PullFixture fixture = new PullFixture(server.url())
			.create((consumer) -> consumer.ackWait(Duration.ofSeconds(3)))) {
			JetStreamListenerContainer container = fixture.container(100, this::handle);
			for (int round = 0; round < 5; round++) {
				container.start();
				fixture.publish(round * 100, round * 100 + 50);
				container.stop();
				fixture.publish(round * 100 + 50, round * 100 + 100);
				assertThat(container.getStatus().state()).isEqualTo(State.STOPPED);
			}
			container.start();
			await().until(() -> this.handled.size() >= 500);
			assertThat(this.handled).containsExactlyInAnyOrderElementsOf(IntStream.range(0, 500).boxed().toList());
		}
	}

	@Test
	void leavesNothingBehindWhenOneOfTwoLoadedContainersStopsAgainAndAgain() throws Exception {
		try (PullFixture fixture = new PullFixture(server.url())
			.create((consumer) -> consumer.ackWait(Duration.ofSeconds(3)))) {
			fixture.start(50, this::handle);
			JetStreamListenerContainer other = fixture.container(50, this::handle);
			for (int round = 0; round < 20; round++) {
				other.start();
				fixture.publish(round * 50, round * 50 + 50);
				other.stop();
			}
			await().until(() -> this.handled.size() >= 1000);
			await().untilAsserted(() -> assertThat(fixture.consumer().getNumAckPending()).isZero());
			assertThat(this.handled).hasSize(1000);
		}
	}

	@Test
	void handsEverythingBackWhenItStopsUnderAFastListener() throws Exception {
		try (PullFixture fixture = new PullFixture(server.url()).create()) {
			JetStreamListenerContainer container = fixture.container(500, this::handle);
			int published = 0;
			for (int round = 0; round < 20; round++) {
				int before = this.handled.size();
				for (int i = 0; i < 2000; i++) {
					fixture.connection().publish(fixture.stream() + ".m", String.valueOf(published++).getBytes());
				}
				container.start();
				await().pollInterval(Duration.ofMillis(1)).until(() -> this.handled.size() > before);
				container.stop();
			}
			container.start();
			int all = published;
			// Far less than ack-wait
			await().atMost(Duration.ofSeconds(20)).until(() -> Set.copyOf(this.handled).size() == all);
			assertThat(this.handled).hasSize(all);
		}
	}

	@Test
	void aSecondStopWaitsForTheOneUnderWay() throws Exception {
		CountDownLatch running = new CountDownLatch(1);
		CountDownLatch handler = new CountDownLatch(1);
		try (PullFixture fixture = new PullFixture(server.url()).create()) {
			JetStreamListenerContainer container = fixture.start(10, (message) -> {
				running.countDown();
				handler.await();
				handle(message);
			});
			fixture.publish(0, 1);
			running.await();
			CountDownLatch first = new CountDownLatch(1);
			CountDownLatch second = new CountDownLatch(1);
			container.stop(first::countDown);
			container.stop(second::countDown);
			assertThat(second.await(500, TimeUnit.MILLISECONDS)).isFalse();
			handler.countDown();
			assertThat(second.await(10, TimeUnit.SECONDS)).isTrue();
			assertThat(first.await(10, TimeUnit.SECONDS)).isTrue();
			assertThat(this.handled).containsExactly(0);
			await().untilAsserted(() -> assertThat(fixture.consumer().getNumAckPending()).isZero());
			container.stop();
			assertThat(container.getStatus().state()).isEqualTo(State.STOPPED);
		}
	}

}
