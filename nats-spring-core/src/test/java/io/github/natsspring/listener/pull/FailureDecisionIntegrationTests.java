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
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.natsspring.listener.Decision;
import io.github.natsspring.listener.FailedRun;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for what a failure handler decides: another delivery, a dead letter or nothing
 * more, against a real server.
 */
class FailureDecisionIntegrationTests extends AbstractPullContainerTests {

	@Test
	void redeliversAfterDelayWhenHandlerThrows() throws Exception {
		List<Long> times = new CopyOnWriteArrayList<>();
		List<Long> deliveries = new CopyOnWriteArrayList<>();
		try (PullFixture fixture = new PullFixture(server.url())
			.failureHandler((failure) -> new Decision.Redeliver(Duration.ofMillis(300 * failure.deliveries())))
			.create()) {
			fixture.start(10, (message) -> {
				times.add(System.nanoTime());
				deliveries.add(message.metaData().deliveredCount());
				if (times.size() < 3) {
					throw new IllegalStateException("not yet");
				}
			});
			fixture.publish(0, 1);
			await().until(() -> times.size() == 3);
			assertThat(deliveries).containsExactly(1L, 2L, 3L);
			assertThat(Duration.ofNanos(times.get(1) - times.get(0))).isGreaterThanOrEqualTo(Duration.ofMillis(295));
			assertThat(Duration.ofNanos(times.get(2) - times.get(1))).isGreaterThanOrEqualTo(Duration.ofMillis(595));
			await().untilAsserted(() -> assertThat(fixture.consumer().getNumAckPending()).isZero());
		}
	}

	@Test
	void keepsTheMessageWhenTheDecisionFails() throws Exception {
		AtomicInteger runs = new AtomicInteger();
		try (PullFixture fixture = new PullFixture(server.url()).failureHandler((failure) -> {
			throw new IllegalStateException("no decision");
		}).create()) {
			fixture.start(10, (message) -> {
				runs.incrementAndGet();
				throw new IllegalArgumentException("no");
			});
			fixture.publish(0, 1);
			await().until(() -> runs.get() == 1);
			await().during(Duration.ofMillis(500))
				.untilAsserted(() -> assertThat(fixture.consumer().getNumAckPending()).isOne());
		}
	}

	@Test
	void terminatesADeadLetterOnlyWhenItIsStored() throws Exception {
		List<FailedRun> letters = new CopyOnWriteArrayList<>();
		AtomicInteger tries = new AtomicInteger();
		try (PullFixture fixture = new PullFixture(server.url()).failureHandler((failure) -> new Decision.DeadLetter())
			.create()) {
			fixture.start((settings) -> settings.retry(Duration.ofMillis(50), Duration.ofMillis(200))
				.deadLetters((failure) -> {
					if (tries.incrementAndGet() < 3) {
						throw new IllegalStateException("the stream is gone");
					}
					letters.add(failure);
					return true;
				}), (message) -> {
					throw new IllegalArgumentException("poison");
				});
			fixture.publish(0, 1);
			await().until(() -> letters.size() == 1);
			assertThat(letters.get(0).deliveries()).isEqualTo(3);
			assertThat(letters.get(0).attempts()).isEqualTo(3);
			await().untilAsserted(() -> assertThat(fixture.consumer().getNumAckPending()).isZero());
		}
	}

	@Test
	void retriesAtTheLongestIntervalWithoutADestinationForDeadLetters() throws Exception {
		List<Long> times = new CopyOnWriteArrayList<>();
		try (PullFixture fixture = new PullFixture(server.url()).failureHandler((failure) -> new Decision.DeadLetter())
			.create()) {
			fixture.start((settings) -> settings.retry(Duration.ofMillis(50), Duration.ofMillis(600)), (message) -> {
				times.add(System.nanoTime());
				throw new IllegalArgumentException("poison");
			});
			fixture.publish(0, 1);
			await().until(() -> times.size() == 3);
			assertThat(Duration.ofNanos(times.get(2) - times.get(0))).isGreaterThan(Duration.ofMillis(1100));
		}
	}

	@Test
	void discardsWhenThatWasDecided() throws Exception {
		try (PullFixture fixture = new PullFixture(server.url()).failureHandler((failure) -> new Decision.Discard())
			.create()) {
			fixture.start(10, (message) -> {
				handle(message);
				throw new IllegalArgumentException("poison");
			});
			fixture.publish(0, 3);
			await().untilAsserted(() -> assertThat(fixture.consumer().getAckFloor().getStreamSequence()).isEqualTo(3));
			assertThat(this.handled).containsExactly(0, 1, 2);
		}
	}

	@Test
	void doesNotRunWhatWasDeliveredTooOften() throws Exception {
		List<FailedRun> letters = new CopyOnWriteArrayList<>();
		try (PullFixture fixture = new PullFixture(server.url())
			.failureHandler(
					(failure) -> failure.isFatal() ? new Decision.DeadLetter() : new Decision.Redeliver(Duration.ZERO))
			.create()) {
			fixture.start((settings) -> settings.maxDeliveries(3).deadLetters((failure) -> letters.add(failure)),
					(message) -> {
						handle(message);
						throw new IllegalStateException("again");
					});
			fixture.publish(0, 1);
			await().until(() -> letters.size() == 1);
			assertThat(this.handled).hasSize(3);
			assertThat(letters.get(0).exception()).hasMessageContaining("max-deliveries");
		}
	}

	@Test
	void cutsDelaysWhenTooManyMessagesWaitForOne() throws Exception {
		try (PullFixture fixture = new PullFixture(server.url())
			.failureHandler((failure) -> new Decision.Redeliver(Duration.ofMinutes(1)))
			.create((consumer) -> consumer.maxAckPending(4))) {
			fixture.start((settings) -> settings.maxInFlight(4).retry(Duration.ofMillis(100), Duration.ofMinutes(1)),
					(message) -> {
						if (number(message) < 4 && message.metaData().deliveredCount() == 1) {
							throw new IllegalStateException("at first");
						}
						handle(message);
					});
			fixture.publish(0, 10);
			// With four of four waiting for a minute, the server would deliver nothing
			// else;
			// so only half of them do
			await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> assertThat(this.handled).hasSize(8));
		}
	}

}
