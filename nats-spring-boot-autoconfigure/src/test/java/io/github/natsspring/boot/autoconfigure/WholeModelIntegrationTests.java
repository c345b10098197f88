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

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

import io.github.natsspring.annotation.NatsHandler;
import io.github.natsspring.annotation.NatsKeyValueListener;
import io.github.natsspring.annotation.NatsListener;
import io.github.natsspring.annotation.NatsObjectStoreListener;
import io.github.natsspring.core.JetStreamTemplate;
import io.github.natsspring.core.NatsTemplate;
import io.github.natsspring.deadletter.DeadLetterOperations;
import io.github.natsspring.store.KeyValueTemplate;
import io.github.natsspring.store.KeyValueTemplates;
import io.github.natsspring.store.ObjectStoreTemplate;
import io.nats.client.api.ObjectInfo;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.messaging.handler.annotation.DestinationVariable;
import org.springframework.messaging.handler.annotation.SendTo;
import org.springframework.util.ReflectionUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

/**
 * Every kind of listener in one application, on virtual threads and on others. The check
 * runs it on the oldest and on the newest JDK.
 */
class WholeModelIntegrationTests extends AbstractListenerIntegrationTests {

	private static final int COUNT = 50;

	@ParameterizedTest(name = "virtual threads: {0}")
	@ValueSource(booleans = { true, false })
	void runsEveryKindOfListener(boolean virtual) {
		if (virtual) {
			assumeThat(JRE.currentVersionNumber()).as("version of Java with virtual threads")
				.isGreaterThanOrEqualTo(21);
		}
		String bucket = "B" + this.stream;
		this.contextRunner.withPropertyValues(declaredStream())
			.withPropertyValues("spring.threads.virtual.enabled=" + virtual, "nats.listener.dead-letter.enabled=true",
					"nats.listener.retry.max-attempts=2", "nats.listener.retry.initial-interval=20ms",
					"nats.key-value.%s.storage-type=memory".formatted(bucket),
					"nats.object-store.%s.storage-type=memory".formatted(bucket))
			.withBean(Model.class)
			.withBean(Kinds.class)
			.run((context) -> {
				assertThat(context).hasNotFailed();
				Model model = context.getBean(Model.class);
				JetStreamTemplate jetStream = context.getBean(JetStreamTemplate.class);
				for (int i = 0; i < COUNT; i++) {
					for (String subject : List.of("durable", "batch", "async", "forward", "many", "kind.a", "kind.b")) {
						jetStream.publishAsync(this.stream + "." + subject, i);
					}
				}
				jetStream.publish(this.stream + ".durable", "-1");
				NatsTemplate nats = context.getBean(NatsTemplate.class);
				for (int i = 0; i < COUNT; i++) {
					assertThat(nats.request("quote." + this.stream, i, Integer.class)).isEqualTo(i + 1);
				}
				KeyValueTemplate<Integer> values = context.getBean(KeyValueTemplates.class).of(bucket, Integer.class);
				values.put("number", 0);
				for (int i = 1; i < COUNT; i++) {
					values.update("number", (number) -> number + 1);
				}
				byte[] content = new byte[500_000];
				context.getBean(ObjectStoreTemplate.class).put("object", new ByteArrayInputStream(content));
				for (String kind : List.of("durable", "batch", "async", "many", "forwarded", "a", "b", "ordered")) {
					await().alias(kind).untilAsserted(() -> assertThat(model.seen(kind)).hasSize(COUNT));
				}
				for (String kind : List.of("durable", "forwarded", "a", "b", "ordered")) {
					assertThat(model.seen(kind)).as(kind).isSorted();
				}
				await().until(() -> model.seen("value").contains(COUNT - 1));
				await().until(() -> model.seen("object").contains(content.length));
				await().until(() -> letters(context.getBean(DeadLetterOperations.class)).size() == 1);
				for (String consumer : List.of("durable", "batch", "async", "forward", "forwarded", "many", "kinds")) {
					await().alias(consumer).untilAsserted(() -> {
						assertThat(info(consumer).getNumAckPending()).isZero();
						assertThat(info(consumer).getNumPending()).isZero();
					});
				}
				assertThat(model.virtual).hasSize(11)
					.allSatisfy((kind, on) -> assertThat(on).as(kind).isEqualTo(virtual));
			});
	}

	private static boolean isVirtual() {
		// Compiled for Java 17
		Method method = ReflectionUtils.findMethod(Thread.class, "isVirtual");
		return method != null && Boolean.TRUE.equals(ReflectionUtils.invokeMethod(method, Thread.currentThread()));
	}

	static class Model {

		private final Map<String, Queue<Integer>> seen = new ConcurrentHashMap<>();

		private final Map<String, Boolean> virtual = new ConcurrentHashMap<>();

		List<Integer> seen(String kind) {
			return List.copyOf(this.seen.getOrDefault(kind, new ConcurrentLinkedQueue<>()));
		}

		void see(String kind, int number) {
			this.virtual.merge(kind, isVirtual(), (one, other) -> one.equals(other) && one);
			this.seen.computeIfAbsent(kind, (name) -> new ConcurrentLinkedQueue<>()).add(number);
		}

		@NatsListener(stream = "${test}", consumer = "durable", subjects = "${test}.durable")
		void durable(int number) {
			if (number < 0) {
				throw new IllegalStateException("expected by the test");
			}
			see("durable", number);
		}

		@NatsListener(stream = "${test}", consumer = "batch", subjects = "${test}.batch", batchSize = "20")
		void batch(List<Integer> numbers) {
			numbers.forEach((number) -> see("batch", number));
		}

		@NatsListener(stream = "${test}", consumer = "async", subjects = "${test}.async", concurrency = "4")
		CompletableFuture<Void> async(int number) {
			see("async", number);
			return CompletableFuture.runAsync(() -> {
			}, CompletableFuture.delayedExecutor(1, TimeUnit.MILLISECONDS));
		}

		@NatsListener(stream = "${test}", consumer = "many", subjects = "${test}.many", concurrency = "8",
				ackMode = "auto_confirmed")
		void many(int number) {
			see("many", number);
		}

		@NatsListener(stream = "${test}", consumer = "forward", subjects = "${test}.forward")
		@SendTo("${test}.forwarded")
		int forward(int number) {
			return number;
		}

		@NatsListener(stream = "${test}", consumer = "forwarded", subjects = "${test}.forwarded")
		void forwarded(int number) {
			see("forwarded", number);
		}

		@NatsListener(stream = "${test}", subjects = "${test}.durable", ordered = true)
		void ordered(int number) {
			if (number >= 0) {
				see("ordered", number);
			}
		}

		@NatsListener(subjects = "quote.${test}", queue = "quotes")
		int quote(int number) {
			see("quote", number);
			return number + 1;
		}

		@NatsKeyValueListener(bucket = "B${test}", keys = "{key}")
		void value(@DestinationVariable String key, @Nullable Integer number) {
			see("value", number);
		}

		@NatsObjectStoreListener(bucket = "B${test}")
		void object(ObjectInfo info, InputStream content) throws IOException {
			see("object", content.readAllBytes().length);
		}

	}

	@NatsListener(stream = "${test}", consumer = "kinds")
	static class Kinds {

		private final Model model;

		Kinds(Model model) {
			this.model = model;
		}

		@NatsHandler("${test}.kind.a")
		void a(int number) {
			this.model.see("a", number);
		}

		@NatsHandler("${test}.kind.b")
		void b(int number) {
			this.model.see("b", number);
		}

	}

}
