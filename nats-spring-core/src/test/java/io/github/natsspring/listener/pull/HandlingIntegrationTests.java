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
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for how a container runs its listener and acknowledges, against a real server.
 */
class HandlingIntegrationTests extends AbstractPullContainerTests {

	@Test
	void handlesInOrderAndAcknowledges() throws Exception {
		try (PullFixture fixture = new PullFixture(server.url()).create()) {
			fixture.publish(0, 1000);
			fixture.start(100, this::handle);
			await().until(() -> this.handled.size() == 1000);
			assertThat(this.handled).containsExactlyElementsOf(IntStream.range(0, 1000).boxed().toList());
			await().untilAsserted(() -> assertThat(fixture.consumer().getNumAckPending()).isZero());
			assertThat(fixture.consumer().getRedelivered()).isZero();
			assertThat(fixture.consumer().getNumWaiting()).isLessThanOrEqualTo(3);
		}
	}

	@Test
	void runsListenersOnTheExecutorAndNotOnAThreadOfTheClient() throws Exception {
		Queue<String> threads = new ConcurrentLinkedQueue<>();
		try (PullFixture fixture = new PullFixture(server.url()).create()) {
			fixture.start(10, (message) -> threads.add(Thread.currentThread().getName()));
			fixture.publish(0, 10);
			await().until(() -> threads.size() == 10);
			assertThat(threads).allMatch((name) -> name.startsWith("listener-"));
		}
	}

	@Test
	void settlesOnAThreadThatTheHandlerLeftInterrupted() throws Exception {
		AtomicInteger runs = new AtomicInteger();
		try (PullFixture fixture = new PullFixture(server.url()).create()) {
			fixture.start(10, (message) -> {
				Thread.currentThread().interrupt();
				if (runs.incrementAndGet() == 1) {
					throw new IllegalStateException("interrupted");
				}
			});
			fixture.publish(0, 1);
			await().atMost(Duration.ofSeconds(20)).until(() -> runs.get() == 2);
			await().untilAsserted(() -> assertThat(fixture.consumer().getNumAckPending()).isZero());
		}
	}

	@Test
	void keepsTheMessageAndRunsOnWhenTheHandlerThrowsAnError() throws Exception {
		AtomicBoolean thrown = new AtomicBoolean();
		try (PullFixture fixture = new PullFixture(server.url()).create()) {
			fixture.start(10, (message) -> {
				if (thrown.compareAndSet(false, true)) {
					throw new StackOverflowError();
				}
				handle(message);
			});
			fixture.publish(0, 3);
			await().untilAsserted(() -> assertThat(this.handled).containsExactlyInAnyOrder(0, 1, 2));
		}
	}

	@Test
	void ignoresWhatSomebodyElsePublishesToItsInbox() throws Exception {
		try (PullFixture fixture = new PullFixture(server.url()).create()) {
			fixture.start(10, this::handle);
			await().until(() -> fixture.consumer().getNumWaiting() == 1);
			List<String> inboxes = new CopyOnWriteArrayList<>();
			fixture.connection().createDispatcher((message) -> {
				if (message.getReplyTo() != null) {
					inboxes.add(message.getReplyTo());
				}
			}).subscribe("$JS.API.CONSUMER.MSG.NEXT." + fixture.stream() + ".worker");
			fixture.connection().flush(Duration.ofSeconds(5));
			fixture.publish(0, 10);
			await().until(() -> this.handled.size() == 10 && !inboxes.isEmpty());
			fixture.connection().publish(inboxes.get(inboxes.size() - 1), "10".getBytes());
			fixture.publish(11, 31);
			await().until(() -> this.handled.size() == 30);
			assertThat(this.handled).doesNotContain(10);
		}
	}

	@Test
	void sharesAConsumerWithAnotherContainerWithoutHandlingAMessageTwice() throws Exception {
		try (PullFixture fixture = new PullFixture(server.url()).create()) {
			List<Integer> byFirst = new ArrayList<>();
			List<Integer> bySecond = new ArrayList<>();
			fixture.start(20, (message) -> byFirst.add(number(message)));
			fixture.start(20, (message) -> bySecond.add(number(message)));
			fixture.publish(0, 500);
			await().until(() -> fixture.consumer().getAckFloor().getStreamSequence() == 500);
			assertThat(byFirst.size() + bySecond.size()).isEqualTo(500);
			assertThat(byFirst).isNotEmpty();
			assertThat(bySecond).isNotEmpty();
		}
	}

}
