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
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

import io.github.natsspring.annotation.NatsListener;
import io.github.natsspring.support.NatsHeaders;
import io.nats.client.impl.Headers;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.core.convert.converter.Converter;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.invocation.MethodArgumentResolutionException;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@code @Header} parameters.
 */
class HeaderArgumentIntegrationTests extends AbstractArgumentTests {

	@Test
	void givesHeadersConvertedToTheTypeOfTheParameter() {
		this.contextRunner.withBean(Listener.class).withBean(ColourConverter.class).run((context) -> {
			publish("in",
					new Headers().put("Priority", "3").put("Tag", "a", "b").put("Timeout", "5s").put("Colour", "RED"),
					new byte[0]);
			assertSeenTwice(context, "3 [a, b] [a, b] a PT5S Colour[name=red]");
		});
	}

	@Test
	void givesDefaultsAndNothingForHeadersThatAreMissing() {
		this.contextRunner.withBean(Lenient.class).run((context) -> {
			publish("in", null, new byte[0]);
			publish("in", new Headers().put("Priority", "4").put("Name", "x").put("Other", "y").put("Tag", "z"),
					new byte[0]);
			assertSeenTwice(context, "7 null Optional.empty null", "4 x Optional[y] [z]");
		});
	}

	@Test
	void resolvesPlaceholdersInNamesAndDefaults() {
		this.contextRunner.withPropertyValues("header=Priority", "default=9")
			.withBean(Placeholders.class)
			.run((context) -> {
				publish("in", new Headers().put("Priority", "4"), new byte[0]);
				publish("in", null, new byte[0]);
				assertSeenTwice(context, 4, 9);
			});
	}

	@Test
	void givesWhatIsKnownOfAMessageBesideItsHeaders() {
		this.contextRunner.withBean(Known.class).run((context) -> {
			publish("in", null, new byte[0]);
			assertSeen(context, this.stream + ".in " + this.stream + " known 1 1");
		});
	}

	@Test
	void deadLettersAMessageWithoutAHeaderThatIsRequiredOrWithAnotherType() {
		this.contextRunner.withBean(Listener.class).withBean(ColourConverter.class).run((context) -> {
			publish("in", null, new byte[0]);
			publish("in",
					new Headers().put("Priority", "high").put("Tag", "a").put("Timeout", "5s").put("Colour", "RED"),
					new byte[0]);
			assertDeadLettered(context, MethodArgumentResolutionException.class, 2);
			assertSeen(context);
		});
	}

	record Colour(String name) {
	}

	/**
	 * A bean of the application, which takes part.
	 */
	static class ColourConverter implements Converter<String, Colour> {

		@Override
		public Colour convert(String source) {
			return new Colour(source.toLowerCase(Locale.ROOT));
		}

	}

	static class Listener {

		private final Seen seen;

		Listener(Seen seen) {
			this.seen = seen;
		}

		@NatsListener("${test}.in")
		@NatsListener(stream = "${test}", consumer = "header")
		void on(@Header("Priority") int priority, @Header("Tag") List<String> tags, @Header("Tag") Set<String> set,
				@Header("Tag") String tag, @Header("Timeout") Duration timeout, @Header("Colour") Colour colour) {
			this.seen.add("%d %s %s %s %s %s".formatted(priority, tags, set, tag, timeout, colour));
		}

	}

	static class Lenient {

		private final Seen seen;

		Lenient(Seen seen) {
			this.seen = seen;
		}

		@NatsListener("${test}.in")
		@NatsListener(stream = "${test}", consumer = "header")
		void on(@Header(name = "Priority", defaultValue = "7") int priority,
				@Header(name = "Name", required = false) String name, @Header("Other") Optional<String> other,
				@Header("Tag") @Nullable List<String> tags) {
			this.seen.add("%d %s %s %s".formatted(priority, name, other, tags));
		}

	}

	static class Placeholders {

		private final Seen seen;

		Placeholders(Seen seen) {
			this.seen = seen;
		}

		@NatsListener("${test}.in")
		@NatsListener(stream = "${test}", consumer = "header")
		void on(@Header(name = "${header}", defaultValue = "#{${default}}") int priority) {
			this.seen.add(priority);
		}

	}

	static class Known {

		private final Seen seen;

		Known(Seen seen) {
			this.seen = seen;
		}

		@NatsListener(stream = "${test}", consumer = "known")
		void on(@Header(NatsHeaders.SUBJECT) String subject, @Header(NatsHeaders.STREAM) String stream,
				@Header(NatsHeaders.CONSUMER) String consumer, @Header(NatsHeaders.STREAM_SEQUENCE) long sequence,
				@Header(NatsHeaders.DELIVERY_COUNT) int deliveries,
				@Header(NatsHeaders.TIMESTAMP) ZonedDateTime timestamp) {
			assertThat(timestamp).isBefore(ZonedDateTime.now().plusMinutes(1));
			this.seen.add("%s %s %s %d %d".formatted(subject, stream, consumer, sequence, deliveries));
		}

	}

}
