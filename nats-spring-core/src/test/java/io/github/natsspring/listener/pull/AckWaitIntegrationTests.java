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
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

import io.github.natsspring.listener.AckMode;
import io.github.natsspring.listener.Acknowledgment;
import io.github.natsspring.listener.ContainerStatus.State;
import io.github.natsspring.listener.Decision;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for what runs or waits longer than ack-wait, or hangs, against a real server.
 */
class AckWaitIntegrationTests extends AbstractPullContainerTests {

	@Test
	void sendsNoNakWhenTheServerMayHaveDeliveredTheMessageAgain() throws Exception {
		List<Long> deliveries = new CopyOnWriteArrayList<>();
		List<Integer> running = new CopyOnWriteArrayList<>();
		try (PullFixture fixture = new PullFixture(server.url())
			.failureHandler((failure) -> new Decision.Redeliver(Duration.ZERO))
			.create((consumer) -> consumer.ackWait(Duration.ofSeconds(1)))) {
			fixture.start(1, (message) -> {
				deliveries.add(message.metaData().deliveredCount());
				running.add(1);
				if (deliveries.size() == 1) {
					await().pollDelay(Duration.ofMillis(1500)).until(() -> true);
					throw new IllegalStateException("too late");
				}
			});
			fixture.publish(0, 1);
			await().until(() -> deliveries.size() == 2);
			await().during(Duration.ofSeconds(2)).untilAsserted(() -> assertThat(deliveries).containsExactly(1L, 2L));
		}
	}

	@Test
	void doesNotRunWhatWaitedLongerThanAckWait() throws Exception {
		AtomicBoolean first = new AtomicBoolean(true);
		try (PullFixture fixture = new PullFixture(server.url())
			.create((consumer) -> consumer.ackWait(Duration.ofSeconds(1)))) {
			fixture.publish(0, 2);
			fixture.start(10, (message) -> {
				if (first.compareAndSet(true, false)) {
					await().pollDelay(Duration.ofMillis(1200)).until(() -> true);
				}
				handle(message);
			});
			await().until(() -> this.handled.contains(1));
			await().untilAsserted(() -> assertThat(fixture.consumer().getNumAckPending()).isZero());
			assertThat(this.handled.stream().filter((number) -> number == 1)).hasSize(1);
		}
	}

	@Test
	void extendsWhatAManualListenerHasNotSettledYet() throws Exception {
		Queue<Acknowledgment> acknowledgments = new ConcurrentLinkedQueue<>();
		try (PullFixture fixture = new PullFixture(server.url())
			.create((consumer) -> consumer.ackWait(Duration.ofSeconds(1)))) {
			fixture.startListener((settings) -> settings.ackMode(AckMode.MANUAL),
					(message, acknowledgment) -> acknowledgments.add(acknowledgment));
			fixture.publish(0, 1);
			await().until(() -> !acknowledgments.isEmpty());
			await().during(Duration.ofSeconds(3)).until(() -> acknowledgments.size() == 1);
			acknowledgments.peek().ack();
			await().untilAsserted(() -> assertThat(fixture.consumer().getNumAckPending()).isZero());
		}
	}

	@Test
	void doesNotDeliverAgainWhatRunsOrWaitsLongerThanAckWait() throws Exception {
		try (PullFixture fixture = new PullFixture(server.url())
			.create((consumer) -> consumer.ackWait(Duration.ofMillis(500)))) {
			fixture.publish(0, 4);
			fixture.start(4, (message) -> {
				await().pollDelay(Duration.ofMillis(1500)).until(() -> true);
				handle(message);
			});
			await().atMost(Duration.ofSeconds(20)).until(() -> this.handled.size() >= 4);
			await().untilAsserted(() -> assertThat(fixture.consumer().getNumAckPending()).isZero());
			assertThat(this.handled).containsExactly(0, 1, 2, 3);
			assertThat(fixture.consumer().getDelivered().getConsumerSequence()).isEqualTo(4);
		}
	}

	@Test
	void deliversAgainWithoutExtension() throws Exception {
		List<Long> deliveries = new CopyOnWriteArrayList<>();
		try (PullFixture fixture = new PullFixture(server.url())
			.create((consumer) -> consumer.ackWait(Duration.ofMillis(500)))) {
			fixture.publish(0, 1);
			fixture.start((settings) -> settings.extendAcks(false).concurrency(2), (message) -> {
				deliveries.add(message.metaData().deliveredCount());
				if (deliveries.size() == 1) {
					await().pollDelay(Duration.ofMillis(1500)).until(() -> true);
				}
			});
			await().until(() -> deliveries.contains(2L));
		}
	}

	@Test
	void goesOnInOtherLanesWhenAHandlerHangs() throws Exception {
		CountDownLatch hangs = new CountDownLatch(1);
		try (PullFixture fixture = new PullFixture(server.url()).shutdownTimeout(Duration.ofMillis(100))
			.create((consumer) -> consumer.ackWait(Duration.ofSeconds(1)))) {
			fixture.start((settings) -> settings.concurrency(4)
				.orderingKey((message) -> number(message) % 4)
				.longestExtension(Duration.ofSeconds(2)), (message) -> {
					if (number(message) == 0) {
						hangs.await();
					}
					handle(message);
				});
			fixture.publish(0, 100);
			// All but the one that hangs, those behind it, too
			await().atMost(Duration.ofSeconds(15))
				.until(() -> List.copyOf(this.handled).stream().distinct().count() == 99);
			hangs.countDown();
			await().until(() -> this.handled.contains(0));
		}
	}

	@Test
	void saysThatTheOnlyHandlerHangsAndResumesWhenItEnds() throws Exception {
		CountDownLatch hangs = new CountDownLatch(1);
		AtomicBoolean first = new AtomicBoolean(true);
		try (PullFixture fixture = new PullFixture(server.url()).shutdownTimeout(Duration.ofMillis(100))
			.create((consumer) -> consumer.ackWait(Duration.ofSeconds(1)))) {
			JetStreamListenerContainer container = fixture
				.start((settings) -> settings.longestExtension(Duration.ofSeconds(1)), (message) -> {
					if (first.compareAndSet(true, false)) {
						hangs.await();
					}
					handle(message);
				});
			fixture.publish(0, 10);
			await().until(() -> container.getStatus().state() == State.STALLED);
			assertThat(container.getStatus().detail()).contains("hangs");
			hangs.countDown();
			await().atMost(Duration.ofSeconds(20))
				.until(() -> List.copyOf(this.handled).stream().distinct().count() == 10);
			await().until(() -> container.getStatus().state() == State.RUNNING);
		}
	}

}
