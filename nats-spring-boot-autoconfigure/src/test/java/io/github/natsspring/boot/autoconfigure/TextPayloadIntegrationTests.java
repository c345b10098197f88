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

import java.nio.charset.StandardCharsets;
import java.util.List;

import io.github.natsspring.annotation.NatsListener;
import io.nats.client.impl.Headers;
import org.junit.jupiter.api.Test;

import org.springframework.messaging.converter.MessageConversionException;

/**
 * Tests for text that a listener method takes as a {@code String}.
 */
class TextPayloadIntegrationTests extends AbstractArgumentTests {

	@Test
	void readsTextWhateverItsContentType() {
		this.contextRunner.withBean(Listener.class).run((context) -> {
			publish("text", "grün");
			publish("text", "text/plain", "blau");
			publish("text", "application/json", "{\"farbe\":\"rot\"}");
			publish("text", "no content type", "weiß");
			assertSeenTwice(context, "grün", "blau", "{\"farbe\":\"rot\"}", "weiß");
		});
	}

	@Test
	void readsTextInTheCharsetOfItsContentType() {
		this.contextRunner.withBean(Listener.class).run((context) -> {
			publish("text", new Headers().put("Content-Type", "text/plain; charset=ISO-8859-1"),
					"grün".getBytes(StandardCharsets.ISO_8859_1));
			publish("text", new Headers().put("Content-Type", "text/csv;charset=\"utf-16\""),
					"blau".getBytes(StandardCharsets.UTF_16));
			assertSeenTwice(context, "grün", "blau");
		});
	}

	@Test
	void givesEmptyTextForAnEmptyMessage() {
		this.contextRunner.withBean(Listener.class).run((context) -> {
			publish("text", "");
			assertSeenTwice(context, "");
		});
	}

	@Test
	void deadLettersACharsetThatIsNotKnown() {
		this.contextRunner.withBean(Listener.class).run((context) -> {
			publish("text", "text/plain;charset=klingon", "Qapla'");
			assertDeadLettered(context, MessageConversionException.class, 1);
			assertSeen(context);
		});
	}

	@Test
	void readsEachMessageOfABatch() {
		this.contextRunner.withBean(BatchListener.class).run((context) -> {
			publish("text", "a");
			publish("text", "text/plain", "b");
			assertSeen(context, "a", "b");
		});
	}

	static class Listener {

		private final Seen seen;

		Listener(Seen seen) {
			this.seen = seen;
		}

		@NatsListener("${test}.text")
		@NatsListener(stream = "${test}", consumer = "text")
		void on(String text) {
			this.seen.add(text);
		}

	}

	static class BatchListener {

		private final Seen seen;

		BatchListener(Seen seen) {
			this.seen = seen;
		}

		@NatsListener(stream = "${test}", consumer = "text", batchSize = "10")
		void on(List<String> texts) {
			texts.forEach(this.seen::add);
		}

	}

}
