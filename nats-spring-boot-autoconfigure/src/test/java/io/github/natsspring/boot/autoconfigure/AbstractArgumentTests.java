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
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.github.natsspring.deadletter.DeadLetterOperations;
import io.nats.client.impl.Headers;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;

import org.springframework.boot.test.context.assertj.AssertableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Base of the tests for what listener methods may take. What is published is stored by a
 * stream and also goes to subscribers, so that a method with two annotations gets it from
 * both JetStream and core NATS.
 */
abstract class AbstractArgumentTests extends AbstractListenerIntegrationTests {

	@BeforeEach
	void declareStreamAndDeadLetters() {
		this.contextRunner = this.contextRunner.withPropertyValues(declaredStream())
			.withPropertyValues("nats.listener.dead-letter.enabled=true")
			.withBean(Seen.class);
	}

	/**
	 * Publish without a content type.
	 */
	void publish(String token, String text) {
		publish(token, null, text.getBytes(StandardCharsets.UTF_8));
	}

	void publish(String token, String contentType, String text) {
		publish(token, new Headers().put("Content-Type", contentType), text.getBytes(StandardCharsets.UTF_8));
	}

	void publish(String token, @Nullable Headers headers, byte[] data) {
		this.client.publish(this.stream + "." + token, headers, data);
	}

	/**
	 * Wait until exactly these values arrived, in any order.
	 */
	static void assertSeen(AssertableApplicationContext context, Object... values) {
		Seen seen = context.getBean(Seen.class);
		await().untilAsserted(() -> assertThat(seen.values).containsExactlyInAnyOrder(values));
	}

	/**
	 * Wait until exactly these values arrived from both JetStream and core NATS.
	 */
	static void assertSeenTwice(AssertableApplicationContext context, Object... values) {
		Object[] twice = new Object[values.length * 2];
		System.arraycopy(values, 0, twice, 0, values.length);
		System.arraycopy(values, 0, twice, values.length, values.length);
		assertSeen(context, twice);
	}

	/**
	 * Wait until so many messages were given up after a single delivery.
	 */
	void assertDeadLettered(AssertableApplicationContext context, Class<? extends Exception> cause, int count) {
		DeadLetterOperations operations = context.getBean(DeadLetterOperations.class);
		await().untilAsserted(() -> assertThat(letters(operations)).hasSize(count));
		assertThat(letters(operations)).allSatisfy((letter) -> {
			assertThat(letter.exceptionClass()).isEqualTo(cause.getName());
			assertThat(letter.origin().deliveries()).isOne();
		});
	}

	/**
	 * What the methods were given.
	 */
	static class Seen {

		final Queue<Object> values = new ConcurrentLinkedQueue<>();

		void add(@Nullable Object value) {
			this.values.add((value != null) ? value : "nothing");
		}

	}

}
