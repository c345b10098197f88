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
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

import io.github.natsspring.event.ListenerEventSettings;
import io.github.natsspring.event.NatsListenerEvent;
import io.github.natsspring.event.NatsListenerFailedEvent;
import io.github.natsspring.event.NatsListenerIdleEvent;
import io.github.natsspring.event.NatsListenerPausedEvent;
import io.github.natsspring.event.NatsListenerRecoveredEvent;
import io.github.natsspring.event.NatsListenerResumedEvent;
import io.github.natsspring.event.NatsListenerStalledEvent;
import io.github.natsspring.event.NatsListenerStartedEvent;
import io.github.natsspring.event.NatsListenerStoppedEvent;
import io.github.natsspring.event.NatsListenerStoppedEvent.Reason;
import io.github.natsspring.listener.ContainerStatus.State;
import io.github.natsspring.listener.MissingConsumer;
import io.github.natsspring.test.NatsServer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for the events of JetStream containers.
 */
class ContainerEventsIntegrationTests extends AbstractPullContainerTests {

	private static final Duration LONG = Duration.ofSeconds(30);

	private final Queue<NatsListenerEvent> events = new ConcurrentLinkedQueue<>();

	private final Queue<String> threads = new ConcurrentLinkedQueue<>();

	@Test
	void tellsOfStartAndStopAgainAndAgain() throws Exception {
		try (PullFixture fixture = new PullFixture(server.url()).create()) {
			JetStreamListenerContainer container = fixture.container(settings(), this::handle);
			for (int i = 0; i < 2; i++) {
				container.start();
				container.stop();
			}
			// A stop waits for those who listen
			assertThat(this.events).extracting(Object::getClass)
				.containsExactly(List
					.of(NatsListenerStartedEvent.class, NatsListenerStoppedEvent.class, NatsListenerStartedEvent.class,
							NatsListenerStoppedEvent.class)
					.toArray(Class<?>[]::new));
			assertThat(last(NatsListenerStoppedEvent.class).getReason()).isEqualTo(Reason.NORMAL);
			assertThat(this.events).allSatisfy((event) -> {
				assertThat(event.getListenerId()).isEqualTo("listener0");
				assertThat(event.getContainer(JetStreamListenerContainer.class)).isSameAs(container);
			});
			assertThat(this.threads).allMatch((thread) -> thread.startsWith("nats-listener-events-"));
		}
	}

	@Test
	void saysThatAStopDidNotWaitForTheEndOfAHandler() throws Exception {
		CountDownLatch finish = new CountDownLatch(1);
		try (PullFixture fixture = new PullFixture(server.url()).create()) {
			fixture.publish(0, 1);
			JetStreamListenerContainer container = fixture
				.start((builder) -> settings().apply(builder.shutdownTimeout(Duration.ofMillis(200))), (message) -> {
					handle(message);
					finish.await(60, TimeUnit.SECONDS);
				});
			await().until(() -> this.handled.size() == 1);
			container.stop();
			assertThat(last(NatsListenerStoppedEvent.class).getReason()).isEqualTo(Reason.TIMEOUT);
			finish.countDown();
		}
	}

	@Test
	void tellsThatItCannotStart() throws Exception {
		try (PullFixture fixture = new PullFixture(server.url())) {
			JetStreamListenerContainer container = fixture.container(settings(), this::handle);
			assertThatExceptionOfType(RuntimeException.class).isThrownBy(container::start);
			await().until(() -> this.events.size() == 1);
			NatsListenerFailedEvent failed = last(NatsListenerFailedEvent.class);
			assertThat(failed.getReason()).contains("No consumer");
			assertThat(failed.getCause()).hasMessage(failed.getReason());
		}
	}

	@Test
	void tellsThatItGivesUpWhenItsConsumerIsDeletedAndThatIsItsPolicy() throws Exception {
		try (PullFixture fixture = new PullFixture(server.url()).create()) {
			JetStreamListenerContainer container = fixture
				.start((builder) -> settings().apply(builder.missingConsumer(MissingConsumer.FAIL)), this::handle);
			await().until(() -> fixture.consumer().getNumWaiting() == 1);
			fixture.management().deleteConsumer(fixture.stream(), "worker");
			await().atMost(LONG).until(() -> has(NatsListenerFailedEvent.class));
			NatsListenerFailedEvent failed = last(NatsListenerFailedEvent.class);
			assertThat(failed.getReason()).contains("worker", "does not exist");
			assertThat(failed.getCause()).isNull();
			container.stop();
			assertThat(last(NatsListenerStoppedEvent.class).getReason()).isEqualTo(Reason.FAILED);
		}
	}

	@Test
	void tellsOnceThatItStallsAndRecoversWhenItsConsumerIsGoneAndBack() throws Exception {
		try (PullFixture fixture = new PullFixture(server.url()).create()) {
			JetStreamListenerContainer container = fixture.start(settings(), this::handle);
			await().until(() -> fixture.consumer().getNumWaiting() == 1);
			fixture.management().deleteConsumer(fixture.stream(), "worker");
			await().atMost(LONG).until(() -> has(NatsListenerStalledEvent.class));
			assertThat(last(NatsListenerStalledEvent.class).getReason()).contains("worker", "does not exist");
			// Looked for more than once
			await().during(Duration.ofSeconds(2)).until(() -> container.getStatus().state() == State.STALLED);
			fixture.addConsumer((consumer) -> {
			});
			await().atMost(LONG).until(() -> has(NatsListenerRecoveredEvent.class));
			assertThat(last(NatsListenerRecoveredEvent.class).getStalledTime()).isBetween(Duration.ofSeconds(2), LONG);
			assertThat(this.events).extracting(Object::getClass)
				.containsExactly(List
					.of(NatsListenerStartedEvent.class, NatsListenerStalledEvent.class,
							NatsListenerRecoveredEvent.class)
					.toArray(Class<?>[]::new));
		}
	}

	@Test
	void tellsThatItStallsWhenTheServerIsGoneForLongerThanTheStallTimeout() throws Exception {
		try (NatsServer fragile = NatsServer.builder().start();
				PullFixture fixture = new PullFixture(fragile.url()).create()) {
			fixture.start(settings(), this::handle);
			await().until(() -> fixture.consumer().getNumWaiting() == 1);
			fragile.kill();
			await().atMost(LONG).until(() -> has(NatsListenerStalledEvent.class));
			fragile.start();
			await().atMost(LONG).until(() -> has(NatsListenerRecoveredEvent.class));
		}
	}

	@Test
	void saysNothingOfTroubleThatIsOverBeforeTheStallTimeout() throws Exception {
		try (NatsServer fragile = NatsServer.builder().start();
				PullFixture fixture = new PullFixture(fragile.url()).create()) {
			JetStreamListenerContainer container = fixture
				.start((builder) -> settings().apply(builder.stallTimeout(Duration.ofMinutes(1))), this::handle);
			await().until(() -> fixture.consumer().getNumWaiting() == 1);
			fragile.restart();
			fixture.publish(0, 1);
			await().atMost(LONG).until(() -> this.handled.size() == 1);
			container.stop();
			assertThat(this.events).extracting(Object::getClass)
				.containsExactly(List.of(NatsListenerStartedEvent.class, NatsListenerStoppedEvent.class)
					.toArray(Class<?>[]::new));
		}
	}

	@Test
	void tellsThatItIsPausedAndResumed() throws Exception {
		try (PullFixture fixture = new PullFixture(server.url()).create()) {
			JetStreamListenerContainer container = fixture.container(settings(), this::handle);
			// Takes effect with the start
			container.pause();
			container.start();
			container.pause();
			container.resume();
			container.resume();
			await().until(() -> this.events.size() == 3);
			assertThat(this.events).extracting(Object::getClass)
				.containsExactly(List
					.of(NatsListenerStartedEvent.class, NatsListenerPausedEvent.class, NatsListenerResumedEvent.class)
					.toArray(Class<?>[]::new));
			assertThat(last(NatsListenerPausedEvent.class).isOnServer()).isFalse();
			assertThat(last(NatsListenerPausedEvent.class).getReason()).isEqualTo("paused by the application");
			assertThat(last(NatsListenerResumedEvent.class).isOnServer()).isFalse();
		}
	}

	@Test
	void tellsThatItsConsumerIsPausedOnTheServer() throws Exception {
		try (PullFixture fixture = new PullFixture(server.url()).create()) {
			fixture.management().pauseConsumer(fixture.stream(), "worker", ZonedDateTime.now().plusHours(1));
			fixture.start(settings(), this::handle);
			await().until(() -> has(NatsListenerPausedEvent.class));
			assertThat(last(NatsListenerPausedEvent.class).isOnServer()).isTrue();
			assertThat(last(NatsListenerPausedEvent.class).getReason()).contains("paused on the server until");
			fixture.management().resumeConsumer(fixture.stream(), "worker");
			fixture.publish(0, 1);
			await().atMost(LONG).until(() -> has(NatsListenerResumedEvent.class));
			assertThat(last(NatsListenerResumedEvent.class).isOnServer()).isTrue();
		}
	}

	@Test
	void tellsThatItIsIdleAgainAndAgainButNotWhileAHandlerRuns() throws Exception {
		CountDownLatch finish = new CountDownLatch(1);
		try (PullFixture fixture = new PullFixture(server.url()).create()) {
			fixture.publish(0, 1);
			fixture.start(settings(Duration.ofSeconds(1)), (message) -> {
				handle(message);
				finish.await(60, TimeUnit.SECONDS);
			});
			await().until(() -> this.handled.size() == 1);
			await().during(Duration.ofMillis(2500)).until(() -> !has(NatsListenerIdleEvent.class));
			finish.countDown();
			await().until(() -> this.events.stream().filter(NatsListenerIdleEvent.class::isInstance).count() >= 2);
			assertThat(last(NatsListenerIdleEvent.class).getIdleTime()).isBetween(Duration.ofSeconds(2), LONG);
			assertThat(last(NatsListenerIdleEvent.class).isPaused()).isFalse();
		}
	}

	@Test
	void isIdleWhileItIsPaused() throws Exception {
		try (PullFixture fixture = new PullFixture(server.url()).create()) {
			JetStreamListenerContainer container = fixture.start(settings(Duration.ofSeconds(1)), this::handle);
			container.pause();
			fixture.publish(0, 1);
			await().until(() -> has(NatsListenerIdleEvent.class) && last(NatsListenerIdleEvent.class).isPaused());
		}
	}

	@Test
	void isNotHurtByAnEventListenerThatThrows() throws Exception {
		try (PullFixture fixture = new PullFixture(server.url()).create()) {
			JetStreamListenerContainer container = fixture
				.start((builder) -> builder.events(new ListenerEventSettings((event) -> {
					record(event);
					throw new IllegalStateException("expected by the test");
				}, null)), this::handle);
			fixture.publish(0, 10);
			await().until(() -> this.handled.size() == 10);
			container.pause();
			container.resume();
			fixture.publish(10, 20);
			await().until(() -> this.handled.size() == 20);
			container.stop();
			assertThat(this.events).hasSize(4);
		}
	}

	@Test
	void handlesMessagesAndStopsWhileAnEventListenerHangs() throws Exception {
		CountDownLatch finish = new CountDownLatch(1);
		try (PullFixture fixture = new PullFixture(server.url()).create()) {
			JetStreamListenerContainer container = fixture
				.start((builder) -> builder.events(new ListenerEventSettings((event) -> {
					record(event);
					try {
						finish.await(60, TimeUnit.SECONDS);
					}
					catch (InterruptedException ex) {
						Thread.currentThread().interrupt();
					}
				}, null)), this::handle);
			fixture.publish(0, 10);
			await().until(() -> this.handled.size() == 10);
			long before = System.nanoTime();
			container.stop();
			assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(8));
			assertThat(container.getStatus().state()).isEqualTo(State.STOPPED);
			assertThat(this.events).hasSize(1);
			finish.countDown();
			await().until(() -> has(NatsListenerStoppedEvent.class));
		}
	}

	@Test
	void canBeStoppedAndStartedByAnEventListener() throws Exception {
		try (PullFixture fixture = new PullFixture(server.url()).create()) {
			JetStreamListenerContainer[] container = new JetStreamListenerContainer[1];
			container[0] = fixture.container((builder) -> builder.missingConsumer(MissingConsumer.FAIL)
				.events(new ListenerEventSettings((event) -> {
					record(event);
					if (event instanceof NatsListenerFailedEvent) {
						container[0].stop();
						addConsumer(fixture);
						container[0].start();
					}
				}, null)), this::handle);
			container[0].start();
			await().until(() -> fixture.consumer().getNumWaiting() == 1);
			fixture.management().deleteConsumer(fixture.stream(), "worker");
			fixture.publish(0, 3);
			await().atMost(LONG).untilAsserted(() -> assertThat(this.handled).containsExactly(0, 1, 2));
			await().until(() -> this.events.size() == 4);
			assertThat(this.events).extracting(Object::getClass)
				.containsExactly(List
					.of(NatsListenerStartedEvent.class, NatsListenerFailedEvent.class, NatsListenerStoppedEvent.class,
							NatsListenerStartedEvent.class)
					.toArray(Class<?>[]::new));
		}
	}

	private static void addConsumer(PullFixture fixture) {
		try {
			fixture.addConsumer((consumer) -> {
			});
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	private UnaryOperator<PullContainerSettings.Builder> settings() {
		return settings(null);
	}

	private UnaryOperator<PullContainerSettings.Builder> settings(@Nullable Duration idleInterval) {
		return (builder) -> builder.events(new ListenerEventSettings(this::record, idleInterval));
	}

	private void record(Object event) {
		this.threads.add(Thread.currentThread().getName());
		this.events.add((NatsListenerEvent) event);
	}

	private boolean has(Class<? extends NatsListenerEvent> type) {
		return this.events.stream().anyMatch(type::isInstance);
	}

	private <T extends NatsListenerEvent> T last(Class<T> type) {
		return this.events.stream()
			.filter(type::isInstance)
			.map(type::cast)
			.reduce((first, second) -> second)
			.orElseThrow(() -> new AssertionError("No %s in %s".formatted(type, this.events)));
	}

}
