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

package io.github.natsspring.deadletter;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.listener.AckMode;
import io.github.natsspring.listener.NatsMessageListener;
import io.github.natsspring.test.NatsServer;
import io.github.natsspring.topology.ProvisioningMode;
import io.nats.client.JetStreamManagement;
import io.nats.client.Message;
import io.nats.client.api.RetentionPolicy;
import io.nats.client.impl.Headers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Base of the tests for {@link DeadLetterOperations}, on a real server: each test has a
 * stream with the consumers c and d, and fails what they get.
 */
abstract class AbstractDeadLetterOperationsTests {

	static final int MAX_PAYLOAD = 64 * 1024;

	static NatsServer server;

	final String stream = "O" + System.nanoTime();

	final String dlq = this.stream + "_DLQ";

	final List<Message> handled = new ArrayList<>();

	NatsMessageListener listener = (message, acknowledgment) -> this.handled.add(message);

	AckMode ackMode = AckMode.AUTO;

	ConnectionHolder holder;

	JetStreamManagement management;

	DeadLetters letters;

	DeadLetterOperations operations;

	@BeforeAll
	static void startServer() {
		server = NatsServer.builder().config("max_payload: " + MAX_PAYLOAD).start();
	}

	@AfterAll
	static void stopServer() {
		server.close();
	}

	@BeforeEach
	void connect() throws Exception {
		connect(server.url());
	}

	void connect(String url) throws Exception {
		this.holder = Letters.holder(url);
		this.management = this.holder.get().jetStreamManagement();
		this.letters = Letters.deadLetters(this.holder, ProvisioningMode.CREATE, null);
		this.operations = this.letters.operations((origin) -> (origin.consumer().equals("c"))
				? new ListenerRedriveTarget(this.listener, this.ackMode, Duration.ofMillis(200)) : null);
		Letters.addStream(this.management, this.stream, RetentionPolicy.Limits, this.stream + ".>");
		Letters.addConsumer(this.management, this.stream, "c", this.stream + ".*");
		Letters.addConsumer(this.management, this.stream, "d", this.stream + ".>");
	}

	@AfterEach
	void close() {
		this.holder.destroy();
	}

	void fail(String consumer, String payload) throws Exception {
		fail(consumer, payload, new Headers().add("X-Tenant", "a").add("Nats-Msg-Id", "m" + System.nanoTime()));
	}

	void fail(String consumer, String payload, Headers headers) throws Exception {
		this.holder.get().jetStream().publish(this.stream + ".created", headers, payload.getBytes());
		Message message = Letters.fetch(this.holder, this.stream, consumer);
		while (!payload.equals(new String(message.getData()))) {
			message.ack();
			message = Letters.fetch(this.holder, this.stream, consumer);
		}
		DeadLetterSource source = DeadLetterSource.of("listener-" + consumer, "com.example.Listener#on",
				this.management.getConsumerInfo(this.stream, consumer));
		DeadLetterPublisher publisher = Objects.requireNonNull(this.letters.open(source, Letters.enabled()));
		assertThat(publisher.send(Letters.failed(message))).isTrue();
	}

	DeadLetterId id(long sequence) {
		return new DeadLetterId(this.dlq, sequence);
	}

	long stored() throws Exception {
		return this.management.getStreamInfo(this.dlq).getStreamState().getMsgCount();
	}

}
