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
import java.util.concurrent.CopyOnWriteArrayList;

import io.github.natsspring.listener.AckMode;
import io.github.natsspring.listener.Acknowledgment;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * Tests for messages that a listener leaves unsettled in the ack mode manual.
 */
class UnsettledIntegrationTests extends AbstractPullContainerTests {

	private static final Duration ACK_WAIT = Duration.ofSeconds(1);

	private final List<Acknowledgment> kept = new CopyOnWriteArrayList<>();

	@Test
	void goesOnBehindAMessageThatIsNeverSettled() throws Exception {
		try (PullFixture fixture = fixture()) {
			fixture.publish(0, 3);
			JetStreamListenerContainer container = start(fixture, true, Duration.ofMillis(500));
			// Its permit comes back, the others have their turn, and it is delivered
			// again
			await().until(() -> this.handled.stream().filter((number) -> number == 0).count() >= 2
					&& this.handled.containsAll(List.of(1, 2)));
			await().untilAsserted(() -> assertThat(container.getStatus().inFlight()).isLessThanOrEqualTo(1));
		}
	}

	@Test
	void goesOnWithoutExtensionToo() throws Exception {
		try (PullFixture fixture = fixture()) {
			fixture.publish(0, 3);
			start(fixture, false, Duration.ofMinutes(30));
			await().until(() -> this.handled.stream().filter((number) -> number == 0).count() >= 2
					&& this.handled.containsAll(List.of(1, 2)));
		}
	}

	@Test
	void keepsTheMessageAsLongAsItIsExtended() throws Exception {
		try (PullFixture fixture = fixture()) {
			fixture.publish(0, 2);
			start(fixture, true, Duration.ofMinutes(30));
			await().during(ACK_WAIT.multipliedBy(4))
				.atMost(Duration.ofSeconds(10))
				.until(() -> this.handled.size() <= 1);
			this.kept.get(0).ack();
			await().until(() -> this.handled.contains(1));
			assertThat(this.handled).containsExactly(0, 1);
		}
	}

	@Test
	void acknowledgesLateAndOnlyOnce() throws Exception {
		try (PullFixture fixture = fixture()) {
			fixture.publish(0, 1);
			JetStreamListenerContainer container = start(fixture, true, Duration.ofMillis(500));
			await().until(() -> this.handled.size() == 2);
			Acknowledgment late = this.kept.get(0);
			assertThat(late.isSettled()).isFalse();
			late.ack();
			assertThat(late.isSettled()).isTrue();
			assertThatIllegalStateException().isThrownBy(late::ack);
			await().untilAsserted(() -> assertThat(fixture.consumer().getNumAckPending()).isZero());
			await().until(() -> container.getStatus().inFlight() == 0);
		}
	}

	@Test
	void neitherReturnsNorTerminatesWhatMayBeSomebodyElsesByNow() throws Exception {
		try (PullFixture fixture = fixture()) {
			fixture.publish(0, 1);
			start(fixture, true, Duration.ofMillis(500));
			await().until(() -> this.handled.size() == 2);
			Acknowledgment late = this.kept.get(0);
			late.term("too late");
			assertThat(late.isSettled()).isTrue();
			assertThatIllegalStateException().isThrownBy(() -> late.nak(Duration.ZERO));
			await().during(Duration.ofMillis(300))
				.untilAsserted(() -> assertThat(fixture.consumer().getNumAckPending()).isOne());
			this.kept.get(1).ack();
			await().untilAsserted(() -> assertThat(fixture.consumer().getNumAckPending()).isZero());
		}
	}

	private static PullFixture fixture() throws Exception {
		return new PullFixture(server.url()).create((consumer) -> consumer.ackWait(ACK_WAIT));
	}

	/**
	 * The first message is kept, the others are acknowledged.
	 */
	private JetStreamListenerContainer start(PullFixture fixture, boolean extend, Duration longest) {
		return fixture.startListener((settings) -> settings.maxInFlight(1)
			.ackMode(AckMode.MANUAL)
			.extendAcks(extend)
			.longestExtension(longest), (message, acknowledgment) -> {
				handle(message);
				if (number(message) == 0) {
					this.kept.add(acknowledgment);
				}
				else {
					acknowledgment.ack();
				}
			});
	}

}
