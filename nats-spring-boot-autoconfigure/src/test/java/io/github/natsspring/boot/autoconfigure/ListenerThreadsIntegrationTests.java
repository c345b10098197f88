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
import java.util.concurrent.ConcurrentHashMap;

import io.github.natsspring.annotation.NatsListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.util.ReflectionUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for the threads that listeners of an application run on.
 */
class ListenerThreadsIntegrationTests extends AbstractListenerIntegrationTests {

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	@EnabledForJreRange(min = JRE.JAVA_21)
	void listenersRunOnVirtualThreadsWhereTheApplicationDoes(boolean virtual) {
		this.contextRunner.withPropertyValues(declaredStream())
			.withPropertyValues("spring.threads.virtual.enabled=" + virtual)
			.withBean(Both.class)
			.run((context) -> assertThat(threads(context.getBean(Both.class)).values())
				.allSatisfy((thread) -> assertThat(isVirtual(thread)).isEqualTo(virtual)));
	}

	@Test
	@EnabledForJreRange(max = JRE.JAVA_20)
	void listenersRunOnOtherThreadsWhereThereAreNoVirtualOnes() {
		this.contextRunner.withPropertyValues(declaredStream())
			.withPropertyValues("spring.threads.virtual.enabled=true")
			.withBean(Both.class)
			.run((context) -> assertThat(threads(context.getBean(Both.class)).values())
				.allSatisfy((thread) -> assertThat(thread.getName()).startsWith("nats-listener-")));
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void anExecutorThatAListenerNamesIsUsedInAnyCase(boolean virtual) {
		this.contextRunner.withPropertyValues(declaredStream())
			.withPropertyValues("spring.threads.virtual.enabled=" + virtual)
			.withBean("own", SimpleAsyncTaskExecutor.class, () -> new SimpleAsyncTaskExecutor("own-"))
			.withBean(Both.class)
			.withBean(WithExecutor.class)
			.run((context) -> {
				this.client.publish(this.stream + ".own", "own".getBytes());
				WithExecutor listener = context.getBean(WithExecutor.class);
				await().until(() -> listener.thread != null);
				assertThat(listener.thread.getName()).startsWith("own-");
				assertThat(threads(context.getBean(Both.class)).values())
					.noneMatch((thread) -> thread.getName().startsWith("own-"));
			});
	}

	private Map<String, Thread> threads(Both listener) throws Exception {
		this.client.publish(this.stream + ".stored", "stored".getBytes());
		this.client.publish("core." + this.stream, "core".getBytes());
		await().untilAsserted(() -> assertThat(listener.threads).containsOnlyKeys("stored", "core"));
		return listener.threads;
	}

	private static Object isVirtual(Thread thread) {
		// Compiled for Java 17
		return ReflectionUtils.invokeMethod(ReflectionUtils.findMethod(Thread.class, "isVirtual"), thread);
	}

	static class Both {

		private final Map<String, Thread> threads = new ConcurrentHashMap<>();

		@NatsListener(stream = "${test}", consumer = "stored", subjects = "${test}.>")
		void stored(String text) {
			if (!text.equals("own")) {
				this.threads.put(text, Thread.currentThread());
			}
		}

		@NatsListener(subjects = "core.${test}")
		void core(String text) {
			this.threads.put(text, Thread.currentThread());
		}

	}

	static class WithExecutor {

		private volatile Thread thread;

		@NatsListener(subjects = "${test}.own", executor = "own")
		void on(String text) {
			this.thread = Thread.currentThread();
		}

	}

}
