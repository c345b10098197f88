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

import java.util.Optional;
import java.util.UUID;

import io.github.natsspring.annotation.NatsListener;
import org.junit.jupiter.api.Test;

import org.springframework.messaging.handler.annotation.DestinationVariable;
import org.springframework.messaging.handler.invocation.MethodArgumentResolutionException;

/**
 * Tests for {@code @DestinationVariable} parameters, which take tokens of the subject.
 */
class DestinationVariableArgumentIntegrationTests extends AbstractArgumentTests {

	private static final UUID ID = UUID.fromString("6ba7b810-9dad-11d1-80b4-00c04fd430c8");

	@Test
	void givesTokensOfTheSubjectConvertedToTheTypeOfTheParameter() {
		this.contextRunner.withBean(Listener.class).run((context) -> {
			publish("orders.eu.7." + ID, "");
			publish("orders.us.8." + ID, "");
			assertSeenTwice(context, "eu 7 " + ID, "us 8 " + ID);
		});
	}

	@Test
	void takesTheFirstSubjectThatMatches() {
		this.contextRunner.withBean(Several.class).run((context) -> {
			publish("orders.eu.created", "");
			publish("parcels.17", "");
			assertSeenTwice(context, "eu Optional.empty", "none Optional[17]");
		});
	}

	@Test
	void deadLettersATokenOfAnotherType() {
		this.contextRunner.withBean(Listener.class).run((context) -> {
			publish("orders.eu.seven." + ID, "");
			publish("orders.eu.7." + ID, "");
			assertSeenTwice(context, "eu 7 " + ID);
			assertDeadLettered(context, MethodArgumentResolutionException.class, 1);
		});
	}

	static class Listener {

		private final Seen seen;

		Listener(Seen seen) {
			this.seen = seen;
		}

		@NatsListener("${test}.orders.{region}.{number}.{id}")
		@NatsListener(stream = "${test}", consumer = "variables", subjects = "${test}.orders.{region}.{number}.{id}")
		void on(@DestinationVariable String region, @DestinationVariable int number,
				@DestinationVariable("id") UUID order) {
			this.seen.add("%s %d %s".formatted(region, number, order));
		}

	}

	static class Several {

		private final Seen seen;

		Several(Seen seen) {
			this.seen = seen;
		}

		@NatsListener({ "${test}.orders.{region}.created", "${test}.parcels.{number}" })
		@NatsListener(stream = "${test}", consumer = "variables",
				subjects = { "${test}.orders.{region}.created", "${test}.parcels.{number}" })
		void on(@DestinationVariable Optional<String> region, @DestinationVariable Optional<Integer> number) {
			this.seen.add(region.orElse("none") + " " + number);
		}

	}

}
