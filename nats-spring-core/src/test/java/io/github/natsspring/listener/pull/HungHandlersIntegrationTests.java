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
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for what goes on beside handlers that hang, and with few threads.
 */
class HungHandlersIntegrationTests extends AbstractPullContainerTests {

	@Test
	void pullsAtFullSpeedAlthoughHalfOfTheWindowHangs() throws Exception {
		CountDownLatch handler = new CountDownLatch(1);
		try (PullFixture fixture = new PullFixture(server.url()).create()) {
			JetStreamListenerContainer container = fixture.start((settings) -> settings.concurrency(8).maxInFlight(8),
					(message) -> {
						if (number(message) < 5) {
							handler.await();
						}
						handle(message);
					});
			fixture.publish(0, 5);
			await().until(() -> container.getStatus().inFlight() == 5);
			fixture.publish(5, 505);
			// Three in a second would take more than two minutes
			await().atMost(Duration.ofSeconds(30)).until(() -> this.handled.size() == 500);
			handler.countDown();
			await().until(() -> this.handled.size() == 505);
		}
	}

	@Test
	void allKeysHaveTheirTurnWithFewerThreadsThanLanes() throws Exception {
		ExecutorService executor = Executors.newFixedThreadPool(2);
		Set<String> keys = ConcurrentHashMap.newKeySet();
		AtomicInteger handledWithAll = new AtomicInteger();
		try (PullFixture fixture = new PullFixture(server.url()).executor(executor).create()) {
			for (int i = 0; i < 400; i++) {
				fixture.connection()
					.jetStream()
					.publish(fixture.stream() + ".k" + i % 40, String.valueOf(i).getBytes());
			}
			fixture.start((settings) -> settings.concurrency(16).orderingKey((message) -> message.getSubject()),
					(message) -> {
						LockSupport.parkNanos(5_000_000);
						if (keys.add(message.getSubject()) && keys.size() == 40) {
							handledWithAll.set(this.handled.size());
						}
						handle(message);
					});
			await().atMost(Duration.ofSeconds(30)).until(() -> this.handled.size() == 400);
			// None has to wait until others are done
			assertThat(handledWithAll).hasPositiveValue().hasValueLessThan(360);
			assertThat(this.handled).doesNotHaveDuplicates();
			for (int key = 0; key < 40; key++) {
				int current = key;
				assertThat(this.handled.stream().filter((number) -> number % 40 == current)).isSorted();
			}
		}
		finally {
			executor.shutdownNow();
		}
	}

}
