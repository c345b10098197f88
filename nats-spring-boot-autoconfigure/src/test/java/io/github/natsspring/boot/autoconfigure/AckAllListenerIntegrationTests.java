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

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

import io.github.natsspring.annotation.NatsListener;
import io.github.natsspring.listener.Acknowledgment;
import io.github.natsspring.test.NatsServer;
import io.nats.client.Connection;
import io.nats.client.JetStreamManagement;
import io.nats.client.Nats;
import io.nats.client.Subscription;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.PriorityPolicy;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for listeners whose consumer has the ack policy {@code all}.
 */
@Timeout(60)
class AckAllListenerIntegrationTests {

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
		this.management.addStream(StreamConfiguration.builder()
			.name(this.stream)
			.subjects(this.stream + ".>")
			.storageType(StorageType.Memory)
			.build());
		this.contextRunner = new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class, NatsAutoConfiguration.class,
					NatsJetStreamAutoConfiguration.class))
			.withPropertyValues("nats.servers=" + server.url(), "test=" + this.stream,
					"nats.listener.retry.mode=in-place");
	}

	@AfterEach
	void disconnect() throws Exception {
		this.client.close();
	}

	@Test
	void takesAConsumerThatTheApplicationDeclares() {
		String declaration = "nats.jetstream.streams.%s.".formatted(this.stream);
		this.contextRunner
			.withPropertyValues(declaration + "subjects=%s.>".formatted(this.stream),
					declaration + "storage-type=memory", declaration + "consumers.work.ack-policy=all",
					declaration + "consumers.work.priority-groups=active",
					declaration + "consumers.work.priority-policy=pinned-client")
			.withBean(Single.class)
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(
						this.management.getConsumerInfo(this.stream, "work").getConsumerConfiguration().getAckPolicy())
					.isEqualTo(AckPolicy.All);
				assertHandlesWithFewAcknowledgements(context.getBean(Single.class).seen);
			});
	}

	@Test
	void takesAConsumerOnTheServerForBatches() throws Exception {
		createConsumer((builder) -> builder);
		this.contextRunner.withBean(Batches.class).run((context) -> {
			assertThat(context).hasNotFailed();
			assertHandlesWithFewAcknowledgements(context.getBean(Batches.class).seen);
		});
	}

	@Test
	void acknowledgesUpToWhatTheMethodAcknowledgedItself() throws Exception {
		createConsumer((builder) -> builder);
		this.contextRunner.withBean(Manual.class).run((context) -> {
			publish(0, 3);
			Manual manual = context.getBean(Manual.class);
			await().until(() -> manual.held.size() == 3);
			List<Acknowledgment> held = List.copyOf(manual.held);
			held.get(1).ack();
			held.get(2).ack();
			await().during(Duration.ofMillis(300)).until(() -> acknowledged() == 0);
			held.get(0).ackSync();
			assertThat(acknowledged()).isEqualTo(3);
		});
	}

	@Test
	void refusesSeveralHandlers() throws Exception {
		createConsumer((builder) -> builder);
		this.contextRunner = this.contextRunner.withPropertyValues("nats.listener.concurrency=2");
		assertRefused(Single.class, "its concurrency is 2", "Set the concurrency 1");
	}

	@Test
	void refusesAnOrderingKey() throws Exception {
		createConsumer((builder) -> builder.filterSubject(this.stream + ".*"));
		assertRefused(Keyed.class, "its 'orderingKey' is '{region}'", "Remove 'orderingKey'");
	}

	@Test
	void refusesSeveralInstances() throws Exception {
		createConsumer((builder) -> builder);
		assertRefused(Shared.class, "it is not single-active", "Set 'singleActive'");
	}

	@Test
	void refusesThatTheServerDeliversFailedMessagesAgain() throws Exception {
		createConsumer((builder) -> builder);
		this.contextRunner = this.contextRunner.withPropertyValues("nats.listener.retry.mode=redeliver");
		assertRefused(Single.class, "its retry.mode is 'redeliver'", "Set nats.listener.retry.mode to 'in-place'");
	}

	@Test
	void refusesConfirmationsOfSingleMessages() throws Exception {
		createConsumer((builder) -> builder);
		this.contextRunner = this.contextRunner.withPropertyValues("nats.listener.ack-mode=auto-confirmed");
		assertRefused(Single.class, "its ack mode is 'auto-confirmed'", "Set the ack mode 'auto'");
	}

	@Test
	void refusesABoundOnDeliveries() throws Exception {
		createConsumer((builder) -> builder.maxDeliver(4));
		assertRefused(Single.class, "its consumer has max-deliver 4", "Take max-deliver from the consumer");
	}

	private void assertHandlesWithFewAcknowledgements(Queue<Integer> seen) throws Exception {
		Subscription acks = this.client.subscribe("$JS.ACK.%s.>".formatted(this.stream));
		publish(0, 500);
		await().until(() -> acknowledged() == 500);
		assertThat(seen).containsExactlyElementsOf(IntStream.range(0, 500).boxed().toList());
		assertThat(acks.getPendingMessageCount()).isPositive().isLessThan(300);
	}

	private void publish(int from, int to) throws Exception {
		for (int i = from; i < to; i++) {
			this.client.publish(this.stream + ".eu", String.valueOf(i).getBytes(StandardCharsets.UTF_8));
		}
		this.client.flush(Duration.ofSeconds(5));
	}

	private long acknowledged() throws Exception {
		return this.management.getConsumerInfo(this.stream, "work").getAckFloor().getStreamSequence();
	}

	private void createConsumer(UnaryOperator<ConsumerConfiguration.Builder> configuration) throws Exception {
		this.management
			.addOrUpdateConsumer(this.stream,
					configuration.apply(ConsumerConfiguration.builder()
						.durable("work")
						.ackPolicy(AckPolicy.All)
						.priorityGroups("active")
						.priorityPolicy(PriorityPolicy.PinnedClient)).build());
	}

	private void assertRefused(Class<?> listener, String problem, String action) {
		this.contextRunner.withBean(listener).run((context) -> {
			assertThat(context).hasFailed();
			FailureAnalysis analysis = new NatsListenerFailureAnalyzer().analyze(context.getStartupFailure());
			assertThat(analysis.getDescription()).contains(listener.getName() + "#on", problem,
					"its consumer 'work' of stream '%s' has the ack policy 'all'".formatted(this.stream));
			assertThat(analysis.getAction()).contains(action, "'explicit'");
		});
	}

	static class Single {

		private final Queue<Integer> seen = new ConcurrentLinkedQueue<>();

		@NatsListener(stream = "${test}", consumer = "work", singleActive = true)
		void on(String number) {
			this.seen.add(Integer.valueOf(number));
		}

	}

	static class Batches {

		private final Queue<Integer> seen = new ConcurrentLinkedQueue<>();

		@NatsListener(stream = "${test}", consumer = "work", singleActive = true, batchSize = "50")
		void on(List<String> numbers) {
			numbers.forEach((number) -> this.seen.add(Integer.valueOf(number)));
		}

	}

	static class Manual {

		private final Queue<Acknowledgment> held = new ConcurrentLinkedQueue<>();

		@NatsListener(stream = "${test}", consumer = "work", singleActive = true, ackMode = "manual")
		void on(String number, Acknowledgment acknowledgment) {
			this.held.add(acknowledgment);
		}

	}

	static class Keyed {

		@NatsListener(stream = "${test}", consumer = "work", subjects = "${test}.{region}", singleActive = true,
				orderingKey = "{region}")
		void on(String number) {
		}

	}

	static class Shared {

		@NatsListener(stream = "${test}", consumer = "work")
		void on(String number) {
		}

	}

}
