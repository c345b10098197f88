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
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;

import io.github.natsspring.annotation.NatsListener;
import io.github.natsspring.config.NatsListenerEndpointRegistry;
import io.github.natsspring.deadletter.DeadLetterOperations;
import io.github.natsspring.deadletter.DeadLetterQuery;
import io.github.natsspring.listener.ContainerStatus.State;
import io.github.natsspring.listener.MessageListenerContainer;
import io.github.natsspring.test.NatsServer;
import io.nats.client.Connection;
import io.nats.client.JetStreamManagement;
import io.nats.client.Nats;
import org.assertj.core.api.ListAssert;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for listeners without a durable consumer, from the annotation to a real server.
 */
@Timeout(60)
class OwnConsumerListenerIntegrationTests {

	private static NatsServer server;

	private final String stream = "T" + UUID.randomUUID().toString().replace("-", "");

	private Connection client;

	private JetStreamManagement management;

	private ApplicationContextRunner contextRunner;

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
			.withPropertyValues("nats.servers=" + server.url(), "test=" + this.stream,
					"nats.jetstream.streams.%s.subjects=%s.>".formatted(this.stream, this.stream),
					"nats.listener.retry.initial-interval=20ms", "nats.listener.retry.max-interval=100ms",
					"nats.listener.concurrency=4");
	}

	@AfterEach
	void disconnect() throws Exception {
		this.client.close();
	}

	@Test
	void givesEachInstanceEveryMessage() {
		ApplicationContextRunner news = this.contextRunner.withBean(News.class);
		news.run((one) -> {
			assertThat(one).hasNotFailed();
			publish(0, 3);
			await().until(() -> one.getBean(News.class).seen.size() == 3);
			news.run((other) -> {
				publish(3, 6);
				await().untilAsserted(
						() -> assertThat(other.getBean(News.class).seen).containsExactlyInAnyOrder("3", "4", "5"));
				await().until(() -> one.getBean(News.class).seen.size() == 6);
				assertThat(this.management.getConsumers(this.stream)).hasSize(2);
			});
			assertThat(this.management.getConsumers(this.stream)).hasSize(1);
		});
	}

	@Test
	void replaysEverythingInOrderAtEachStart() {
		ApplicationContextRunner replay = this.contextRunner.withBean(Replay.class);
		List<String> all = IntStream.range(0, 200).mapToObj(String::valueOf).toList();
		replay.run((context) -> {
			assertThat(context).hasNotFailed();
			publish(0, 200);
			await().untilAsserted(() -> assertThat(context.getBean(Replay.class).seen).containsExactlyElementsOf(all));
		});
		assertThatConsumers().isEmpty();
		replay.run((context) -> await()
			.untilAsserted(() -> assertThat(context.getBean(Replay.class).seen).containsExactlyElementsOf(all)));
	}

	@Test
	void handsADeadLetterOfItBackToTheListener() {
		this.contextRunner.withBean(News.class)
			.withPropertyValues("nats.listener.dead-letter.enabled=true", "nats.listener.retry.max-attempts=2")
			.run((context) -> {
				News news = context.getBean(News.class);
				news.broken = true;
				publish(0, 1);
				DeadLetterOperations letters = context.getBean(DeadLetterOperations.class);
				await()
					.untilAsserted(() -> assertThat(letters.list(DeadLetterQuery.ofStream(this.stream))).singleElement()
						.satisfies((letter) -> {
							assertThat(letter.origin().consumer()).isEqualTo("listener-news");
							assertThat(letter.origin().listenerId()).isEqualTo("news");
						}));
				news.broken = false;
				assertThat(letters.redriveAll(DeadLetterQuery.ofStream(this.stream)).redriven()).isEqualTo(1);
				assertThat(news.seen).containsExactly("0");
				assertThat(letters.list(DeadLetterQuery.ofStream(this.stream))).isEmpty();
			});
	}

	@Test
	void endsAnOrderedListenerThatCannotGoOn() {
		this.contextRunner.withBean(Replay.class)
			.withPropertyValues("nats.listener.retry.max-attempts=2")
			.run((context) -> {
				context.getBean(Replay.class).broken = "1";
				publish(0, 3);
				MessageListenerContainer container = context.getBean(NatsListenerEndpointRegistry.class)
					.getListenerContainer("replay");
				await().untilAsserted(() -> assertThat(container.getStatus().state()).isEqualTo(State.FAILED));
				assertThat(container.getStatus().detail()).contains("failed on message 2", "there are no dead letters");
				assertThat(context.getBean(Replay.class).seen).containsExactly("0");
			});
	}

	@Test
	void failsAtTheStartOnContradictions() {
		this.contextRunner.withBean(Contradiction.class)
			.run((context) -> assertThat(context).hasFailed()
				.getFailure()
				.hasStackTraceContaining(Contradiction.class.getName() + "#on")
				.hasStackTraceContaining("its 'ordered' is true and its 'concurrency' '2'")
				.hasStackTraceContaining("Remove one of them"));
		this.contextRunner.withBean(News.class)
			.withPropertyValues("nats.jetstream.streams.%s.retention=work-queue".formatted(this.stream))
			.run((context) -> assertThat(context).hasFailed()
				.getFailure()
				.hasStackTraceContaining("its stream '%s' has the retention".formatted(this.stream))
				.hasStackTraceContaining("Name a durable consumer in 'consumer'"));
	}

	private ListAssert<String> assertThatConsumers() {
		try {
			return assertThat(this.management.getConsumerNames(this.stream));
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	private void publish(int from, int to) throws Exception {
		for (int i = from; i < to; i++) {
			this.client.jetStream().publish(this.stream + ".m", String.valueOf(i).getBytes());
		}
	}

	static class News {

		final Queue<String> seen = new ConcurrentLinkedQueue<>();

		volatile boolean broken;

		@NatsListener(id = "news", stream = "${test}")
		void on(String text) {
			if (this.broken) {
				throw new IllegalStateException("expected by the test");
			}
			this.seen.add(text);
		}

	}

	static class Replay {

		final Queue<String> seen = new ConcurrentLinkedQueue<>();

		volatile String broken = "";

		@NatsListener(id = "replay", stream = "${test}", ordered = true)
		void on(String text) {
			if (this.broken.equals(text)) {
				throw new IllegalStateException("expected by the test");
			}
			this.seen.add(text);
		}

	}

	static class Contradiction {

		@NatsListener(stream = "${test}", ordered = true, concurrency = "2")
		void on(String text) {
		}

	}

}
