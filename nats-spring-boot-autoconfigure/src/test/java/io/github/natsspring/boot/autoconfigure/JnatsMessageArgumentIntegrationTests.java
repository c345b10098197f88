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
import org.junit.jupiter.api.Test;

/**
 * Tests for the {@code Message} of jnats, alone, beside the payload and in batches.
 */
class JnatsMessageArgumentIntegrationTests extends AbstractArgumentTests {

	@Test
	void givesTheMessageAsJnatsReceivedIt() {
		this.contextRunner.withBean(Listener.class).run((context) -> {
			publish("in", "no json");
			publish("both", "{\"sku\":\"tea\"}");
			assertSeenTwice(context, this.stream + ".in no json", "Item[sku=tea] " + this.stream + ".both");
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

	record Item(String sku) {
	}

	static class Listener {

		private final Seen seen;

		Listener(Seen seen) {
			this.seen = seen;
		}

		@NatsListener("${test}.in")
		@NatsListener(stream = "${test}", consumer = "raw", subjects = "${test}.in")
		void on(Message message) {
			this.seen.add(message.getSubject() + " " + new String(message.getData()));
		}

		@NatsListener("${test}.both")
		@NatsListener(stream = "${test}", consumer = "both", subjects = "${test}.both")
		void onBoth(Message message, Item item) {
			this.seen.add(item + " " + message.getSubject());
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
