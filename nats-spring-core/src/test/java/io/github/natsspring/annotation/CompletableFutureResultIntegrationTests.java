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

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.natsspring.listener.Acknowledgment;
import io.github.natsspring.listener.NakMessageException;
import io.github.natsspring.support.NatsHeaders;
import io.nats.client.api.ConsumerConfiguration;
import org.junit.jupiter.api.Test;

import org.springframework.messaging.handler.annotation.DestinationVariable;
import org.springframework.messaging.handler.annotation.Header;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link NatsListener} methods that return a {@link CompletableFuture} or
 * another {@link CompletionStage}.
 */
class CompletableFutureResultIntegrationTests extends AbstractResultTests {

	@Test
	void acknowledgesWhenTheFutureCompletesAndRunsOneAtATime() throws Exception {
		OneByOne listener = start(OneByOne.class);
		publish("a", "1");
		publish("a", "2");
		await().until(() -> listener.futures.size() == 1);
		await().during(Duration.ofMillis(200)).until(() -> listener.futures.size() == 1);
		assertThat(consumer().getAckFloor().getStreamSequence()).isZero();
		listener.futures.remove().complete(null);
		await().until(() -> consumer().getAckFloor().getStreamSequence() == 1);
		await().until(() -> listener.futures.size() == 1);
		listener.futures.remove().complete(null);
		awaitSettled();
	}

	@Test
	void triesAgainWhenTheFutureFails() throws Exception {
		Failing listener = start(Failing.class);
		publish("a", "fails twice");
		awaitSettled();
		assertThat(listener.deliveries).containsExactly(1, 2, 3);
	}

	@Test
	void triesAgainWhenTheFutureIsCancelled() throws Exception {
		OneByOne listener = start(OneByOne.class);
		publish("a", "1");
		await().until(() -> listener.futures.size() == 1);
		listener.futures.remove().cancel(true);
		await().until(() -> listener.futures.size() == 1);
		listener.futures.remove().complete(null);
		awaitSettled();
	}

	@Test
	void settlesByAnExceptionInTheFuture() throws Exception {
		Settling listener = start(Settling.class);
		publish("a", "x");
		awaitSettled();
		assertThat(listener.deliveries).containsExactly(1, 2);
		// Not a failed attempt, so it comes when it was asked for
		assertThat(listener.naked.get()).isOne();
	}

	@Test
	void extendsTheAckWaitOfWhatIsPendingAndHandlesItOnce() throws Exception {
		this.management.createConsumer(stream(),
				ConsumerConfiguration.builder().durable("worker").ackWait(Duration.ofSeconds(1)).build());
		OneByOne listener = start(OneByOne.class);
		publish("a", "1");
		await().until(() -> listener.futures.size() == 1);
		await().during(Duration.ofSeconds(3)).atMost(Duration.ofSeconds(15)).until(() -> listener.futures.size() == 1);
		listener.futures.remove().complete(null);
		awaitSettled();
		assertThat(listener.futures).isEmpty();
		assertThat(consumer().getDelivered().getConsumerSequence()).isOne();
	}

	@Test
	void runsAsManyAtOnceAsTheConcurrencySays() throws Exception {
		Concurrent listener = start(Concurrent.class);
		for (int i = 0; i < 30; i++) {
			publish("a", "m" + i);
		}
		awaitSettled();
		assertThat(listener.most).hasValue(3);
		assertThat(listener.done).hasValue(30);
	}

	@Test
	void keepsTheOrderOfEachKey() throws Exception {
		Keyed listener = start(Keyed.class);
		for (int i = 0; i < 60; i++) {
			publish("k" + i % 3, String.valueOf(i));
		}
		awaitSettled();
		for (int key = 0; key < 3; key++) {
			int remainder = key;
			assertThat(listener.done.stream().filter((number) -> number % 3 == remainder)).hasSize(20).isSorted();
		}
	}

	@Test
	void leavesTheSettlementToTheAcknowledgmentInManualMode() throws Exception {
		Manual listener = start(Manual.class);
		publish("a", "1");
		await().until(() -> listener.acknowledgments.size() == 1);
		await().during(Duration.ofMillis(300)).until(() -> consumer().getNumAckPending() == 1);
		listener.acknowledgments.remove().ack();
		awaitSettled();
	}

	@Test
	void waitsForWhatIsPendingWhenItStops() throws Exception {
		OneByOne listener = start(OneByOne.class);
		publish("a", "1");
		await().until(() -> listener.futures.size() == 1);
		CompletableFuture.delayedExecutor(300, TimeUnit.MILLISECONDS)
			.execute(() -> listener.futures.remove().complete(null));
		this.context.container("worker").stop();
		assertThat(listener.futures).isEmpty();
		awaitSettled();
	}

	@Test
	void givesUpWaitingAfterTheShutdownTimeout() throws Exception {
		this.context.factory((factory) -> factory.setShutdownTimeout(Duration.ofMillis(300)));
		OneByOne listener = start(OneByOne.class);
		publish("a", "1");
		await().until(() -> listener.futures.size() == 1);
		long began = System.nanoTime();
		this.context.container("worker").stop();
		assertThat(Duration.ofNanos(System.nanoTime() - began)).isBetween(Duration.ofMillis(250),
				Duration.ofSeconds(15));
		assertThat(consumer().getNumAckPending()).isOne();
	}

	@Test
	void treatsAFutureThatNeverCompletesAsAHandlerThatHangs() throws Exception {
		this.context.factory((factory) -> factory.setAckExtension(true, Duration.ofMillis(500)));
		this.management.createConsumer(stream(),
				ConsumerConfiguration.builder().durable("worker").ackWait(Duration.ofSeconds(1)).build());
		Concurrent listener = start(Concurrent.class);
		publish("a", "never");
		publish("a", "never");
		publish("a", "never");
		// All places are taken until those who hang are given up
		publish("a", "m1");
		await().atMost(Duration.ofSeconds(20)).until(() -> listener.done.get() == 1);
	}

	@Test
	void waitsForTheFutureOfABatchAndAcknowledgesAll() throws Exception {
		Batches listener = start(Batches.class);
		for (int i = 0; i < 10; i++) {
			publish("a", "m" + i);
		}
		await().until(() -> listener.futures.size() == 1);
		assertThat(consumer().getAckFloor().getStreamSequence()).isZero();
		listener.complete = true;
		listener.futures.remove().complete(null);
		awaitSettled();
	}

	@Test
	void runsABatchAgainOneByOneWhenItsFutureFails() throws Exception {
		Poisoned listener = start(Poisoned.class);
		for (int i = 0; i < 5; i++) {
			publish("a", (i == 3) ? "poison" : "m" + i);
		}
		awaitSettled();
		assertThat(listener.handled).contains("m0", "m1", "m2", "m4", "poison");
		assertThat(listener.poisoned.get()).isGreaterThanOrEqualTo(2);
	}

	static class OneByOne {

		final Queue<CompletableFuture<Void>> futures = new ConcurrentLinkedQueue<>();

		@NatsListener(id = "worker", stream = "${test}", consumer = "worker")
		CompletableFuture<Void> on(String payload) {
			CompletableFuture<Void> future = new CompletableFuture<>();
			this.futures.add(future);
			return future;
		}

	}

	static class Failing {

		final Queue<Integer> deliveries = new ConcurrentLinkedQueue<>();

		@NatsListener(stream = "${test}", consumer = "worker")
		CompletionStage<Void> on(String payload, @Header(NatsHeaders.DELIVERY_COUNT) int delivery) {
			this.deliveries.add(delivery);
			return later().thenRun(() -> {
				if (delivery < 3) {
					throw new IllegalStateException("expected by the test");
				}
			});
		}

	}

	static class Settling {

		final Queue<Integer> deliveries = new ConcurrentLinkedQueue<>();

		final AtomicInteger naked = new AtomicInteger();

		@NatsListener(stream = "${test}", consumer = "worker")
		CompletableFuture<Void> on(String payload, @Header(NatsHeaders.DELIVERY_COUNT) int delivery) {
			this.deliveries.add(delivery);
			return later().thenRun(() -> {
				if (delivery == 1) {
					this.naked.incrementAndGet();
					throw new CompletionException(new NakMessageException(Duration.ofMillis(100)));
				}
			});
		}

	}

	static class Concurrent {

		final AtomicInteger running = new AtomicInteger();

		final AtomicInteger most = new AtomicInteger();

		final AtomicInteger done = new AtomicInteger();

		@NatsListener(stream = "${test}", consumer = "worker", concurrency = "3")
		CompletableFuture<?> on(String payload) {
			this.most.accumulateAndGet(this.running.incrementAndGet(), Math::max);
			if (payload.equals("never")) {
				return new CompletableFuture<>();
			}
			return later().thenRun(() -> {
				this.running.decrementAndGet();
				this.done.incrementAndGet();
			});
		}

	}

	static class Keyed {

		final Queue<Integer> done = new ConcurrentLinkedQueue<>();

		private final AtomicInteger failed = new AtomicInteger();

		@NatsListener(stream = "${test}", consumer = "worker", subjects = "${test}.in.{key}", orderingKey = "{key}",
				concurrency = "3")
		CompletableFuture<Void> on(int payload, @DestinationVariable String key) {
			return later().thenRun(() -> {
				if (payload == 12 && this.failed.getAndIncrement() == 0) {
					throw new IllegalStateException("expected by the test");
				}
				this.done.add(payload);
			});
		}

	}

	static class Manual {

		final Queue<Acknowledgment> acknowledgments = new ConcurrentLinkedQueue<>();

		@NatsListener(stream = "${test}", consumer = "worker", ackMode = "manual")
		CompletableFuture<Void> on(String payload, Acknowledgment acknowledgment) {
			return later().thenRun(() -> this.acknowledgments.add(acknowledgment));
		}

	}

	static class Batches {

		final Queue<CompletableFuture<Void>> futures = new ConcurrentLinkedQueue<>();

		volatile boolean complete;

		@NatsListener(stream = "${test}", consumer = "worker", batchSize = "5")
		CompletableFuture<Void> on(List<String> payloads) {
			CompletableFuture<Void> future = new CompletableFuture<>();
			if (this.complete) {
				future.complete(null);
			}
			else {
				this.futures.add(future);
			}
			return future;
		}

	}

	static class Poisoned {

		final Queue<String> handled = new ConcurrentLinkedQueue<>();

		final AtomicInteger poisoned = new AtomicInteger();

		@NatsListener(stream = "${test}", consumer = "worker", batchSize = "5", batchTimeout = "500ms")
		CompletionStage<Void> on(List<String> payloads) {
			return later().thenRun(() -> {
				if (payloads.contains("poison") && this.poisoned.incrementAndGet() < 3) {
					throw new IllegalStateException("expected by the test");
				}
				this.handled.addAll(payloads);
			});
		}

	}

}
