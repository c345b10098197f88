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

package io.github.natsspring.boot.autoconfigure;

import java.time.Duration;

import io.github.natsspring.annotation.NatsListener;
import io.github.natsspring.listener.Acknowledgment;
import io.nats.client.impl.NatsJetStreamMetaData;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@code Acknowledgment} parameters, with which a method settles its message.
 */
class AcknowledgmentArgumentIntegrationTests extends AbstractArgumentTests {

	@Test
	void settlesAMessageInEachWay() {
		this.contextRunner.withBean(Listener.class).run((context) -> {
			publish("in", "ack");
			publish("in", "ackSync");
			publish("in", "nak");
			publish("in", "term");
			publish("in", "inProgress");
			assertSeen(context, "ack 1", "ackSync 1", "nak 1", "nak 2", "term 1", "inProgress 1");
			assertSettled("settled");
		});
	}

	@Test
	void leavesAMessageThatIsNotSettled() {
		this.contextRunner.withBean(Listener.class).run((context) -> {
			publish("in", "nothing");
			assertSeen(context, "nothing 1");
			await().during(Duration.ofMillis(200))
				.untilAsserted(() -> assertThat(info("settled").getNumAckPending()).isOne());
		});
	}

	static class Listener {

		private final Seen seen;

		Listener(Seen seen) {
			this.seen = seen;
		}

		@NatsListener(stream = "${test}", consumer = "settled", ackMode = "manual")
		void on(String way, Acknowledgment acknowledgment, NatsJetStreamMetaData metaData) {
			switch (way) {
				case "ack" -> acknowledgment.ack();
				case "ackSync" -> acknowledgment.ackSync();
				case "nak" -> nak(acknowledgment, metaData.deliveredCount());
				case "term" -> acknowledgment.term("expected by the test");
				case "inProgress" -> {
					acknowledgment.inProgress();
					acknowledgment.ack();
				}
			}
			this.seen.add(way + " " + metaData.deliveredCount());
		}

		private static void nak(Acknowledgment acknowledgment, long deliveries) {
			if (deliveries > 1) {
				acknowledgment.ack();
			}
			else {
				acknowledgment.nak(Duration.ofMillis(10));
			}
		}

	}

}
