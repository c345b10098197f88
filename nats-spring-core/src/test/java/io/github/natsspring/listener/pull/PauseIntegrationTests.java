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
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.github.natsspring.listener.ContainerStatus.State;
import io.github.natsspring.listener.Decision;
import io.github.natsspring.listener.DefaultFailureHandler;
import io.github.natsspring.listener.FailedRun;
import io.github.natsspring.listener.RetrySettings;
import io.github.natsspring.test.NatsServer;
import io.nats.client.Connection;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for containers that are paused, by the application or on the server.
 */
class PauseIntegrationTests extends AbstractPullContainerTests {

	private static final Duration QUIET = Duration.ofMillis(500);

	@Test
	void startsNoHandlerAndHandsBackWhatHasNotStartedWhilePaused() throws Exception {
		CountDownLatch handler = new CountDownLatch(1);
		AtomicInteger started = new AtomicInteger();
		try (PullFixture fixture = new PullFixture(server.url()).create()) {
			fixture.publish(0, 50);
			JetStreamListenerContainer container = fixture.start(20, (message) -> {
				started.incrementAndGet();
				handler.await();
				handle(message);
			});
			await().until(() -> fixture.consumer().getNumAckPending() > 10);
			assertThat(container.isPauseRequested()).isFalse();
			container.pause();
			assertThat(container.isPauseRequested()).isTrue();
			assertThat(container.isRunning()).isTrue();
			assertThat(container.getStatus().state()).isEqualTo(State.PAUSED);
			await().untilAsserted(() -> assertThat(container.getStatus().inFlight()).isOne());
			assertThat(fixture.consumer().getNumWaiting()).isZero();
			handler.countDown();
			await().untilAsserted(() -> assertThat(container.getStatus().inFlight()).isZero());
			await().during(QUIET).until(() -> started.get() == 1);
			container.resume();
			await().until(() -> this.handled.size() == 50);
			assertThat(container.getStatus().state()).isEqualTo(State.RUNNING);
			assertThat(container.getStatus().detail()).isNull();
			assertThat(this.handled).containsExactlyElementsOf(IntStream.range(0, 50).boxed().toList());
		}
	}

	@Test
	void anotherInstanceTakesOverAtOnceWhatHasNotStarted() throws Exception {
		CountDownLatch handler = new CountDownLatch(1);
		try (PullFixture fixture = new PullFixture(server.url()).create()) {
			fixture.publish(0, 100);
			JetStreamListenerContainer first = fixture.start(100, (message) -> {
				handler.await();
				handle(message);
			});
			await().until(() -> first.getStatus().inFlight() > 5);
			Queue<Integer> bySecond = new ConcurrentLinkedQueue<>();
			fixture.start(100, (message) -> bySecond.add(number(message)));
			first.pause();
			await().atMost(Duration.ofSeconds(15)).until(() -> bySecond.size() == 99);
			handler.countDown();
			await().until(() -> this.handled.size() == 1);
		}
	}

	@Test
	void countsNoAttemptForWhatIsHandedBack() throws Exception {
		List<FailedRun> failures = new CopyOnWriteArrayList<>();
		DefaultFailureHandler decider = new DefaultFailureHandler(RetrySettings.defaults().withMaxAttempts(2), null);
		CountDownLatch handler = new CountDownLatch(1);
		try (PullFixture fixture = new PullFixture(server.url()).failureHandler((failure) -> {
			failures.add(failure);
			return decider.decide(failure);
		}).create()) {
			fixture.publish(0, 2);
			JetStreamListenerContainer container = fixture.start(2, (message) -> {
				if (number(message) == 0) {
					handler.await();
				}
				else if (failures.isEmpty()) {
					throw new IllegalStateException("the first attempt");
				}
				handle(message);
			});
			for (int round = 0; round < 3; round++) {
				await().until(() -> container.getStatus().inFlight() == 2);
				container.pause();
				await().until(() -> container.getStatus().inFlight() == 1);
				container.resume();
			}
			handler.countDown();
			await().until(() -> this.handled.size() == 2);
			assertThat(failures).hasSize(1);
			assertThat(failures.get(0).attempts()).isEqualTo(1);
			assertThat(failures.get(0).deliveries()).isGreaterThan(2);
		}
	}

	@Test
	void staysPausedWhenTheConnectionIsLostAndGoesOnOverTheNextOne() throws Exception {
		try (NatsServer mortal = NatsServer.builder().start();
				PullFixture fixture = new PullFixture(mortal.url()).create()) {
			JetStreamListenerContainer container = fixture.start(10, this::handle);
			fixture.publish(0, 5);
			await().until(() -> this.handled.size() == 5);
			container.pause();
			mortal.stop();
			await().until(() -> fixture.connection().getStatus() != Connection.Status.CONNECTED);
			await().until(() -> "the connection is lost".equals(container.getStatus().detail()));
			// Far longer than the stall timeout of the fixture: it is meant not to
			// consume
			await().during(Duration.ofSeconds(2)).until(() -> container.getStatus().state() == State.PAUSED);
			mortal.start();
			await().ignoreExceptions().until(() -> {
				fixture.publish(5, 6);
				return true;
			});
			await().until(() -> "paused by the application".equals(container.getStatus().detail()));
			await().during(QUIET).until(() -> this.handled.size() == 5);
			assertThat(fixture.consumer().getNumWaiting()).isZero();
			container.resume();
			await().until(() -> this.handled.size() == 6);
			assertThat(container.getStatus().state()).isEqualTo(State.RUNNING);
		}
	}

	@Test
	void resumesWithoutAConnectionAndConsumesWhenItIsBack() throws Exception {
		try (NatsServer mortal = NatsServer.builder().start();
				PullFixture fixture = new PullFixture(mortal.url()).create()) {
			JetStreamListenerContainer container = fixture.start(10, this::handle);
			container.pause();
			mortal.stop();
			await().until(() -> fixture.connection().getStatus() != Connection.Status.CONNECTED);
			container.resume();
			await().until(() -> container.getStatus().state() == State.STALLED);
			mortal.start();
			await().ignoreExceptions().until(() -> {
				fixture.publish(0, 1);
				return true;
			});
			await().until(() -> !this.handled.isEmpty());
			await().until(() -> container.getStatus().state() == State.RUNNING);
		}
	}

	@Test
	void acknowledgesWhatEndsWhilePausedOverTheNextConnection() throws Exception {
		CountDownLatch handler = new CountDownLatch(1);
		try (NatsServer mortal = NatsServer.builder().start();
				PullFixture fixture = new PullFixture(mortal.url()).create()) {
			fixture.publish(0, 1);
			JetStreamListenerContainer container = fixture.start(10, (message) -> {
				handler.await();
				handle(message);
			});
			await().until(() -> container.getStatus().inFlight() == 1);
			container.pause();
			mortal.stop();
			await().until(() -> fixture.connection().getStatus() != Connection.Status.CONNECTED);
			handler.countDown();
			await().until(() -> this.handled.size() == 1);
			mortal.start();
			await().ignoreExceptions()
				.untilAsserted(() -> assertThat(fixture.consumer().getAckFloor().getStreamSequence()).isEqualTo(1));
			assertThat(container.getStatus().state()).isEqualTo(State.PAUSED);
		}
	}

	@Test
	void stopsWhilePausedAndStaysPausedWhenStartedAgain() throws Exception {
		try (PullFixture fixture = new PullFixture(server.url()).create()) {
			JetStreamListenerContainer container = fixture.start(10, this::handle);
			container.pause();
			container.stop();
			assertThat(container.getStatus().state()).isEqualTo(State.STOPPED);
			assertThat(container.isPauseRequested()).isTrue();
			fixture.publish(0, 10);
			container.start();
			await().until(() -> container.getStatus().state() == State.PAUSED);
			await().during(QUIET).until(() -> this.handled.isEmpty());
			container.resume();
			await().until(() -> this.handled.size() == 10);
		}
	}

	@Test
	void pausesBeforeItsFirstStart() throws Exception {
		try (PullFixture fixture = new PullFixture(server.url()).create()) {
			fixture.publish(0, 10);
			JetStreamListenerContainer container = fixture.container(10, this::handle);
			container.pause();
			container.start();
			await().during(QUIET).until(() -> this.handled.isEmpty());
			container.resume();
			await().until(() -> this.handled.size() == 10);
		}
	}

	@Test
	void losesNothingWhenPausedAndResumedAllTheTime() throws Exception {
		try (PullFixture fixture = new PullFixture(server.url()).create()) {
			fixture.publish(0, 2000);
			JetStreamListenerContainer container = fixture.start((settings) -> settings.concurrency(4), this::handle);
			for (int round = 0; round < 30; round++) {
				container.pause();
				container.resume();
				container.pause();
				int before = this.handled.size();
				// What runs may end, and no more
				await().until(() -> container.getStatus().inFlight() == 0);
				assertThat(this.handled.size() - before).isLessThanOrEqualTo(4);
				container.resume();
			}
			await().until(() -> this.handled.size() >= 2000);
			await().untilAsserted(() -> assertThat(fixture.consumer().getNumAckPending()).isZero());
			assertThat(this.handled).hasSize(2000).doesNotHaveDuplicates();
		}
	}

	@Test
	void givesUpWhatWaitsForARetryInPlaceWhenPaused() throws Exception {
		AtomicInteger runs = new AtomicInteger();
		try (PullFixture fixture = new PullFixture(server.url())
			.failureHandler((failure) -> new Decision.RetryInPlace(Duration.ofMillis(300)))
			.create()) {
			fixture.publish(0, 3);
			JetStreamListenerContainer container = fixture.start(10, (message) -> {
				if (runs.getAndIncrement() == 0) {
					throw new IllegalStateException("the first run");
				}
				handle(message);
			});
			await().until(() -> runs.get() == 1);
			container.pause();
			await().until(() -> container.getStatus().inFlight() == 0);
			await().during(Duration.ofMillis(700)).until(() -> runs.get() == 1);
			container.resume();
			await().until(() -> this.handled.size() == 3);
			assertThat(this.handled).containsExactly(0, 1, 2);
		}
	}

	@Test
	void saysThatItsConsumerIsPausedOnTheServerAndConsumesAfterwards() throws Exception {
		try (PullFixture fixture = new PullFixture(server.url()).create()) {
			JetStreamListenerContainer container = fixture.start(10, this::handle);
			fixture.publish(0, 1);
			await().until(() -> this.handled.size() == 1);
			fixture.management().pauseConsumer(fixture.stream(), "worker", ZonedDateTime.now().plusHours(1));
			fixture.publish(1, 2);
			await().atMost(Duration.ofSeconds(15)).until(() -> container.getStatus().state() == State.PAUSED);
			assertThat(container.getStatus().detail()).contains("paused on the server until", "worker");
			assertThat(this.handled).hasSize(1);
			fixture.management().resumeConsumer(fixture.stream(), "worker");
			// The server looks at a resumed consumer when the next heartbeat of a pull is
			// due
			await().atMost(Duration.ofSeconds(15)).until(() -> this.handled.size() == 2);
			await().until(() -> container.getStatus().state() == State.RUNNING);
			assertThat(container.getStatus().detail()).isNull();
		}
	}

	@Test
	void waitsQuietlyForAConsumerThatIsPausedOnTheServerWhenItStarts() throws Exception {
		try (LogCapture log = new LogCapture();
				PullFixture fixture = new PullFixture(server.url())
					.create((consumer) -> consumer.pauseUntil(ZonedDateTime.now().plusSeconds(10)))) {
			fixture.publish(0, 1);
			JetStreamListenerContainer container = fixture.start(10, this::handle);
			await().until(() -> container.getStatus().state() == State.PAUSED);
			await().during(Duration.ofSeconds(4))
				.atMost(Duration.ofSeconds(7))
				.until(() -> container.getStatus().state() == State.PAUSED);
			assertThat(fixture.consumer().getNumWaiting()).isOne();
			await().atMost(Duration.ofSeconds(30)).until(() -> this.handled.size() == 1);
			await().until(() -> container.getStatus().state() == State.RUNNING);
			// No recovery was tried
			assertThat(log.lines()).isEmpty();
		}
	}

}
