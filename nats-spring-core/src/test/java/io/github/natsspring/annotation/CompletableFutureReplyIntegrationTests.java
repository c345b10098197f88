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
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

import io.nats.client.Message;
import io.nats.client.impl.Headers;
import org.junit.jupiter.api.Test;

import org.springframework.messaging.handler.annotation.DestinationVariable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link NatsListener} methods that reply with a {@link CompletableFuture}.
 */
class CompletableFutureReplyIntegrationTests extends AbstractResultTests {

	@Test
	void repliesWhenTheFutureCompletes() throws Exception {
		start(Replies.class);
		assertThat(text(request("price.apple", ""))).isEqualTo("{\"sku\":\"apple\",\"price\":42}");
	}

	@Test
	void answersWithAnErrorWhenTheFutureFails() throws Exception {
		start(Replies.class);
		Headers headers = request("price.broken", "").getHeaders();
		assertThat(headers.getFirst("Nats-Service-Error-Code")).isEqualTo("500");
		assertThat(headers.getFirst("Nats-Service-Error")).isEqualTo("The request failed (IllegalStateException)");
		assertThat(request("price.thrown", "").getHeaders().getFirst("Nats-Service-Error"))
			.isEqualTo("The request failed (UnsupportedOperationException)");
	}

	@Test
	void answersOtherRequestsWhileAFutureIsPendingAndDropsAboveTheBound() throws Exception {
		Slow listener = start(Slow.class);
		CompletableFuture<Message> first = this.client.request(stream() + ".slow", "1".getBytes());
		CompletableFuture<Message> second = this.client.request(stream() + ".slow", "2".getBytes());
		await().until(() -> listener.futures.size() == 2);
		CompletableFuture<Message> dropped = this.client.request(stream() + ".slow", "3".getBytes());
		await().during(Duration.ofMillis(200)).until(() -> listener.futures.size() == 2);
		assertThat(this.context.container("slow").getStatus().inFlight()).isEqualTo(2);
		listener.futures.forEach((future) -> future.complete("done"));
		assertThat(text(first.get(20, TimeUnit.SECONDS))).isEqualTo("done");
		assertThat(text(second.get(20, TimeUnit.SECONDS))).isEqualTo("done");
		assertThat(dropped).isNotDone();
		await().until(() -> this.context.container("slow").getStatus().inFlight() == 0);
	}

	static class Replies {

		@NatsListener("${test}.price.{sku}")
		CompletableFuture<Price> quote(@DestinationVariable String sku) {
			if (sku.equals("thrown")) {
				throw new UnsupportedOperationException("password=secret");
			}
			return later().thenApply((nothing) -> {
				if (sku.equals("broken")) {
					throw new IllegalStateException("password=secret");
				}
				return new Price(sku, 42);
			});
		}

	}

	static class Slow {

		final Queue<CompletableFuture<String>> futures = new ConcurrentLinkedQueue<>();

		@NatsListener(id = "slow", subjects = "${test}.slow", maxInFlight = "2")
		CompletableFuture<String> on(String payload) {
			CompletableFuture<String> future = new CompletableFuture<>();
			this.futures.add(future);
			return future;
		}

	}

	record Price(String sku, int price) {
	}

}
