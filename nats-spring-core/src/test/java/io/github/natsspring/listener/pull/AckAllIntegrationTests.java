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

package io.github.natsspring.listener.pull;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;

import io.github.natsspring.core.JetStreamTemplateSettings;
import io.github.natsspring.deadletter.DeadLetterSettings;
import io.github.natsspring.deadletter.DeadLetterSource;
import io.github.natsspring.deadletter.DeadLetters;
import io.github.natsspring.listener.DeadLetterSink;
import io.github.natsspring.listener.Decision;
import io.github.natsspring.listener.NakMessageException;
import io.github.natsspring.listener.TermMessageException;
import io.github.natsspring.test.NatsServer;
import io.github.natsspring.topology.ProvisioningMode;
import io.nats.client.JetStreamOptions;
import io.nats.client.Message;
import io.nats.client.Subscription;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.PriorityPolicy;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for consumers with the ack policy {@code all}.
 */
@Timeout(90)
class AckAllIntegrationTests {

	private static final Consumer<ConsumerConfiguration.Builder> ALL = (consumer) -> consumer.ackPolicy(AckPolicy.All)
		.priorityPolicy(PriorityPolicy.PinnedClient)
		.priorityGroups("active")
		.priorityTimeout(Duration.ofSeconds(1));

	private static NatsServer server;

	private final Queue<Integer> handled = new ConcurrentLinkedQueue<>();

	@BeforeAll
	static void startServer() {
		server = NatsServer.builder().start();
	}

	@AfterAll
	static void stopServer() {
		server.close();
	}

	@Test
	void acknowledgesManyMessagesAtOnce() throws Exception {
		try (PullFixture fixture = new PullFixture(server.url()).create(ALL)) {
			Subscription acks = acknowledgements(fixture);
			// First, so that they come as fast as they can
			fixture.publish(0, 2000);
			fixture.start(500, this::handle);
			awaitAcknowledged(fixture, 2000);
			assertThat(this.handled).containsExactlyElementsOf(numbers(0, 2000));
			assertThat(fixture.consumer().getDelivered().getConsumerSequence()).isEqualTo(2000);
			assertThat(count(acks)).isPositive().isLessThan(1000);
		}
	}

	@Test
	void acknowledgesABatchOnce() throws Exception {
		try (PullFixture fixture = new PullFixture(server.url()).create(ALL)) {
			Subscription acks = acknowledgements(fixture);
			fixture.publish(0, 500);
			fixture.startBatch(100, Duration.ofSeconds(5), (messages) -> messages.forEach(this::handle));
			awaitAcknowledged(fixture, 500);
			assertThat(count(acks)).isEqualTo(5);
		}
	}

	@Test
	void acknowledgesNothingBehindAMessageThatIsNotHandled() throws Exception {
		CountDownLatch go = new CountDownLatch(1);
		try (PullFixture fixture = new PullFixture(server.url()).create(ALL)) {
			fixture.publish(0, 20);
			fixture.start(50, (message) -> {
				if (Account.number(message) == 7) {
					go.await();
				}
				handle(message);
			});
			awaitAcknowledged(fixture, 7);
			await().during(Duration.ofMillis(500)).until(() -> acknowledged(fixture) == 7);
			go.countDown();
			awaitAcknowledged(fixture, 20);
		}
	}

	@Test
	void keepsAMessageInItsPlaceThatIsToBeDeliveredAgain() throws Exception {
		AtomicInteger runs = new AtomicInteger();
		try (PullFixture fixture = new PullFixture(server.url())
			// Redelivery, which a handler of the application may choose
			.failureHandler((failure) -> new Decision.Redeliver(Duration.ofMillis(200)))
			.create(ALL)) {
			fixture.publish(0, 50);
			fixture.start(50, (message) -> {
				if (Account.number(message) == 10 && runs.incrementAndGet() < 3) {
					if (runs.get() == 1) {
						throw new NakMessageException(Duration.ofMillis(100));
					}
					throw new IllegalStateException("not yet");
				}
				handle(message);
			});
			awaitAcknowledged(fixture, 50);
			assertThat(this.handled).containsExactlyElementsOf(numbers(0, 50));
			assertThat(fixture.consumer().getDelivered().getConsumerSequence()).isEqualTo(50);
		}
	}

	@Test
	void deadLettersAMessageInTheMiddleAndThenAcknowledgesBeyond() throws Exception {
		CountDownLatch go = new CountDownLatch(1);
		try (PullFixture fixture = new PullFixture(server.url()).failureHandler((failure) -> new Decision.DeadLetter())
			.create(ALL)) {
			DeadLetterSink letters = letters(fixture);
			fixture.publish(0, 20);
			fixture.start((settings) -> settings.keepOrder(true).deadLetters((failure) -> {
				awaitQuietly(go);
				return letters.send(failure);
			}), (message) -> {
				if (Account.number(message) == 5) {
					throw new IllegalStateException("poison");
				}
				if (Account.number(message) == 8) {
					throw new TermMessageException("of no use");
				}
				handle(message);
			});
			awaitAcknowledged(fixture, 5);
			await().during(Duration.ofMillis(300)).until(() -> this.handled.size() == 5 && acknowledged(fixture) == 5);
			go.countDown();
			awaitAcknowledged(fixture, 20);
			assertThat(this.handled).hasSize(18).doesNotContain(5, 8);
			assertThat(fixture.management().getStreamInfo(fixture.stream() + "_DLQ").getStreamState().getMsgCount())
				.isOne();
		}
	}

	@Test
	void keepsAMessageThatCannotBeDeadLettered() throws Exception {
		AtomicBoolean broken = new AtomicBoolean(true);
		AtomicInteger tries = new AtomicInteger();
		try (PullFixture fixture = new PullFixture(server.url()).failureHandler((failure) -> new Decision.DeadLetter())
			.create(ALL)) {
			DeadLetterSink letters = letters(fixture);
			fixture.publish(0, 10);
			fixture.start((settings) -> settings.keepOrder(true)
				.retry(Duration.ofMillis(50), Duration.ofMillis(200))
				.deadLetters((failure) -> {
					tries.incrementAndGet();
					if (broken.get()) {
						throw new IllegalStateException("no stream");
					}
					return letters.send(failure);
				}), (message) -> {
					if (Account.number(message) == 5) {
						throw new IllegalStateException("poison");
					}
					handle(message);
				});
			await().until(() -> tries.get() >= 3);
			assertThat(acknowledged(fixture)).isEqualTo(5);
			assertThat(this.handled).hasSize(5);
			broken.set(false);
			awaitAcknowledged(fixture, 10);
			assertThat(this.handled).hasSize(9);
		}
	}

	@Test
	void handsBackWhatHasNotStartedAndLosesNothingWhenItIsRestarted() throws Exception {
		try (Account account = new Account();
				PullFixture one = new PullFixture(server.url()).create(ALL);
				PullFixture two = PullFixture.of(one.stream(), (options) -> options.server(server.url()))) {
			account.publish(one, 0, 3000);
			PullFixture[] instances = { one, two };
			for (int round = 0; round < 6; round++) {
				int before = account.total();
				JetStreamListenerContainer container = instances[round % 2].start(100, (message) -> {
					account.see(message);
					Thread.onSpinWait();
				});
				await().atMost(Duration.ofSeconds(20)).until(() -> account.total() >= Math.min(3000, before + 300));
				container.stop();
				assertThat(acknowledged(one)).isLessThanOrEqualTo(account.different());
			}
			one.start(100, account::see);
			await().atMost(Duration.ofSeconds(30)).until(() -> acknowledged(one) == 3000);
			account.assertNothingLost();
		}
	}

	@Test
	void acknowledgesNothingThatAnInstanceHoldsThatWasCutOff() throws Exception {
		CountDownLatch go = new CountDownLatch(1);
		Set<Integer> second = ConcurrentHashMap.newKeySet();
		try (PullFixture one = new PullFixture(server.url())
			.create(ALL.andThen((consumer) -> consumer.ackWait(Duration.ofSeconds(4))));
				PullFixture two = PullFixture.of(one.stream(), (options) -> options.server(server.url()))) {
			one.publish(0, 10);
			one.start((settings) -> settings.maxInFlight(10).extendAcks(false), (message) -> {
				go.await();
				handle(message);
			});
			await().until(() -> one.consumer().getNumAckPending() == 10);
			// It holds ten messages, and the server hears nothing of it any more
			one.connection().close();
			two.publish(10, 30);
			two.start(10, (message) -> second.add(Account.number(message)));
			await().until(() -> second.containsAll(numbers(10, 20)));
			assertThat(acknowledged(two)).isZero();
			await().atMost(Duration.ofSeconds(30)).until(() -> acknowledged(two) == 30);
			assertThat(second).containsAll(numbers(0, 30));
			go.countDown();
		}
	}

	private DeadLetterSink letters(PullFixture fixture) throws Exception {
		return new DeadLetters(fixture.holder(), ProvisioningMode.CREATE, JetStreamOptions.defaultOptions(),
				JetStreamTemplateSettings.defaults(), null)
			.open(DeadLetterSource.of("listener0", "Listener#on", fixture.consumer()),
					new DeadLetterSettings(true, DeadLetterSettings.DEFAULT_SUBJECT, null, false));
	}

	private static void awaitQuietly(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private void handle(Message message) {
		this.handled.add(Account.number(message));
	}

	private static List<Integer> numbers(int from, int to) {
		return IntStream.range(from, to).boxed().toList();
	}

	private static long acknowledged(PullFixture fixture) throws Exception {
		return fixture.consumer().getAckFloor().getStreamSequence();
	}

	private static void awaitAcknowledged(PullFixture fixture, int count) {
		await().atMost(Duration.ofSeconds(20)).until(() -> acknowledged(fixture) == count);
	}

	private static Subscription acknowledgements(PullFixture fixture) throws Exception {
		Subscription acks = fixture.connection().subscribe("$JS.ACK.%s.>".formatted(fixture.stream()));
		fixture.connection().flush(Duration.ofSeconds(5));
		return acks;
	}

	private static int count(Subscription subscription) throws Exception {
		int count = 0;
		while (subscription.nextMessage(Duration.ofMillis(200)) != null) {
			count++;
		}
		return count;
	}

}
