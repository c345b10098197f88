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
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.github.natsspring.annotation.NatsListener;
import io.github.natsspring.support.NatsHeaders;
import io.nats.client.impl.NatsJetStreamMetaData;
import org.junit.jupiter.api.Test;

import org.springframework.messaging.handler.annotation.Header;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

/**
 * Tests for jnats' {@code NatsJetStreamMetaData}: stream, consumer, sequences, deliveries
 * and time of a message.
 */
class JetStreamMetaDataArgumentIntegrationTests extends AbstractArgumentTests {

	@Test
	void givesTheMetaDataBesideThePayload() {
		this.contextRunner.withBean(Listener.class).run((context) -> {
			publish("in", "a");
			publish("in", "b");
			assertSeen(context, "a " + this.stream + " meta 1 1", "b " + this.stream + " meta 2 1");
			Listener listener = context.getBean(Listener.class);
			assertThat(listener.times.get("b")).isAfterOrEqualTo(listener.times.get("a"))
				.isCloseTo(ZonedDateTime.now(), within(Duration.ofMinutes(1)));
		});
	}

	@Test
	void countsDeliveriesAndGivesThePartsAlsoAsHeaders() {
		this.contextRunner.withPropertyValues("nats.listener.retry.initial-interval=20ms")
			.withBean(Failing.class)
			.run((context) -> {
				publish("in", "a");
				Failing listener = context.getBean(Failing.class);
				await().untilAsserted(() -> assertThat(listener.sequences).containsExactlyInAnyOrderEntriesOf(
						Map.of(1L, "1 1 " + this.stream + " failing", 2L, "1 2 " + this.stream + " failing")));
			});
	}

	@Test
	void refusesTheMetaDataOnCoreNats() {
		this.contextRunner = this.contextRunner.withBean(Core.class);
		assertThat(refusal(Core.class).getDescription()).contains(NatsJetStreamMetaData.class.getName());
	}

	static class Listener {

		private final Map<String, ZonedDateTime> times = new ConcurrentHashMap<>();

		private final Seen seen;

		Listener(Seen seen) {
			this.seen = seen;
		}

		@NatsListener(stream = "${test}", consumer = "meta")
		void on(String text, NatsJetStreamMetaData metaData) {
			this.times.put(text, metaData.timestamp());
			this.seen.add("%s %s %s %d %d".formatted(text, metaData.getStream(), metaData.getConsumer(),
					metaData.streamSequence(), metaData.deliveredCount()));
		}

	}

	static class Failing {

		private final Map<Long, String> sequences = new ConcurrentHashMap<>();

		@NatsListener(stream = "${test}", consumer = "failing")
		void on(@Header(NatsHeaders.DELIVERY_COUNT) long delivery, @Header(NatsHeaders.STREAM_SEQUENCE) long sequence,
				@Header(NatsHeaders.STREAM) String stream, @Header(NatsHeaders.CONSUMER) String consumer,
				NatsJetStreamMetaData metaData) {
			this.sequences.put(metaData.deliveredCount(),
					"%d %d %s %s".formatted(sequence, delivery, stream, consumer));
			if (delivery == 1) {
				throw new IllegalStateException("expected by the test");
			}
		}

	}

	static class Core {

		@NatsListener("${test}.core")
		void on(NatsJetStreamMetaData metaData) {
		}

	}

}
