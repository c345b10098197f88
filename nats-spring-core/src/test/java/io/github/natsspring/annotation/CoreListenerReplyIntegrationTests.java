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
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.Options.SubjectValidationType;
import io.nats.client.impl.Headers;
import net.bytebuddy.ByteBuddy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.messaging.handler.annotation.DestinationVariable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what {@link NatsListener} methods on core NATS reply.
 */
class CoreListenerReplyIntegrationTests extends AbstractCoreListenerTests {

	@Test
	void repliesWithTheReturnValue() throws Exception {
		try (ListenerContext context = new ListenerContext(server.url()).bean("prices", Prices.class).start()) {
			Message reply = request(context.unique() + ".price.apple", "");
			assertThat(text(reply)).isEqualTo("{\"sku\":\"apple\",\"price\":42}");
			assertThat(reply.getHeaders().getFirst("Content-Type")).isEqualTo("application/json");
		}
	}

	@Test
	void repliesWithAnEmptyMessageForNull() throws Exception {
		try (ListenerContext context = new ListenerContext(server.url()).bean("prices", Prices.class).start()) {
			Message reply = request(context.unique() + ".price.nothing", "");
			assertThat(reply.getData()).isEmpty();
			assertThat(reply.getHeaders()).satisfiesAnyOf((headers) -> assertThat(headers).isNull(),
					(headers) -> assertThat(headers.containsKey("Nats-Service-Error")).isFalse());
		}
	}

	@Test
	void answersWithAnErrorThatTellsNoInternals() throws Exception {
		try (ListenerContext context = new ListenerContext(server.url()).bean("prices", Prices.class).start()) {
			Headers headers = request(context.unique() + ".price.broken", "").getHeaders();
			assertThat(headers.getFirst("Nats-Service-Error-Code")).isEqualTo("500");
			assertThat(headers.getFirst("Nats-Service-Error")).isEqualTo("The request failed (IllegalStateException)");
			assertThat(request(context.unique() + ".price.error", "").getHeaders().getFirst("Nats-Service-Error"))
				.isEqualTo("The request failed (AssertionError)");
			assertThat(text(request(context.unique() + ".price.apple", ""))).contains("42");
		}
	}

	@Test
	void answersWithAnErrorWhateverTheLettersOfItsName() throws Exception {
		try (ListenerContext context = new ListenerContext(server.url()).bean("orders", Umlauts.class).start()) {
			Headers headers = request(context.unique() + ".umlauts", "").getHeaders();
			assertThat(headers.getFirst("Nats-Service-Error-Code")).isEqualTo("500");
			assertThat(headers.getFirst("Nats-Service-Error"))
				.isEqualTo("The request failed (Ung\\u00fcltig\\u8ba2Exception)");
		}
	}

	@Test
	void answersAnUnreadableRequestWithABadRequest() throws Exception {
		try (ListenerContext context = new ListenerContext(server.url()).bean("prices", Prices.class).start()) {
			Headers headers = request(context.unique() + ".order", "{not json").getHeaders();
			assertThat(headers.getFirst("Nats-Service-Error-Code")).isEqualTo("400");
			assertThat(headers.getFirst("Nats-Service-Error")).doesNotContain("not json");
			assertThat(text(request(context.unique() + ".order", "{\"sku\":\"pear\",\"price\":7}"))).contains("pear");
		}
	}

	@Test
	void answersAlsoFromAThreadThatTheMethodLeavesInterrupted() throws Exception {
		try (ListenerContext context = new ListenerContext(server.url()).bean("interrupted", Interrupted.class)
			.start()) {
			for (int i = 0; i < 3; i++) {
				assertThat(text(request(context.unique() + ".interrupted.returns", ""))).isEqualTo("was false");
				assertThat(request(context.unique() + ".interrupted.throws", "").getHeaders()
					.getFirst("Nats-Service-Error-Code")).isEqualTo("500");
				assertThat(text(request(context.unique() + ".interrupted.again", ""))).isEqualTo("was false");
			}
		}
	}

	@Test
	void answersNothingForAMethodThatReturnsNothing() throws Exception {
		try (ListenerContext context = new ListenerContext(server.url()).bean("audit", Audit.class).start()) {
			// Whoever publishes to a stream waits for the stream's answer on the reply-to
			Message reply = this.client.request(context.unique() + ".audit", null, Duration.ofMillis(300));
			assertThat(context.get(Audit.class).seen).hasSize(1);
			assertThat(reply).isNull();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "$JS.API.STREAM.DELETE.VICTIM", "$JS.ACK.VICTIM.c.1.1.1.1.0", "$KV.victim.key",
			"$SYS.REQ.SERVER.PING", "victim.*", "victim.>" })
	void doesNotAnswerAtASubjectThatOnlyTheApplicationMayUse(String replyTo) throws Exception {
		Queue<String> answers = new ConcurrentLinkedQueue<>();
		this.client.createDispatcher((message) -> answers.add(message.getSubject()))
			.subscribe(replyTo.startsWith("$") ? replyTo : "victim.>");
		this.client.flush(ANSWER);
		try (ListenerContext context = new ListenerContext(server.url()).bean("prices", Prices.class).start()) {
			Connection raw = Nats.connect(
					Options.builder().server(server.url()).subjectValidationType(SubjectValidationType.None).build());
			try {
				raw.publish(context.unique() + ".price.apple", replyTo, new byte[0]);
				raw.publish(context.unique() + ".price.broken", replyTo, new byte[0]);
				raw.publish(context.unique() + ".order", replyTo, "{not json".getBytes());
				raw.flush(ANSWER);
			}
			finally {
				raw.close();
			}
			// Answered after those before
			assertThat(text(request(context.unique() + ".price.apple", ""))).contains("42");
			assertThat(text(request(context.unique() + ".order", "{\"sku\":\"pear\",\"price\":7}"))).contains("pear");
			this.client.flush(ANSWER);
			assertThat(answers).isEmpty();
		}
	}

	@Test
	void copiesNoHeaderOfARequestIntoItsAnswer() throws Exception {
		try (ListenerContext context = new ListenerContext(server.url()).bean("prices", Prices.class).start()) {
			Headers headers = new Headers().put("Nats-Msg-Id", "evil")
				.put("Nats-Rollup", "all")
				.put("Nats-Expected-Last-Sequence", "1")
				.put("Nats-TTL", "1s")
				.put("X-Tenant", "a");
			for (String sku : List.of("apple", "broken", "nothing")) {
				Message reply = this.client.request(context.unique() + ".price." + sku, headers, new byte[0], ANSWER);
				Set<String> names = (reply.getHeaders() != null) ? reply.getHeaders().keySet() : Set.of();
				assertThat(names).isSubsetOf("Content-Type", "Nats-Service-Error", "Nats-Service-Error-Code");
			}
		}
	}

	static class Interrupted {

		@NatsListener("${test}.interrupted.{how}")
		String on(@DestinationVariable String how) {
			String text = "was " + Thread.currentThread().isInterrupted();
			Thread.currentThread().interrupt();
			if (how.equals("throws")) {
				throw new IllegalStateException("expected by the test");
			}
			return text;
		}

	}

	static class Umlauts {

		// Not in the source, since not every file system takes the name of its file
		private static final Class<? extends RuntimeException> EXCEPTION = new ByteBuddy()
			.subclass(IllegalStateException.class)
			.name("test.Ung\u00fcltig\u8ba2Exception")
			.make()
			.load(Umlauts.class.getClassLoader())
			.getLoaded();

		@NatsListener("${test}.umlauts")
		String on() throws Exception {
			throw EXCEPTION.getConstructor().newInstance();
		}

	}

	static class Audit {

		final Queue<Message> seen = new ConcurrentLinkedQueue<>();

		@NatsListener("${test}.audit")
		void on(Message message) {
			this.seen.add(message);
			throw new IllegalStateException("expected by the test");
		}

	}

}
