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

package io.github.natsspring.event;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.context.ApplicationEventPublisher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link ListenerEvents}.
 */
@Timeout(30)
class ListenerEventsTests {

	private static final long SECOND = Duration.ofSeconds(1).toNanos();

	private final Queue<Object> published = new ConcurrentLinkedQueue<>();

	@Test
	void publishesInOrderOnAThreadOfItsOwn() {
		Queue<String> threads = new ConcurrentLinkedQueue<>();
		ListenerEvents events = events(null, (event) -> {
			threads.add(Thread.currentThread().getName());
			this.published.add(event);
		});
		events.started();
		events.stalled("gone");
		events.recovered(Duration.ofSeconds(3));
		events.await(Duration.ofSeconds(10));
		assertThat(this.published).extracting((event) -> event.getClass().getSimpleName())
			.containsExactly("NatsListenerStartedEvent", "NatsListenerStalledEvent", "NatsListenerRecoveredEvent");
		assertThat(threads).allMatch((name) -> name.startsWith("nats-listener-events-"));
	}

	@Test
	void goesOnWhenAnEventListenerThrowsAnythingOrIsInterrupted() {
		ListenerEvents events = events(null, (event) -> {
			this.published.add(event);
			Thread.currentThread().interrupt();
			throw new AssertionError("expected by the test");
		});
		events.started();
		events.failed("broken", null);
		events.await(Duration.ofSeconds(10));
		assertThat(this.published).hasSize(2);
	}

	@Test
	void neitherWaitsNorGrowsWithoutBoundWhenAnEventListenerHangs() throws Exception {
		CountDownLatch go = new CountDownLatch(1);
		ListenerEvents events = events(null, (event) -> {
			this.published.add(event);
			try {
				go.await(20, TimeUnit.SECONDS);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		});
		events.started();
		await().until(() -> this.published.size() == 1);
		for (int i = 0; i < EventQueue.CAPACITY * 2; i++) {
			events.stalled("again");
		}
		events.await(Duration.ofMillis(50));
		go.countDown();
		await().until(() -> this.published.size() == EventQueue.CAPACITY + 1);
		// What comes later is published again
		events.resumed(false);
		await().until(() -> this.published.size() == EventQueue.CAPACITY + 2);
	}

	@Test
	void knowsWhenAnEventListenerCalls() {
		AtomicBoolean publishing = new AtomicBoolean();
		ListenerEvents[] events = new ListenerEvents[1];
		events[0] = events(null, (event) -> publishing.set(events[0].isPublishing()));
		events[0].started();
		events[0].await(Duration.ofSeconds(10));
		assertThat(publishing).isTrue();
		assertThat(events[0].isPublishing()).isFalse();
	}

	@Test
	void isIdleAfterEachIntervalWithoutAMessage() {
		ListenerEvents events = events(Duration.ofSeconds(10), this.published::add);
		long start = 1_000 * SECOND;
		events.checkIdle(start + 9 * SECOND, start, false, false);
		assertIdle(events);
		events.checkIdle(start + 10 * SECOND, start, false, false);
		events.checkIdle(start + 11 * SECOND, start, false, false);
		assertIdle(events, 10);
		events.checkIdle(start + 20 * SECOND, start, false, true);
		assertIdle(events, 10, 20);
		assertThat(((NatsListenerIdleEvent) List.copyOf(this.published).get(1)).isPaused()).isTrue();
		// A message after 25 seconds
		events.checkIdle(start + 30 * SECOND, start + 25 * SECOND, false, false);
		assertIdle(events, 10, 20);
		events.checkIdle(start + 35 * SECOND, start + 25 * SECOND, false, false);
		assertIdle(events, 10, 20, 10);
	}

	@Test
	void isNotIdleWhileAMessageIsHandledAndCountsFromItsEnd() {
		ListenerEvents events = events(Duration.ofSeconds(10), this.published::add);
		long start = 1_000 * SECOND;
		events.checkIdle(start + 50 * SECOND, start, true, false);
		events.checkIdle(start + 59 * SECOND, start, false, false);
		assertIdle(events);
		events.checkIdle(start + 60 * SECOND, start, false, false);
		assertIdle(events, 10);
	}

	@Test
	void isNeverIdleWithoutAnInterval() {
		ListenerEvents events = events(null, this.published::add);
		events.checkIdle(Long.MAX_VALUE, 1, false, false);
		assertIdle(events);
	}

	@Test
	void refusesAnIntervalOfZero() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new ListenerEventSettings(this.published::add, Duration.ZERO))
			.withMessageContaining("more than zero");
	}

	@Test
	void givesItsContainerByType() {
		NatsListenerEvent event = new NatsListenerStartedEvent("a container", "billing");
		assertThat(event.getContainer(CharSequence.class)).isEqualTo("a container");
		assertThat(event.getListenerId()).isEqualTo("billing");
		assertThat(event).hasToString("NatsListenerStartedEvent of listener 'billing'");
		assertThatIllegalArgumentException().isThrownBy(() -> event.getContainer(Integer.class));
	}

	private void assertIdle(ListenerEvents events, Integer... seconds) {
		events.await(Duration.ofSeconds(10));
		assertThat(this.published)
			.extracting((event) -> (int) ((NatsListenerIdleEvent) event).getIdleTime().toSeconds())
			.containsExactly(seconds);
	}

	private ListenerEvents events(Duration idleInterval, ApplicationEventPublisher publisher) {
		return new ListenerEvents(this, "billing", new ListenerEventSettings(publisher, idleInterval));
	}

}
