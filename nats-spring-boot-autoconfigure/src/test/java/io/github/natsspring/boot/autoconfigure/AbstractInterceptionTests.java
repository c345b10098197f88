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

import io.github.natsspring.annotation.NatsListener;
import io.nats.client.Message;
import io.nats.client.impl.NatsJetStreamMetaData;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.messaging.handler.annotation.Header;

/**
 * Base of the tests for what stands between listeners and their messages.
 */
abstract class AbstractInterceptionTests extends AbstractListenerIntegrationTests {

	ApplicationContextRunner jetStream(Class<?> configuration, Class<?>... listeners) {
		ApplicationContextRunner runner = this.contextRunner.withPropertyValues(declaredStream())
			.withPropertyValues("nats.listener.retry.initial-interval=20ms", "nats.listener.retry.max-interval=100ms")
			.withUserConfiguration(configuration);
		for (Class<?> listener : listeners) {
			runner = runner.withUserConfiguration(listener);
		}
		return runner;
	}

	void publish(String subject, String text) throws Exception {
		this.client.jetStream().publish(this.stream + "." + subject, text.getBytes(StandardCharsets.UTF_8));
	}

	static String text(Message message) {
		return new String(message.getData(), StandardCharsets.UTF_8);
	}

	static class Works {

		final Queue<String> seen = new ConcurrentLinkedQueue<>();

		@NatsListener(id = "work", stream = "${test}", consumer = "work", subjects = "${test}.work")
		void on(String payload, NatsJetStreamMetaData metaData) {
			this.seen.add(payload + " " + metaData.streamSequence());
		}

	}

	static class Others {

		final Queue<String> seen = new ConcurrentLinkedQueue<>();

		@NatsListener(id = "other", stream = "${test}", consumer = "other", subjects = "${test}.other")
		void on(String payload, @Header(name = "Nats-Correlation-Id", required = false) String correlationId) {
			this.seen.add(payload + " " + correlationId);
		}

	}

	static class Echo {

		@NatsListener(id = "echo", subjects = "${test}.echo")
		String on(String payload) {
			if (payload.equals("broken")) {
				throw new IllegalStateException("expected by the test");
			}
			return payload;
		}

	}

}
