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

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import io.nats.client.api.PublishAck;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for publishing with {@link JetStreamTemplate} without waiting.
 */
class JetStreamAsyncPublishIntegrationTests extends AbstractJetStreamPublishTests {

	@Test
	void publishesManyWithoutWaitingAndSetsNoMessageId() throws Exception {
		List<CompletableFuture<PublishAck>> acks = new ArrayList<>();
		for (int i = 0; i < 5000; i++) {
			acks.add(this.template.publishAsync(this.subject, new Order("book", i)));
		}
		for (int i = 0; i < acks.size(); i++) {
			assertThat(acks.get(i).get(30, TimeUnit.SECONDS).getSeqno()).isEqualTo(i + 1);
		}
		assertThat(stored()).isEqualTo(5000);
		assertThat(this.management.getMessage(this.stream, 5000).getHeaders().containsKey("Nats-Msg-Id")).isFalse();
	}

	@Test
	void boundsTheMessagesInFlight() throws Exception {
		Duration timeout = Duration.ofSeconds(1);
		JetStreamTemplate narrow = template(
				new JetStreamTemplateSettings(timeout, 3, timeout, Duration.ofMillis(50), 2, null));
		server.pause();
		List<CompletableFuture<PublishAck>> acks = new ArrayList<>();
		for (int i = 0; i < 3; i++) {
			acks.add(narrow.publishAsync(this.subject, i, (options) -> options.timeout(LONG)));
		}
		long start = System.nanoTime();
		assertThat(narrow.publishAsync(this.subject, "too many")).failsWithin(LONG)
			.withThrowableOfType(ExecutionException.class)
			.withMessageContaining("3 messages were in flight for 1000 ms");
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(timeout, timeout.multipliedBy(10));
		CompletableFuture<CompletableFuture<PublishAck>> waiting = inBackground(
				() -> narrow.publishAsync(this.subject, "waits", (options) -> options.timeout(LONG)));
		await().pollDelay(Duration.ofMillis(200)).until(() -> !waiting.isDone());
		server.resume();
		for (CompletableFuture<PublishAck> ack : acks) {
			assertThat(ack).succeedsWithin(LONG);
		}
		assertThat(waiting.get(30, TimeUnit.SECONDS)).succeedsWithin(LONG);
		assertThat(stored()).isEqualTo(4);
	}

	@Test
	void endsAsynchronousPublishesByItsOwnClockAndFreesTheirPlaces() throws Exception {
		Duration timeout = Duration.ofMillis(300);
		JetStreamTemplate narrow = template(
				new JetStreamTemplateSettings(timeout, 1, timeout, Duration.ofMillis(50), 2, null));
		server.pause();
		for (int i = 0; i < 3; i++) {
			// jnats itself ends them after 5 to 10 s
			assertThat(narrow.publishAsync(this.subject, i)).failsWithin(Duration.ofSeconds(3))
				.withThrowableOfType(ExecutionException.class)
				.withCauseInstanceOf(NatsPublishOutcomeUnknownException.class);
		}
		server.resume();
		await().untilAsserted(() -> assertThat(stored()).isEqualTo(3));
		assertThat(narrow.publishAsync(this.subject, "x", (options) -> options.timeout(LONG))).succeedsWithin(LONG);
	}

	@Test
	void completesFuturesOnThreadsOfItsOwn() throws Exception {
		server.pause();
		CountDownLatch release = new CountDownLatch(1);
		CompletableFuture<String> thread = new CompletableFuture<>();
		CompletableFuture<Long> nested = new CompletableFuture<>();
		this.template.publishAsync(this.subject, "x", (options) -> options.timeout(LONG)).thenAccept((ack) -> {
			thread.complete(Thread.currentThread().getName());
			// A callback may use the template, and may block
			nested.complete(this.template.publish(this.subject, "nested").getSeqno());
			try {
				release.await(30, TimeUnit.SECONDS);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		});
		server.resume();
		try {
			assertThat(thread.get(30, TimeUnit.SECONDS)).startsWith("nats-publish-test");
			assertThat(nested.get(30, TimeUnit.SECONDS)).isEqualTo(2);
			assertThat(this.template.publishAsync(this.subject, "y")).succeedsWithin(LONG);
		}
		finally {
			release.countDown();
		}
	}

	@Test
	void completesEverythingAlthoughAllCallbacksWaitForOtherFutures() throws Exception {
		int wide = Math.max(4, Runtime.getRuntime().availableProcessors()) * 20;
		List<CompletableFuture<Long>> chains = new ArrayList<>();
		for (int i = 0; i < wide; i++) {
			chains.add(this.template.publishAsync(this.subject, "outer")
				.thenApply((ack) -> this.template.publishAsync(this.subject, "inner").join().getSeqno()));
		}
		for (CompletableFuture<Long> chain : chains) {
			assertThat(chain).succeedsWithin(LONG);
		}
		assertThat(this.template.publishAsync(this.subject, "later")).succeedsWithin(LONG);
		assertThat(stored()).isEqualTo(2L * wide + 1);
	}

	@Test
	void waitsForCallbacksThatAreSlowerThanTheStream() throws Exception {
		Duration timeout = Duration.ofSeconds(1);
		ExecutorService one = Executors.newSingleThreadExecutor();
		JetStreamTemplate narrow = template(
				new JetStreamTemplateSettings(timeout, 10, timeout, Duration.ofMillis(50), 2, one));
		CountDownLatch release = new CountDownLatch(1);
		List<CompletableFuture<Void>> completed = new ArrayList<>();
		try {
			CompletableFuture<PublishAck> publish = narrow.publishAsync(this.subject, "x");
			while (!publish.isCompletedExceptionally() && completed.size() < 1000) {
				completed.add(publish.thenAccept((ack) -> awaitQuietly(release)));
				publish = narrow.publishAsync(this.subject, "x");
			}
			assertThat(publish).failsWithin(Duration.ZERO)
				.withThrowableOfType(ExecutionException.class)
				.withMessageContaining("the callbacks of 40 messages");
			assertThat(completed).hasSizeBetween(50, 51);
		}
		finally {
			release.countDown();
		}
		for (CompletableFuture<Void> each : completed) {
			assertThat(each).succeedsWithin(LONG);
		}
		assertThat(narrow.publishAsync(this.subject, "y")).succeedsWithin(LONG);
		one.shutdown();
	}

	@Test
	void callbacksDoNotWaitForOtherCallbacksWhenTheyPublish() throws Exception {
		Duration timeout = Duration.ofSeconds(20);
		ExecutorService one = Executors.newSingleThreadExecutor();
		JetStreamTemplate narrow = template(
				new JetStreamTemplateSettings(timeout, 2, timeout, Duration.ofMillis(50), 2, one));
		List<CompletableFuture<PublishAck>> inner = new CopyOnWriteArrayList<>();
		CompletableFuture<PublishAck> outer = narrow.publishAsync(this.subject, "outer").thenApply((ack) -> {
			for (int i = 0; i < 100; i++) {
				inner.add(narrow.publishAsync(this.subject, "inner"));
			}
			return ack;
		});
		try {
			assertThat(outer).succeedsWithin(timeout);
			for (CompletableFuture<PublishAck> publish : inner) {
				assertThat(publish).succeedsWithin(timeout);
			}
			assertThat(stored()).isEqualTo(101);
		}
		finally {
			one.shutdown();
		}
	}

	private static void awaitQuietly(CountDownLatch latch) {
		try {
			latch.await(30, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
