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

import java.util.List;

import io.github.natsspring.annotation.NatsListener;
import io.nats.client.Message;
import io.nats.client.impl.NatsJetStreamMetaData;
import org.junit.jupiter.api.Test;

/**
 * Tests for the {@code Message} of jnats and its {@code NatsJetStreamMetaData}, alone and
 * beside the payload.
 */
class JnatsMessageArgumentIntegrationTests extends AbstractArgumentTests {

	@Test
	void givesTheMessageAsJnatsReceivedIt() {
		this.contextRunner.withBean(Listener.class).run((context) -> {
			publish("in", "no json");
			assertSeenTwice(context, this.stream + ".in no json");
		});
	}

	@Test
	void givesTheMetaDataOfJetStreamBesideThePayload() {
		this.contextRunner.withBean(WithMetaData.class).run((context) -> {
			publish("in", "a");
			publish("in", "b");
			assertSeen(context, "a meta 1 1", "b meta 2 1");
		});
	}

	@Test
	void givesTheMessagesOfABatch() {
		this.contextRunner.withBean(BatchListener.class).run((context) -> {
			publish("in", "a");
			publish("in", "b");
			assertSeen(context, "a 1", "b 2");
		});
	}

	static class Listener {

		private final Seen seen;

		Listener(Seen seen) {
			this.seen = seen;
		}

		@NatsListener("${test}.in")
		@NatsListener(stream = "${test}", consumer = "raw")
		void on(Message message) {
			this.seen.add(message.getSubject() + " " + new String(message.getData()));
		}

	}

	static class WithMetaData {

		private final Seen seen;

		WithMetaData(Seen seen) {
			this.seen = seen;
		}

		@NatsListener(stream = "${test}", consumer = "meta")
		void on(String text, NatsJetStreamMetaData metaData) {
			this.seen.add("%s %s %d %d".formatted(text, metaData.getConsumer(), metaData.streamSequence(),
					metaData.deliveredCount()));
		}

	}

	static class BatchListener {

		private final Seen seen;

		BatchListener(Seen seen) {
			this.seen = seen;
		}

		@NatsListener(stream = "${test}", consumer = "batch", batchSize = "10")
		void on(List<Message> messages) {
			messages.forEach((message) -> this.seen
				.add(new String(message.getData()) + " " + message.metaData().streamSequence()));
		}

	}

}
