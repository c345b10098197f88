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
import io.github.natsspring.deadletter.DeadLetter;
import io.github.natsspring.deadletter.DeadLetterOperations;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Positive;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.validation.autoconfigure.ValidationAutoConfiguration;
import org.springframework.messaging.Message;
import org.springframework.messaging.handler.annotation.support.MethodArgumentNotValidException;
import org.springframework.validation.annotation.Validated;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for payloads with {@code @Valid}: what is not valid is never handled, and not
 * tried again.
 */
class ValidatedPayloadIntegrationTests extends AbstractArgumentTests {

	private static final String GOOD = "{\"sku\":\"tea\",\"lines\":[{\"price\":2}]}";

	private static final String NO_SKU = "{\"sku\":\" \",\"lines\":[{\"price\":2}]}";

	private static final String BAD_LINE = "{\"sku\":\"tea\",\"lines\":[{\"price\":2},{\"price\":-1}]}";

	@BeforeEach
	void validate() {
		this.contextRunner = this.contextRunner
			.withConfiguration(AutoConfigurations.of(ValidationAutoConfiguration.class));
	}

	@Test
	void givesWhatIsValidAndDeadLettersTheRestAtOnce() {
		this.contextRunner.withBean(Listener.class).run((context) -> {
			publish("order", NO_SKU);
			publish("order", BAD_LINE);
			publish("order", GOOD);
			assertSeenTwice(context, new Order("tea", List.of(new Line(2))));
			assertDeadLettered(context, MethodArgumentNotValidException.class, 2);
			assertThat(letters(context.getBean(DeadLetterOperations.class))).extracting(DeadLetter::exceptionMessage)
				.satisfiesExactlyInAnyOrder((text) -> assertThat(text).startsWith("sku "),
						(text) -> assertThat(text).startsWith("lines[1].price "))
				.allSatisfy((text) -> assertThat(text).doesNotContain("rejected value"));
		});
	}

	@Test
	void validatesTheElementsOfAList() {
		this.contextRunner.withBean(Listener.class).run((context) -> {
			publish("lines", "[{\"price\":2},{\"price\":0}]");
			publish("lines", "[{\"price\":2}]");
			assertSeenTwice(context, List.of(new Line(2)));
			assertDeadLettered(context, MethodArgumentNotValidException.class, 1);
		});
	}

	@Test
	void validatesThePayloadOfASpringMessageAndTheGroupThatIsNamed() {
		this.contextRunner.withBean(Listener.class).run((context) -> {
			publish("message", NO_SKU);
			publish("message", GOOD);
			publish("group", "{\"sku\":\" \",\"lines\":[]}");
			assertSeenTwice(context, new Order("tea", List.of(new Line(2))), new Order(" ", List.of()));
			assertDeadLettered(context, MethodArgumentNotValidException.class, 1);
		});
	}

	@Test
	void deadLettersOnlyTheMessageOfABatchThatIsNotValid() {
		this.contextRunner.withBean(BatchListener.class).run((context) -> {
			publish("batch", "{\"price\":1}");
			publish("batch", "{\"price\":0}");
			publish("batch", "{\"price\":3}");
			assertSeen(context, new Line(1), new Line(3));
			assertDeadLettered(context, MethodArgumentNotValidException.class, 1);
		});
	}

	record Line(@Positive int price) {
	}

	record Order(@NotBlank String sku, @Valid List<Line> lines) {
	}

	interface Draft {

	}

	static class Listener {

		private final Seen seen;

		Listener(Seen seen) {
			this.seen = seen;
		}

		@NatsListener("${test}.order")
		@NatsListener(stream = "${test}", consumer = "order", subjects = "${test}.order")
		void on(@Valid Order order) {
			this.seen.add(order);
		}

		@NatsListener("${test}.lines")
		@NatsListener(stream = "${test}", consumer = "lines", subjects = "${test}.lines")
		void onLines(@Valid List<Line> lines) {
			this.seen.add(lines);
		}

		@NatsListener("${test}.message")
		@NatsListener(stream = "${test}", consumer = "message", subjects = "${test}.message")
		void onMessage(@Valid Message<Order> message) {
			this.seen.add(message.getPayload());
		}

		@NatsListener("${test}.group")
		@NatsListener(stream = "${test}", consumer = "group", subjects = "${test}.group")
		void onDraft(@Validated(Draft.class) Order order) {
			this.seen.add(order);
		}

	}

	static class BatchListener {

		private final Seen seen;

		BatchListener(Seen seen) {
			this.seen = seen;
		}

		@NatsListener(stream = "${test}", consumer = "batch", batchSize = "10")
		void on(@Valid List<Line> lines) {
			lines.forEach(this.seen::add);
		}

	}

}
