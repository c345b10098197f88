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
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

import io.github.natsspring.listener.Decision;
import io.nats.client.api.PriorityPolicy;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for how handlers and instances run beside each other, against a real server.
 */
class ConcurrencyIntegrationTests extends AbstractPullContainerTests {

	@Test
	void handlesMessagesWhoseKeyCannotBeRead() throws Exception {
		try (PullFixture fixture = new PullFixture(server.url()).create()) {
			fixture.publish(0, 20);
			fixture.start((settings) -> settings.concurrency(4).orderingKey((message) -> {
				throw new AssertionError("no key");
			}), this::handle);
			await().until(() -> this.handled.size() == 20);
			assertThat(List.copyOf(this.handled)).isSorted();
			await().untilAsserted(() -> assertThat(fixture.consumer().getNumAckPending()).isZero());
		}
	}

	@Test
	void keepsTheOrderOfEachKeyAndRunsKeysAtOnce() throws Exception {
		int keys = 20;
		int messages = 2000;
		Map<Integer, Queue<Integer>> byKey = new ConcurrentHashMap<>();
		try (PullFixture fixture = new PullFixture(server.url())
			.failureHandler((failure) -> new Decision.RetryInPlace(Duration.ofMillis(5)))
			.create()) {
			fixture.publish(0, messages);
			AtomicInteger running = new AtomicInteger();
			AtomicInteger most = new AtomicInteger();
			fixture.start((settings) -> settings.concurrency(8).orderingKey((message) -> number(message) % keys),
					(message) -> {
						most.accumulateAndGet(running.incrementAndGet(), Math::max);
						try {
							LockSupport.parkNanos(ThreadLocalRandom.current().nextInt(1_000_000));
							if (ThreadLocalRandom.current().nextInt(100) == 0) {
								throw new IllegalStateException("1 %");
							}
							byKey.computeIfAbsent(number(message) % keys, (key) -> new ConcurrentLinkedQueue<>())
								.add(number(message));
						}
						finally {
							running.decrementAndGet();
						}
					});
			await().atMost(Duration.ofSeconds(30))
				.until(() -> byKey.values().stream().mapToInt(Queue::size).sum() == messages);
			byKey.values().forEach((numbers) -> assertThat(List.copyOf(numbers)).isSorted().doesNotHaveDuplicates());
			assertThat(most.get()).isBetween(2, 8);
		}
	}

	@Test
	void runsAsManyHandlersAtOnceAsAllowed() throws Exception {
		CountDownLatch handler = new CountDownLatch(1);
		AtomicInteger running = new AtomicInteger();
		try (PullFixture fixture = new PullFixture(server.url()).create()) {
			fixture.publish(0, 50);
			fixture.start((settings) -> settings.concurrency(5), (message) -> {
				running.incrementAndGet();
				handler.await();
				handle(message);
			});
			await().until(() -> running.get() == 5);
			await().during(Duration.ofMillis(300)).until(() -> running.get() == 5);
			handler.countDown();
			await().until(() -> this.handled.size() == 50);
		}
	}

	@Test
	void consumesInOneInstanceAtATimeFromAPinnedConsumerAndInAnotherWhenThatStops() throws Exception {
		Queue<Integer> byFirst = new ConcurrentLinkedQueue<>();
		try (PullFixture fixture = new PullFixture(server.url()).create((consumer) -> consumer.priorityGroups("active")
			.priorityPolicy(PriorityPolicy.PinnedClient)
			.priorityTimeout(Duration.ofSeconds(1)))) {
			JetStreamListenerContainer first = fixture.start(10, (message) -> byFirst.add(number(message)));
			await().until(() -> fixture.consumer().getNumWaiting() == 1);
			fixture.publish(0, 1);
			await().until(() -> byFirst.size() == 1);
			fixture.start(10, this::handle);
			fixture.publish(1, 200);
			await().until(() -> byFirst.size() == 200);
			assertThat(this.handled).isEmpty();
			first.stop();
			fixture.publish(200, 400);
			await().until(() -> this.handled.size() == 200);
			assertThat(byFirst).containsExactlyElementsOf(IntStream.range(0, 200).boxed().toList());
			assertThat(this.handled).containsExactlyElementsOf(IntStream.range(200, 400).boxed().toList());
		}
	}

	@Test
	void dividesTheWorkWithVirtualOrPlatformThreadsAlike() throws Exception {
		UnaryOperator<PullContainerSettings.Builder> wide = (settings) -> settings.concurrency(64);
		try (PullFixture fixture = new PullFixture(server.url()).create()) {
			fixture.publish(0, 1000);
			fixture.start(wide, (message) -> {
				LockSupport.parkNanos(1_000_000);
				handle(message);
			});
			await().until(() -> this.handled.size() == 1000);
			assertThat(this.handled).doesNotHaveDuplicates();
		}
	}

}
