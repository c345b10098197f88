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

import java.util.Map;

import io.github.natsspring.annotation.NatsListener;
import io.github.natsspring.core.JetStreamTemplate;
import io.github.natsspring.core.NatsPublishInterceptor;
import io.github.natsspring.core.NatsTemplate;
import io.github.natsspring.core.OutgoingMessage;
import io.github.natsspring.listener.CorrelationIdInterceptor;
import io.github.natsspring.support.NatsHeaderMapper;
import io.github.natsspring.support.NatsHeaders;
import io.nats.client.Message;
import io.nats.client.impl.Headers;
import io.nats.client.impl.NatsMessage;
import org.junit.jupiter.api.Test;

import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.support.GenericMessage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for the headers that correlation ids, interceptors of what is sent and header
 * mappers carry from message to message, on a real server.
 */
class CarriedHeadersIntegrationTests extends AbstractInterceptionTests {

	@Test
	void carriesTheCorrelationIdOfARequestToItsReply() {
		this.contextRunner.withBean(Echo.class).run((context) -> {
			NatsTemplate template = context.getBean(NatsTemplate.class);
			Message answer = template.request(this.stream + ".echo", "tea", Message.class,
					(options) -> options.header(NatsHeaders.CORRELATION_ID, "c1"));
			assertThat(answer.getHeaders().getFirst(NatsHeaders.CORRELATION_ID)).isEqualTo("c1");
			Message failure = template.request(this.stream + ".echo", "broken", Message.class,
					(options) -> options.header(NatsHeaders.CORRELATION_ID, "c2"));
			assertThat(failure.getHeaders().getFirst(NatsHeaders.CORRELATION_ID)).isEqualTo("c2");
		});
	}

	@Test
	void carriesTheCorrelationIdToWhatAListenerSends() {
		jetStream(Correlated.class, Forwarding.class, Others.class).run((context) -> {
			assertThat(context).hasNotFailed();
			Headers headers = new Headers().put(NatsHeaders.CORRELATION_ID, "c1");
			this.client.jetStream()
				.publish(NatsMessage.builder().subject(this.stream + ".forward").headers(headers).data("tea").build());
			Others others = context.getBean(Others.class);
			await().until(() -> others.seen.size() == 1);
			assertThat(others.seen).containsExactly("tea c1");
			assertThat(CorrelationIdInterceptor.currentId()).isNull();
		});
	}

	@Test
	void interceptsWhatTheTemplatesOfAllConnectionsSend() {
		jetStream(Stamping.class, Others.class)
			.withPropertyValues("nats.connections.other.servers=" + server.url(),
					"nats.connections.other.jetstream.provisioning=none")
			.run((context) -> {
				context.getBean(NatsTemplate.class).publish(this.stream + ".other", "a");
				context.getBean(JetStreamTemplate.class).publish(this.stream + ".other", "b");
				context.getBean("nats.connections.other.template", NatsTemplate.class)
					.publish(this.stream + ".other", "c");
				Others others = context.getBean(Others.class);
				await().until(() -> others.seen.size() == 3);
				assertThat(others.seen).containsExactlyInAnyOrder("a default", "b default", "c other");
			});
	}

	@Test
	void mapsHeadersByABean() {
		jetStream(Mapping.class, Others.class).run((context) -> {
			this.client.jetStream()
				.publish(NatsMessage.builder()
					.subject(this.stream + ".other")
					.headers(new Headers().put("X-Nats-Correlation-Id", "mapped"))
					.data("tea")
					.build());
			Others others = context.getBean(Others.class);
			await().until(() -> others.seen.size() == 1);
			assertThat(others.seen).containsExactly("tea mapped");
			context.getBean(JetStreamTemplate.class)
				.publish(this.stream + ".other",
						new GenericMessage<>("milk", Map.of(NatsHeaders.CORRELATION_ID, "sent")));
			await().until(() -> others.seen.size() == 2);
			assertThat(others.seen).last().isEqualTo("milk sent");
		});
	}

	static class Forwarding {

		private final JetStreamTemplate template;

		Forwarding(JetStreamTemplate template) {
			this.template = template;
		}

		@NatsListener(stream = "${test}", consumer = "forward", subjects = "${test}.forward")
		void on(String payload, @Header(NatsHeaders.SUBJECT) String subject) {
			this.template.publish(subject.replace(".forward", ".other"), payload);
		}

	}

	static class Correlated extends CorrelationIdInterceptor {

	}

	static class Stamping implements NatsPublishInterceptor {

		@Override
		public void before(OutgoingMessage message) {
			message.getHeaders().put(NatsHeaders.CORRELATION_ID, message.getConnectionName());
		}

	}

	static class Mapping implements NatsHeaderMapper {

		@Override
		public void fromHeaders(MessageHeaders headers, Headers target) {
			target.put("X-" + NatsHeaders.CORRELATION_ID, String.valueOf(headers.get(NatsHeaders.CORRELATION_ID)));
		}

		@Override
		public void toHeaders(Headers source, Map<String, Object> target) {
			source.forEach((name, values) -> target.put(name.replace("X-", ""), values.get(0)));
		}

	}

}
