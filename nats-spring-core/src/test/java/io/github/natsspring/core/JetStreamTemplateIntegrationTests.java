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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.test.NatsServer;
import io.nats.client.JetStreamManagement;
import io.nats.client.JetStreamOptions;
import io.nats.client.api.MessageInfo;
import io.nats.client.api.PublishAck;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.impl.Headers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

/**
 * Tests for publishing with {@link JetStreamTemplate} on a real server.
 */
class JetStreamTemplateIntegrationTests {

	private static final Duration LONG = Duration.ofSeconds(30);

	private static NatsServer server;

	private final String stream = "S" + System.nanoTime();

	private final String subject = this.stream + ".created";

	private ConnectionHolder holder;

	private JetStreamManagement management;

	private JetStreamTemplate template;

	@BeforeAll
	static void startServer() {
		server = TestConnections.server();
	}

	@AfterAll
	static void stopServer() {
		server.close();
	}

	@BeforeEach
	void connect() throws Exception {
		this.holder = TestConnections.holder(server.url());
		this.template = template(JetStreamTemplateSettings.defaults());
		this.management = this.holder.get().jetStreamManagement();
		addStream();
	}

	@AfterEach
	void close() {
		server.resume();
		this.holder.destroy();
	}

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
	void storesAMessageWhoseStreamComesInTime() throws Exception {
		this.management.deleteStream(this.stream);
		JetStreamTemplate patient = template(new JetStreamTemplateSettings(LONG, 10, Duration.ofSeconds(2),
				Duration.ofMillis(50), Integer.MAX_VALUE, null));
		CompletableFuture<PublishAck> publish = inBackground(() -> patient.publish(this.subject, "x"));
		await().pollDelay(Duration.ofMillis(200)).until(() -> !publish.isDone());
		addStream();
		assertThat(publish.get(30, TimeUnit.SECONDS).getSeqno()).isEqualTo(1);
	}

	@Test
	void storesAMessageOnceWhenTheServerIsPausedMeanwhile() throws Exception {
		JetStreamTemplate impatient = template(
				new JetStreamTemplateSettings(LONG, 10, Duration.ofMillis(300), Duration.ofMillis(50), 2, null));
		server.pause();
		CompletableFuture<PublishAck> publish = inBackground(() -> impatient.publish(this.subject, "x"));
		// So that there are several tries
		await().pollDelay(Duration.ofSeconds(1)).until(() -> !publish.isDone());
		server.resume();
		assertThat(publish.get(30, TimeUnit.SECONDS).getSeqno()).isEqualTo(1);
		// What was sent again has arrived before this
		assertThat(this.template.publish(this.subject, "y").getSeqno()).isEqualTo(2);
		assertThat(stored()).isEqualTo(2);
	}

	@Test
	void saysThatTheOutcomeIsUnknownAndStoresOnceWhenItIsPublishedAgain() throws Exception {
		JetStreamTemplate impatient = template(new JetStreamTemplateSettings(Duration.ofSeconds(1), 10,
				Duration.ofMillis(300), Duration.ofMillis(50), 2, null));
		server.pause();
		assertThatExceptionOfType(NatsPublishOutcomeUnknownException.class)
			.isThrownBy(() -> impatient.publish(this.subject, "x", (options) -> options.messageId("order-1")))
			.withMessageContaining("not known whether")
			.withMessageContaining(this.subject);
		server.resume();
		PublishAck ack = this.template.publish(this.subject, "x", (options) -> options.messageId("order-1"));
		assertThat(ack.isDuplicate()).isTrue();
		assertThat(stored()).isEqualTo(1);
	}

	@Test
	void storesAMessageOnceWhenTheServerIsKilledMeanwhile() throws Exception {
		JetStreamTemplate impatient = template(new JetStreamTemplateSettings(LONG, 10, Duration.ofMillis(500),
				Duration.ofMillis(50), Integer.MAX_VALUE, null));
		server.pause();
		CompletableFuture<PublishAck> publish = inBackground(() -> impatient.publish(this.subject, "x"));
		await().pollDelay(Duration.ofMillis(200)).until(() -> !publish.isDone());
		server.kill();
		server.start();
		assertThat(publish.get(60, TimeUnit.SECONDS).getSeqno()).isEqualTo(1);
		assertThat(this.template.publish(this.subject, "y").getSeqno()).isEqualTo(2);
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
		byte[] large = new byte[64 * 1024];
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
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
		}
		finally {
			holder.destroy();
		}
	}

	@Test
	void publishesManyWithoutWaitingAndSetsNoMessageId() throws Exception {
		List<CompletableFuture<PublishAck>> acks = new ArrayList<>();
		for (int i = 0; i < 5000; i++) {
			acks.add(this.template.publishAsync(this.subject, new Order("book", i)));
		}
		for (int i = 0; i < acks.size(); i++) {
			assertThat(acks.get(i).get(30, TimeUnit.SECONDS).getSeqno()).isEqualTo(i + 1);
		}
		assertThat(stored()).isEqualTo(5000);
		assertThat(this.management.getMessage(this.stream, 5000).getHeaders().containsKey("Nats-Msg-Id")).isFalse();
	}

	@Test
	void boundsTheMessagesInFlight() throws Exception {
		Duration timeout = Duration.ofSeconds(1);
		JetStreamTemplate narrow = template(
				new JetStreamTemplateSettings(timeout, 3, timeout, Duration.ofMillis(50), 2, null));
		server.pause();
		List<CompletableFuture<PublishAck>> acks = new ArrayList<>();
		for (int i = 0; i < 3; i++) {
			acks.add(narrow.publishAsync(this.subject, i, (options) -> options.timeout(LONG)));
		}
		long start = System.nanoTime();
		assertThat(narrow.publishAsync(this.subject, "too many")).failsWithin(LONG)
			.withThrowableOfType(ExecutionException.class)
			.withMessageContaining("3 messages were in flight for 1000 ms");
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(timeout, timeout.multipliedBy(10));
		CompletableFuture<CompletableFuture<PublishAck>> waiting = inBackground(
				() -> narrow.publishAsync(this.subject, "waits", (options) -> options.timeout(LONG)));
		await().pollDelay(Duration.ofMillis(200)).until(() -> !waiting.isDone());
		server.resume();
		for (CompletableFuture<PublishAck> ack : acks) {
			assertThat(ack).succeedsWithin(LONG);
		}
		assertThat(waiting.get(30, TimeUnit.SECONDS)).succeedsWithin(LONG);
		assertThat(stored()).isEqualTo(4);
	}

	@Test
	void endsAsynchronousPublishesByItsOwnClockAndFreesTheirPlaces() throws Exception {
		Duration timeout = Duration.ofMillis(300);
		JetStreamTemplate narrow = template(
				new JetStreamTemplateSettings(timeout, 1, timeout, Duration.ofMillis(50), 2, null));
		server.pause();
		for (int i = 0; i < 3; i++) {
			// jnats itself ends them after 5 to 10 s
			assertThat(narrow.publishAsync(this.subject, i)).failsWithin(Duration.ofSeconds(3))
				.withThrowableOfType(ExecutionException.class)
				.withCauseInstanceOf(NatsPublishOutcomeUnknownException.class);
		}
		server.resume();
		await().untilAsserted(() -> assertThat(stored()).isEqualTo(3));
		assertThat(narrow.publishAsync(this.subject, "x", (options) -> options.timeout(LONG))).succeedsWithin(LONG);
	}

	@Test
	void completesFuturesOnThreadsOfItsOwn() throws Exception {
		server.pause();
		CountDownLatch release = new CountDownLatch(1);
		CompletableFuture<String> thread = new CompletableFuture<>();
		CompletableFuture<Long> nested = new CompletableFuture<>();
		this.template.publishAsync(this.subject, "x", (options) -> options.timeout(LONG)).thenAccept((ack) -> {
			thread.complete(Thread.currentThread().getName());
			// A callback may use the template, and may block
			nested.complete(this.template.publish(this.subject, "nested").getSeqno());
			try {
				release.await(30, TimeUnit.SECONDS);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		});
		server.resume();
		try {
			assertThat(thread.get(30, TimeUnit.SECONDS)).startsWith("nats-publish-test");
			assertThat(nested.get(30, TimeUnit.SECONDS)).isEqualTo(2);
			assertThat(this.template.publishAsync(this.subject, "y")).succeedsWithin(LONG);
		}
		finally {
			release.countDown();
		}
	}

	@Test
	void storesAMessageOnceWhenItsConnectionIsReplacedMeanwhile() throws Exception {
		JetStreamTemplate impatient = template(new JetStreamTemplateSettings(LONG, 10, Duration.ofMillis(500),
				Duration.ofMillis(50), Integer.MAX_VALUE, null));
		this.holder.start();
		server.pause();
		CompletableFuture<PublishAck> publish = inBackground(() -> impatient.publish(this.subject, "x"));
		await().pollDelay(Duration.ofMillis(200)).until(() -> !publish.isDone());
		// As jnats does by itself after two refusals of the same kind
		this.holder.get().close();
		server.resume();
		assertThat(publish.get(60, TimeUnit.SECONDS).getSeqno()).isEqualTo(1);
		assertThat(this.template.publish(this.subject, "y").getSeqno()).isEqualTo(2);
	}

	@Test
	void givesAnInterruptedCallerBackSoon() throws Exception {
		server.pause();
		JetStreamTemplate patient = template(
				new JetStreamTemplateSettings(LONG, 10, LONG, Duration.ofMillis(50), 2, null));
		CompletableFuture<Throwable> failure = new CompletableFuture<>();
		Thread caller = new Thread(() -> {
			try {
				patient.publish(this.subject, "x");
			}
			catch (NatsPublishOutcomeUnknownException ex) {
				assertThat(Thread.currentThread().isInterrupted()).isTrue();
				failure.complete(ex);
			}
		});
		caller.start();
		await().until(() -> caller.getState() == Thread.State.TIMED_WAITING);
		caller.interrupt();
		assertThat(failure.get(10, TimeUnit.SECONDS)).hasMessageContaining("interrupted");
	}

	private void addStream() throws Exception {
		StreamConfiguration.Builder stream = StreamConfiguration.builder()
			.name(this.stream)
			.subjects(this.stream + ".>")
			.storageType(StorageType.File)
			.allowMessageTtl();
		this.management.addStream(stream.build());
	}

	private long stored() throws Exception {
		return this.management.getStreamInfo(this.stream).getStreamState().getMsgCount();
	}

	private JetStreamTemplate template(JetStreamTemplateSettings settings) {
		return new JetStreamTemplate(this.holder, TestConnections.CONVERTER, JetStreamOptions.defaultOptions(),
				settings);
	}

	private static <T> CompletableFuture<T> inBackground(java.util.function.Supplier<T> call) {
		return CompletableFuture.supplyAsync(call, (task) -> new Thread(task, "publisher").start());
	}

	record Order(String sku, int quantity) {
	}

}
