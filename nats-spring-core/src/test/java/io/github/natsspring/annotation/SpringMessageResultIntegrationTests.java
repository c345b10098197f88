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

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import io.github.natsspring.support.NatsHeaderMapper;
import io.github.natsspring.support.NatsHeaders;
import io.nats.client.api.MessageInfo;
import io.nats.client.impl.Headers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.core.env.Environment;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.handler.annotation.SendTo;
import org.springframework.messaging.support.MessageBuilder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link NatsListener} methods that return Spring's {@code Message<T>}, whose
 * headers travel with its payload.
 */
class SpringMessageResultIntegrationTests extends AbstractResultTests {

	@ParameterizedTest
	@ValueSource(strings = { "plain", "optional", "future", "mono", "object" })
	void repliesWithThePayloadAndTheHeaders(String kind) throws Exception {
		start(Prices.class);
		io.nats.client.Message reply = request(kind + ".apple", "");
		assertThat(text(reply)).isEqualTo("{\"sku\":\"apple\"}");
		assertThat(reply.getHeaders().keySet()).containsExactlyInAnyOrder("Content-Type", "Tenant", "Priority");
		assertThat(reply.getHeaders().getFirst("Content-Type")).isEqualTo("application/json");
		assertThat(reply.getHeaders().getFirst("Tenant")).isEqualTo("blue");
		assertThat(reply.getHeaders().getFirst("Priority")).isEqualTo("3");
	}

	@Test
	void sendsThePayloadAndTheHeadersOnUnderAMessageIdOfItsOwn() throws Exception {
		start(Forward.class);
		publish("one", "x");
		awaitSettled();
		assertThat(stored()).containsExactly("one {\"sku\":\"x\"}");
		Headers headers = storedMessages().get(0).getHeaders();
		assertThat(headers.keySet()).containsExactlyInAnyOrder("Content-Type", "Tenant", "Priority", "Nats-Msg-Id",
				"Nats-Expected-Stream");
		assertThat(headers.getFirst("Nats-Expected-Stream")).isEqualTo(results());
		assertThat(headers.getFirst("Nats-Msg-Id")).endsWith(":1:forward:0");
	}

	@Test
	void sendsEachOfSeveralMessagesWithItsOwnHeaders() throws Exception {
		start(Several.class);
		publish("list", "x");
		publish("flux", "y");
		await().untilAsserted(() -> assertThat(storedMessages()).hasSize(4));
		assertThat(storedMessages())
			.extracting((message) -> new String(message.getData(), StandardCharsets.UTF_8) + " "
					+ message.getHeaders().getFirst("Number"))
			.containsExactlyInAnyOrder("x 1", "x 2", "y 1", "y 2");
	}

	@Test
	void carriesOnWhatIsCopiedFromTheReceivedMessageButWhatItToldTheServer() throws Exception {
		start(Copy.class);
		Headers headers = new Headers().put("Tenant", "blue")
			.put("Nats-Correlation-Id", "c1")
			.put("Content-Type", "text/plain")
			.put("Nats-Msg-Id", "id-of-" + stream())
			.put("Nats-Expected-Stream", stream())
			.put("nats_subject", "elsewhere");
		this.client.jetStream().publish(stream() + ".in.copy", headers, "x".getBytes());
		awaitSettled();
		assertThat(stored()).containsExactly("copy {\"sku\":\"x\"}");
		MessageInfo stored = storedMessages().get(0);
		assertThat(stored.getHeaders().keySet()).containsExactlyInAnyOrder("Tenant", "Nats-Correlation-Id",
				"Content-Type", "Nats-Msg-Id");
		assertThat(stored.getHeaders().getFirst("Content-Type")).isEqualTo("application/json");
		assertThat(stored.getHeaders().getFirst("Nats-Msg-Id")).endsWith(":1:copy:0");
		assertThat(stored.getHeaders().getFirst("Nats-Correlation-Id")).isEqualTo("c1");
	}

	@Test
	void copiesNothingIntoAReplyThatWouldTellAServerWhatToDo() throws Exception {
		start(Copy.class);
		Headers headers = new Headers().put("Tenant", "blue")
			.put("Nats-Rollup", "all")
			.put("Nats-TTL", "1s")
			.put("Content-Type", "no content type");
		io.nats.client.Message reply = this.client.request(stream() + ".copy", headers, "x".getBytes(), ANSWER);
		assertThat(text(reply)).isEqualTo("{\"sku\":\"x\"}");
		assertThat(reply.getHeaders().keySet()).containsExactlyInAnyOrder("Tenant", "Content-Type");
		assertThat(reply.getHeaders().getFirst("Content-Type")).isEqualTo("application/json");
	}

	@Test
	void asksTheHeaderMapperOfTheApplication() throws Exception {
		this.context.factory((factory) -> factory.setHeaderMapper(new PrefixMapper()));
		start(Prices.class);
		assertThat(request("plain.apple", "").getHeaders().keySet()).containsExactlyInAnyOrder("X-Tenant",
				"Content-Type");
	}

	static class Prices {

		@NatsListener("${test}.plain.*")
		Message<Price> plain() {
			return message(new Price("apple"));
		}

		@NatsListener("${test}.optional.*")
		Optional<Message<Price>> optional() {
			return Optional.of(plain());
		}

		@NatsListener("${test}.future.*")
		CompletableFuture<Message<Price>> future() {
			return CompletableFuture.supplyAsync(this::plain);
		}

		@NatsListener("${test}.mono.*")
		Mono<Message<Price>> mono() {
			return Mono.fromSupplier(this::plain).delayElement(Duration.ofMillis(5));
		}

		@NatsListener("${test}.object.*")
		Object object() {
			return plain();
		}

		static <T> Message<T> message(T payload) {
			return MessageBuilder.withPayload(payload)
				.setHeader("Tenant", "blue")
				.setHeader("Priority", 3)
				.setHeader("Cart", new Object())
				.setHeader(NatsHeaders.SUBJECT, "elsewhere")
				.setHeader(NatsHeaders.REPLY_TO, "elsewhere")
				.build();
		}

	}

	static class Forward {

		private final String results;

		Forward(Environment environment) {
			this.results = environment.getRequiredProperty("test") + "_results";
		}

		@NatsListener(id = "forward", stream = "${test}", consumer = "worker")
		@SendTo("${test}_results.one")
		Message<Price> on(String payload) {
			Message<Price> message = Prices.message(new Price(payload));
			return MessageBuilder.fromMessage(message)
				.setHeader("Nats-Expected-Stream", this.results)
				.setHeader("Nats-Msg-Id", "of the method")
				.build();
		}

	}

	static class Several {

		@NatsListener(id = "list", stream = "${test}", consumer = "list", subjects = "${test}.in.list")
		@SendTo("${test}_results.list")
		List<Message<String>> list(String payload) {
			return List.of(numbered(payload, 1), numbered(payload, 2));
		}

		@NatsListener(id = "flux", stream = "${test}", consumer = "flux", subjects = "${test}.in.flux")
		@SendTo("${test}_results.flux")
		Flux<Message<String>> flux(String payload) {
			return Flux.just(numbered(payload, 1), numbered(payload, 2));
		}

		private static Message<String> numbered(String payload, int number) {
			return MessageBuilder.withPayload(payload).setHeader("Number", number).build();
		}

	}

	static class Copy {

		@NatsListener(id = "copy", stream = "${test}", consumer = "worker")
		@SendTo("${test}_results.copy")
		Message<Price> on(Message<String> received) {
			return copy(received.getPayload(), received.getHeaders());
		}

		@NatsListener("${test}.copy")
		Message<Price> reply(byte[] payload, MessageHeaders headers) {
			return copy(new String(payload, StandardCharsets.UTF_8), headers);
		}

		private static Message<Price> copy(String payload, MessageHeaders headers) {
			return MessageBuilder.withPayload(new Price(payload)).copyHeaders(headers).build();
		}

	}

	static class PrefixMapper implements NatsHeaderMapper {

		@Override
		public void fromHeaders(MessageHeaders headers, Headers target) {
			target.put("X-Tenant", String.valueOf(headers.get("Tenant")));
		}

		@Override
		public void toHeaders(Headers source, Map<String, Object> target) {
		}

	}

	record Price(String sku) {
	}

}
