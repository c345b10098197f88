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
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.test.NatsServer;
import io.github.natsspring.topology.ProvisioningMode;
import io.nats.client.JetStreamManagement;
import io.nats.client.JetStreamSubscription;
import io.nats.client.Message;
import io.nats.client.PullSubscribeOptions;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.RetentionPolicy;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.impl.Headers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link AdvisoryWatcher} on a real server.
 */
class AdvisoryWatcherIntegrationTests {

	private static final Duration LONG = Duration.ofSeconds(20);

	private static NatsServer server;

	private static ExecutorService executor;

	private final String stream = "A" + System.nanoTime();

	private final String dlq = this.stream + "_DLQ";

	private ConnectionHolder holder;

	private JetStreamManagement management;

	private DeadLetters letters;

	@BeforeAll
	static void start() {
		server = NatsServer.builder().start();
		executor = Executors.newCachedThreadPool();
	}

	@AfterAll
	static void stop() {
		executor.shutdownNow();
		server.close();
	}

	@BeforeEach
	void connect() throws Exception {
		this.holder = Letters.holder(server.url());
		this.management = this.holder.get().jetStreamManagement();
		this.letters = Letters.deadLetters(this.holder, ProvisioningMode.CREATE, null);
	}

	@AfterEach
	void close() {
		this.holder.destroy();
	}

	@Test
	void deadLettersOnceWhatWasDeliveredAsOftenAsAllowed() throws Exception {
		addStream(RetentionPolicy.Limits);
		AdvisoryWatcher first = watch();
		AdvisoryWatcher second = watch();
		first.start();
		second.start();
		try {
			publish("payload");
			giveUp();
			DeadLetter letter = await().atMost(LONG).until(() -> letters(), (found) -> !found.isEmpty()).get(0);
			assertThat(letter.origin().sequence()).isEqualTo(1);
			assertThat(letter.origin().deliveries()).isEqualTo(2);
			assertThat(letter.origin().listenerId()).isEqualTo("listener-c");
			assertThat(letter.headers()).containsOnlyKeys("X-Tenant");
			assertThat(letter.exceptionClass()).isEqualTo(MessageGivenUpException.class.getName());
			assertThat(letter.exceptionMessage()).contains("2 deliveries (max-deliver)");
			assertThat(operations().payload(letter.id())).asString().isEqualTo("payload");
			await().during(Duration.ofMillis(500)).until(() -> letters().size() == 1);
		}
		finally {
			first.stop();
			second.stop();
		}
	}

	@Test
	void takesARescuedMessageFromItsWorkQueue() throws Exception {
		addStream(RetentionPolicy.WorkQueue);
		AdvisoryWatcher watcher = watch();
		watcher.start();
		try {
			publish("payload");
			giveUp();
			await().atMost(LONG).until(() -> letters().size() == 1);
			await().atMost(LONG).until(() -> messages() == 0);
		}
		finally {
			watcher.stop();
		}
	}

	@Test
	void findsOnAWorkQueueWhatWasGivenUpBeforeTheStart() throws Exception {
		addStream(RetentionPolicy.WorkQueue);
		publish("stranded");
		giveUp();
		await().atMost(LONG).until(() -> this.management.getConsumerInfo(this.stream, "c").getNumAckPending() == 0);
		publish("waiting");
		AdvisoryWatcher watcher = watch();
		watcher.start();
		try {
			DeadLetter letter = await().atMost(LONG).until(() -> letters(), (found) -> !found.isEmpty()).get(0);
			assertThat(letter.origin().sequence()).isEqualTo(1);
			assertThat(letter.exceptionMessage()).contains("while no instance listened");
			await().atMost(LONG).until(() -> messages() == 1);
			assertThat(Letters.fetch(this.holder, this.stream, "c").getData()).asString().isEqualTo("waiting");
			assertThat(letters()).hasSize(1);
		}
		finally {
			watcher.stop();
		}
	}

	@Test
	void deadLettersWhatAnotherClientTerminatedAndNotWhatWeDid() throws Exception {
		addStream(RetentionPolicy.Limits);
		AdvisoryWatcher watcher = watch();
		watcher.start();
		try {
			publish("ours");
			terminate(" " + AdvisoryWatcher.OWN_TERMINATION + " dead-lettered");
			publish("theirs");
			terminate(" no use");
			List<DeadLetter> found = await().atMost(LONG).until(() -> letters(), (letters) -> !letters.isEmpty());
			assertThat(found).singleElement().satisfies((letter) -> {
				assertThat(letter.origin().sequence()).isEqualTo(2);
				assertThat(letter.exceptionMessage()).isEqualTo("Another client terminated the message: no use");
			});
		}
		finally {
			watcher.stop();
		}
	}

	@Test
	void goesOnAfterTheServerWasRestarted() throws Exception {
		addStream(RetentionPolicy.Limits);
		AdvisoryWatcher watcher = watch();
		watcher.start();
		try {
			server.restart();
			// A try without an answer may have been stored
			Headers once = new Headers().add("Nats-Msg-Id", "once");
			await().atMost(LONG).ignoreExceptions().until(() -> {
				this.holder.get().jetStream().publish(this.stream + ".created", once, "payload".getBytes());
				return true;
			});
			giveUp();
			await().atMost(LONG).ignoreExceptions().until(() -> letters().size() == 1);
		}
		finally {
			watcher.stop();
		}
	}

	@Test
	void triesAgainWhenTheLetterCannotBeStored() throws Exception {
		addStream(RetentionPolicy.Limits);
		AdvisoryWatcher watcher = watch();
		watcher.start();
		try {
			this.management.deleteStream(this.dlq);
			publish("payload");
			giveUp();
			await().atMost(LONG).until(() -> this.management.getConsumerInfo(this.stream, "c").getNumAckPending() == 0);
			Letters.addStream(this.management, this.dlq, RetentionPolicy.Limits, "dlq." + this.stream + ".*");
			await().atMost(LONG).until(() -> letters().size() == 1);
		}
		finally {
			watcher.stop();
		}
	}

	@Test
	void hearsNothingAfterItWasStopped() throws Exception {
		addStream(RetentionPolicy.Limits);
		AdvisoryWatcher watcher = watch();
		watcher.start();
		watcher.stop();
		publish("payload");
		giveUp();
		await().atMost(LONG).until(() -> this.management.getConsumerInfo(this.stream, "c").getNumAckPending() == 0);
		await().during(Duration.ofMillis(500)).until(() -> letters().isEmpty());
		assertThat(watcher.getDropped()).isZero();
	}

	private void addStream(RetentionPolicy retention) throws Exception {
		this.management.addStream(StreamConfiguration.builder()
			.name(this.stream)
			.subjects(this.stream + ".>")
			.retentionPolicy(retention)
			.build());
		this.management.addOrUpdateConsumer(this.stream,
				ConsumerConfiguration.builder()
					.durable("c")
					.ackPolicy(AckPolicy.Explicit)
					.ackWait(Duration.ofMillis(500))
					.maxDeliver(2)
					.build());
	}

	private AdvisoryWatcher watch() throws Exception {
		DeadLetterSource source = DeadLetterSource.of("listener-c", "com.example.Listener#on",
				this.management.getConsumerInfo(this.stream, "c"));
		return this.letters.watch(Objects.requireNonNull(this.letters.open(source, Letters.enabled())), true, executor);
	}

	private void publish(String payload) throws Exception {
		this.holder.get()
			.jetStream()
			.publish(this.stream + ".created", new Headers().add("X-Tenant", "a"), payload.getBytes());
	}

	/**
	 * As an instance does that dies each time; the server gives the message up when it is
	 * asked for the next.
	 */
	private void giveUp() throws Exception {
		for (int i = 1; i <= 2; i++) {
			assertThat(Letters.fetch(this.holder, this.stream, "c").metaData().deliveredCount()).isEqualTo(i);
		}
		JetStreamSubscription subscription = this.holder.get()
			.jetStream()
			.subscribe(null, PullSubscribeOptions.bind(this.stream, "c"));
		assertThat(subscription.fetch(1, Duration.ofSeconds(2))).isEmpty();
		subscription.unsubscribe();
	}

	private void terminate(String reason) throws Exception {
		Message message = Letters.fetch(this.holder, this.stream, "c");
		this.holder.get().publish(message.getReplyTo(), ("+TERM" + reason).getBytes());
	}

	private DeadLetterOperations operations() {
		return this.letters.operations((origin) -> null);
	}

	private List<DeadLetter> letters() {
		return operations().list(DeadLetterQuery.ofStream(this.stream));
	}

	private long messages() throws Exception {
		return this.management.getStreamInfo(this.stream).getStreamState().getMsgCount();
	}

}
