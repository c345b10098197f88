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

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.connection.NatsNotConnectedException;
import io.nats.client.Message;
import io.nats.client.Options;
import io.nats.client.api.PublishAck;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.impl.Headers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.core.ParameterizedTypeReference;
import org.springframework.messaging.converter.MessageConversionException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for requests with {@link NatsTemplate} and their answers.
 */
class NatsTemplateRequestIntegrationTests extends AbstractNatsTemplateTests {

	@Test
	void givesTheAnswerOfAService() {
		answer((request) -> reply(request, "[{\"sku\":\"book\",\"quantity\":2}]"));
		List<Order> orders = this.template.request(this.subject, "all", new ParameterizedTypeReference<List<Order>>() {
		});
		assertThat(orders).containsExactly(new Order("book", 2));
		assertThat(this.template.request(this.subject, "all", String.class)).startsWith("[");
		assertThat(this.template.request(this.subject, "all", Message.class).getData()).isNotEmpty();
		assertThat(this.template.request(this.subject, "all", Void.class)).isNull();
	}

	@Test
	void givesTheHeadersOfARequestToTheService() {
		answer((request) -> reply(request, request.getHeaders().getFirst("Tenant")));
		assertThat(this.template.request(this.subject, "x", String.class, (options) -> options.header("Tenant", "eu")))
			.isEqualTo("eu");
	}

	@ParameterizedTest
	@MethodSource("options")
	void saysAtOnceThatNobodyListens(UnaryOperator<Options.Builder> options) {
		ConnectionHolder holder = TestConnections.holder(server.url(), options);
		try {
			NatsTemplate template = new NatsTemplate(holder, TestConnections.CONVERTER,
					new NatsTemplateSettings(LONG, null));
			assertThatExceptionOfType(NatsNoRespondersException.class)
				.isThrownBy(() -> template.request(this.subject, "x", String.class))
				.withMessageContaining(this.subject);
			assertThat(template.requestAsync(this.subject, "x", String.class)).failsWithin(LONG)
				.withThrowableOfType(ExecutionException.class)
				.withCauseInstanceOf(NatsNoRespondersException.class);
		}
		finally {
			holder.destroy();
		}
	}

	@ParameterizedTest
	@MethodSource("options")
	void givesUpWaitingAfterTheTimeout(UnaryOperator<Options.Builder> options) {
		answer((request) -> {
		});
		ConnectionHolder holder = TestConnections.holder(server.url(), options);
		try {
			NatsTemplate template = new NatsTemplate(holder, TestConnections.CONVERTER,
					NatsTemplateSettings.defaults());
			Duration timeout = Duration.ofMillis(200);
			long start = System.nanoTime();
			assertThatExceptionOfType(NatsRequestTimeoutException.class)
				.isThrownBy(() -> template.request(this.subject, "x", String.class, timeout))
				.withMessageContaining("200 ms");
			// jnats itself looks every 5 s only
			assertThat(template.requestAsync(this.subject, "x", String.class, timeout))
				.failsWithin(Duration.ofSeconds(3))
				.withThrowableOfType(ExecutionException.class)
				.withCauseInstanceOf(NatsRequestTimeoutException.class);
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(timeout.multipliedBy(2));
		}
		finally {
			holder.destroy();
		}
	}

	@Test
	void throwsWhatTheServiceReports() {
		answer((request) -> this.holder.get()
			.publish(request.getReplyTo(),
					new Headers().add("Nats-Service-Error", "no such sku").add("Nats-Service-Error-Code", "404"),
					new byte[0]));
		assertThatExceptionOfType(NatsRemoteException.class)
			.isThrownBy(() -> this.template.request(this.subject, "x", Order.class))
			.withMessageContaining("no such sku")
			.satisfies((ex) -> {
				assertThat(ex.getCode()).isEqualTo(404);
				assertThat(ex.getError()).isEqualTo("no such sku");
				assertThat(ex.getSubject()).isEqualTo(this.subject);
			});
	}

	@Test
	void throwsWhenAnAnswerCannotBeRead() {
		answer((request) -> reply(request, "secret"));
		assertThatExceptionOfType(MessageConversionException.class)
			.isThrownBy(() -> this.template.request(this.subject, "x", Order.class))
			.withMessageNotContaining("secret");
		assertThat(this.template.requestAsync(this.subject, "x", Order.class)).failsWithin(LONG)
			.withThrowableOfType(ExecutionException.class)
			.withCauseInstanceOf(MessageConversionException.class);
	}

	@Test
	void takesTheConfirmationOfAStreamForNoAnswer() throws Exception {
		String stream = "S" + System.nanoTime();
		this.holder.get()
			.jetStreamManagement()
			.addStream(StreamConfiguration.builder()
				.name(stream)
				.subjects(this.subject)
				.storageType(StorageType.Memory)
				.build());
		assertThatExceptionOfType(NatsUnexpectedReplyException.class)
			.isThrownBy(() -> this.template.request(this.subject, "x", Order.class))
			.withMessageContaining(stream)
			.withMessageContaining(this.subject);
		assertThatExceptionOfType(NatsUnexpectedReplyException.class)
			.isThrownBy(() -> this.template.request(this.subject, "x", String.class));
		assertThat(this.template.request(this.subject, "x", PublishAck.class).getSeqno()).isEqualTo(3);
	}

	@Test
	void takesAnAnswerWithAStreamAmongOthersForAnAnswer() {
		answer((request) -> reply(request, "{\"stream\":\"S\",\"seq\":1,\"lag\":5}"));
		assertThat(this.template.request(this.subject, "x", Lag.class)).isEqualTo(new Lag("S", 1, 5));
	}

	@Test
	void completesFuturesOnThreadsOfItsOwn() throws Exception {
		CountDownLatch registered = new CountDownLatch(1);
		CountDownLatch release = new CountDownLatch(1);
		answer((request) -> {
			awaitQuietly(registered);
			reply(request, "done");
		});
		CompletableFuture<String> thread = new CompletableFuture<>();
		// A callback that blocks holds up neither jnats nor other requests
		CompletableFuture<Void> blocked = this.template.requestAsync(this.subject, "x", String.class, LONG)
			.thenAccept((answer) -> {
				thread.complete(Thread.currentThread().getName());
				awaitQuietly(release);
			});
		registered.countDown();
		try {
			assertThat(thread.get(30, TimeUnit.SECONDS)).startsWith("nats-request-test");
			assertThat(this.template.request(this.subject, "x", String.class, LONG)).isEqualTo("done");
			assertThat(this.template.requestAsync(this.subject, "x", String.class, LONG)).succeedsWithin(LONG)
				.isEqualTo("done");
			assertThat(blocked).isNotDone();
		}
		finally {
			release.countDown();
		}
		blocked.get(30, TimeUnit.SECONDS);
	}

	@Test
	void runsCallbacksOnTheExecutorOfTheUser() throws Exception {
		CountDownLatch registered = new CountDownLatch(1);
		answer((request) -> {
			awaitQuietly(registered);
			reply(request, "done");
		});
		NatsTemplate template = new NatsTemplate(this.holder, TestConnections.CONVERTER,
				new NatsTemplateSettings(LONG, (task) -> new Thread(task, "mine").start()));
		CompletableFuture<String> thread = template.requestAsync(this.subject, "x", String.class)
			.thenApply((answer) -> Thread.currentThread().getName());
		registered.countDown();
		assertThat(thread.get(30, TimeUnit.SECONDS)).isEqualTo("mine");
	}

	@Test
	void failsSoonWhenTheServerRefusesARequest() {
		ConnectionHolder holder = TestConnections.holder(server.url(), (options) -> options.userInfo("limited", "l"));
		try {
			NatsTemplate template = new NatsTemplate(holder, TestConnections.CONVERTER,
					new NatsTemplateSettings(LONG, null));
			holder.get();
			long start = System.nanoTime();
			assertThatExceptionOfType(NatsPermissionException.class)
				.isThrownBy(() -> template.request("secret.price", "x", String.class))
				.withMessageContaining("Permissions Violation")
				.withMessageContaining("secret.price");
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
		}
		finally {
			holder.destroy();
		}
	}

	@Test
	void failsRequestsWhoseConnectionIsClosed() {
		answer((request) -> {
		});
		ConnectionHolder holder = TestConnections.holder(server.url());
		NatsTemplate template = new NatsTemplate(holder, TestConnections.CONVERTER, NatsTemplateSettings.defaults());
		CompletableFuture<?> answer = template.requestAsync(this.subject, "x", String.class, LONG);
		holder.destroy();
		assertThat(answer).failsWithin(Duration.ofSeconds(20))
			.withThrowableOfType(ExecutionException.class)
			.withCauseExactlyInstanceOf(NatsRequestException.class)
			.withMessageContaining("closed");
		assertThatExceptionOfType(NatsNotConnectedException.class)
			.isThrownBy(() -> template.request(this.subject, "x", String.class));
		assertThat(template.requestAsync(this.subject, "x", String.class)).isCompletedExceptionally();
	}

	@Test
	void forgetsRequestsThatAreOver() {
		answer((request) -> reply(request, "done"));
		Requester requester = new Requester(this.holder);
		Duration timeout = Duration.ofMillis(100);
		requester.send(this.subject, new Headers(), new byte[0], LONG).join();
		requester.send("nobody." + this.subject, new Headers(), new byte[0], LONG).exceptionally((ex) -> null).join();
		answerNothing("silence." + this.subject);
		requester.send("silence." + this.subject, new Headers(), new byte[0], timeout)
			.exceptionally((ex) -> null)
			.join();
		await().untilAsserted(() -> assertThat(requester.pending()).isZero());
	}

	private void answer(io.nats.client.MessageHandler handler) {
		this.services.subscribe(this.subject, handler);
		flush();
	}

	private void answerNothing(String subject) {
		this.services.subscribe(subject, (request) -> {
		});
		flush();
	}

	private void flush() {
		try {
			this.holder.get().flush(LONG);
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	private void reply(Message request, String body) {
		this.holder.get().publish(request.getReplyTo(), body.getBytes(StandardCharsets.UTF_8));
	}

	private static void awaitQuietly(CountDownLatch latch) {
		try {
			latch.await(30, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	static Stream<UnaryOperator<Options.Builder>> options() {
		return Stream.of(UnaryOperator.identity(), Options.Builder::reportNoResponders,
				Options.Builder::useTimeoutException, Options.Builder::advancedRequestBehavior,
				Options.Builder::oldRequestStyle, Options.Builder::dontForceFlushOnRequest);
	}

	record Lag(String stream, long seq, int lag) {
	}

}
