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

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import io.github.natsspring.annotation.NatsListener;
import io.nats.client.JetStreamManagement;
import io.nats.client.JetStreamOptions;
import io.nats.client.PublishOptions;
import io.nats.client.impl.Headers;
import org.junit.jupiter.api.Test;

import org.springframework.context.ApplicationContext;
import org.springframework.messaging.handler.annotation.DestinationVariable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Nothing that others choose, such as subjects, headers, keys or failures, is kept
 * without a bound: no collection that can be reached from a bean grows with them.
 */
class BoundedStateIntegrationTests extends AbstractListenerIntegrationTests {

	private static final int MESSAGES = 20_000;

	private static final int BOUND = 5_000;

	@Test
	void keepsNothingOfWhatPassesThrough() {
		this.contextRunner.withPropertyValues(declaredStream())
			.withPropertyValues("nats.listener.dead-letter.enabled=true", "nats.listener.retry.max-attempts=1")
			.withBean(Listeners.class)
			.run((context) -> {
				assertThat(context).hasNotFailed();
				Listeners listeners = context.getBean(Listeners.class);
				PublishOptions noWait = PublishOptions.builder().build();
				for (int i = 0; i < MESSAGES; i++) {
					Headers headers = new Headers().put("Content-Type", "text/plain;id=" + i)
						.put("Tenant-" + i, "tenant " + i);
					byte[] payload = (i % 20 == 0) ? "fails".getBytes() : "x".getBytes();
					this.client.jetStream(JetStreamOptions.defaultOptions())
						.publishAsync("%s.user%d".formatted(this.stream, i), headers, payload, noWait);
					this.client.publish("%score.user%d".formatted(this.stream, i), headers, payload);
					if (i % 500 == 0) {
						this.client.flush(Duration.ofSeconds(10));
					}
				}
				await().atMost(Duration.ofSeconds(40)).until(() -> listeners.core.get() == MESSAGES);
				await().atMost(Duration.ofSeconds(40)).until(() -> listeners.handled.get() == MESSAGES);
				await().until(() -> context.getBean(JetStreamManagement.class)
					.getStreamInfo(this.stream + "_DLQ")
					.getStreamState()
					.getMsgCount() == MESSAGES / 20);
				Map<String, Integer> sizes = sizes(context);
				// The walk reaches what there is
				assertThat(sizes).hasSizeGreaterThan(20).containsKey("Attempts.failures");
				assertThat(sizes.entrySet()).allMatch((entry) -> entry.getValue() <= BOUND);
			});
	}

	/**
	 * The sizes of all collections of the library that can be reached from its beans.
	 */
	private static Map<String, Integer> sizes(ApplicationContext context) throws ReflectiveOperationException {
		Map<String, Integer> sizes = new TreeMap<>();
		Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
		Deque<Object> left = new ArrayDeque<>(context.getBeansOfType(Object.class, true, false).values());
		while (!left.isEmpty()) {
			Object object = left.pop();
			if (!object.getClass().getName().startsWith("io.github.natsspring.") || !seen.add(object)) {
				continue;
			}
			for (Class<?> type = object.getClass(); type != null
					&& type.getName().startsWith("io.github.natsspring."); type = type.getSuperclass()) {
				for (Field field : type.getDeclaredFields()) {
					if (field.getType().isPrimitive()
							|| field.isSynthetic() && Modifier.isStatic(field.getModifiers())) {
						continue;
					}
					field.setAccessible(true);
					push(type.getSimpleName() + "." + field.getName(), field.get(object), sizes, left);
				}
			}
		}
		return sizes;
	}

	private static void push(String name, Object value, Map<String, Integer> sizes, Deque<Object> left) {
		if (value instanceof AtomicReference<?> reference) {
			push(name, reference.get(), sizes, left);
		}
		else if (value instanceof Map<?, ?> map) {
			sizes.merge(name, map.size(), Math::max);
			map.forEach((key, element) -> {
				push(name + "{}", key, sizes, left);
				push(name + "{}", element, sizes, left);
			});
		}
		else if (value instanceof Collection<?> collection) {
			sizes.merge(name, collection.size(), Math::max);
			collection.forEach((element) -> push(name + "[]", element, sizes, left));
		}
		else if (value instanceof Object[] array) {
			sizes.merge(name, (int) Arrays.stream(array).filter((element) -> element != null).count(), Math::max);
			Arrays.stream(array).forEach((element) -> push(name + "[]", element, sizes, left));
		}
		else if (value != null) {
			left.push(value);
		}
	}

	static class Listeners {

		private final AtomicInteger handled = new AtomicInteger();

		private final AtomicInteger core = new AtomicInteger();

		@NatsListener(stream = "${test}", consumer = "c", subjects = "${test}.{user}", concurrency = "4",
				orderingKey = "{user}")
		void on(String text, @DestinationVariable String user) {
			this.handled.incrementAndGet();
			if (text.equals("fails")) {
				throw new IllegalStateException("expected by the test, for " + user);
			}
		}

		@NatsListener(subjects = "${test}core.{user}")
		void onCore(String text, @DestinationVariable String user) {
			this.core.incrementAndGet();
			if (text.equals("fails")) {
				throw new IllegalStateException("expected by the test, for " + user);
			}
		}

	}

}
