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
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.natsspring.annotation.NatsListener;
import io.github.natsspring.listener.TermMessageException;
import io.nats.client.impl.Headers;
import org.junit.jupiter.api.BeforeEach;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.messaging.handler.annotation.DestinationVariable;

/**
 * Base of the tests for listeners that take orders.
 */
abstract class AbstractOrdersListenerTests extends AbstractListenerIntegrationTests {

	@BeforeEach
	void declare() {
		this.contextRunner = this.contextRunner.withPropertyValues(declaredStream())
			.withPropertyValues("nats.listener.retry.initial-interval=20ms", "nats.listener.retry.max-interval=100ms");
	}

	ApplicationContextRunner withDeadLetters() {
		return this.contextRunner.withPropertyValues("nats.listener.dead-letter.enabled=true");
	}

	void publish(String region, String sku) throws Exception {
		this.client.jetStream()
			.publish(this.stream + "." + region, new Headers().put("Content-Type", "application/json"), json(sku));
	}

	static byte[] json(String sku) {
		return "{\"sku\":\"%s\"}".formatted(sku).getBytes(StandardCharsets.UTF_8);
	}

	record Order(String sku) {
	}

	static class Orders {

		final Queue<String> seen = new ConcurrentLinkedQueue<>();

		final Queue<String> regions = new ConcurrentLinkedQueue<>();

		final AtomicInteger runs = new AtomicInteger();

		volatile boolean repaired;

		@NatsListener(stream = "${test}", consumer = "orders", subjects = "${test}.{region}")
		void on(Order order, @DestinationVariable String region) {
			this.regions.add(region);
			this.runs.incrementAndGet();
			if (order.sku().equals("terminated")) {
				throw new TermMessageException("nobody wants it");
			}
			if (order.sku().equals("broken") && !this.repaired) {
				throw new IllegalStateException("broken");
			}
			this.seen.add(order.sku());
		}

	}

}
