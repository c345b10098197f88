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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.github.natsspring.listener.ContainerStatus.State;
import io.github.natsspring.listener.MissingConsumer;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for containers whose consumer is not there or is deleted, against a real server.
 */
class MissingConsumerIntegrationTests extends AbstractPullContainerTests {

	@Test
	void waitsForADeletedConsumerAndResumesWhenItIsBack() throws Exception {
		try (PullFixture fixture = new PullFixture(server.url()).create()) {
			JetStreamListenerContainer container = fixture.start(10, this::handle);
			await().until(() -> fixture.consumer().getNumWaiting() == 1);
			fixture.management().deleteConsumer(fixture.stream(), "worker");
			await().until(() -> container.getStatus().state() == State.STALLED);
			assertThat(container.getStatus().detail()).contains("worker", fixture.stream(), "does not exist");
			fixture.addConsumer((consumer) -> {
			});
			fixture.publish(0, 3);
			await().untilAsserted(() -> assertThat(this.handled).containsExactly(0, 1, 2));
			await().until(() -> container.getStatus().state() == State.RUNNING);
		}
	}

	@Test
	void makesADeletedConsumerAgainBehindWhatTheServerHasSeenAcknowledged() throws Exception {
		try (PullFixture fixture = new PullFixture(server.url()).create()) {
			fixture.publish(0, 5);
			JetStreamListenerContainer earlier = fixture.start(10, this::handle);
			await().until(() -> fixture.consumer().getAckFloor().getStreamSequence() == 5);
			earlier.stop();
			// It knows of the ack floor of its start
			JetStreamListenerContainer container = fixture
				.start((settings) -> settings.missingConsumer(MissingConsumer.RECREATE), this::handle);
			await().until(() -> fixture.consumer().getNumWaiting() == 1);
			fixture.management().deleteConsumer(fixture.stream(), "worker");
			fixture.publish(5, 10);
			await().untilAsserted(() -> assertThat(this.handled).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9));
			await().until(() -> container.getStatus().state() == State.RUNNING);
		}
	}

	@Test
	void noticesADeletedConsumerWhileItsWindowIsFull() throws Exception {
		CountDownLatch finish = new CountDownLatch(1);
		try (PullFixture fixture = new PullFixture(server.url()).create()) {
			fixture.publish(0, 10);
			JetStreamListenerContainer container = fixture.start(3, (message) -> {
				handle(message);
				finish.await(60, TimeUnit.SECONDS);
			});
			await().until(() -> container.getStatus().inFlight() == 3);
			fixture.management().deleteConsumer(fixture.stream(), "worker");
			await().atMost(Duration.ofSeconds(20)).until(() -> container.getStatus().state() == State.STALLED);
			assertThat(container.getStatus().detail()).contains("worker", "does not exist");
			assertThat(container.getStatus().inFlight()).isEqualTo(3);
			finish.countDown();
			fixture.addConsumer((consumer) -> {
			});
			await().atMost(Duration.ofSeconds(20))
				.untilAsserted(() -> assertThat(this.handled).contains(0, 1, 2, 3, 4, 5, 6, 7, 8, 9));
			await().until(() -> container.getStatus().state() == State.RUNNING);
		}
	}

	@Test
	void givesUpWhenItsConsumerIsDeletedAndThatIsItsPolicy() throws Exception {
		try (PullFixture fixture = new PullFixture(server.url()).create()) {
			JetStreamListenerContainer container = fixture
				.start((settings) -> settings.missingConsumer(MissingConsumer.FAIL), this::handle);
			await().until(() -> fixture.consumer().getNumWaiting() == 1);
			fixture.management().deleteConsumer(fixture.stream(), "worker");
			await().until(() -> container.getStatus().state() == State.FAILED);
			assertThat(container.getStatus().detail()).contains("worker", "does not exist");
			fixture.addConsumer((consumer) -> {
			});
			fixture.publish(0, 1);
			await().during(Duration.ofSeconds(1)).until(() -> this.handled.isEmpty());
			container.stop();
			container.start();
			await().until(() -> this.handled.size() == 1);
		}
	}

	@Test
	void failsToStartWithoutItsConsumer() throws Exception {
		try (PullFixture fixture = new PullFixture(server.url())) {
			JetStreamListenerContainer container = fixture.container(10, this::handle);
			assertThatExceptionOfType(RuntimeException.class).isThrownBy(container::start);
			assertThat(container.isRunning()).isFalse();
			assertThat(container.getStatus().state()).isEqualTo(State.FAILED);
		}
	}

}
