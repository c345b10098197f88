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
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

import io.github.natsspring.listener.AckMode;
import io.github.natsspring.listener.Acknowledgment;
import io.github.natsspring.listener.ContainerStatus.State;
import io.github.natsspring.listener.Decision;
import org.junit.jupiter.api.Test;

import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.core.task.TaskRejectedException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for what goes wrong around a run: handlers that hang, executors that are full,
 * stops and settlements in the middle of a failure.
 */
class TroubledRunIntegrationTests extends AbstractPullContainerTests {

	@Test
	void keepsWhatWaitsForARetryInPlaceAliveAlsoBesideOtherHandlers() throws Exception {
		try (PullFixture fixture = new PullFixture(server.url())
			.failureHandler((failure) -> new Decision.RetryInPlace(Duration.ofSeconds(3)))
			.create((consumer) -> consumer.ackWait(Duration.ofSeconds(1)))) {
			fixture.publish(0, 20);
			fixture.start((settings) -> settings.concurrency(4), (message) -> {
				handle(message);
				if (number(message) == 5 && this.handled.stream().filter((number) -> number == 5).count() == 1) {
					throw new IllegalStateException("first run");
				}
			});
			await().until(() -> this.handled.size() == 21);
			await().untilAsserted(() -> assertThat(fixture.consumer().getNumAckPending()).isZero());
			assertThat(fixture.consumer().getDelivered().getConsumerSequence()).isEqualTo(20);
		}
	}

	@Test
	void handsBackAtOnceWhatFailsWhileTheContainerStops() throws Exception {
		CountDownLatch running = new CountDownLatch(1);
		CountDownLatch fail = new CountDownLatch(1);
		try (PullFixture fixture = new PullFixture(server.url())
			.failureHandler((failure) -> new Decision.RetryInPlace(Duration.ofMillis(10)))
			.create()) {
			JetStreamListenerContainer container = fixture.start(10, (message) -> {
				running.countDown();
				fail.await();
				throw new IllegalStateException("too late to try again here");
			});
			fixture.publish(0, 2);
			running.await();
			CountDownLatch stopped = new CountDownLatch(1);
			container.stop(stopped::countDown);
			// What has not started is handed back first
			await().untilAsserted(() -> assertThat(fixture.consumer().getNumPending()).isZero());
			await().pollDelay(Duration.ofMillis(300)).until(() -> true);
			fail.countDown();
			stopped.await();
			fixture.start(10, this::handle);
			await().atMost(Duration.ofSeconds(15)).until(() -> this.handled.size() == 2);
		}
	}

	@Test
	void goesOnWhenAMessageIsSettledWhileItsFailureIsDecidedOn() throws Exception {
		AtomicReference<Acknowledgment> acknowledgments = new AtomicReference<>();
		try (PullFixture fixture = new PullFixture(server.url()).failureHandler((failure) -> {
			acknowledgments.get().ack();
			return new Decision.RetryInPlace(Duration.ofMillis(10));
		}).create()) {
			fixture.startListener((settings) -> settings.ackMode(AckMode.MANUAL), (message, acknowledgment) -> {
				handle(message);
				acknowledgments.set(acknowledgment);
				if (number(message) == 0) {
					throw new IllegalStateException("settled elsewhere");
				}
				acknowledgment.ack();
			});
			fixture.publish(0, 2);
			await().atMost(Duration.ofSeconds(15)).until(() -> this.handled.size() == 2);
			await().untilAsserted(() -> assertThat(fixture.consumer().getNumAckPending()).isZero());
		}
	}

	@Test
	void keepsNothingFromOthersWhileItsOnlyHandlerHangs() throws Exception {
		CountDownLatch hang = new CountDownLatch(1);
		try (PullFixture fixture = new PullFixture(server.url())
			.create((consumer) -> consumer.ackWait(Duration.ofSeconds(1)))) {
			JetStreamListenerContainer hanging = fixture
				.start((settings) -> settings.longestExtension(Duration.ofMillis(300)), (message) -> hang.await());
			fixture.publish(0, 3);
			await().until(() -> hanging.getStatus().state() == State.STALLED);
			await().until(() -> hanging.getStatus().inFlight() == 1);
			fixture.start(10, this::handle);
			fixture.publish(3, 20);
			await().atMost(Duration.ofSeconds(20))
				.until(() -> this.handled.containsAll(IntStream.range(0, 20).boxed().toList()));
			assertThat(hanging.getStatus().state()).isEqualTo(State.STALLED);
			hang.countDown();
			await().until(() -> hanging.getStatus().state() == State.RUNNING);
		}
	}

	@Test
	void doesNotTakeARetryForAHandlerThatHangs() throws Exception {
		try (PullFixture fixture = new PullFixture(server.url())
			.failureHandler((failure) -> new Decision.RetryInPlace(Duration.ofMillis(300)))
			.create((consumer) -> consumer.ackWait(Duration.ofSeconds(1)))) {
			JetStreamListenerContainer container = fixture
				.start((settings) -> settings.longestExtension(Duration.ofSeconds(1)), (message) -> {
					handle(message);
					await().pollDelay(Duration.ofMillis(500)).until(() -> true);
					if (this.handled.size() < 6) {
						throw new IllegalStateException("not yet");
					}
				});
			fixture.publish(0, 1);
			await().until(() -> {
				assertThat(container.getStatus().state()).isNotEqualTo(State.STALLED);
				return this.handled.size() == 6;
			});
			await().untilAsserted(() -> assertThat(fixture.consumer().getNumAckPending()).isZero());
			assertThat(fixture.consumer().getDelivered().getConsumerSequence()).isEqualTo(1);
		}
	}

	@Test
	void usesUpFewDeliveriesWhileTheExecutorIsFull() throws Exception {
		AtomicBoolean full = new AtomicBoolean(true);
		Map<Integer, Long> deliveries = new ConcurrentHashMap<>();
		SimpleAsyncTaskExecutor threads = new SimpleAsyncTaskExecutor("listener-");
		try (PullFixture fixture = new PullFixture(server.url()).executor((task) -> {
			if (full.get()) {
				throw new TaskRejectedException("full");
			}
			threads.execute(task);
		}).create()) {
			JetStreamListenerContainer container = fixture.start(10,
					(message) -> deliveries.put(number(message), message.metaData().deliveredCount()));
			fixture.publish(0, 2);
			await().until(() -> container.getStatus().detail() != null);
			await().pollDelay(Duration.ofSeconds(5)).until(() -> true);
			full.set(false);
			await().atMost(Duration.ofSeconds(15)).until(() -> deliveries.size() == 2);
			// Above retry.max-deliveries, ten more than the attempts, it would be a dead
			// letter
			assertThat(deliveries.values()).allMatch((count) -> count < 10);
			await().untilAsserted(() -> assertThat(container.getStatus().detail()).isNull());
		}
	}

}
