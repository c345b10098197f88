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

import java.math.BigDecimal;
import java.util.List;
import java.util.UUID;

import io.github.natsspring.annotation.NatsListener;
import org.junit.jupiter.api.Test;

import org.springframework.messaging.converter.MessageConversionException;

/**
 * Tests for numbers, booleans, enum constants and UUIDs, which other languages write as
 * JSON or as plain text.
 */
class NumberPayloadIntegrationTests extends AbstractArgumentTests {

	private static final UUID ID = UUID.fromString("6ba7b810-9dad-11d1-80b4-00c04fd430c8");

	@Test
	void readsNumbersThatAreTextOrJson() {
		this.contextRunner.withBean(Listener.class).run((context) -> {
			publish("int", "42");
			publish("int", "text/plain", "43\n");
			publish("int", "application/json", "44");
			publish("long", "9223372036854775807");
			publish("double", "text/plain; charset=us-ascii", "-0.5");
			publish("decimal", "12345678901234567890.01");
			publish("decimal", "application/json", "0.10");
			assertSeenTwice(context, 42, 43, 44, Long.MAX_VALUE, -0.5, new BigDecimal("12345678901234567890.01"),
					new BigDecimal("0.10"));
		});
	}

	@Test
	void readsOtherSimpleValuesWithAndWithoutQuotes() {
		this.contextRunner.withBean(Listener.class).run((context) -> {
			publish("boolean", "true");
			publish("state", "OPEN");
			publish("state", "application/json", "\"CLOSED\"");
			publish("id", ID.toString());
			publish("id", "\"" + ID + "\"");
			assertSeenTwice(context, true, State.OPEN, State.CLOSED, ID, ID);
		});
	}

	@Test
	void readsEachMessageOfABatch() {
		this.contextRunner.withBean(BatchListener.class).run((context) -> {
			publish("int", "1");
			publish("int", "text/plain", "2");
			assertSeen(context, 1, 2);
		});
	}

	@Test
	void deadLettersWhatIsNoNumberAndGoesOn() {
		this.contextRunner.withBean(Listener.class).run((context) -> {
			publish("int", "forty-two");
			publish("int", "4.2");
			publish("int", "2147483648");
			publish("int", "text/plain", "1e3");
			publish("int", "42");
			assertSeenTwice(context, 42);
			assertDeadLettered(context, MessageConversionException.class, 4);
		});
	}

	enum State {

		OPEN, CLOSED

	}

	static class Listener {

		private final Seen seen;

		Listener(Seen seen) {
			this.seen = seen;
		}

		@NatsListener("${test}.int")
		@NatsListener(stream = "${test}", consumer = "int", subjects = "${test}.int")
		void on(int number) {
			this.seen.add(number);
		}

		@NatsListener("${test}.long")
		@NatsListener(stream = "${test}", consumer = "long", subjects = "${test}.long")
		void onLong(Long number) {
			this.seen.add(number);
		}

		@NatsListener("${test}.double")
		@NatsListener(stream = "${test}", consumer = "double", subjects = "${test}.double")
		void onDouble(double number) {
			this.seen.add(number);
		}

		@NatsListener("${test}.decimal")
		@NatsListener(stream = "${test}", consumer = "decimal", subjects = "${test}.decimal")
		void onDecimal(BigDecimal number) {
			this.seen.add(number);
		}

		@NatsListener("${test}.boolean")
		@NatsListener(stream = "${test}", consumer = "boolean", subjects = "${test}.boolean")
		void onBoolean(boolean value) {
			this.seen.add(value);
		}

		@NatsListener("${test}.state")
		@NatsListener(stream = "${test}", consumer = "state", subjects = "${test}.state")
		void onState(State state) {
			this.seen.add(state);
		}

		@NatsListener("${test}.id")
		@NatsListener(stream = "${test}", consumer = "id", subjects = "${test}.id")
		void onId(UUID id) {
			this.seen.add(id);
		}

	}

	static class BatchListener {

		private final Seen seen;

		BatchListener(Seen seen) {
			this.seen = seen;
		}

		@NatsListener(stream = "${test}", consumer = "int", batchSize = "10")
		void on(List<Integer> numbers) {
			numbers.forEach(this.seen::add);
		}

	}

}
