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
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;

import io.github.natsspring.listener.AckMessageException;
import io.github.natsspring.listener.AckMode;
import io.github.natsspring.listener.Acknowledgment;
import io.github.natsspring.listener.Decision;
import io.github.natsspring.listener.NakMessageException;
import io.github.natsspring.listener.TermMessageException;
import io.nats.client.api.AckPolicy;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * Tests for ack modes and for listeners that settle themselves, against a real server.
 */
class SettlementIntegrationTests extends AbstractPullContainerTests {

	@Test
	void confirmsAcknowledgementsInAPipeline() throws Exception {
		try (PullFixture fixture = new PullFixture(server.url()).create()) {
			fixture.publish(0, 2000);
			JetStreamListenerContainer container = fixture
				.start((settings) -> settings.ackMode(AckMode.AUTO_CONFIRMED).maxInFlight(200), this::handle);
			await().until(() -> this.handled.size() == 2000 && container.getStatus().inFlight() == 0);
			// Every permit came back with a confirmation, so the server has them all
			assertThat(fixture.consumer().getNumAckPending()).isZero();
			assertThat(fixture.consumer().getAckFloor().getStreamSequence()).isEqualTo(2000);
		}
	}

	@Test
	void leavesTheSettlementToTheListenerInManualModeAlsoLaterAndFromAnotherThread() throws Exception {
		Map<Integer, Acknowledgment> acknowledgments = new ConcurrentHashMap<>();
		try (PullFixture fixture = new PullFixture(server.url()).create()) {
			JetStreamListenerContainer container = fixture.startListener((settings) -> settings.ackMode(AckMode.MANUAL),
					(message, acknowledgment) -> acknowledgments.put(number(message), acknowledgment));
			fixture.publish(0, 3);
			await().until(() -> acknowledgments.size() == 3);
			assertThat(container.getStatus().inFlight()).isEqualTo(3);
			acknowledgments.get(0).ack();
			acknowledgments.get(1).ackSync();
			acknowledgments.get(2).term("enough");
			await().untilAsserted(() -> assertThat(fixture.consumer().getNumAckPending()).isZero());
			assertThat(container.getStatus().inFlight()).isZero();
			for (Acknowledgment acknowledgment : acknowledgments.values()) {
				assertThat(acknowledgment.isSettled()).isTrue();
				assertThatIllegalStateException().isThrownBy(acknowledgment::ack);
				assertThatIllegalStateException().isThrownBy(acknowledgment::ackSync);
				assertThatIllegalStateException().isThrownBy(acknowledgment::nak);
				assertThatIllegalStateException().isThrownBy(acknowledgment::term);
				assertThatIllegalStateException().isThrownBy(acknowledgment::inProgress);
			}
		}
	}

	@Test
	void deliversAgainWhatTheListenerNaksItself() throws Exception {
		List<Long> deliveries = new CopyOnWriteArrayList<>();
		try (PullFixture fixture = new PullFixture(server.url()).create()) {
			fixture.startListener((settings) -> settings, (message, acknowledgment) -> {
				deliveries.add(message.metaData().deliveredCount());
				if (deliveries.size() == 1) {
					acknowledgment.nak(Duration.ofMillis(100));
				}
			});
			fixture.publish(0, 1);
			await().untilAsserted(() -> assertThat(deliveries).containsExactly(1L, 2L));
			await().untilAsserted(() -> assertThat(fixture.consumer().getNumAckPending()).isZero());
		}
	}

	@Test
	void settlesByExceptionsFromAnyDepth() throws Exception {
		Queue<Integer> runs = new ConcurrentLinkedQueue<>();
		AtomicBoolean failed = new AtomicBoolean();
		AtomicBoolean first = new AtomicBoolean(true);
		try (PullFixture fixture = new PullFixture(server.url()).failureHandler((failure) -> {
			failed.set(true);
			return new Decision.Redeliver(Duration.ZERO);
		}).create()) {
			fixture.start(10, (message) -> {
				runs.add(number(message));
				switch (number(message)) {
					case 0 -> throw new AckMessageException("done");
					case 1 -> throw new TermMessageException("never");
					default -> {
						if (first.compareAndSet(true, false)) {
							throw new NakMessageException(Duration.ofMillis(50));
						}
					}
				}
			});
			fixture.publish(0, 3);
			await().untilAsserted(() -> assertThat(runs).containsExactly(0, 1, 2, 2));
			await().untilAsserted(() -> assertThat(fixture.consumer().getNumAckPending()).isZero());
			assertThat(failed).isFalse();
		}
	}

	@Test
	void acknowledgesNothingInModeNone() throws Exception {
		try (PullFixture fixture = new PullFixture(server.url())
			.create((consumer) -> consumer.ackPolicy(AckPolicy.None))) {
			JetStreamListenerContainer container = fixture
				.start((settings) -> settings.ackMode(AckMode.NONE).maxInFlight(10), (message) -> {
					handle(message);
					throw new IllegalStateException("is logged");
				});
			fixture.publish(0, 100);
			await().until(() -> this.handled.size() == 100 && container.getStatus().inFlight() == 0);
		}
	}

}
