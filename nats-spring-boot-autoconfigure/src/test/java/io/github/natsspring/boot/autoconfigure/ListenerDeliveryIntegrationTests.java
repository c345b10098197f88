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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.natsspring.annotation.NatsListener;
import io.github.natsspring.config.NatsListenerEndpointRegistry;
import io.github.natsspring.deadletter.DeadLetter;
import io.github.natsspring.deadletter.DeadLetterException;
import io.github.natsspring.deadletter.DeadLetterOperations;
import io.github.natsspring.deadletter.DeadLetterQuery;
import io.github.natsspring.listener.Acknowledgment;
import io.github.natsspring.listener.Decision;
import io.github.natsspring.listener.MessageListenerContainer;
import io.github.natsspring.listener.NakMessageException;
import io.github.natsspring.listener.NatsErrorHandler;
import io.github.natsspring.listener.TermMessageException;
import io.github.natsspring.test.NatsServer;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.JetStreamSubscription;
import io.nats.client.Message;
import io.nats.client.Nats;
import io.nats.client.PullSubscribeOptions;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerInfo;
import io.nats.client.api.MessageInfo;
import io.nats.client.impl.Headers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.messaging.handler.annotation.DestinationVariable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests of how messages of listeners are settled, tried again and dead-lettered, from
 * annotation and properties to a real server.
 */
@Timeout(60)
class ListenerDeliveryIntegrationTests {

	private static final byte[] POISON = "{\"sku\": \u0000\u00ff not json".getBytes(StandardCharsets.ISO_8859_1);

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
					"nats.jetstream.streams.%s.storage-type=memory".formatted(this.stream),
					"nats.listener.retry.initial-interval=20ms", "nats.listener.retry.max-interval=100ms");
	}

	@AfterEach
	void disconnect() throws Exception {
		this.client.close();
	}

	@Test
	void deadLettersPoisonAtOnceAsItCame() {
		withDeadLetters().withBean(Orders.class).run((context) -> {
			assertThat(context).hasNotFailed();
			Headers headers = new Headers().put("Customer", "4711", "4712").put("Trace", "abc");
			this.client.jetStream().publish(this.stream + ".eu", headers, POISON);
			publish("eu", "fine");
			MessageInfo letter = letter(1);
			assertThat(letter.getData()).isEqualTo(POISON);
			assertThat(letter.getSubject()).isEqualTo("dlq.%s.orders".formatted(this.stream));
			assertThat(letter.getHeaders().get("Customer")).containsExactly("4711", "4712");
			assertThat(letter.getHeaders().getFirst("Trace")).isEqualTo("abc");
			DeadLetter found = letters(context.getBean(DeadLetterOperations.class)).get(0);
			assertThat(found.origin().deliveries()).isOne();
			assertThat(found.origin().subject()).isEqualTo(this.stream + ".eu");
			Orders orders = context.getBean(Orders.class);
			await().until(() -> orders.seen.size() == 1);
			assertThat(orders.seen).containsExactly("fine");
			assertSettled("orders");
		});
	}

	@Test
	void deadLettersAfterFiveFailedRuns() {
		withDeadLetters().withBean(Orders.class).run((context) -> {
			publish("eu", "broken");
			assertThat(letter(1).getData()).isEqualTo(json("broken"));
			assertThat(context.getBean(Orders.class).runs).hasValue(5);
			assertThat(letters(context.getBean(DeadLetterOperations.class)).get(0).exceptionMessage())
				.isEqualTo("broken");
			assertSettled("orders");
		});
	}

	@Test
	void deadLettersWithoutASettingOnceAStreamCapturesTheSubject() {
		this.contextRunner
			.withPropertyValues(
					"nats.jetstream.streams.%s_LETTERS.subjects=dlq.%s.>".formatted(this.stream, this.stream))
			.withBean(Orders.class)
			.run((context) -> {
				publish("eu", "broken");
				await()
					.untilAsserted(() -> assertThat(letters(context.getBean(DeadLetterOperations.class))).hasSize(1));
				assertThat(context.getBean(Orders.class).runs).hasValue(5);
			});
	}

	@Test
	void deadLettersAfterTheAttemptsThatAreSet() {
		withDeadLetters().withPropertyValues("nats.listener.retry.max-attempts=2")
			.withBean(Orders.class)
			.run((context) -> {
				publish("eu", "broken");
				letter(1);
				assertThat(context.getBean(Orders.class).runs).hasValue(2);
			});
	}

	@Test
	void deadLettersAtOnceWhatIsNotRetryable() {
		withDeadLetters().withPropertyValues("nats.listener.retry.not-retryable=java.lang.IllegalStateException")
			.withBean(Orders.class)
			.run((context) -> {
				publish("eu", "broken");
				letter(1);
				assertThat(context.getBean(Orders.class).runs).hasValue(1);
			});
	}

	@Test
	void triesForEverWithoutDeadLetters() {
		this.contextRunner.withBean(Orders.class).run((context) -> {
			publish("eu", "broken");
			Orders orders = context.getBean(Orders.class);
			await().until(() -> orders.runs.get() > 17);
			assertThatExceptionOfType(JetStreamApiException.class)
				.isThrownBy(() -> this.management.getStreamInfo(this.stream + "_DLQ"));
			orders.repaired = true;
			await().until(() -> orders.seen.contains("broken"));
			assertSettled("orders");
		});
	}

	@Test
	void discardsWhenThatIsSet() {
		this.contextRunner.withPropertyValues("nats.listener.retry.on-exhausted=discard")
			.withBean(Orders.class)
			.run((context) -> {
				publish("eu", "broken");
				assertSettled("orders");
				assertThat(context.getBean(Orders.class).runs).hasValue(5);
			});
	}

	@Test
	void redrivesToTheListenerThatFailedOnly() {
		withDeadLetters().withBean(Orders.class).withBean(Audit.class).run((context) -> {
			Orders orders = context.getBean(Orders.class);
			Audit audit = context.getBean(Audit.class);
			publish("eu", "broken");
			letter(1);
			await().until(() -> audit.seen.size() == 1);
			DeadLetterOperations operations = context.getBean(DeadLetterOperations.class);
			DeadLetter letter = letters(operations).get(0);
			assertThatExceptionOfType(DeadLetterException.class).isThrownBy(() -> operations.redrive(letter.id()))
				.withMessageContaining("failed again");
			assertThat(letters(operations)).hasSize(1);
			orders.repaired = true;
			operations.redrive(letter.id());
			assertThat(orders.seen).containsExactly("broken");
			assertThat(orders.regions).endsWith("eu");
			assertThat(letters(operations)).isEmpty();
			assertThat(this.management.getStreamInfo(this.stream + "_DLQ").getStreamState().getMsgCount()).isZero();
			assertThat(audit.seen).hasSize(1);
		});
	}

	@Test
	void leavesTheSettlementToTheMethod() {
		this.contextRunner.withBean(Manual.class).run((context) -> {
			publish("eu", "one");
			publish("eu", "two");
			Manual manual = context.getBean(Manual.class);
			await().until(() -> manual.held.size() == 2);
			assertThat(info("manual").getNumAckPending()).isEqualTo(2);
			List<Acknowledgment> held = new ArrayList<>(manual.held);
			held.get(0).ack();
			held.get(1).nak();
			await().until(() -> manual.held.size() == 3);
			manual.held.forEach((acknowledgment) -> {
				if (!acknowledgment.isSettled()) {
					acknowledgment.ackSync();
				}
			});
			assertSettled("manual");
		});
	}

	@Test
	void countsNoAttemptWhenTheListenerAsksForAnotherDelivery() {
		withDeadLetters()
			.withPropertyValues("nats.listener.retry.max-attempts=1", "nats.listener.retry.max-deliveries=0")
			.withBean(GivingBack.class)
			.run((context) -> {
				publish("eu", "one");
				await().until(() -> context.getBean(GivingBack.class).runs.get() == 7);
				assertSettled("back");
				assertThat(letters(context.getBean(DeadLetterOperations.class))).isEmpty();
			});
	}

	@Test
	void keepsTheOrderOfEachKey() {
		this.contextRunner.withBean(Ordered.class).run((context) -> {
			for (int i = 0; i < 200; i++) {
				publish("r" + i % 5, Integer.toString(i));
			}
			Ordered ordered = context.getBean(Ordered.class);
			await().until(() -> ordered.count.get() == 200);
			assertThat(ordered.failures.get()).isEqualTo(20);
			ordered.seen.values().forEach((numbers) -> assertThat(List.copyOf(numbers)).isSorted().hasSize(40));
			assertSettled("ordered");
		});
	}

	@Test
	void runsAsManyAtOnceAsIsSet() {
		this.contextRunner.withPropertyValues("nats.listener.concurrency=4").withBean(Together.class).run((context) -> {
			for (int i = 0; i < 4; i++) {
				publish("eu", "n" + i);
			}
			await().until(() -> context.getBean(Together.class).met.get() == 4);
		});
	}

	@Test
	void asksTheErrorHandlerOfTheListenerOrElseTheOnlyBean() {
		NatsErrorHandler discard = (failure) -> new Decision.Discard();
		this.contextRunner.withBean("discard", NatsErrorHandler.class, () -> discard)
			.withBean(Orders.class)
			.run((context) -> {
				publish("eu", "broken");
				assertSettled("orders");
				assertThat(context.getBean(Orders.class).runs).hasValue(1);
			});
	}

	@Test
	void asksTheErrorHandlerThatTheListenerNames() {
		Queue<String> asked = new ConcurrentLinkedQueue<>();
		NatsErrorHandler own = (failure) -> {
			asked.add(failure.listenerId());
			return (failure.attempts() == 3) ? new Decision.Discard() : null;
		};
		NatsErrorHandler other = (failure) -> {
			throw new AssertionError("Not to be asked");
		};
		this.contextRunner.withBean("own", NatsErrorHandler.class, () -> own)
			.withBean("other", NatsErrorHandler.class, () -> other)
			.withBean(WithErrorHandler.class)
			.run((context) -> {
				publish("eu", "broken");
				assertSettled("handled");
				assertThat(asked).containsExactly("handled", "handled", "handled");
			});
	}

	@Test
	void acknowledgesNothingOnAConsumerWithoutAcknowledgements() {
		withDeadLetters().withBean(Unacknowledged.class).run((context) -> {
			publish("eu", "broken");
			publish("eu", "fine");
			Unacknowledged listener = context.getBean(Unacknowledged.class);
			await().until(() -> listener.seen.contains("fine"));
			assertThat(listener.seen).containsExactly("broken", "fine");
			assertThat(info("none").getConsumerConfiguration().getAckPolicy()).isEqualTo(AckPolicy.None);
		});
	}

	@Test
	void deadLettersBeforeAServerThatStopsEarlier() {
		withDeadLetters()
			.withPropertyValues(consumer("orders") + ".filter-subjects=" + this.stream + ".*",
					consumer("orders") + ".max-deliver=2", "nats.listener.retry.max-attempts=9")
			.withBean(Orders.class)
			.run((context) -> {
				publish("eu", "broken");
				letter(1);
				assertThat(context.getBean(Orders.class).runs).hasValue(2);
				assertSettled("orders");
			});
	}

	@Test
	void deadLettersWhatTheServerGaveUpWhileAnInstanceHadIt() {
		withDeadLetters()
			.withPropertyValues(consumer("orders") + ".filter-subjects=" + this.stream + ".*",
					consumer("orders") + ".max-deliver=1", consumer("orders") + ".ack-wait=1s",
					"nats.listener.auto-startup=false")
			.withBean(Orders.class)
			.run((context) -> {
				publish("eu", "lost");
				JetStreamSubscription other = this.client.jetStream()
					.subscribe(null, PullSubscribeOptions.bind(this.stream, "orders"));
				assertThat(other.fetch(1, Duration.ofSeconds(5))).hasSize(1);
				startAll(context.getSourceApplicationContext());
				assertThat(letter(1).getData()).isEqualTo(json("lost"));
				assertThat(context.getBean(Orders.class).seen).isEmpty();
			});
	}

	@Test
	void deadLettersWhatAnotherClientTerminatedAndNotWhatTheListenerDid() {
		withDeadLetters()
			.withPropertyValues(consumer("orders") + ".filter-subjects=" + this.stream + ".*",
					consumer("orders") + ".max-deliver=3", "nats.listener.auto-startup=false")
			.withBean(Orders.class)
			.run((context) -> {
				publish("eu", "other");
				JetStreamSubscription other = this.client.jetStream()
					.subscribe(null, PullSubscribeOptions.bind(this.stream, "orders"));
				Message message = other.fetch(1, Duration.ofSeconds(5)).get(0);
				startAll(context.getSourceApplicationContext());
				publish("eu", "terminated");
				assertSettledUpTo("orders", 2);
				message.term();
				assertThat(letter(1).getData()).isEqualTo(json("other"));
				assertThat(letters(context.getBean(DeadLetterOperations.class))).hasSize(1);
			});
	}

	private void assertSettledUpTo(String consumer, long sequence) {
		await().untilAsserted(() -> {
			ConsumerInfo info = info(consumer);
			assertThat(info.getDelivered().getStreamSequence()).isEqualTo(sequence);
			assertThat(info.getNumAckPending()).isOne();
		});
	}

	private static void startAll(ApplicationContext context) {
		context.getBean(NatsListenerEndpointRegistry.class)
			.getListenerContainers()
			.forEach(MessageListenerContainer::start);
	}

	private ApplicationContextRunner withDeadLetters() {
		return this.contextRunner.withPropertyValues("nats.listener.dead-letter.enabled=true");
	}

	private String consumer(String name) {
		return "nats.jetstream.streams.%s.consumers.%s".formatted(this.stream, name);
	}

	private List<DeadLetter> letters(DeadLetterOperations operations) {
		return operations.list(DeadLetterQuery.ofStream(this.stream));
	}

	private MessageInfo letter(long sequence) throws Exception {
		await().ignoreExceptions().until(() -> this.management.getMessage(this.stream + "_DLQ", sequence) != null);
		return this.management.getMessage(this.stream + "_DLQ", sequence);
	}

	private void assertSettled(String consumer) throws Exception {
		long last = this.management.getStreamInfo(this.stream).getStreamState().getLastSequence();
		await().untilAsserted(() -> {
			ConsumerInfo info = info(consumer);
			assertThat(info.getNumAckPending()).isZero();
			assertThat(info.getAckFloor().getStreamSequence()).isEqualTo(last);
		});
	}

	private ConsumerInfo info(String consumer) throws Exception {
		return this.management.getConsumerInfo(this.stream, consumer);
	}

	private void publish(String region, String sku) throws Exception {
		this.client.jetStream()
			.publish(this.stream + "." + region, new Headers().put("Content-Type", "application/json"), json(sku));
	}

	private static byte[] json(String sku) {
		return "{\"sku\":\"%s\"}".formatted(sku).getBytes(StandardCharsets.UTF_8);
	}

	record Order(String sku) {
	}

	static class Orders {

		private final Queue<String> seen = new ConcurrentLinkedQueue<>();

		private final Queue<String> regions = new ConcurrentLinkedQueue<>();

		private final AtomicInteger runs = new AtomicInteger();

		private volatile boolean repaired;

		@NatsListener(stream = "${test}", consumer = "orders", subjects = "${test}.{region}")
		void on(Order order, @DestinationVariable String region) {
			this.regions.add(region);
			this.runs.incrementAndGet();
			if (order.sku().equals("terminated")) {
				throw new TermMessageException("nobody wants it");
			}
			if (order.sku().equals("broken") && !this.repaired) {
				throw new IllegalStateException("broken");
			}
			this.seen.add(order.sku());
		}

	}

	static class Audit {

		private final Queue<String> seen = new ConcurrentLinkedQueue<>();

		@NatsListener(stream = "${test}", consumer = "audit")
		void on(Order order) {
			this.seen.add(order.sku());
		}

	}

	static class Manual {

		private final Queue<Acknowledgment> held = new ConcurrentLinkedQueue<>();

		@NatsListener(stream = "${test}", consumer = "manual", ackMode = "manual")
		void on(Order order, Acknowledgment acknowledgment) {
			this.held.add(acknowledgment);
		}

	}

	static class GivingBack {

		private final AtomicInteger runs = new AtomicInteger();

		@NatsListener(stream = "${test}", consumer = "back")
		void on(Order order) {
			if (this.runs.incrementAndGet() < 7) {
				throw new NakMessageException(Duration.ZERO);
			}
		}

	}

	static class Ordered {

		private final Map<String, Queue<Integer>> seen = new ConcurrentHashMap<>();

		private final Map<Integer, Boolean> failed = new ConcurrentHashMap<>();

		private final AtomicInteger failures = new AtomicInteger();

		private final AtomicInteger count = new AtomicInteger();

		@NatsListener(stream = "${test}", consumer = "ordered", subjects = "${test}.{region}", concurrency = "4",
				orderingKey = "{region}")
		void on(Order order, @DestinationVariable String region) {
			int number = Integer.parseInt(order.sku());
			if (number % 10 == 0 && this.failed.put(number, true) == null) {
				this.failures.incrementAndGet();
				throw new IllegalStateException("the first time fails");
			}
			this.seen.computeIfAbsent(region, (name) -> new ConcurrentLinkedQueue<>()).add(number);
			this.count.incrementAndGet();
		}

	}

	static class Together {

		private final CyclicBarrier barrier = new CyclicBarrier(4);

		private final AtomicInteger met = new AtomicInteger();

		@NatsListener(stream = "${test}", consumer = "together")
		void on(Order order) throws Exception {
			this.barrier.await(20, TimeUnit.SECONDS);
			this.met.incrementAndGet();
		}

	}

	static class WithErrorHandler {

		@NatsListener(id = "handled", stream = "${test}", consumer = "handled", errorHandler = "own")
		void on(Order order) {
			throw new IllegalStateException("broken");
		}

	}

	static class Unacknowledged {

		private final Queue<String> seen = new ConcurrentLinkedQueue<>();

		@NatsListener(stream = "${test}", consumer = "none", ackMode = "none")
		void on(Order order) {
			this.seen.add(order.sku());
			if (order.sku().equals("broken")) {
				throw new IllegalStateException("broken");
			}
		}

	}

}
