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
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.github.natsspring.support.NatsHeaders;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.SendTo;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link NatsListener} methods that return a Reactor {@link Flux}.
 */
class FluxResultIntegrationTests extends AbstractResultTests {

	@Test
	void acknowledgesWhenTheFluxCompletes() throws Exception {
		Work listener = start(Work.class);
		publish("a", "1");
		awaitSettled();
		assertThat(listener.ticks).hasValue(3);
	}

	@Test
	void repliesWithAllValuesAsOneList() throws Exception {
		start(Prices.class);
		assertThat(text(request("prices", ""))).isEqualTo("[{\"sku\":\"apple\"},{\"sku\":\"pear\"}]");
		assertThat(text(request("none", ""))).isEqualTo("[]");
	}

	@Test
	void sendsEachValueOnInOrderAndAcknowledgesWhenAllAreStored() throws Exception {
		start(Forward.class);
		publish("a", "x");
		awaitSettled();
		assertThat(stored()).containsExactlyElementsOf(IntStream.range(0, 300).mapToObj((i) -> "out x" + i).toList());
	}

	@Test
	void storesNothingTwiceWhenTheFluxFailsAndIsRunAgain() throws Exception {
		Forward listener = start(Forward.class);
		publish("a", "fails");
		awaitSettled();
		assertThat(listener.deliveries).containsExactly(1, 2);
		assertThat(stored())
			.containsExactlyElementsOf(IntStream.range(0, 300).mapToObj((i) -> "out fails" + i).toList());
	}

	static class Work {

		final AtomicInteger ticks = new AtomicInteger();

		@NatsListener(stream = "${test}", consumer = "worker")
		Flux<?> on(String payload) {
			return Flux.interval(Duration.ofMillis(10)).take(3).doOnNext((tick) -> this.ticks.incrementAndGet());
		}

	}

	static class Prices {

		@NatsListener("${test}.prices")
		Flux<Price> all() {
			return Flux.just(new Price("apple"), new Price("pear")).delayElements(Duration.ofMillis(10));
		}

		@NatsListener("${test}.none")
		Flux<Price> none() {
			return Flux.fromIterable(List.of());
		}

	}

	static class Forward {

		final Queue<Integer> deliveries = new ConcurrentLinkedQueue<>();

		@NatsListener(stream = "${test}", consumer = "worker")
		@SendTo("${test}_results.out")
		Flux<String> on(String payload, @Header(NatsHeaders.DELIVERY_COUNT) int delivery) {
			this.deliveries.add(delivery);
			Flux<String> values = Flux.range(0, 300).map((i) -> payload + i);
			return (payload.equals("fails") && delivery == 1)
					? values.take(200).concatWith(Flux.error(new IllegalStateException("expected by the test")))
					: values;
		}

	}

	record Price(String sku) {
	}

}
