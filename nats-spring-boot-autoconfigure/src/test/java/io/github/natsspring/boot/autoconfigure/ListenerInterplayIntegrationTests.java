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

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.natsspring.annotation.NatsHandler;
import io.github.natsspring.annotation.NatsKeyValueListener;
import io.github.natsspring.annotation.NatsListener;
import io.github.natsspring.annotation.NatsObjectStoreListener;
import io.github.natsspring.config.NatsListenerRegistry;
import io.github.natsspring.core.NatsPublishInterceptor;
import io.github.natsspring.core.OutgoingMessage;
import io.github.natsspring.deadletter.DeadLetterOperations;
import io.github.natsspring.deadletter.DeadLetterQuery;
import io.github.natsspring.listener.ContainerStatus;
import io.github.natsspring.listener.CorrelationIdInterceptor;
import io.github.natsspring.listener.MessageContext;
import io.github.natsspring.listener.NatsMessageInterceptor;
import io.github.natsspring.support.NatsHeaders;
import io.nats.client.KeyValue;
import io.nats.client.Message;
import io.nats.client.ObjectStore;
import io.nats.client.api.ConsumerInfo;
import io.nats.client.api.KeyValueConfiguration;
import io.nats.client.api.KeyValueEntry;
import io.nats.client.api.ObjectInfo;
import io.nats.client.api.ObjectStoreConfiguration;
import io.nats.client.impl.Headers;
import io.nats.client.impl.NatsMessage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.messaging.handler.annotation.DestinationVariable;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.SendTo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What the parts of the programming model are together: interceptors, watches, handlers
 * of a class, results that come later, results that are sent on, and settings by id.
 */
class ListenerInterplayIntegrationTests extends AbstractListenerIntegrationTests {

	@Test
	void interceptorsSeeWhatWatchListenersGetAndMayDiscardIt() throws Exception {
		KeyValue values = keyValue();
		this.client.objectStoreManagement().create(ObjectStoreConfiguration.builder(this.stream).build());
		ObjectStore objects = this.client.objectStore(this.stream);
		this.contextRunner.withBean(Recorder.class).withBean(Watches.class).run((context) -> {
			assertThat(context).hasNotFailed();
			values.put("a", "1");
			values.put("drop", "2");
			values.put("fail", "3");
			values.put("b", "4");
			objects.put("object", "content".getBytes(StandardCharsets.UTF_8));
			Watches watches = context.getBean(Watches.class);
			await().until(() -> watches.seen.size() == 3);
			assertThat(watches.seen).containsExactlyInAnyOrder("a=1", "b=4", "object content");
			Recorder recorder = context.getBean(Recorder.class);
			await().untilAsserted(() -> assertThat(recorder.calls).filteredOn((call) -> call.startsWith("values"))
				.containsExactly("values before 1", "values success 1", "values return 1", "values before 2",
						"values before 3", "values failure expected by the test", "values return 3", "values before 4",
						"values success 4", "values return 4"));
			assertThat(recorder.calls).filteredOn((call) -> call.startsWith("objects"))
				.hasSize(3)
				.anyMatch((call) -> call.startsWith("objects success"));
			assertThat(context.getBean(NatsListenerRegistry.class).getStatus("values").detail()).contains("1 update");
		});
	}

	@Test
	void handlersOfAClassSendOnWhatComesLater() {
		jetStream(Orders.class, Results.class).run((context) -> {
			assertThat(context).hasNotFailed();
			for (int i = 0; i < 10; i++) {
				publish("order.%d.created".formatted(i), "n" + i);
				publish("order.%d.closed".formatted(i), "c" + i);
			}
			Results results = context.getBean(Results.class);
			await().until(() -> results.seen.size() == 20);
			// One at a time, so also in their order
			assertThat(results.seen).startsWith("0 created n0", "0 closed c0", "1 created n1").endsWith("9 closed c9");
			Orders orders = context.getBean(Orders.class);
			assertThat(orders.running).as("one at a time, until the result is there").containsOnly(1);
			assertAllSettled("orders");
		});
	}

	@Test
	void resultsOfARunThatFailedLaterAreSentOnceByTheNext() {
		jetStream(Flaky.class, Results.class).run((context) -> {
			publish("flaky.1", "a");
			Results results = context.getBean(Results.class);
			await().until(() -> results.seen.size() == 1);
			assertAllSettled("flaky");
			assertThat(context.getBean(Flaky.class).runs).hasSize(2);
			assertThat(this.management.getStreamInfo(this.stream).getStreamState().getMsgCount()).isEqualTo(2);
		});
	}

	@Test
	void interceptorsOfAResultThatComesLaterSeeItsEnd() {
		jetStream(Flaky.class, Results.class, Recorder.class).run((context) -> {
			publish("flaky.1", "a");
			Recorder recorder = context.getBean(Recorder.class);
			await().untilAsserted(() -> assertThat(recorder.calls).filteredOn((call) -> call.startsWith("flaky"))
				.containsExactly("flaky before a", "flaky return a", "flaky failure expected by the test",
						"flaky before a", "flaky return a", "flaky success a"));
			assertAllSettled("flaky");
		});
	}

	@Test
	void whatIsSentOnHasTheCorrelationIdAndPassesTheInterceptorsOfPublishing() {
		jetStream(Orders.class, Results.class, Stamp.class, CorrelationIdInterceptor.class).run((context) -> {
			Headers headers = new Headers().put(NatsHeaders.CORRELATION_ID, "c1");
			this.client.jetStream()
				.publish(NatsMessage.builder()
					.subject(this.stream + ".order.7.created")
					.headers(headers)
					.data("tea")
					.build());
			Results results = context.getBean(Results.class);
			await().until(() -> results.headers.size() == 1);
			assertThat(results.headers).containsExactly("c1 stamped");
			Message answer = this.client.request(
					NatsMessage.builder().subject("ask." + this.stream).headers(headers).data("?").build(),
					Duration.ofSeconds(5));
			assertThat(answer.getHeaders().getFirst(NatsHeaders.CORRELATION_ID)).isEqualTo("c1");
		});
	}

	@Test
	void deadLettersOfAClassGoBackToTheirHandlerAndItsResultIsSentOn() {
		jetStream(Orders.class, Results.class)
			.withPropertyValues("nats.listeners.orders.dead-letter.enabled=true",
					"nats.listeners.orders.retry.max-attempts=2")
			.run((context) -> {
				Orders orders = context.getBean(Orders.class);
				orders.broken = true;
				publish("order.1.created", "broken");
				publish("order.2.closed", "fine");
				DeadLetterOperations operations = context.getBean(DeadLetterOperations.class);
				await().until(() -> letters(operations).size() == 1);
				assertThat(letters(operations).get(0).exceptionMessage()).isEqualTo("expected by the test");
				orders.broken = false;
				assertThat(operations.redriveAll(DeadLetterQuery.ofStream(this.stream)).redriven()).isEqualTo(1);
				assertThat(letters(operations)).isEmpty();
				Results results = context.getBean(Results.class);
				await().until(() -> results.seen.size() == 2);
				assertThat(results.seen).containsExactlyInAnyOrder("2 closed fine", "1 created broken");
			});
	}

	@Test
	void settingsByIdApplyToAClassAndToAWatch() throws Exception {
		keyValue();
		jetStream(Orders.class, Flags.class)
			.withPropertyValues("nats.listeners.orders.concurrency=4", "nats.listeners.flags.auto-startup=false",
					"nats.listeners.flags.max-in-flight=7")
			.run((context) -> {
				NatsListenerRegistry registry = context.getBean(NatsListenerRegistry.class);
				Orders orders = context.getBean(Orders.class);
				orders.later = CompletableFuture.delayedExecutor(300, TimeUnit.MILLISECONDS);
				for (int i = 0; i < 4; i++) {
					publish("order.%d.created".formatted(i), "n");
				}
				await().until(() -> orders.running.contains(4));
				assertThat(registry.getStatus("flags").state()).isEqualTo(ContainerStatus.State.STOPPED);
				registry.start("flags");
				await().untilAsserted(() -> assertThat(registry.getStatus("flags").window()).isBetween(1, 7));
			});
	}

	@Test
	void refusesSettingsByIdThatAWatchHasNoUseFor() throws Exception {
		keyValue();
		for (String setting : List.of("concurrency=2", "ack-mode=none", "missing-consumer=fail", "retry.max-attempts=3",
				"dead-letter.enabled=true")) {
			jetStream(Flags.class).withPropertyValues("nats.listeners.flags." + setting).run((context) -> {
				assertThat(context).hasFailed();
				FailureAnalysis analysis = new NatsListenerFailureAnalyzer().analyze(context.getStartupFailure());
				assertThat(analysis.getDescription()).contains(Flags.class.getName() + "#on",
						"nats.listeners.flags." + setting.split("=")[0], "watches a bucket");
				assertThat(analysis.getAction()).contains("Remove the property");
			});
		}
	}

	/**
	 * Of a consumer of a stream that also holds what is for others.
	 */
	private void assertAllSettled(String consumer) {
		await().untilAsserted(() -> {
			ConsumerInfo info = info(consumer);
			assertThat(info.getNumPending()).isZero();
			assertThat(info.getNumAckPending()).isZero();
		});
	}

	private KeyValue keyValue() throws Exception {
		this.client.keyValueManagement().create(KeyValueConfiguration.builder(this.stream).build());
		return this.client.keyValue(this.stream);
	}

	private ApplicationContextRunner jetStream(Class<?>... beans) {
		ApplicationContextRunner runner = this.contextRunner.withPropertyValues(declaredStream())
			.withPropertyValues("nats.listener.retry.initial-interval=20ms", "nats.listener.retry.max-interval=100ms");
		for (Class<?> bean : beans) {
			runner = runner.withUserConfiguration(bean);
		}
		return runner;
	}

	private void publish(String subject, String text) throws Exception {
		this.client.jetStream().publish(this.stream + "." + subject, text.getBytes(StandardCharsets.UTF_8));
	}

	static class Watches {

		private final Queue<String> seen = new ConcurrentLinkedQueue<>();

		@NatsKeyValueListener(id = "values", bucket = "${test}", keys = "{key}")
		void value(@DestinationVariable String key, String value, KeyValueEntry entry) {
			if (key.equals("fail")) {
				throw new IllegalStateException("expected by the test");
			}
			this.seen.add(entry.getKey() + "=" + value);
		}

		@NatsObjectStoreListener(id = "objects", bucket = "${test}")
		void object(ObjectInfo info, InputStream content) throws IOException {
			this.seen.add(info.getObjectName() + " " + new String(content.readAllBytes(), StandardCharsets.UTF_8));
		}

	}

	static class Flags {

		@NatsKeyValueListener(id = "flags", bucket = "${test}")
		void on(String value) {
		}

	}

	static class Recorder implements NatsMessageInterceptor {

		private final Queue<String> calls = new ConcurrentLinkedQueue<>();

		@Override
		public @Nullable Message before(Message message, MessageContext context) {
			this.calls.add(context.getListenerId() + " before " + text(message));
			return message.getSubject().endsWith(".drop") ? null : message;
		}

		@Override
		public void afterSuccess(Message message, MessageContext context) {
			this.calls.add(context.getListenerId() + " success " + text(message));
		}

		@Override
		public void afterFailure(Message message, MessageContext context, Throwable failure) {
			this.calls.add(context.getListenerId() + " failure " + failure.getMessage());
		}

		@Override
		public void afterReturn(Message message, MessageContext context) {
			this.calls.add(context.getListenerId() + " return " + text(message));
		}

		private static String text(Message message) {
			return new String(message.getData(), StandardCharsets.UTF_8);
		}

	}

	static class Stamp implements NatsPublishInterceptor {

		@Override
		public void before(OutgoingMessage message) {
			message.getHeaders().put("Stamp", "stamped");
		}

	}

	@NatsListener(id = "orders", stream = "${test}", consumer = "orders")
	static class Orders {

		private final Queue<Integer> running = new ConcurrentLinkedQueue<>();

		private final AtomicInteger active = new AtomicInteger();

		private volatile Executor later = CompletableFuture.delayedExecutor(5, TimeUnit.MILLISECONDS);

		private volatile boolean broken;

		@NatsHandler("${test}.order.{id}.created")
		@SendTo("${test}.result.{id}.created")
		CompletableFuture<String> created(String order) {
			return later(order, this.broken);
		}

		@NatsHandler("${test}.order.{id}.closed")
		@SendTo("${test}.result.{id}.closed")
		CompletableFuture<String> closed(String order) {
			return later(order, false);
		}

		private CompletableFuture<String> later(String order, boolean fails) {
			this.running.add(this.active.incrementAndGet());
			return CompletableFuture.supplyAsync(() -> {
				this.active.decrementAndGet();
				if (fails) {
					throw new IllegalStateException("expected by the test");
				}
				return order;
			}, this.later);
		}

	}

	static class Flaky {

		private final Queue<String> runs = new ConcurrentLinkedQueue<>();

		@NatsListener(id = "flaky", stream = "${test}", consumer = "flaky", subjects = "${test}.flaky.{id}")
		@SendTo("${test}.result.{id}.flaky")
		CompletableFuture<String> on(String payload) {
			this.runs.add(payload);
			boolean fails = this.runs.size() == 1;
			return CompletableFuture.supplyAsync(() -> {
				if (fails) {
					throw new IllegalStateException("expected by the test");
				}
				return payload;
			}, CompletableFuture.delayedExecutor(200, TimeUnit.MILLISECONDS));
		}

	}

	static class Results {

		private final Queue<String> seen = new ConcurrentLinkedQueue<>();

		private final Queue<String> headers = new ConcurrentLinkedQueue<>();

		@NatsListener(stream = "${test}", consumer = "results", subjects = "${test}.result.{id}.{what}")
		void on(String payload, @DestinationVariable String id, @DestinationVariable String what,
				@Header(name = NatsHeaders.CORRELATION_ID, required = false) String correlationId,
				@Header(name = "Stamp", required = false) String stamp) {
			this.seen.add("%s %s %s".formatted(id, what, payload));
			this.headers.add(correlationId + " " + stamp);
		}

		@NatsListener(subjects = "ask.${test}")
		CompletableFuture<String> ask(String question) {
			return CompletableFuture.supplyAsync(() -> "!",
					CompletableFuture.delayedExecutor(10, TimeUnit.MILLISECONDS));
		}

	}

}
