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

package io.github.natsspring.core;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.github.natsspring.listener.CorrelationIdInterceptor;
import io.github.natsspring.support.DefaultNatsHeaderMapper;
import io.github.natsspring.support.NatsHeaders;
import io.nats.client.Connection;
import io.nats.client.Dispatcher;
import io.nats.client.JetStreamOptions;
import io.nats.client.Message;
import io.nats.client.api.MessageInfo;
import io.nats.client.api.PublishAck;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.messaging.support.MessageBuilder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link NatsPublishInterceptor}s of both templates, on a real server.
 */
class PublishInterceptorsIntegrationTests extends AbstractJetStreamPublishTests {

	private final ConcurrentLinkedQueue<Message> received = new ConcurrentLinkedQueue<>();

	private final Recording first = new Recording("1");

	private final Recording second = new Recording("2");

	private final List<String> calls = new CopyOnWriteArrayList<>();

	private final String core = "core." + this.stream;

	private NatsTemplate nats;

	private JetStreamTemplate jetStream;

	@BeforeEach
	void subscribe() throws Exception {
		intercept(this.first, this.second);
		Connection connection = this.holder.get();
		Dispatcher services = connection.createDispatcher();
		services.subscribe(this.core + ".>", (message) -> {
			this.received.add(message);
			if (message.getReplyTo() != null) {
				connection.publish(message.getReplyTo(), message.getData());
			}
		});
		connection.flush(Duration.ofSeconds(5));
	}

	private void intercept(NatsPublishInterceptor... interceptors) {
		this.nats = new NatsTemplate(this.holder, TestConnections.CONVERTER, NatsTemplateSettings.defaults(),
				DefaultNatsHeaderMapper.INSTANCE, List.of(interceptors));
		this.jetStream = new JetStreamTemplate(this.holder, TestConnections.CONVERTER,
				JetStreamOptions.defaultOptions(), JetStreamTemplateSettings.defaults(),
				DefaultNatsHeaderMapper.INSTANCE, List.of(interceptors));
	}

	@Test
	void callsInterceptorsInTheirOrderAndBackAgain() {
		this.nats.publish(this.core + ".a", "tea");
		assertThat(this.calls).containsExactly("1 before PUBLISH tea", "2 before PUBLISH tea", "2 success null",
				"1 success null");
		await().until(() -> this.received.size() == 1);
	}

	@Test
	void seesConfirmationsOfAStream() {
		PublishAck ack = this.jetStream.publish(this.subject, "tea");
		assertThat(this.calls).containsExactly("1 before STREAM tea", "2 before STREAM tea", "2 success " + ack,
				"1 success " + ack);
	}

	@Test
	void seesConfirmationsOfAnAsynchronousPublishBeforeItsFutureCompletes() throws Exception {
		CompletableFuture<Integer> callsThen = this.jetStream.publishAsync(this.subject, "tea")
			.thenApply((ack) -> this.calls.size());
		assertThat(callsThen.get(20, TimeUnit.SECONDS)).isEqualTo(4);
	}

	@Test
	void seesAnswersOfRequests() throws Exception {
		assertThat(this.nats.request(this.core + ".a", "tea", String.class)).isEqualTo("tea");
		assertThat(this.nats.requestAsync(this.core + ".a", "milk", String.class).get(20, TimeUnit.SECONDS))
			.isEqualTo("milk");
		assertThat(this.calls).containsExactly("1 before REQUEST tea", "2 before REQUEST tea", "2 success tea",
				"1 success tea", "1 before REQUEST milk", "2 before REQUEST milk", "2 success milk", "1 success milk");
	}

	@Test
	void seesFailures() {
		assertThatExceptionOfType(NatsNoRespondersException.class)
			.isThrownBy(() -> this.nats.request("nobody." + this.stream, "tea", String.class));
		assertThatExceptionOfType(ExecutionException.class).isThrownBy(
				() -> this.nats.requestAsync("nobody." + this.stream, "tea", String.class).get(20, TimeUnit.SECONDS))
			.withCauseInstanceOf(NatsNoRespondersException.class);
		assertThatExceptionOfType(NatsPublishRejectedException.class).isThrownBy(
				() -> this.jetStream.publish(this.subject, "tea", (options) -> options.expectedLastSequence(99)));
		assertThat(this.calls).filteredOn((call) -> call.startsWith("1 failure"))
			.containsExactly("1 failure NatsNoRespondersException", "1 failure NatsNoRespondersException",
					"1 failure NatsPublishRejectedException");
	}

	@Test
	void sendsWhatTheInterceptorsMadeOfAMessage() throws Exception {
		intercept(before((message) -> {
			message.setSubject(message.getSubject() + ".changed");
			message.getHeaders().put("Region", "eu");
			message.setPayload(Map.of("sku", message.getPayload()));
		}), before((message) -> assertThat(text(message.getBody())).isEqualTo("{\"sku\":\"tea\"}")));
		PublishAck ack = this.jetStream.publish(this.subject, "tea");
		MessageInfo stored = this.management.getMessage(this.stream, ack.getSeqno());
		assertThat(stored.getSubject()).isEqualTo(this.subject + ".changed");
		assertThat(Objects.requireNonNull(stored.getHeaders()).getFirst("Region")).isEqualTo("eu");
		assertThat(stored.getHeaders().getFirst(NatsHeaders.CONTENT_TYPE)).isEqualTo("application/json");
		assertThat(text(Objects.requireNonNull(stored.getData()))).isEqualTo("{\"sku\":\"tea\"}");
	}

	@Test
	void keepsTheMessageIdOfASynchronousPublish() throws Exception {
		intercept(before((message) -> message.getHeaders().clear()), before((message) -> message.setBody(new byte[3])));
		PublishAck ack = this.jetStream.publish(this.subject, "tea");
		MessageInfo stored = this.management.getMessage(this.stream, ack.getSeqno());
		assertThat(stored.getHeaders().getFirst(NatsHeaders.MESSAGE_ID)).isNotEmpty();
		assertThat(stored.getData()).hasSize(3);
	}

	@Test
	void doesNotSendWhatIsDiscarded() throws Exception {
		intercept(this.first, before(OutgoingMessage::discard), this.second);
		this.nats.publish(this.core + ".a", "tea");
		assertThat(this.calls).containsExactly("1 before PUBLISH tea", "1 success null discarded");
		assertThatExceptionOfType(NatsPublishDiscardedException.class)
			.isThrownBy(() -> this.jetStream.publish(this.subject, "tea"))
			.withMessageContaining("a NatsPublishInterceptor discarded it");
		assertThatExceptionOfType(NatsPublishDiscardedException.class)
			.isThrownBy(() -> this.nats.request(this.core + ".a", "tea", String.class));
		assertThat(this.jetStream.publishAsync(this.subject, "tea")).failsWithin(Duration.ofSeconds(20))
			.withThrowableOfType(ExecutionException.class)
			.withCauseInstanceOf(NatsPublishDiscardedException.class);
		assertThat(stored()).isZero();
		this.template.publish(this.subject, "through");
		this.holder.get().flush(Duration.ofSeconds(5));
		assertThat(this.received).isEmpty();
	}

	@Test
	void tellsTheCallerWhatAnInterceptorThrowsBefore() throws Exception {
		intercept(this.first, before((message) -> {
			throw new IllegalStateException("no");
		}));
		assertThatIllegalStateException().isThrownBy(() -> this.nats.publish(this.core + ".a", "tea"))
			.withMessage("no");
		assertThatIllegalStateException().isThrownBy(() -> this.jetStream.publish(this.subject, "tea"));
		assertThat(this.jetStream.publishAsync(this.subject, "tea")).failsWithin(Duration.ofSeconds(20))
			.withThrowableOfType(ExecutionException.class)
			.withCauseInstanceOf(IllegalStateException.class);
		assertThat(this.nats.requestAsync(this.core + ".a", "tea", String.class)).isCompletedExceptionally();
		assertThat(this.calls).filteredOn("1 failure IllegalStateException"::equals).hasSize(4);
		assertThat(stored()).isZero();
	}

	@Test
	void goesOnWhenAnInterceptorThrowsAfter() throws Exception {
		intercept(this.first, new NatsPublishInterceptor() {

			@Override
			public void afterSuccess(OutgoingMessage message, @Nullable Object result) {
				throw new IllegalStateException("expected by the test");
			}

		});
		assertThat(this.jetStream.publish(this.subject, "tea").getSeqno()).isOne();
		assertThat(this.jetStream.publishAsync(this.subject, "tea").get(20, TimeUnit.SECONDS).getSeqno()).isEqualTo(2);
		assertThat(this.calls).filteredOn((call) -> call.startsWith("1 success")).hasSize(2);
	}

	@Test
	void sendsTheHeadersOfASpringMessage() throws Exception {
		intercept();
		PublishAck ack = this.jetStream.publish(this.subject,
				MessageBuilder.withPayload(new Order("tea", 2))
					.setHeader("Region", "eu")
					.setHeader("Count", 3)
					.setHeader("Own", "message")
					.build(),
				(options) -> options.header("Own", "options"));
		MessageInfo stored = this.management.getMessage(this.stream, ack.getSeqno());
		assertThat(stored.getHeaders().toMap()).containsEntry("Region", List.of("eu"))
			.containsEntry("Count", List.of("3"))
			.containsEntry("Own", List.of("options"))
			.doesNotContainKeys("id", "timestamp");
		assertThat(text(stored.getData())).isEqualTo("{\"sku\":\"tea\",\"quantity\":2}");
	}

	@Test
	void givesMessagesACorrelationIdUnlessTheyHaveOne() throws Exception {
		intercept(new CorrelationIdInterceptor());
		this.nats.publish(this.core + ".a", "tea");
		this.nats.publish(this.core + ".a", "milk", (options) -> options.header(NatsHeaders.CORRELATION_ID, "mine"));
		await().until(() -> this.received.size() == 2);
		assertThat(this.received).extracting((message) -> message.getHeaders().getFirst(NatsHeaders.CORRELATION_ID))
			.last()
			.isEqualTo("mine");
		assertThat(this.received.peek().getHeaders().getFirst(NatsHeaders.CORRELATION_ID)).isNotEmpty();
	}

	private static NatsPublishInterceptor before(Consumer<OutgoingMessage> before) {
		return new NatsPublishInterceptor() {

			@Override
			public void before(OutgoingMessage message) {
				before.accept(message);
			}

		};
	}

	private static String text(byte[] data) {
		return new String(data, StandardCharsets.UTF_8);
	}

	private final class Recording implements NatsPublishInterceptor {

		private final String name;

		Recording(String name) {
			this.name = name;
		}

		@Override
		public void before(OutgoingMessage message) {
			PublishInterceptorsIntegrationTests.this.calls
				.add("%s before %s %s".formatted(this.name, message.getKind(), message.getPayload()));
			assertThat(message.getConnectionName())
				.isEqualTo(PublishInterceptorsIntegrationTests.this.holder.getName());
		}

		@Override
		public void afterSuccess(OutgoingMessage message, @Nullable Object result) {
			PublishInterceptorsIntegrationTests.this.calls
				.add("%s success %s%s".formatted(this.name, result, message.isDiscarded() ? " discarded" : ""));
		}

		@Override
		public void afterFailure(OutgoingMessage message, Throwable failure) {
			PublishInterceptorsIntegrationTests.this.calls
				.add("%s failure %s".formatted(this.name, failure.getClass().getSimpleName()));
		}

	}

}
