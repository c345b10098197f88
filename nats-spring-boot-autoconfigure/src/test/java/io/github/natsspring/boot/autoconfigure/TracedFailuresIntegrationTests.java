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
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

import io.github.natsspring.annotation.NatsListener;
import io.github.natsspring.core.JetStreamTemplate;
import io.github.natsspring.core.NatsRemoteException;
import io.github.natsspring.core.NatsTemplate;
import io.github.natsspring.deadletter.DeadLetterOperations;
import io.github.natsspring.deadletter.DeadLetterQuery;
import io.github.natsspring.listener.Decision;
import io.github.natsspring.listener.FailedRun;
import io.github.natsspring.listener.NatsErrorHandler;
import io.micrometer.tracing.Span;
import io.nats.client.JetStreamManagement;
import io.nats.client.impl.Headers;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for the traces of what fails: dead letters and their redrive, and errors as
 * answers.
 */
class TracedFailuresIntegrationTests extends AbstractTracingTests {

	private final Tracers tracers = Tracers.openTelemetry();

	private ApplicationContextRunner failing() {
		return traced(this.tracers).withPropertyValues("nats.listener.retry.max-attempts=1",
				"nats.listener.dead-letter.enabled=true");
	}

	@ParameterizedTest
	@ValueSource(classes = { Failing.class, FailingLater.class, FailingBatch.class, FailingInOrder.class })
	void storesADeadLetterInTheTraceOfTheRunThatFailed(Class<?> listener) {
		failing().withBean(listener).run((context) -> {
			context.getBean(JetStreamTemplate.class).publish("orders.1", "tea");
			await().until(() -> this.tracers.all("publish ORDERS_DLQ").size() == 1);
			Tracers.Seen run = this.tracers.named("process ORDERS");
			assertThat(run.failed()).isTrue();
			Tracers.Seen letter = this.tracers.named("publish ORDERS_DLQ");
			assertThat(letter.traceId()).isEqualTo(run.traceId());
			assertThat(letter.parentId()).isEqualTo(run.spanId());
			assertThat(letter.kind()).isEqualTo("PRODUCER");
			assertThat(letter.failed()).isFalse();
			assertThat(letter.tags()).containsEntry("messaging.nats.stream", "ORDERS_DLQ")
				.containsEntry("messaging.operation.name", "publish")
				.containsEntry("nats.connection", "default")
				.hasEntrySatisfying("messaging.destination.name", (subject) -> assertThat(subject).startsWith("dlq."))
				.hasEntrySatisfying("messaging.message.id", (id) -> assertThat(id).startsWith("ORDERS:"));
			assertThat(letterHeaders(context.getBean(JetStreamManagement.class)).getFirst("traceparent"))
				.startsWith("00-%s-%s-".formatted(letter.traceId(), letter.spanId()));
		});
	}

	@Test
	void redrivesADeadLetterInItsTrace() {
		failing().withBean(Failing.class).run((context) -> {
			context.getBean(JetStreamTemplate.class).publish("orders.1", "tea");
			await().until(() -> this.tracers.all("publish ORDERS_DLQ").size() == 1);
			context.getBean(Failing.class).repaired = true;
			assertThat(context.getBean(DeadLetterOperations.class)
				.redriveAll(DeadLetterQuery.ofStream("ORDERS"))
				.redriven()).isOne();
			await().until(() -> this.tracers.all("process ORDERS").size() == 2);
			Tracers.Seen redriven = this.tracers.all("process ORDERS").get(1);
			assertThat(redriven.failed()).isFalse();
			assertThat(redriven.parentId()).isEqualTo(this.tracers.named("publish ORDERS_DLQ").spanId());
			assertThat(this.tracers.spans().get()).hasSize(4)
				.extracting(Tracers.Seen::traceId)
				.containsOnly(redriven.traceId());
		});
	}

	@Test
	void linksTheRedriveToABatchListenerToItsDeadLetter() {
		failing().withBean(FailingBatch.class).run((context) -> {
			context.getBean(JetStreamTemplate.class).publish("orders.1", "tea");
			await().until(() -> this.tracers.all("publish ORDERS_DLQ").size() == 1);
			assertThat(
					context.getBean(DeadLetterOperations.class).redriveAll(DeadLetterQuery.ofStream("ORDERS")).failed())
				.hasSize(1);
			await().until(() -> this.tracers.all("process ORDERS").size() == 2);
			assertThat(this.tracers.all("process ORDERS").get(1).links())
				.containsExactly(this.tracers.named("publish ORDERS_DLQ").spanId());
		});
	}

	@Test
	void leavesTheTraceOfTheMessageToADeadLetterOfARunThatNobodyObserves() {
		failing().withPropertyValues("nats.listeners.failing.observation-enabled=false")
			.withBean(Failing.class)
			.run((context) -> {
				context.getBean(JetStreamTemplate.class).publish("orders.1", "tea");
				JetStreamManagement management = context.getBean(JetStreamManagement.class);
				await().until(() -> !context.getBean(DeadLetterOperations.class)
					.list(DeadLetterQuery.ofStream("ORDERS"))
					.isEmpty());
				Tracers.Seen published = this.tracers.named("publish ORDERS");
				assertThat(letterHeaders(management).getFirst("traceparent"))
					.startsWith("00-%s-%s-".formatted(published.traceId(), published.spanId()));
				assertThat(this.tracers.spans().get()).hasSize(1);
			});
	}

	@ParameterizedTest
	@ValueSource(classes = { Failing.class, FailingLater.class, FailingBatch.class })
	void asksTheErrorHandlerInTheTraceOfTheRunThatFailed(Class<?> listener) {
		failing().withBean(listener).withBean(Asked.class, () -> new Asked(this.tracers)).run((context) -> {
			context.getBean(JetStreamTemplate.class).publish("orders.1", "tea");
			Asked asked = context.getBean(Asked.class);
			await().until(() -> asked.within.size() == 1);
			await().until(() -> this.tracers.all("process ORDERS").size() == 1);
			assertThat(asked.within).containsExactly(this.tracers.named("process ORDERS").spanId());
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "now", "later" })
	void answersWithAnErrorInTheTraceOfTheRequest(String when) {
		traced(this.tracers).withBean(Refusing.class).run((context) -> {
			assertThatExceptionOfType(NatsRemoteException.class).isThrownBy(
					() -> context.getBean(NatsTemplate.class).request("refuse." + when + ".1", "?", String.class));
			await().until(() -> this.tracers.spans().get().size() == 3);
			Tracers.Seen request = this.tracers.named("request");
			Tracers.Seen run = this.tracers.named("process refuse.%s.{id}".formatted(when));
			Tracers.Seen reply = this.tracers.named("reply");
			assertThat(request.failed()).isTrue();
			assertThat(run.failed()).isTrue();
			assertThat(reply.failed()).isFalse();
			assertThat(run.parentId()).isEqualTo(request.spanId());
			assertThat(reply.parentId()).isEqualTo(run.spanId());
		});
	}

	private static Headers letterHeaders(JetStreamManagement management) throws Exception {
		return Objects.requireNonNull(management.getMessage("ORDERS_DLQ", 1).getHeaders());
	}

	static class Failing {

		volatile boolean repaired;

		@NatsListener(id = "failing", stream = "ORDERS", consumer = "failing", subjects = "orders.>")
		void on(String item) {
			if (!this.repaired) {
				throw new IllegalStateException("broken");
			}
		}

	}

	static class FailingLater {

		@NatsListener(id = "failing", stream = "ORDERS", consumer = "failing", subjects = "orders.>")
		CompletableFuture<Void> on(String item) {
			Executor later = CompletableFuture.delayedExecutor(20, TimeUnit.MILLISECONDS);
			return CompletableFuture.runAsync(() -> {
				throw new IllegalStateException("broken");
			}, later);
		}

	}

	static class FailingBatch {

		@NatsListener(id = "failing", stream = "ORDERS", consumer = "failing", subjects = "orders.>", batchSize = "2",
				batchTimeout = "20ms")
		void on(List<String> items) {
			throw new IllegalStateException("broken");
		}

	}

	static class FailingInOrder {

		@NatsListener(id = "failing", stream = "ORDERS", subjects = "orders.>", ordered = true)
		void on(String item) {
			throw new IllegalStateException("broken");
		}

	}

	static class Refusing {

		@NatsListener(id = "now", subjects = "refuse.now.{id}")
		String now(String question) {
			throw new IllegalStateException("refused");
		}

		@NatsListener(id = "later", subjects = "refuse.later.{id}")
		CompletableFuture<String> later(String question) {
			Executor later = CompletableFuture.delayedExecutor(20, TimeUnit.MILLISECONDS);
			return CompletableFuture.supplyAsync(() -> now(question), later);
		}

	}

	static class Asked implements NatsErrorHandler {

		final List<String> within = new CopyOnWriteArrayList<>();

		private final Tracers tracers;

		Asked(Tracers tracers) {
			this.tracers = tracers;
		}

		@Override
		public @Nullable Decision handle(FailedRun failure) {
			Span current = this.tracers.tracer().currentSpan();
			this.within.add((current != null) ? current.context().spanId() : "none");
			return null;
		}

	}

}
