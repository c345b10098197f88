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

import java.util.Map;

import io.github.natsspring.annotation.NatsListener;
import io.github.natsspring.listener.Acknowledgment;
import io.github.natsspring.support.NatsHeaders;
import io.nats.client.impl.Headers;
import org.junit.jupiter.api.Test;

import org.springframework.messaging.MessageHeaders;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@code @Headers} parameters, which take all headers.
 */
class HeadersArgumentIntegrationTests extends AbstractArgumentTests {

	@Test
	void givesAllHeadersInEachForm() {
		this.contextRunner.withBean(Listener.class).run((context) -> {
			publish("in", new Headers().put("Priority", "3").put("Tag", "a", "b"), new byte[0]);
			assertSeenTwice(context, "3 [a, b] " + this.stream + ".in [3]");
		});
	}

	@Test
	void givesNoHeadersOfTheWireWhereThereAreNone() {
		this.contextRunner.withBean(Listener.class).run((context) -> {
			publish("in", null, new byte[0]);
			assertSeenTwice(context, "null null " + this.stream + ".in null");
		});
	}

	@Test
	void givesTheAcknowledgmentAsAHeaderOfJetStream() {
		this.contextRunner.withBean(Settling.class).run((context) -> {
			publish("in", null, new byte[0]);
			assertSeen(context, "settled");
			assertSettled("settling");
		});
	}

	static class Listener {

		private final Seen seen;

		Listener(Seen seen) {
			this.seen = seen;
		}

		@NatsListener("${test}.in")
		@NatsListener(stream = "${test}", consumer = "headers")
		void on(@org.springframework.messaging.handler.annotation.Headers Map<String, Object> map,
				MessageHeaders headers, Headers wire) {
			assertThat(map).containsEntry("nats_subject", headers.get(NatsHeaders.SUBJECT));
			this.seen.add("%s %s %s %s".formatted(map.get("Priority"), headers.get("Tag"), map.get(NatsHeaders.SUBJECT),
					wire.get("Priority")));
		}

	}

	static class Settling {

		private final Seen seen;

		Settling(Seen seen) {
			this.seen = seen;
		}

		@NatsListener(stream = "${test}", consumer = "settling")
		void on(MessageHeaders headers) {
			Acknowledgment acknowledgment = headers.get(NatsHeaders.ACKNOWLEDGMENT, Acknowledgment.class);
			assertThat(acknowledgment).isNotNull();
			acknowledgment.ack();
			this.seen.add("settled");
		}

	}

}
