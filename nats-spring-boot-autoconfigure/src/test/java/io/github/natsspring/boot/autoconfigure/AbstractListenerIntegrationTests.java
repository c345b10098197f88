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

import java.util.List;
import java.util.UUID;

import io.github.natsspring.deadletter.DeadLetter;
import io.github.natsspring.deadletter.DeadLetterOperations;
import io.github.natsspring.deadletter.DeadLetterQuery;
import io.github.natsspring.test.NatsServer;
import io.nats.client.Connection;
import io.nats.client.JetStreamManagement;
import io.nats.client.Nats;
import io.nats.client.api.ConsumerInfo;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Base of the tests for listeners, from annotation and properties to a real server: an
 * application that is not running yet, and a client beside it. Each test has a stream of
 * its own, called <code>${test}</code> in annotations.
 */
@Timeout(60)
abstract class AbstractListenerIntegrationTests {

	static NatsServer server;

	final String stream = "T" + UUID.randomUUID().toString().replace("-", "");

	Connection client;

	JetStreamManagement management;

	ApplicationContextRunner contextRunner;

	@BeforeAll
	static void startServer() {
		server = NatsServer.builder().start();
	}

	@AfterAll
	static void stopServer() {
		server.close();
	}

	@BeforeEach
	void connect() throws Exception {
		this.client = Nats.connect(server.url());
		this.management = this.client.jetStreamManagement();
		this.contextRunner = new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class, NatsAutoConfiguration.class,
					NatsJetStreamAutoConfiguration.class))
			.withPropertyValues("nats.servers=" + server.url(), "test=" + this.stream);
	}

	@AfterEach
	void disconnect() throws Exception {
		this.client.close();
	}

	/**
	 * Properties that declare the stream of the test.
	 */
	String[] declaredStream() {
		return new String[] { "nats.jetstream.streams.%s.subjects=%s.>".formatted(this.stream, this.stream),
				"nats.jetstream.streams.%s.storage-type=memory".formatted(this.stream) };
	}

	/**
	 * The prefix of the properties of a consumer.
	 */
	String consumer(String name) {
		return "nats.jetstream.streams.%s.consumers.%s".formatted(this.stream, name);
	}

	ConsumerInfo info(String consumer) throws Exception {
		return this.management.getConsumerInfo(this.stream, consumer);
	}

	/**
	 * Wait until everything that was published is settled.
	 */
	void assertSettled(String consumer) throws Exception {
		long last = this.management.getStreamInfo(this.stream).getStreamState().getLastSequence();
		await().untilAsserted(() -> {
			ConsumerInfo info = info(consumer);
			assertThat(info.getNumAckPending()).isZero();
			assertThat(info.getAckFloor().getStreamSequence()).isEqualTo(last);
		});
	}

	List<DeadLetter> letters(DeadLetterOperations operations) {
		return operations.list(DeadLetterQuery.ofStream(this.stream));
	}

	/**
	 * Start the application, which must not come up because of a listener.
	 * @param listener the class, whose method is called {@code on}
	 * @return what Spring Boot tells the user
	 */
	FailureAnalysis refusal(Class<?> listener) {
		FailureAnalysis[] refusal = new FailureAnalysis[1];
		this.contextRunner.run((context) -> {
			assertThat(context).hasFailed();
			refusal[0] = new NatsListenerFailureAnalyzer().analyze(context.getStartupFailure());
		});
		assertThat(refusal[0].getDescription()).contains(listener.getName() + "#on");
		assertThat(refusal[0].getAction()).isNotBlank();
		return refusal[0];
	}

}
