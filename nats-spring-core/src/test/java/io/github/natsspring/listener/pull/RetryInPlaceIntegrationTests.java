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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.github.natsspring.listener.Decision;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for retries in place, against a real server.
 */
class RetryInPlaceIntegrationTests extends AbstractPullContainerTests {

	@Test
	void keepsTheOrderOfTheStreamWhenItRetriesInPlace() throws Exception {
		Queue<Integer> succeeded = new ConcurrentLinkedQueue<>();
		try (PullFixture fixture = new PullFixture(server.url())
			.failureHandler((failure) -> new Decision.RetryInPlace(Duration.ofMillis(20 * failure.attempts())))
			.create()) {
			AtomicInteger failures = new AtomicInteger();
			fixture.start(50, (message) -> {
				int number = number(message);
				if (number % 10 == 3 && failures.getAndIncrement() % 3 != 2) {
					throw new IllegalStateException("not yet");
				}
				succeeded.add(number);
			});
			fixture.publish(0, 100);
			await().until(() -> succeeded.size() == 100);
			assertThat(succeeded).containsExactlyElementsOf(IntStream.range(0, 100).boxed().toList());
			await().untilAsserted(() -> assertThat(fixture.consumer().getNumAckPending()).isZero());
			assertThat(fixture.consumer().getRedelivered()).isZero();
		}
	}

	@Test
	void keepsWhatWaitsForARetryInPlaceAliveBeyondAckWait() throws Exception {
		List<Long> deliveries = new CopyOnWriteArrayList<>();
		try (PullFixture fixture = new PullFixture(server.url())
			.failureHandler((failure) -> new Decision.RetryInPlace(Duration.ofMillis(2500)))
			.create((consumer) -> consumer.ackWait(Duration.ofSeconds(1)))) {
			fixture.start(10, (message) -> {
				deliveries.add(message.metaData().deliveredCount());
				if (deliveries.size() == 1) {
					throw new IllegalStateException("not yet");
				}
			});
			fixture.publish(0, 3);
			await().until(() -> deliveries.size() == 4);
			assertThat(deliveries).containsOnly(1L);
		}
	}

	@Test
	void handsBackWhatWaitsForARetryInPlaceWhenItStops() throws Exception {
		Queue<Integer> byFirst = new ConcurrentLinkedQueue<>();
		try (PullFixture fixture = new PullFixture(server.url())
			.failureHandler((failure) -> new Decision.RetryInPlace(Duration.ofMinutes(1)))
			.create()) {
			JetStreamListenerContainer first = fixture.start(10, (message) -> {
				byFirst.add(number(message));
				throw new IllegalStateException("never");
			});
			fixture.publish(0, 5);
			await().until(() -> byFirst.size() == 1 && first.getStatus().inFlight() == 5);
			first.stop();
			fixture.start(10, this::handle);
			await().atMost(Duration.ofSeconds(15)).until(() -> this.handled.size() == 5);
		}
	}

}
