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

import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.test.NatsServer;
import io.nats.client.JetStreamManagement;
import io.nats.client.JetStreamOptions;
import io.nats.client.Message;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.ConsumerInfo;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.core.ParameterizedTypeReference;
import org.springframework.messaging.converter.MessageConversionException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for pulling by hand with {@link JetStreamTemplate} on a real server.
 */
class JetStreamReceiveIntegrationTests {

	private static final Duration LONG = Duration.ofSeconds(30);

	private static final Duration SHORT = Duration.ofMillis(200);

	private static NatsServer server;

	private static int monitoringPort;

	private final String stream = "S" + System.nanoTime();

	private ConnectionHolder holder;

	private JetStreamManagement management;

	private JetStreamTemplate template;

	@BeforeAll
	static void startServer() throws Exception {
		try (ServerSocket socket = new ServerSocket(0)) {
			monitoringPort = socket.getLocalPort();
		}
		server = NatsServer.builder().config("http: \"127.0.0.1:" + monitoringPort + "\"").start();
	}

	@AfterAll
	static void stopServer() {
		server.close();
	}

	@BeforeEach
	void connect() throws Exception {
		this.holder = TestConnections.holder(server.url());
		this.template = new JetStreamTemplate(this.holder, TestConnections.CONVERTER, JetStreamOptions.defaultOptions(),
				JetStreamTemplateSettings.defaults());
		this.management = this.holder.get().jetStreamManagement();
		this.management.addStream(StreamConfiguration.builder()
			.name(this.stream)
			.subjects(this.stream + ".>")
			.storageType(StorageType.Memory)
			.build());
		this.management.addOrUpdateConsumer(this.stream,
				ConsumerConfiguration.builder().durable("billing").ackWait(LONG).build());
	}

	@AfterEach
	void close() {
		server.resume();
		this.holder.destroy();
	}

	@Test
	void givesMessagesThatTheCallerSettles() throws Exception {
		publish(3);
		List<ReceivedMessage<Order>> received = this.template.receive(this.stream, "billing", Order.class, 3, LONG);
		assertThat(received).extracting(ReceivedMessage::payload)
			.containsExactly(new Order(0), new Order(1), new Order(2));
		assertThat(received).extracting(ReceivedMessage::subject).containsOnly(this.stream + ".created");
		received.get(0).ack();
		received.get(1).ackSync(LONG);
		received.get(2).nak(Duration.ZERO);
		List<Message> again = this.template.receive(this.stream, "billing", 3, Duration.ofSeconds(1));
		assertThat(again).hasSize(1);
		assertThat(again.get(0).metaData().streamSequence()).isEqualTo(3);
		again.get(0).ackSync(LONG);
		ConsumerInfo info = this.management.getConsumerInfo(this.stream, "billing");
		assertThat(info.getNumAckPending()).isZero();
		assertThat(info.getNumPending()).isZero();
	}

	@Test
	void takesAtMostAsManyAsAsked() throws Exception {
		publish(10);
		assertThat(this.template.receive(this.stream, "billing", 4, LONG)).hasSize(4);
		assertThat(this.management.getConsumerInfo(this.stream, "billing").getNumAckPending()).isEqualTo(4);
	}

	@Test
	void waitsForMessagesUntilTheTimeIsOver() throws Exception {
		long start = System.nanoTime();
		assertThat(this.template.receive(this.stream, "billing", 4, SHORT)).isEmpty();
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(SHORT.dividedBy(2), Duration.ofSeconds(10));
		CompletableFuture<List<Message>> waiting = CompletableFuture
			.supplyAsync(() -> this.template.receive(this.stream, "billing", 1, LONG));
		await().until(() -> this.management.getConsumerInfo(this.stream, "billing").getNumWaiting() == 1);
		publish(1);
		assertThat(waiting.get(30, TimeUnit.SECONDS)).hasSize(1);
	}

	@Test
	void takesWhatIsThereWithoutWaiting() {
		assertThat(this.template.receive(this.stream, "billing", 5, Duration.ZERO)).isEmpty();
		publish(2);
		assertThat(this.template.receive(this.stream, "billing", 5, Duration.ZERO)).hasSize(2);
	}

	@Test
	void saysThatThereIsNoSuchConsumer() {
		assertThatExceptionOfType(NatsReceiveException.class)
			.isThrownBy(() -> this.template.receive(this.stream, "nobody", 1, LONG))
			.withMessageContaining("'nobody'")
			.withMessageContaining(this.stream);
	}

	@Test
	void saysThatAConsumerWasDeletedMeanwhile() throws Exception {
		CompletableFuture<List<Message>> waiting = CompletableFuture
			.supplyAsync(() -> this.template.receive(this.stream, "billing", 1, LONG));
		await().until(() -> this.management.getConsumerInfo(this.stream, "billing").getNumWaiting() == 1);
		this.management.deleteConsumer(this.stream, "billing");
		assertThat(waiting).failsWithin(Duration.ofSeconds(20))
			.withThrowableThat()
			.withCauseInstanceOf(NatsReceiveException.class)
			.withMessageContaining("Consumer Deleted");
	}

	@Test
	void letsOneUnreadableMessageNotStandInTheWayOfOthers() {
		this.template.publish(this.stream + ".created", "nonsense",
				(options) -> options.contentType("application/json"));
		publish(1);
		List<ReceivedMessage<Order>> received = this.template.receive(this.stream, "billing",
				new ParameterizedTypeReference<Order>() {
				}, 2, LONG);
		assertThatExceptionOfType(MessageConversionException.class).isThrownBy(received.get(0)::payload);
		assertThat(received.get(1).payload()).isEqualTo(new Order(0));
	}

	@Test
	void leavesNothingBehind() throws Exception {
		publish(50);
		int before = subscriptions();
		for (int i = 0; i < 10; i++) {
			this.template.receive(this.stream, "billing", 3, LONG).forEach(Message::ack);
		}
		this.template.receive(this.stream, "billing", 1000, SHORT).forEach(Message::ack);
		this.template.receive(this.stream, "billing", 10, Duration.ZERO);
		assertThatExceptionOfType(NatsReceiveException.class)
			.isThrownBy(() -> this.template.receive(this.stream, "nobody", 1, LONG));
		await().untilAsserted(() -> assertThat(subscriptions()).isEqualTo(before));
		ConsumerInfo info = this.management.getConsumerInfo(this.stream, "billing");
		assertThat(info.getNumWaiting()).isZero();
		assertThat(info.getNumPending()).isZero();
	}

	@Test
	void endsInTimeAndLosesNothingWhenTheServerIsPausedMeanwhile() throws Exception {
		this.management.addOrUpdateConsumer(this.stream,
				ConsumerConfiguration.builder().durable("quick").ackWait(Duration.ofSeconds(2)).build());
		publish(5);
		server.pause();
		CompletableFuture<List<Message>> late = CompletableFuture
			.supplyAsync(() -> this.template.receive(this.stream, "quick", 5, SHORT));
		assertThat(late.get(10, TimeUnit.SECONDS)).isEmpty();
		server.resume();
		// Whatever the server still delivers to the inbox that is gone comes back
		Set<Long> sequences = new HashSet<>();
		await().atMost(LONG).until(() -> {
			for (Message message : this.template.receive(this.stream, "quick", 5, Duration.ofSeconds(1))) {
				sequences.add(message.metaData().streamSequence());
				message.ack();
			}
			return sequences.size() == 5;
		});
	}

	@Test
	void handsBackAtOnceWhatAnInterruptedCallerDoesNotSee() throws Exception {
		publish(2);
		Thread caller = new Thread(() -> {
			try {
				this.template.receive(this.stream, "billing", 5, LONG);
			}
			catch (NatsReceiveException ex) {
				assertThat(Thread.currentThread().isInterrupted()).isTrue();
			}
		});
		caller.start();
		await().until(() -> this.management.getConsumerInfo(this.stream, "billing").getNumAckPending() == 2);
		await().until(() -> caller.getState() == Thread.State.TIMED_WAITING);
		caller.interrupt();
		caller.join(TimeUnit.SECONDS.toMillis(30));
		assertThat(this.template.receive(this.stream, "billing", 2, Duration.ofSeconds(10))).hasSize(2);
	}

	private void publish(int count) {
		for (int i = 0; i < count; i++) {
			this.template.publish(this.stream + ".created", new Order(i));
		}
	}

	private static int subscriptions() throws Exception {
		HttpResponse<String> response = HttpClient.newHttpClient()
			.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + monitoringPort + "/connz?subs=1")).build(),
					HttpResponse.BodyHandlers.ofString());
		return response.body().split("_INBOX\\.", -1).length - 1;
	}

	record Order(int number) {
	}

}
