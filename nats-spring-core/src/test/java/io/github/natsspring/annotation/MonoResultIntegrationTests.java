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
import java.util.concurrent.ConcurrentLinkedQueue;

import io.github.natsspring.support.NatsHeaders;
import io.nats.client.Message;
import io.nats.client.impl.Headers;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

import org.springframework.messaging.handler.annotation.DestinationVariable;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.SendTo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link NatsListener} methods that return a Reactor {@link Mono}.
 */
class MonoResultIntegrationTests extends AbstractResultTests {

	@Test
	void subscribesAndAcknowledgesWhenTheMonoCompletes() throws Exception {
		Work listener = start(Work.class);
		publish("a", "1");
		awaitSettled();
		assertThat(listener.done).containsExactly("1");
	}

	@Test
	void triesAgainWhenTheMonoFails() throws Exception {
		Work listener = start(Work.class);
		publish("a", "fails");
		awaitSettled();
		assertThat(listener.done).containsExactly("fails 1", "fails");
	}

	@Test
	void repliesWithTheValue() throws Exception {
		start(Prices.class);
		assertThat(text(request("price.apple", ""))).isEqualTo("{\"sku\":\"apple\",\"price\":42}");
	}

	@Test
	void repliesWithAnEmptyMessageForAnEmptyMono() throws Exception {
		start(Prices.class);
		Message reply = request("price.nothing", "");
		assertThat(reply.getData()).isEmpty();
		assertThat(reply.hasHeaders() && reply.getHeaders().containsKey("Nats-Service-Error")).isFalse();
	}

	@Test
	void answersWithAnErrorWhenTheMonoFails() throws Exception {
		start(Prices.class);
		Headers headers = request("price.broken", "").getHeaders();
		assertThat(headers.getFirst("Nats-Service-Error-Code")).isEqualTo("500");
		assertThat(headers.getFirst("Nats-Service-Error")).isEqualTo("The request failed (IllegalStateException)");
	}

	@Test
	void answersNothingForAMonoOfNothing() throws Exception {
		Prices prices = start(Prices.class);
		Message reply = this.client.request(stream() + ".audit", "x".getBytes(), Duration.ofMillis(300));
		assertThat(prices.audited).containsExactly("x");
		assertThat(reply).isNull();
	}

	@Test
	void sendsTheValueOnAndNothingForAnEmptyMono() throws Exception {
		start(Forward.class);
		publish("eu", "empty");
		publish("eu", "1");
		awaitSettled();
		assertThat(stored()).containsExactly("eu billed 1");
	}

	@Test
	void triesAgainWhatCouldNotBeSentOn() throws Exception {
		start(Forward.class);
		publish("eu", "fails");
		await().until(() -> !stored().isEmpty());
		awaitSettled();
		assertThat(stored()).containsExactly("eu billed fails");
	}

	static class Work {

		final Queue<String> done = new ConcurrentLinkedQueue<>();

		@NatsListener(stream = "${test}", consumer = "worker")
		Mono<Void> on(String payload, @Header(NatsHeaders.DELIVERY_COUNT) int delivery) {
			return Mono.delay(Duration.ofMillis(20)).flatMap((tick) -> {
				if (payload.equals("fails") && delivery == 1) {
					this.done.add(payload + " " + delivery);
					return Mono.error(new IllegalStateException("expected by the test"));
				}
				this.done.add(payload);
				return Mono.empty();
			});
		}

	}

	static class Prices {

		final Queue<String> audited = new ConcurrentLinkedQueue<>();

		@NatsListener("${test}.price.{sku}")
		Mono<Price> quote(@DestinationVariable String sku) {
			return switch (sku) {
				case "nothing" -> Mono.<Price>empty().delaySubscription(Duration.ofMillis(20));
				case "broken" -> Mono.error(new IllegalStateException("password=secret"));
				default -> Mono.just(new Price(sku, 42)).delayElement(Duration.ofMillis(20));
			};
		}

		@NatsListener("${test}.audit")
		Mono<Void> audit(String payload) {
			return Mono.fromRunnable(() -> this.audited.add(payload));
		}

	}

	static class Forward {

		@NatsListener(stream = "${test}", consumer = "worker", subjects = "${test}.in.{region}")
		@SendTo("${test}_results.{region}")
		Mono<String> on(String payload, @Header(NatsHeaders.DELIVERY_COUNT) int delivery) {
			if (payload.equals("empty")) {
				return Mono.empty();
			}
			if (payload.equals("fails") && delivery == 1) {
				return Mono.error(new IllegalStateException("expected by the test"));
			}
			return Mono.just("billed " + payload).delayElement(Duration.ofMillis(20));
		}

	}

	record Price(String sku, int price) {
	}

}
