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
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

import io.github.natsspring.connection.ConnectionHolder;
import io.nats.client.JetStreamOptions;
import io.nats.client.api.MessageInfo;
import io.nats.client.api.PublishAck;
import io.nats.client.impl.Headers;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for what {@link JetStreamTemplate} stores and what it refuses.
 */
class JetStreamPublishIntegrationTests extends AbstractJetStreamPublishTests {

	@Test
	void storesAMessageOnce() throws Exception {
		PublishAck ack = this.template.publish(this.subject, new Order("book", 2));
		assertThat(ack.getStream()).isEqualTo(this.stream);
		assertThat(ack.getSeqno()).isEqualTo(1);
		assertThat(ack.isDuplicate()).isFalse();
		MessageInfo stored = this.management.getMessage(this.stream, 1);
		assertThat(stored.getData()).asString().isEqualTo("{\"sku\":\"book\",\"quantity\":2}");
		assertThat(stored.getHeaders().getFirst("Content-Type")).isEqualTo("application/json");
		assertThat(stored.getHeaders().getFirst("Nats-Msg-Id")).hasSize(22);
	}

	@Test
	void surfacesDuplicates() throws Exception {
		Headers headers = new Headers().add("Nats-Msg-Id", "order-1");
		assertThat(this.template.publish(this.subject, "x", headers).getSeqno()).isEqualTo(1);
		PublishAck again = this.template.publish(this.subject, "x", (options) -> options.messageId("order-1"));
		assertThat(again.isDuplicate()).isTrue();
		assertThat(again.getSeqno()).isEqualTo(1);
		assertThat(stored()).isEqualTo(1);
		assertThat(headers.keySet()).containsExactly("Nats-Msg-Id");
	}

	@Test
	void failsWhenAnExpectationDoesNotHold() throws Exception {
		this.template.publish(this.subject, "x", (options) -> options.expectedLastSequence(0));
		assertThatExceptionOfType(NatsPublishRejectedException.class)
			.isThrownBy(() -> this.template.publish(this.subject, "x", (options) -> options.expectedLastSequence(41)))
			.withMessageContaining("wrong last sequence")
			.satisfies((ex) -> {
				assertThat(ex.getApiErrorCode()).isEqualTo(10071);
				assertThat(ex.getErrorCode()).isEqualTo(400);
				assertThat(ex.getSubject()).isEqualTo(this.subject);
			});
		assertThatExceptionOfType(NatsPublishRejectedException.class)
			.isThrownBy(() -> this.template.publish(this.subject, "x", (options) -> options.expectedStream("ANOTHER")));
		assertThatExceptionOfType(NatsPublishRejectedException.class).isThrownBy(
				() -> this.template.publish(this.subject, "x", (options) -> options.expectedLastSubjectSequence(7)));
		assertThatExceptionOfType(NatsPublishRejectedException.class).isThrownBy(
				() -> this.template.publish(this.subject, "x", (options) -> options.expectedLastMessageId("no")));
		assertThat(this.template.publishAsync(this.subject, "x", (options) -> options.expectedLastSequence(41)))
			.failsWithin(LONG)
			.withThrowableOfType(ExecutionException.class)
			.withCauseInstanceOf(NatsPublishRejectedException.class);
		assertThat(stored()).isEqualTo(1);
	}

	@Test
	void letsTheStreamDeleteAMessageAfterATime() throws Exception {
		this.template.publish(this.subject, "x", (options) -> options.ttl(Duration.ofMillis(3_599_001)));
		assertThat(this.management.getMessage(this.stream, 1).getHeaders().getFirst("Nats-TTL")).isEqualTo("3600s");
		assertThatIllegalArgumentException().isThrownBy(
				() -> this.template.publish(this.subject, "x", (options) -> options.ttl(Duration.ofMillis(999))));
	}

	@Test
	void saysThatNoStreamCapturesASubject() {
		assertThatExceptionOfType(NatsNoStreamException.class)
			.isThrownBy(() -> this.template.publish("nowhere." + this.subject, "x"))
			.withMessageContaining("nowhere." + this.subject);
		assertThat(this.template.publishAsync("nowhere." + this.subject, "x")).failsWithin(LONG)
			.withThrowableOfType(ExecutionException.class)
			.withCauseInstanceOf(NatsNoStreamException.class);
	}

	@Test
	void refusesSubjectsWithWildcardsBeforeAnythingIsSent() {
		ConnectionHolder unused = TestConnections.holder(server.url());
		JetStreamTemplate template = new JetStreamTemplate(unused, TestConnections.CONVERTER,
				JetStreamOptions.defaultOptions(), JetStreamTemplateSettings.defaults());
		for (String subject : List.of("orders.*", "orders.>", "orders..eu", "orders eu", "orders\u0000", "")) {
			assertThatIllegalArgumentException().isThrownBy(() -> template.publish(subject, "x"));
			assertThatIllegalArgumentException().isThrownBy(() -> template.publishAsync(subject, "x"));
		}
		assertThatIllegalArgumentException().isThrownBy(() -> template.receive("a.b", "c", 1, LONG));
		assertThatIllegalArgumentException().isThrownBy(() -> template.receive("a", "*", 1, LONG));
		assertThat(unused.current()).isNull();
		unused.destroy();
	}

	@Test
	void refusesMessagesThatTheServerDoesNotTake() throws Exception {
		byte[] large = new byte[64 * 1024 + 1];
		assertThatExceptionOfType(NatsPublishException.class)
			.isThrownBy(() -> this.template.publish(this.subject, large))
			.withMessageContaining("65536")
			.withMessageContaining("max_payload");
		assertThat(this.template.publishAsync(this.subject, large)).failsWithin(LONG)
			.withThrowableOfType(ExecutionException.class)
			.withMessageContaining("max_payload");
		assertThat(stored()).isZero();
	}

	@Test
	void failsSoonWhenTheServerRefusesAMessage() {
		ConnectionHolder holder = TestConnections.holder(server.url(), (options) -> options.userInfo("limited", "l"));
		try {
			JetStreamTemplate template = new JetStreamTemplate(holder, TestConnections.CONVERTER,
					JetStreamOptions.defaultOptions(),
					new JetStreamTemplateSettings(LONG, 10, LONG, Duration.ofMillis(50), 2, null));
			holder.get();
			long start = System.nanoTime();
			assertThatExceptionOfType(NatsPermissionException.class)
				.isThrownBy(() -> template.publish("secret.price", "x"))
				.withMessageContaining("Permissions Violation")
				.withMessageContaining("secret.price");
			assertThat(template.publishAsync("secret.price", "x")).failsWithin(LONG)
				.withThrowableOfType(ExecutionException.class)
				.withCauseInstanceOf(NatsPermissionException.class);
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
		}
		finally {
			holder.destroy();
		}
	}

	@Test
	void takesTheRefusalOfASubscriptionForNoneOfAMessage() throws Exception {
		String closed = this.stream + ".closed";
		ConnectionHolder holder = TestConnections.holder(server.url(), (options) -> options.userInfo("writer", "w"));
		try {
			JetStreamTemplate template = new JetStreamTemplate(holder, TestConnections.CONVERTER,
					JetStreamOptions.defaultOptions(), JetStreamTemplateSettings.defaults());
			template.publish(closed, "first");
			for (int i = 0; i < 20; i++) {
				server.pause();
				holder.get().subscribe(closed);
				CompletableFuture<PublishAck> publish = template.publishAsync(closed, "allowed",
						(options) -> options.timeout(LONG));
				server.resume();
				assertThat(publish).succeedsWithin(LONG);
			}
			assertThat(holder.get().getLastError()).contains("Permissions Violation for Subscription", closed);
		}
		finally {
			holder.destroy();
		}
	}

}
