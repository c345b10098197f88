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

package io.github.natsspring.connection;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link EventThread}.
 */
@Timeout(30)
class EventThreadTests {

	private final List<String> seen = new CopyOnWriteArrayList<>();

	@Test
	void losesNothingWhenNoThreadCanBeMadeForAWhile() {
		AtomicInteger failures = new AtomicInteger(2);
		EventThread events = new EventThread((task) -> {
			if (failures.getAndDecrement() > 0) {
				throw new InternalError("no thread, expected by the test");
			}
			return new Thread(task);
		});
		try {
			events.run(() -> this.seen.add("1"));
			events.run(() -> this.seen.add("2"));
			await().untilAsserted(() -> assertThat(this.seen).containsExactly("1", "2"));
		}
		finally {
			events.shutdown();
		}
	}

	@Test
	void refusesWhatIsAboveTheBound() throws Exception {
		EventThread events = new EventThread("test");
		CountDownLatch gate = new CountDownLatch(1);
		CountDownLatch begun = new CountDownLatch(1);
		try {
			events.run(() -> {
				begun.countDown();
				awaitUninterrupted(gate);
			});
			begun.await();
			assertThat(events.offer(() -> this.seen.add("1"), 2)).isTrue();
			assertThat(events.offer(() -> this.seen.add("2"), 2)).isTrue();
			assertThat(events.offer(() -> this.seen.add("3"), 2)).isFalse();
			events.run(() -> this.seen.add("4"));
			gate.countDown();
			await().untilAsserted(() -> assertThat(this.seen).containsExactly("1", "2", "4"));
		}
		finally {
			gate.countDown();
			events.shutdown();
		}
	}

	private static void awaitUninterrupted(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
