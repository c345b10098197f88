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

import io.github.natsspring.listener.ContainerStatus.State;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for the limits of a container and of its consumer, against a real server.
 */
class PullLimitsIntegrationTests extends AbstractPullContainerTests {

	@Test
	void neverHoldsMoreThanMaxInFlight() throws Exception {
		CountDownLatch handler = new CountDownLatch(1);
		try (PullFixture fixture = new PullFixture(server.url()).create()) {
			fixture.publish(0, 100);
			JetStreamListenerContainer container = fixture.start(7, (message) -> {
				handler.await();
				handle(message);
			});
			await().until(() -> container.getStatus().inFlight() == 7);
			await().during(Duration.ofMillis(700))
				.untilAsserted(() -> assertThat(fixture.consumer().getNumAckPending()).isEqualTo(7));
			handler.countDown();
			await().until(() -> this.handled.size() == 100);
		}
	}

	@Test
	void keepsUpWithAConsumerThatLetsOnlyOnePullWait() throws Exception {
		try (PullFixture fixture = new PullFixture(server.url()).create((consumer) -> consumer.maxPullWaiting(1))) {
			fixture.start(20, this::handle);
			for (int round = 0; round < 20; round++) {
				int number = round * 13;
				fixture.publish(number, number + 13);
				// A pull that the server discarded would only be missed after 6.25 s
				await().atMost(Duration.ofSeconds(5)).until(() -> this.handled.size() == number + 13);
			}
		}
	}

	@Test
	void respectsTheLimitsOfTheConsumer() throws Exception {
		try (PullFixture fixture = new PullFixture(server.url())
			.create((consumer) -> consumer.maxBatch(3).maxExpires(Duration.ofSeconds(1)).maxBytes(400))) {
			JetStreamListenerContainer container = fixture.start(100, this::handle);
			fixture.publish(0, 50);
			fixture.connection().jetStream().publish(fixture.stream() + ".m", (" ".repeat(1000) + 50).getBytes());
			await().until(() -> this.handled.size() == 51);
			await().during(Duration.ofSeconds(2)).until(() -> container.getStatus().state() == State.RUNNING);
			fixture.publish(51, 52);
			await().until(() -> this.handled.size() == 52);
		}
	}

}
