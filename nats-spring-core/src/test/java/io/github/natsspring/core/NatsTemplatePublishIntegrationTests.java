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

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import io.github.natsspring.connection.ConnectionHolder;
import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.Subscription;
import io.nats.client.impl.Headers;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

/**
 * Tests for publishing with {@link NatsTemplate}, and for what it refuses to send.
 */
class NatsTemplatePublishIntegrationTests extends AbstractNatsTemplateTests {

	@Test
	void publishesWithContentTypeAndHeaders() throws Exception {
		Subscription subscription = subscribe();
		this.template.publish(this.subject, new Order("book", 2));
		this.template.publish(this.subject, "hello", new Headers().add("Tenant", "eu"));
		this.template.publish(this.subject, null, (options) -> options.replyTo("answers"));
		Message order = subscription.nextMessage(LONG);
		assertThat(order.getData()).asString().isEqualTo("{\"sku\":\"book\",\"quantity\":2}");
		assertThat(order.getHeaders().get("Content-Type")).containsExactly("application/json");
		Message text = subscription.nextMessage(LONG);
		assertThat(text.getHeaders().getFirst("Tenant")).isEqualTo("eu");
		assertThat(text.getHeaders().getFirst("Content-Type")).isEqualTo("text/plain;charset=UTF-8");
		Message empty = subscription.nextMessage(LONG);
		assertThat(empty.getData()).isEmpty();
		assertThat(empty.getReplyTo()).isEqualTo("answers");
	}

	@Test
	void publishesBytesWithoutHeadersUnlessTheCallerSetsSome() throws Exception {
		Subscription subscription = subscribe();
		byte[] bytes = { 0, -1, 13, 10 };
		this.template.publish(this.subject, bytes);
		this.template.publish(this.subject, bytes, (options) -> options.contentType("image/png"));
		Message plain = subscription.nextMessage(LONG);
		assertThat(plain.getData()).isEqualTo(bytes);
		assertThat(plain.hasHeaders()).isFalse();
		Message image = subscription.nextMessage(LONG);
		assertThat(image.getData()).isEqualTo(bytes);
		assertThat(image.getHeaders().get("Content-Type")).containsExactly("image/png");
	}

	@Test
	void leavesTheHeadersOfTheCallerAlone() {
		Headers headers = new Headers().add("Tenant", "eu");
		this.template.publish(this.subject, "hello", headers);
		assertThat(headers.keySet()).containsExactly("Tenant");
	}

	@Test
	void refusesSubjectsWithWildcardsBeforeAnythingIsSent() {
		ConnectionHolder unused = TestConnections.holder(server.url());
		NatsTemplate template = new NatsTemplate(unused, TestConnections.CONVERTER, NatsTemplateSettings.defaults());
		for (String subject : List.of("orders.*", "orders.>", "orders..eu", "orders eu", "orders\u0000", "")) {
			assertThatIllegalArgumentException().isThrownBy(() -> template.publish(subject, "x"));
			assertThatIllegalArgumentException().isThrownBy(() -> template.request(subject, "x", String.class));
			assertThatIllegalArgumentException().isThrownBy(() -> template.requestAsync(subject, "x", String.class));
		}
		assertThat(unused.current()).isNull();
		unused.destroy();
	}

	@Test
	void refusesMessagesThatTheServerDoesNotTake() {
		byte[] large = new byte[64 * 1024 + 1];
		assertThatExceptionOfType(NatsPublishException.class)
			.isThrownBy(() -> this.template.publish(this.subject, large))
			.withMessageContaining("max_payload")
			.withMessageContaining("65536")
			.satisfies((ex) -> assertThat(ex.getSubject()).isEqualTo(this.subject));
		assertThatExceptionOfType(NatsPublishException.class)
			.isThrownBy(() -> this.template.request(this.subject, large, String.class))
			.withMessageContaining("max_payload");
		assertThat(this.holder.get().getStatus()).isEqualTo(Connection.Status.CONNECTED);
	}

	@Test
	void sendsNothingSilentlyIntoTheVoidOnAnInterruptedThread() {
		this.holder.get();
		Thread.currentThread().interrupt();
		try {
			assertThatExceptionOfType(NatsPublishException.class)
				.isThrownBy(() -> this.template.publish(this.subject, "x"))
				.withMessageContaining("interrupted");
			assertThatExceptionOfType(NatsPublishException.class)
				.isThrownBy(() -> this.template.request(this.subject, "x", String.class))
				.withMessageContaining("interrupted");
		}
		finally {
			assertThat(Thread.interrupted()).isTrue();
		}
	}

	@Test
	void failsWhenTheServerRefusesAMessageThatIsConfirmed() {
		ConnectionHolder holder = TestConnections.holder(server.url(), (options) -> options.userInfo("limited", "l"));
		try {
			NatsTemplate template = new NatsTemplate(holder, TestConnections.CONVERTER,
					NatsTemplateSettings.defaults());
			template.publish("secret.price", "not confirmed");
			for (int i = 0; i < 2; i++) {
				assertThatExceptionOfType(NatsPermissionException.class)
					.isThrownBy(() -> template.publish("secret.price", "x", (options) -> options.confirm(LONG)))
					.withMessageContaining("secret.price");
			}
			template.publish(this.subject, "allowed", (options) -> options.confirm(LONG));
		}
		finally {
			holder.destroy();
		}
	}

	@Test
	void eachConfirmedMessageLearnsOfItsOwnRefusal() throws Exception {
		ConnectionHolder holder = TestConnections.holder(server.url(), (options) -> options.userInfo("limited", "l"));
		ExecutorService threads = Executors.newFixedThreadPool(4);
		try {
			NatsTemplate template = new NatsTemplate(holder, TestConnections.CONVERTER,
					NatsTemplateSettings.defaults());
			List<Future<Integer>> all = new ArrayList<>();
			for (int i = 0; i < 4; i++) {
				String secret = "secret.price." + i;
				all.add(threads.submit(() -> refused(template, secret, 100)));
			}
			for (Future<Integer> one : all) {
				assertThat(one.get(60, TimeUnit.SECONDS)).isEqualTo(100);
			}
			assertThat(refused(template, this.subject, 1)).isZero();
		}
		finally {
			threads.shutdownNow();
			holder.destroy();
		}
	}

	@Test
	void saysThatTheConnectionWasLostBeforeTheServerConfirmed() throws Exception {
		server.kill();
		try {
			await().until(() -> this.holder.get().getStatus() != Connection.Status.CONNECTED);
			assertThatExceptionOfType(NatsPublishOutcomeUnknownException.class)
				.isThrownBy(() -> this.template.publish(this.subject, "x", (options) -> options.confirm(LONG)))
				.withMessageContaining("The connection was lost")
				.withMessageContaining(this.subject);
		}
		finally {
			server.start();
		}
		await().atMost(LONG).until(() -> this.holder.get().getStatus() == Connection.Status.CONNECTED);
		this.template.publish(this.subject, "x", (options) -> options.confirm(LONG));
	}

	private static int refused(NatsTemplate template, String subject, int times) {
		int refused = 0;
		for (int i = 0; i < times; i++) {
			try {
				template.publish(subject, "x", (options) -> options.confirm(LONG));
			}
			catch (NatsPermissionException ex) {
				refused++;
			}
		}
		return refused;
	}

	private Subscription subscribe() throws Exception {
		Subscription subscription = this.holder.get().subscribe(this.subject);
		this.holder.get().flush(LONG);
		return subscription;
	}

}
