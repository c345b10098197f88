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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.github.natsspring.listener.RetrySettings;
import io.github.natsspring.test.NatsServer;
import io.nats.client.Connection;
import io.nats.client.JetStreamManagement;
import io.nats.client.Message;
import io.nats.client.Nats;
import io.nats.client.api.ConsumerInfo;
import io.nats.client.api.MessageInfo;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Base of the tests for what {@link NatsListener} methods return, against a real server:
 * each test has a stream of its own, called <code>${test}</code>, and one for results.
 */
@Timeout(60)
abstract class AbstractResultTests {

	static final Duration ANSWER = Duration.ofSeconds(20);

	static NatsServer server;

	Connection client;

	JetStreamManagement management;

	ListenerContext context;

	@BeforeAll
	static void startServer() {
		server = NatsServer.builder().start();
	}

	@AfterAll
	static void stopServer() {
		server.close();
	}

	@BeforeEach
	void createStreams() throws Exception {
		this.client = Nats.connect(server.url());
		this.management = this.client.jetStreamManagement();
		this.context = new ListenerContext(server.url()).factory((factory) -> {
			factory.setRetry(new RetrySettings(RetrySettings.Mode.REDELIVER, 0, Duration.ofMillis(50), 2,
					Duration.ofMillis(200), 0, List.of(), RetrySettings.OnExhausted.DEAD_LETTER));
			factory.setShutdownTimeout(Duration.ofSeconds(5));
		});
		createStream(stream(), stream() + ".in.>");
		createStream(results(), results() + ".>");
	}

	@AfterEach
	void close() throws Exception {
		this.context.close();
		this.client.close();
	}

	void createStream(String name, String subject) throws Exception {
		this.management.addStream(
				StreamConfiguration.builder().name(name).subjects(subject).storageType(StorageType.Memory).build());
	}

	String stream() {
		return this.context.unique();
	}

	String results() {
		return this.context.unique() + "_results";
	}

	<T> T start(Class<T> listener) {
		return this.context.bean("listener", listener).start().get(listener);
	}

	void publish(String subject, String text) throws Exception {
		this.client.jetStream().publish(stream() + ".in." + subject, text.getBytes(StandardCharsets.UTF_8));
	}

	Message request(String subject, String text) throws Exception {
		Message reply = this.client.request(stream() + "." + subject, text.getBytes(StandardCharsets.UTF_8), ANSWER);
		assertThat(reply).isNotNull();
		return reply;
	}

	static String text(Message message) {
		return new String(message.getData(), StandardCharsets.UTF_8);
	}

	/**
	 * What is in the stream for results, as subject and text.
	 */
	List<String> stored() throws Exception {
		List<String> stored = new ArrayList<>();
		for (MessageInfo message : storedMessages()) {
			stored.add(message.getSubject().substring(results().length() + 1) + " "
					+ new String(message.getData(), StandardCharsets.UTF_8));
		}
		return stored;
	}

	List<MessageInfo> storedMessages() throws Exception {
		List<MessageInfo> stored = new ArrayList<>();
		long last = this.management.getStreamInfo(results()).getStreamState().getLastSequence();
		for (long sequence = 1; sequence <= last; sequence++) {
			stored.add(this.management.getMessage(results(), sequence));
		}
		return stored;
	}

	ConsumerInfo consumer() throws Exception {
		return this.management.getConsumerInfo(stream(), "worker");
	}

	/**
	 * Wait until everything that was published is acknowledged.
	 */
	void awaitSettled() throws Exception {
		long last = this.management.getStreamInfo(stream()).getStreamState().getLastSequence();
		await().untilAsserted(() -> {
			assertThat(consumer().getNumAckPending()).isZero();
			assertThat(consumer().getAckFloor().getStreamSequence()).isEqualTo(last);
		});
	}

	/**
	 * A future that completes soon, on another thread.
	 */
	static CompletableFuture<Void> later() {
		return CompletableFuture.runAsync(() -> {
		}, CompletableFuture.delayedExecutor(20, TimeUnit.MILLISECONDS));
	}

}
