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
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.natsspring.deadletter.DeadLetterOperations;
import io.github.natsspring.listener.MessageContext;
import io.github.natsspring.listener.NatsMessageInterceptor;
import io.github.natsspring.support.NatsHeaders;
import io.nats.client.Message;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for interceptor beans that fail, on a real server.
 */
class InterceptorFailuresIntegrationTests extends AbstractInterceptionTests {

	@Test
	void triesAgainWhatAnInterceptorFailsBeforeTheListener() {
		jetStream(Failing.class, Works.class).run((context) -> {
			Failing failing = context.getBean(Failing.class);
			publish("work", "tea");
			publish("work", "milk");
			Works works = context.getBean(Works.class);
			await().until(() -> works.seen.size() == 2);
			assertThat(works.seen).containsExactlyInAnyOrder("milk 2", "tea 1");
			assertThat(failing.before).hasValue(4);
			assertSettled("work");
		});
	}

	@Test
	void deadLettersWhatAnInterceptorKeepsFailingAndTellsThoseBeforeIt() {
		jetStream(Refusing.class, Works.class)
			.withPropertyValues("nats.listener.dead-letter.enabled=true", "nats.listener.retry.max-attempts=2")
			.run((context) -> {
				publish("work", "tea");
				DeadLetterOperations operations = context.getBean(DeadLetterOperations.class);
				await().until(() -> letters(operations).size() == 1);
				assertThat(letters(operations).get(0).exceptionMessage()).isEqualTo("refused");
				assertThat(context.getBean(Works.class).seen).isEmpty();
				assertSettled("work");
			});
	}

	@Test
	void goesOnWhenAnInterceptorFailsAfterTheListener() {
		jetStream(FailingAfter.class, Works.class).run((context) -> {
			publish("work", "tea");
			publish("work", "milk");
			Works works = context.getBean(Works.class);
			await().until(() -> works.seen.size() == 2);
			assertSettled("work");
			assertThat(info("work").getRedelivered()).isZero();
		});
	}

	@Test
	void answersARequestThatAnInterceptorFails() {
		this.contextRunner.withUserConfiguration(Refusing.class).withBean(Echo.class).run((context) -> {
			Message answer = this.client.request(this.stream + ".echo", "tea".getBytes(StandardCharsets.UTF_8),
					Duration.ofSeconds(5));
			assertThat(answer.getHeaders().getFirst(NatsHeaders.SERVICE_ERROR_CODE)).isEqualTo("500");
		});
	}

	static class Failing implements NatsMessageInterceptor {

		private final AtomicInteger before = new AtomicInteger();

		@Override
		public Message before(Message message, MessageContext context) {
			this.before.incrementAndGet();
			if (text(message).equals("tea") && message.metaData().deliveredCount() < 3) {
				throw new IllegalStateException("expected by the test");
			}
			return message;
		}

	}

	static class Refusing implements NatsMessageInterceptor {

		@Override
		public Message before(Message message, MessageContext context) {
			throw new IllegalStateException("refused");
		}

	}

	static class FailingAfter implements NatsMessageInterceptor {

		@Override
		public void afterSuccess(Message message, MessageContext context) {
			throw new IllegalStateException("expected by the test");
		}

	}

}
