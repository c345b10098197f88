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
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;

import io.github.natsspring.annotation.NatsListener;
import io.github.natsspring.deadletter.DeadLetterOperations;
import io.github.natsspring.deadletter.DeadLetterQuery;
import io.github.natsspring.listener.BatchListenerFailedException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for listeners of batches, from the annotation to a real server.
 */
class BatchListenerIntegrationTests extends AbstractListenerIntegrationTests {

	@BeforeEach
	void declare() {
		this.contextRunner = this.contextRunner.withPropertyValues(declaredStream())
			.withPropertyValues("nats.listener.dead-letter.enabled=true", "nats.listener.retry.max-attempts=2",
					"nats.listener.retry.initial-interval=20ms", "nats.listener.retry.max-interval=100ms")
			.withBean(Steps.class);
	}

	@Test
	void handlesRecordsInBatches() {
		this.contextRunner.run((context) -> {
			assertThat(context).hasNotFailed();
			for (int i = 0; i < 25; i++) {
				publish("{\"number\":%d}".formatted(i));
			}
			Steps steps = context.getBean(Steps.class);
			await().until(() -> steps.handled().size() == 25);
			assertThat(steps.handled()).containsExactlyElementsOf(IntStream.range(0, 25).boxed().toList());
			// The third waits for more than there are, so that it ends with the timeout
			assertThat(steps.batches).allSatisfy((batch) -> assertThat(batch).hasSizeLessThanOrEqualTo(10))
				.anySatisfy((batch) -> assertThat(batch).hasSize(10));
			assertSettled("steps");
		});
	}

	@Test
	void deadLettersOnlyWhatCannotBeConverted() {
		this.contextRunner.run((context) -> {
			publish("{\"number\":0}");
			publish("{\"number\":1}");
			publish("poison");
			publish("{\"number\":3}");
			publish("[]");
			publish("{\"number\":5}");
			Steps steps = context.getBean(Steps.class);
			await().until(() -> steps.handled().size() == 4);
			assertThat(steps.handled()).containsExactly(0, 1, 3, 5);
			DeadLetterOperations operations = context.getBean(DeadLetterOperations.class);
			await().until(() -> letters(operations).size() == 2);
			assertThat(letters(operations)).extracting((letter) -> letter.origin().sequence())
				.containsExactlyInAnyOrder(3L, 5L);
			assertThat(letters(operations)).allSatisfy((letter) -> assertThat(letter.origin().deliveries()).isOne());
			assertSettled("steps");
		});
	}

	@Test
	void deadLettersTheOneThatTheMethodNamesAndHandsItToTheListenerAgain() {
		this.contextRunner.run((context) -> {
			Steps steps = context.getBean(Steps.class);
			steps.broken = 2;
			for (int i = 0; i < 5; i++) {
				publish("{\"number\":%d}".formatted(i));
			}
			DeadLetterOperations operations = context.getBean(DeadLetterOperations.class);
			await().until(() -> letters(operations).size() == 1);
			assertThat(letters(operations).get(0).origin().sequence()).isEqualTo(3);
			assertThat(letters(operations).get(0).exceptionMessage()).isEqualTo("broken");
			await().until(() -> steps.handled().size() == 4);
			assertThat(steps.handled()).containsExactly(0, 1, 3, 4);
			assertSettled("steps");
			steps.broken = -1;
			assertThat(operations.redriveAll(DeadLetterQuery.ofStream(this.stream)).redriven()).isOne();
			assertThat(steps.handled()).containsExactly(0, 1, 3, 4, 2);
		});
	}

	private void publish(String text) throws Exception {
		this.client.jetStream().publish(this.stream + ".step", text.getBytes(StandardCharsets.UTF_8));
	}

	record Step(int number) {
	}

	static class Steps {

		private final Queue<List<Integer>> batches = new ConcurrentLinkedQueue<>();

		private volatile int broken = -1;

		@NatsListener(stream = "${test}", consumer = "steps", batchSize = "10", batchTimeout = "500ms")
		void on(List<Step> steps) {
			List<Integer> handled = new ArrayList<>();
			for (Step step : steps) {
				if (step.number() == this.broken) {
					this.batches.add(handled);
					throw new BatchListenerFailedException(handled.size(), new IllegalStateException("broken"));
				}
				handled.add(step.number());
			}
			this.batches.add(handled);
		}

		private List<Integer> handled() {
			return this.batches.stream().flatMap(List::stream).toList();
		}

	}

}
