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
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.natsspring.annotation.NatsListener;
import io.github.natsspring.core.JetStreamTemplate;
import io.github.natsspring.core.NatsPublishInterceptor;
import io.github.natsspring.core.NatsTemplate;
import io.github.natsspring.core.OutgoingMessage;
import io.github.natsspring.deadletter.DeadLetterOperations;
import io.github.natsspring.listener.Acknowledgment;
import io.github.natsspring.listener.CorrelationIdInterceptor;
import io.github.natsspring.listener.MessageContext;
import io.github.natsspring.listener.NatsMessageInterceptor;
import io.github.natsspring.support.EditedMessage;
import io.github.natsspring.support.NatsHeaderMapper;
import io.github.natsspring.support.NatsHeaders;
import io.nats.client.Message;
import io.nats.client.impl.Headers;
import io.nats.client.impl.NatsJetStreamMetaData;
import io.nats.client.impl.NatsMessage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.support.GenericMessage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for interceptors as beans, header mappers and correlation ids, on a real server.
 */
class InterceptorsIntegrationTests extends AbstractListenerIntegrationTests {

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

	@Test
	void carriesTheCorrelationIdOfARequestToItsReply() {
		this.contextRunner.withBean(Echo.class).run((context) -> {
			NatsTemplate template = context.getBean(NatsTemplate.class);
			Message answer = template.request(this.stream + ".echo", "tea", Message.class,
					(options) -> options.header(NatsHeaders.CORRELATION_ID, "c1"));
			assertThat(answer.getHeaders().getFirst(NatsHeaders.CORRELATION_ID)).isEqualTo("c1");
			Message failure = template.request(this.stream + ".echo", "broken", Message.class,
					(options) -> options.header(NatsHeaders.CORRELATION_ID, "c2"));
			assertThat(failure.getHeaders().getFirst(NatsHeaders.CORRELATION_ID)).isEqualTo("c2");
		});
	}

	@Test
	void carriesTheCorrelationIdToWhatAListenerSends() {
		jetStream(Correlated.class, Forwarding.class, Others.class).run((context) -> {
			assertThat(context).hasNotFailed();
			Headers headers = new Headers().put(NatsHeaders.CORRELATION_ID, "c1");
			this.client.jetStream()
				.publish(NatsMessage.builder().subject(this.stream + ".forward").headers(headers).data("tea").build());
			Others others = context.getBean(Others.class);
			await().until(() -> others.seen.size() == 1);
			assertThat(others.seen).containsExactly("tea c1");
			assertThat(CorrelationIdInterceptor.currentId()).isNull();
		});
	}

	@Test
	void interceptsWhatTheTemplatesOfAllConnectionsSend() {
		jetStream(Stamping.class, Others.class)
			.withPropertyValues("nats.connections.other.servers=" + server.url(),
					"nats.connections.other.jetstream.provisioning=none")
			.run((context) -> {
				context.getBean(NatsTemplate.class).publish(this.stream + ".other", "a");
				context.getBean(JetStreamTemplate.class).publish(this.stream + ".other", "b");
				context.getBean("nats.connections.other.template", NatsTemplate.class)
					.publish(this.stream + ".other", "c");
				Others others = context.getBean(Others.class);
				await().until(() -> others.seen.size() == 3);
				assertThat(others.seen).containsExactlyInAnyOrder("a default", "b default", "c other");
			});
	}

	@Test
	void mapsHeadersByABean() {
		jetStream(Mapping.class, Others.class).run((context) -> {
			this.client.jetStream()
				.publish(NatsMessage.builder()
					.subject(this.stream + ".other")
					.headers(new Headers().put("X-Nats-Correlation-Id", "mapped"))
					.data("tea")
					.build());
			Others others = context.getBean(Others.class);
			await().until(() -> others.seen.size() == 1);
			assertThat(others.seen).containsExactly("tea mapped");
			context.getBean(JetStreamTemplate.class)
				.publish(this.stream + ".other",
						new GenericMessage<>("milk", Map.of(NatsHeaders.CORRELATION_ID, "sent")));
			await().until(() -> others.seen.size() == 2);
			assertThat(others.seen).last().isEqualTo("milk sent");
		});
	}

	private ApplicationContextRunner jetStream(Class<?> configuration, Class<?>... listeners) {
		ApplicationContextRunner runner = this.contextRunner.withPropertyValues(declaredStream())
			.withPropertyValues("nats.listener.retry.initial-interval=20ms", "nats.listener.retry.max-interval=100ms")
			.withUserConfiguration(configuration);
		for (Class<?> listener : listeners) {
			runner = runner.withUserConfiguration(listener);
		}
		return runner;
	}

	private void publish(String subject, String text) throws Exception {
		this.client.jetStream().publish(this.stream + "." + subject, text.getBytes(StandardCharsets.UTF_8));
	}

	private static String text(Message message) {
		return new String(message.getData(), StandardCharsets.UTF_8);
	}

	static class Works {

		private final Queue<String> seen = new ConcurrentLinkedQueue<>();

		@NatsListener(id = "work", stream = "${test}", consumer = "work", subjects = "${test}.work")
		void on(String payload, NatsJetStreamMetaData metaData) {
			this.seen.add(payload + " " + metaData.streamSequence());
		}

	}

	static class Others {

		private final Queue<String> seen = new ConcurrentLinkedQueue<>();

		@NatsListener(id = "other", stream = "${test}", consumer = "other", subjects = "${test}.other")
		void on(String payload, @Header(name = "Nats-Correlation-Id", required = false) String correlationId) {
			this.seen.add(payload + " " + correlationId);
		}

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

	static class Echo {

		@NatsListener(id = "echo", subjects = "${test}.echo")
		String on(String payload) {
			if (payload.equals("broken")) {
				throw new IllegalStateException("expected by the test");
			}
			return payload;
		}

	}

	static class Forwarding {

		private final JetStreamTemplate template;

		Forwarding(JetStreamTemplate template) {
			this.template = template;
		}

		@NatsListener(stream = "${test}", consumer = "forward", subjects = "${test}.forward")
		void on(String payload, @Header(NatsHeaders.SUBJECT) String subject) {
			this.template.publish(subject.replace(".forward", ".other"), payload);
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

	static class Correlated extends CorrelationIdInterceptor {

	}

	static class Stamping implements NatsPublishInterceptor {

		@Override
		public void before(OutgoingMessage message) {
			message.getHeaders().put(NatsHeaders.CORRELATION_ID, message.getConnectionName());
		}

	}

	static class Mapping implements NatsHeaderMapper {

		@Override
		public void fromHeaders(MessageHeaders headers, Headers target) {
			target.put("X-" + NatsHeaders.CORRELATION_ID, String.valueOf(headers.get(NatsHeaders.CORRELATION_ID)));
		}

		@Override
		public void toHeaders(Headers source, Map<String, Object> target) {
			source.forEach((name, values) -> target.put(name.replace("X-", ""), values.get(0)));
		}

	}

}
