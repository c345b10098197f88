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
import io.github.natsspring.support.NatsHeaders;
import io.nats.client.impl.Headers;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.messaging.Message;
import org.springframework.messaging.handler.invocation.MethodArgumentResolutionException;

/**
 * Tests for Spring's {@code Message<T>}, which holds converted payload and headers.
 */
class SpringMessageArgumentIntegrationTests extends AbstractArgumentTests {

	@Test
	void givesTheConvertedPayloadAndTheHeaders() {
		this.contextRunner.withBean(Listener.class).run((context) -> {
			publish("typed", new Headers().put("Priority", "3"), "[{\"sku\":\"tea\"}]".getBytes());
			assertSeenTwice(context, "[Item[sku=tea]] 3 " + this.stream + ".typed");
		});
	}

	@Test
	void givesTheBytesToAMessageOfNoType() {
		this.contextRunner.withBean(Listener.class).run((context) -> {
			publish("untyped", "application/json", "{}");
			publish("untyped", "");
			assertSeenTwice(context, 2, 0);
		});
	}

	@Test
	void deadLettersAnEmptyMessageUnlessItMayBeMissing() {
		this.contextRunner.withBean(Listener.class).run((context) -> {
			publish("typed", "");
			publish("nullable", "");
			assertSeenTwice(context, "nothing");
			assertDeadLettered(context, MethodArgumentResolutionException.class, 1);
		});
	}

	@Test
	void givesTheMessagesOfABatch() {
		this.contextRunner.withBean(BatchListener.class).run((context) -> {
			publish("batch", new Headers().put("Priority", "1"), "{\"sku\":\"a\"}".getBytes());
			publish("batch", new Headers().put("Priority", "2"), "{\"sku\":\"b\"}".getBytes());
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

		@NatsListener("${test}.typed")
		@NatsListener(stream = "${test}", consumer = "typed", subjects = "${test}.typed")
		void typed(Message<List<Item>> message) {
			this.seen.add(message.getPayload() + " " + message.getHeaders().get("Priority") + " "
					+ message.getHeaders().get(NatsHeaders.SUBJECT));
		}

		@NatsListener("${test}.untyped")
		@NatsListener(stream = "${test}", consumer = "untyped", subjects = "${test}.untyped")
		void untyped(Message<?> message) {
			this.seen.add(((byte[]) message.getPayload()).length);
		}

		@NatsListener("${test}.nullable")
		@NatsListener(stream = "${test}", consumer = "nullable", subjects = "${test}.nullable")
		void nullable(@Nullable Message<Item> message) {
			this.seen.add(message);
		}

	}

	static class BatchListener {

		private final Seen seen;

		BatchListener(Seen seen) {
			this.seen = seen;
		}

		@NatsListener(stream = "${test}", consumer = "batch", batchSize = "10")
		void on(List<Message<Item>> messages) {
			messages.forEach((message) -> this.seen
				.add(message.getPayload().sku() + " " + message.getHeaders().get("Priority")));
		}

	}

}
