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

import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.github.natsspring.annotation.NatsListener;
import io.github.natsspring.listener.Acknowledgment;
import io.github.natsspring.listener.MessageContext;
import io.github.natsspring.listener.NatsMessageInterceptor;
import io.github.natsspring.support.EditedMessage;
import io.nats.client.Message;
import io.nats.client.impl.NatsMessage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for interceptors as beans: their order, and what they replace and discard, on a
 * real server.
 */
class InterceptorsIntegrationTests extends AbstractInterceptionTests {

	@Test
	void callsInterceptorBeansInTheirOrderAroundEachRun() {
		jetStream(Recordings.class, Works.class).run((context) -> {
			assertThat(context).hasNotFailed();
			publish("work", "tea");
			Recordings recordings = context.getBean(Recordings.class);
			await().until(() -> recordings.calls.size() == 6);
			assertThat(recordings.calls).containsExactly("first before tea", "second before tea", "second success",
					"first success", "second return", "first return");
			assertSettled("work");
		});
	}

	@Test
	void interceptsOnlyTheListenersThatAnInterceptorSupports() {
		jetStream(Recordings.class, Others.class).run((context) -> {
			publish("other", "tea");
			await().until(() -> context.getBean(Others.class).seen.size() == 1);
			assertThat(context.getBean(Recordings.class).calls).isEmpty();
		});
	}

	@Test
	void handsTheListenerWhatReplacedTheMessageAndKeepsItsMetadata() {
		jetStream(Replacing.class, Works.class).run((context) -> {
			publish("work", "tea");
			publish("work", "byhand");
			Works works = context.getBean(Works.class);
			await().until(() -> works.seen.size() == 2);
			assertThat(works.seen).containsExactly("TEA 1", "made by hand 2");
			assertSettled("work");
		});
	}

	@Test
	void acknowledgesWhatIsDiscarded() {
		jetStream(Discarding.class, Works.class).run((context) -> {
			publish("work", "drop");
			publish("work", "tea");
			Works works = context.getBean(Works.class);
			await().until(() -> works.seen.size() == 1);
			assertThat(works.seen).containsExactly("tea 2");
			assertSettled("work");
			assertThat(info("work").getRedelivered()).isZero();
		});
	}

	@Test
	void acknowledgesWhatIsDiscardedForAListenerThatSettlesByHand() {
		jetStream(Discarding.class, ByHand.class).run((context) -> {
			publish("byhand", "drop");
			publish("byhand", "tea");
			await().until(() -> context.getBean(ByHand.class).seen.size() == 1);
			assertSettled("byhand");
			assertThat(context.getBean(ByHand.class).seen).containsExactly("tea");
		});
	}

	@Test
	void leavesWhatIsDiscardedOutOfABatch() {
		jetStream(Discarding.class, Batches.class).run((context) -> {
			for (String text : List.of("drop", "a", "drop", "broken", "b", "drop")) {
				publish("batch", text);
			}
			Batches batches = context.getBean(Batches.class);
			await().until(() -> batches.handled.size() == 3);
			assertThat(batches.handled).contains("a", "b", "broken");
			assertSettled("batch");
			assertThat(batches.seen).doesNotContain("drop");
		});
	}

	static class ByHand {

		private final Queue<String> seen = new ConcurrentLinkedQueue<>();

		@NatsListener(stream = "${test}", consumer = "byhand", subjects = "${test}.byhand", ackMode = "manual")
		void on(String payload, Acknowledgment acknowledgment) {
			this.seen.add(payload);
			acknowledgment.ack();
		}

	}

	static class Batches {

		private final Queue<String> seen = new ConcurrentLinkedQueue<>();

		private final Queue<String> handled = new ConcurrentLinkedQueue<>();

		@NatsListener(stream = "${test}", consumer = "batch", subjects = "${test}.batch", batchSize = "6",
				batchTimeout = "1s")
		void on(List<String> payloads) {
			this.seen.addAll(payloads);
			if (payloads.contains("broken") && payloads.size() > 1) {
				throw new IllegalStateException("expected by the test");
			}
			this.handled.addAll(payloads);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Recordings {

		private final Queue<String> calls = new ConcurrentLinkedQueue<>();

		@Bean
		@Order(2)
		NatsMessageInterceptor second() {
			return new Recording("second", this.calls);
		}

		@Bean
		@Order(1)
		NatsMessageInterceptor first() {
			return new Recording("first", this.calls);
		}

	}

	record Recording(String name, Queue<String> calls) implements NatsMessageInterceptor {

		@Override
		public boolean supports(String listenerId) {
			return listenerId.equals("work");
		}

		@Override
		public Message before(Message message, MessageContext context) {
			this.calls.add(this.name + " before " + text(message));
			return message;
		}

		@Override
		public void afterSuccess(Message message, MessageContext context) {
			this.calls.add(this.name + " success");
		}

		@Override
		public void afterFailure(Message message, MessageContext context, Throwable failure) {
			this.calls.add(this.name + " failure");
		}

		@Override
		public void afterReturn(Message message, MessageContext context) {
			this.calls.add(this.name + " return");
		}

	}

	static class Replacing implements NatsMessageInterceptor {

		@Override
		public Message before(Message message, MessageContext context) {
			String text = text(message);
			if (text.equals("byhand")) {
				return NatsMessage.builder().subject(message.getSubject()).data("made by hand").build();
			}
			return EditedMessage.of(message).withData(text.toUpperCase(Locale.ROOT).getBytes());
		}

	}

	static class Discarding implements NatsMessageInterceptor {

		@Override
		public @Nullable Message before(Message message, MessageContext context) {
			return text(message).equals("drop") ? null : message;
		}

	}

}
