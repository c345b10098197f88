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

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.github.natsspring.annotation.NatsListener;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.messaging.handler.annotation.Payload;
import org.springframework.messaging.handler.invocation.MethodArgumentResolutionException;

/**
 * Tests for payloads that may be missing: an empty message is {@code null}, an empty
 * {@code Optional}, or a dead letter where a payload is required.
 */
class OptionalPayloadIntegrationTests extends AbstractArgumentTests {

	@Test
	void givesNothingForAnEmptyMessage() {
		this.contextRunner.withBean(Listener.class).run((context) -> {
			for (String token : List.of("optional", "text", "nullable", "unrequired", "number")) {
				publish(token, "");
			}
			publish("nullable", "null");
			publish("optional", "application/json", "");
			assertSeenTwice(context, Optional.empty(), Optional.empty(), "nothing", "nothing", "nothing", "nothing",
					Optional.empty());
		});
	}

	@Test
	void givesThePayloadThatIsThere() {
		this.contextRunner.withBean(Listener.class).run((context) -> {
			publish("optional", "{\"sku\":\"a\"}");
			publish("text", "b");
			publish("nullable", "{\"sku\":\"c\"}");
			publish("unrequired", "{\"sku\":\"d\"}");
			publish("number", "5");
			assertSeenTwice(context, Optional.of(new Item("a")), Optional.of("b"), new Item("c"), new Item("d"), 5);
		});
	}

	@Test
	void givesNothingForTheEmptyMessagesOfABatch() {
		this.contextRunner.withBean(BatchListener.class).run((context) -> {
			publish("optional", "");
			publish("optional", "{\"sku\":\"a\"}");
			publish("nullable", "");
			publish("nullable", "{\"sku\":\"b\"}");
			assertSeen(context, Optional.empty(), Optional.of(new Item("a")), "nothing", new Item("b"));
		});
	}

	@Test
	void deadLettersAnEmptyMessageWhoseContentIsRequired() {
		this.contextRunner.withBean(Required.class).run((context) -> {
			publish("item", "");
			publish("number", "");
			assertDeadLettered(context, MethodArgumentResolutionException.class, 2);
			assertSeen(context);
		});
	}

	record Item(String sku) {
	}

	static class Listener {

		private final Seen seen;

		Listener(Seen seen) {
			this.seen = seen;
		}

		@NatsListener("${test}.optional")
		@NatsListener(stream = "${test}", consumer = "optional", subjects = "${test}.optional")
		void optional(Optional<Item> item) {
			this.seen.add(item);
		}

		@NatsListener("${test}.text")
		@NatsListener(stream = "${test}", consumer = "text", subjects = "${test}.text")
		void text(Optional<String> text) {
			this.seen.add(text);
		}

		@NatsListener("${test}.nullable")
		@NatsListener(stream = "${test}", consumer = "nullable", subjects = "${test}.nullable")
		void nullable(@Nullable Item item) {
			this.seen.add(item);
		}

		@NatsListener("${test}.unrequired")
		@NatsListener(stream = "${test}", consumer = "unrequired", subjects = "${test}.unrequired")
		void unrequired(@Payload(required = false) Item item) {
			this.seen.add(item);
		}

		@NatsListener("${test}.number")
		@NatsListener(stream = "${test}", consumer = "number", subjects = "${test}.number")
		void number(@Nullable Integer number) {
			this.seen.add(number);
		}

	}

	static class BatchListener {

		private final Seen seen;

		BatchListener(Seen seen) {
			this.seen = seen;
		}

		@NatsListener(stream = "${test}", consumer = "optional", subjects = "${test}.optional", batchSize = "10")
		void optional(List<Optional<Item>> items) {
			items.forEach(this.seen::add);
		}

		@NatsListener(stream = "${test}", consumer = "nullable", subjects = "${test}.nullable", batchSize = "10")
		void nullable(List<@Nullable Item> items) {
			new ArrayList<>(items).forEach(this.seen::add);
		}

	}

	static class Required {

		private final Seen seen;

		Required(Seen seen) {
			this.seen = seen;
		}

		@NatsListener(stream = "${test}", consumer = "item", subjects = "${test}.item")
		void item(Item item) {
			this.seen.add(item);
		}

		@NatsListener(stream = "${test}", consumer = "number", subjects = "${test}.number")
		void number(int number) {
			this.seen.add(number);
		}

	}

}
