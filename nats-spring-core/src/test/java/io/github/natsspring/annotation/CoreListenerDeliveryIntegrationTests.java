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

package io.github.natsspring.annotation;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.github.natsspring.listener.core.CoreListenerContainer;
import io.nats.client.Message;
import io.nats.client.impl.Headers;
import org.junit.jupiter.api.Test;

import org.springframework.messaging.handler.annotation.DestinationVariable;
import org.springframework.messaging.handler.annotation.Header;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for which messages of core NATS {@link NatsListener} methods get, and how.
 */
class CoreListenerDeliveryIntegrationTests extends AbstractCoreListenerTests {

	@Test
	void fillsVariablesHeadersAndTheMessage() throws Exception {
		try (ListenerContext context = new ListenerContext(server.url()).bean("wild", Wild.class).start()) {
			Headers headers = new Headers().add("Priority", "3");
			this.client.publish(context.unique() + ".eu.7.created", headers, "x".getBytes(StandardCharsets.UTF_8));
			this.client.publish(context.unique() + ".us.8.created", "y".getBytes(StandardCharsets.UTF_8));
			Queue<String> seen = context.get(Wild.class).seen;
			await().until(() -> seen.size() == 2);
			assertThat(seen).containsExactly("eu 7 3 x " + context.unique() + ".eu.7.created",
					"us 8 null y " + context.unique() + ".us.8.created");
		}
	}

	@Test
	void listensToSeveralSubjectsAndDeliversOnceWhereOneCoversTheOther() throws Exception {
		try (ListenerContext context = new ListenerContext(server.url()).bean("many", Many.class).start()) {
			publish(context.unique() + ".a.one", "1");
			publish(context.unique() + ".a.two.three", "2");
			publish(context.unique() + ".b", "3");
			Queue<String> seen = context.get(Many.class).seen;
			await().until(() -> seen.contains("3"));
			assertThat(seen).containsExactly("1", "2", "3");
		}
	}

	@Test
	void sharesMessagesInAQueueGroup() throws Exception {
		try (ListenerContext one = new ListenerContext(server.url()).bean("worker", Worker.class).start();
				ListenerContext other = new ListenerContext(server.url()).beside(one)
					.bean("worker", Worker.class)
					.start()) {
			for (int i = 0; i < 200; i++) {
				publish(one.unique() + ".work", Integer.toString(i));
			}
			Queue<String> first = one.get(Worker.class).seen;
			Queue<String> second = other.get(Worker.class).seen;
			await().until(() -> first.size() + second.size() >= 200);
			assertThat(first).isNotEmpty().doesNotContainAnyElementsOf(second);
			assertThat(second).isNotEmpty();
			assertThat(first.size() + second.size()).isEqualTo(200);
		}
	}

	@Test
	void handlesOneAtATimeAndNotOnAThreadOfTheClient() throws Exception {
		try (ListenerContext context = new ListenerContext(server.url()).bean("slow", Slow.class).start()) {
			Slow slow = context.get(Slow.class);
			for (int i = 0; i < 3; i++) {
				publish(context.unique() + ".slow", Integer.toString(i));
			}
			await().until(() -> slow.started.size() == 1);
			slow.gate.countDown();
			await().until(() -> slow.seen.size() == 3);
			assertThat(slow.seen).containsExactly("0", "1", "2");
			assertThat(slow.threads).allMatch((name) -> name.startsWith("nats-listener-"));
		}
	}

	@Test
	void dropsAboveTheBoundAndCounts() throws Exception {
		try (ListenerContext context = new ListenerContext(server.url())
			.factory((factory) -> factory.setCoreMaxInFlight(10))
			.bean("slow", Slow.class)
			.start()) {
			Slow slow = context.get(Slow.class);
			CoreListenerContainer container = (CoreListenerContainer) context.container("slow-on");
			publish(context.unique() + ".slow", "first");
			await().until(() -> slow.started.size() == 1);
			for (int i = 0; i < 25; i++) {
				publish(context.unique() + ".slow", Integer.toString(i));
			}
			await().until(() -> container.getDroppedCount() == 15);
			assertThat(container.getStatus().inFlight()).isEqualTo(11);
			slow.gate.countDown();
			await().until(() -> slow.seen.size() == 11);
			assertThat(slow.seen).containsExactly("first", "0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
			publish(context.unique() + ".slow", "again");
			await().until(() -> slow.seen.contains("again"));
		}
	}

	static class Wild {

		final Queue<String> seen = new ConcurrentLinkedQueue<>();

		@NatsListener("${test}.{region}.{id}.created")
		void on(@DestinationVariable String region, @DestinationVariable("id") int number,
				@Header("Priority") Optional<Integer> priority, String payload, Message message) {
			this.seen
				.add("%s %d %s %s %s".formatted(region, number, priority.orElse(null), payload, message.getSubject()));
		}

	}

	static class Many {

		final Queue<String> seen = new ConcurrentLinkedQueue<>();

		@NatsListener({ "${test}.a.*", "${test}.a.>", "${test}.b" })
		void on(String payload) {
			this.seen.add(payload);
		}

	}

}
