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

import io.github.natsspring.test.NatsServer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for the bound on bytes that are fetched and not settled, against a current server
 * and an old one.
 */
class ByteBoundIntegrationTests extends AbstractPullContainerTests {

	private static final String CURRENT = "2.15.2";

	private static final String OLD = "2.9.10";

	@ParameterizedTest
	@ValueSource(strings = { CURRENT, OLD })
	void neverHoldsMoreBytesThanItMay(String version) throws Exception {
		CountDownLatch handler = new CountDownLatch(1);
		try (NatsServer versioned = NatsServer.builder().version(version).start();
				PullFixture fixture = new PullFixture(versioned.url()).create()) {
			for (int i = 0; i < 100; i++) {
				publish(fixture, i, 1000);
			}
			JetStreamListenerContainer container = fixture
				.start((settings) -> settings.maxInFlight(50).maxBytesInFlight(10_000), (message) -> {
					handler.await();
					handle(message);
				});
			// Each is somewhat larger than its payload
			await().untilAsserted(() -> assertThat(fixture.consumer().getNumAckPending()).isBetween(7L, 9L));
			await().during(Duration.ofSeconds(2))
				.untilAsserted(() -> assertThat(fixture.consumer().getNumAckPending()).isBetween(7L, 9L));
			assertThat(container.getStatus().inFlight()).isBetween(7, 9);
			handler.countDown();
			await().atMost(Duration.ofSeconds(10)).until(() -> this.handled.size() == 100);
			assertThat(this.handled).doesNotHaveDuplicates();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { CURRENT, OLD })
	void bringsWhatIsLargerThanTheBoundAlone(String version) throws Exception {
		try (NatsServer versioned = NatsServer.builder().version(version).start();
				PullFixture fixture = new PullFixture(versioned.url()).create()) {
			int messages = 60;
			for (int i = 0; i < messages; i++) {
				publish(fixture, i, (i % 10 == 9) ? 20_000 : 500);
			}
			JetStreamListenerContainer container = fixture
				.start((settings) -> settings.maxInFlight(50).maxBytesInFlight(10_000), (message) -> {
					if (message.getData().length > 10_000) {
						await().during(Duration.ofMillis(50)).until(() -> fixture.consumer().getNumAckPending() == 1);
					}
					handle(message);
				});
			await().atMost(Duration.ofSeconds(20)).until(() -> this.handled.size() == messages);
			await().untilAsserted(() -> assertThat(fixture.consumer().getNumAckPending()).isZero());
			assertThat(this.handled).doesNotHaveDuplicates();
			await().untilAsserted(() -> assertThat(container.getStatus().inFlight()).isZero());
			publish(fixture, messages, 100);
			await().until(() -> this.handled.size() == messages + 1);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { CURRENT, OLD })
	void keepsUpWithMessagesOfAllSizes(String version) throws Exception {
		try (NatsServer versioned = NatsServer.builder().version(version).start();
				PullFixture fixture = new PullFixture(versioned.url())
					.create((consumer) -> consumer.maxBytes(30_000))) {
			int messages = 1000;
			for (int i = 0; i < messages; i++) {
				publish(fixture, i, 10 + (i * 7919) % ((i % 50 == 0) ? 60_000 : 5000));
			}
			fixture.start((settings) -> settings.concurrency(4).maxBytesInFlight(50_000), this::handle);
			await().atMost(Duration.ofSeconds(20)).until(() -> this.handled.size() == messages);
			assertThat(this.handled).doesNotHaveDuplicates();
		}
	}

	private static void publish(PullFixture fixture, int number, int size) throws Exception {
		String text = String.valueOf(number);
		fixture.connection()
			.jetStream()
			.publish(fixture.stream() + ".m", (" ".repeat(Math.max(0, size - text.length())) + text).getBytes());
	}

}
