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
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.messaging.handler.annotation.Header;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link NatsListener} methods that return nothing: {@code void} or
 * {@code Void}.
 */
class VoidResultIntegrationTests extends AbstractResultTests {

	@ParameterizedTest
	@ValueSource(classes = { Work.class, BoxedWork.class })
	void acknowledgesWhenTheMethodReturns(Class<? extends AbstractWork> type) throws Exception {
		AbstractWork listener = start(type);
		publish("a", "1");
		publish("a", "2");
		awaitSettled();
		assertThat(listener.seen).containsExactly("1 1", "2 1");
	}

	@ParameterizedTest
	@ValueSource(classes = { Work.class, BoxedWork.class })
	void triesAgainWhenTheMethodThrows(Class<? extends AbstractWork> type) throws Exception {
		AbstractWork listener = start(type);
		publish("a", "fails");
		awaitSettled();
		assertThat(listener.seen).containsExactly("fails 1", "fails 2");
	}

	@Test
	void answersNobodyOnCoreNatsNotEvenAFailure() throws Exception {
		Core listener = start(Core.class);
		for (String token : new String[] { "void", "Void" }) {
			Message reply = this.client.request(stream() + "." + token, "x".getBytes(), Duration.ofMillis(300));
			assertThat(reply).isNull();
		}
		assertThat(listener.seen).containsExactly("void x", "Void x");
	}

	abstract static class AbstractWork {

		final Queue<String> seen = new ConcurrentLinkedQueue<>();

		void see(String payload, int delivery) {
			this.seen.add(payload + " " + delivery);
			if (payload.equals("fails") && delivery == 1) {
				throw new IllegalStateException("expected by the test");
			}
		}

	}

	static class Work extends AbstractWork {

		@NatsListener(stream = "${test}", consumer = "worker")
		void on(String payload, @Header(NatsHeaders.DELIVERY_COUNT) int delivery) {
			see(payload, delivery);
		}

	}

	static class BoxedWork extends AbstractWork {

		@NatsListener(stream = "${test}", consumer = "worker")
		@Nullable Void on(String payload, @Header(NatsHeaders.DELIVERY_COUNT) int delivery) {
			see(payload, delivery);
			return null;
		}

	}

	static class Core {

		final Queue<String> seen = new ConcurrentLinkedQueue<>();

		@NatsListener("${test}.void")
		void on(String payload) {
			this.seen.add("void " + payload);
			throw new IllegalStateException("expected by the test");
		}

		@NatsListener("${test}.Void")
		@Nullable Void onObject(String payload) {
			this.seen.add("Void " + payload);
			return null;
		}

	}

}
