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
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.github.natsspring.annotation.NatsListener;
import io.github.natsspring.deadletter.DeadLetter;
import io.github.natsspring.deadletter.DeadLetterOperations;
import io.github.natsspring.deadletter.DeadLetterQuery;
import io.github.natsspring.test.NatsServer;
import io.nats.client.Connection;
import io.nats.client.JetStreamManagement;
import io.nats.client.Nats;
import io.nats.client.api.ConsumerInfo;
import io.nats.client.api.MessageInfo;
import io.nats.client.impl.Headers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for messages that a listener cannot read: each becomes a dead letter as it came,
 * or waits at the longest delay where there are none, never in a hot loop, never lost,
 * and with one line in the log a second.
 */
@Timeout(60)
class BadInputIntegrationTests {

	private static final int MAX_PAYLOAD = 256 * 1024;

	private static NatsServer server;

	private final String stream = "T" + UUID.randomUUID().toString().replace("-", "");

	private final Lines lines = new Lines();

	private Connection client;

	private JetStreamManagement management;

	private ApplicationContextRunner contextRunner;

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
		this.client = Nats.connect(server.url());
		this.management = this.client.jetStreamManagement();
		this.contextRunner = new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class, NatsAutoConfiguration.class,
					NatsJetStreamAutoConfiguration.class))
			.withPropertyValues("nats.servers=" + server.url(), "test=" + this.stream,
					"nats.jetstream.streams.%s.subjects=%s.>".formatted(this.stream, this.stream),
					"nats.jetstream.streams.%s.storage-type=memory".formatted(this.stream),
					"nats.listener.retry.initial-interval=10ms", "nats.listener.retry.max-interval=500ms")
			.withBean(Orders.class);
		this.lines.start();
	}

	@AfterEach
	void disconnect() throws Exception {
		this.lines.stop();
		this.client.close();
	}

	static Stream<Input> inputs() {
		return Stream.of(new Input("malformed JSON", "application/json", "{\"sku\": \"apple\", ".getBytes()),
				new Input("not even text", "application/json", new byte[] { 0, -1, -2, 13, 10, 0 }),
				new Input("an unknown enum value", "application/json", json("apple", "GREY")),
				new Input("a wrong type", "application/json", "{\"sku\":{\"a\":[1]},\"colour\":\"RED\"}".getBytes()),
				new Input("an array", "application/json", "[1,2]".getBytes()),
				new Input("null", "application/json", "null".getBytes()),
				new Input("no body", "application/json", new byte[0]),
				new Input("no body and no content type", null, new byte[0]),
				new Input("nothing that a converter reads", "application/x-unknown", json("apple", "RED")),
				new Input("an illegal content type", "no content type", json("apple", "RED")), new Input("too deep",
						"application/json", ("{\"sku\":" + "[".repeat(20_000) + "]".repeat(20_000) + "}").getBytes()));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("inputs")
	void deadLettersItAtOnceAsItCameAndHandlesTheOthers(Input input) {
		withDeadLetters().run((context) -> {
			for (int i = 0; i < 20; i++) {
				publish(input);
			}
			publish(new Input("fine", "application/json", json("apple", "RED")));
			Orders orders = context.getBean(Orders.class);
			await().until(() -> orders.seen.size() == 1);
			assertSettled();
			List<DeadLetter> letters = letters(context.getBean(DeadLetterOperations.class));
			assertThat(letters).hasSize(20).allSatisfy((letter) -> assertThat(letter.origin().deliveries()).isOne());
			for (long sequence = 1; sequence <= 20; sequence++) {
				assertThat(letter(sequence).getData()).isEqualTo(input.data());
			}
			assertThat(orders.seen).containsExactly(new Order("apple", Colour.RED));
			this.lines.assertPaced();
		});
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("inputs")
	void keepsItAtTheLongestDelayWhereThereAreNoDeadLetters(Input input) {
		this.contextRunner.run((context) -> {
			publish(input);
			publish(new Input("fine", "application/json", json("apple", "RED")));
			Orders orders = context.getBean(Orders.class);
			await().until(() -> orders.seen.size() == 1);
			await().until(() -> deliveries() >= 3);
			long before = deliveries();
			Instant started = Instant.now();
			await().pollDelay(Duration.ofMillis(1600)).until(() -> deliveries() > before);
			long more = deliveries() - before;
			assertThat(more).isLessThanOrEqualTo(Duration.between(started, Instant.now()).toMillis() / 500 + 2);
			ConsumerInfo info = this.management.getConsumerInfo(this.stream, "orders");
			assertThat(info.getNumAckPending()).isOne();
			assertThat(this.lines.of(Level.ERROR)).isNotEmpty()
				.allSatisfy((line) -> assertThat(line).contains("there are no dead letters, next try in PT0.5S"));
			this.lines.assertPaced();
		});
	}

	/**
	 * Of that which cannot be read; the other one is delivered once.
	 */
	private long deliveries() throws Exception {
		return this.management.getConsumerInfo(this.stream, "orders").getDelivered().getConsumerSequence() - 1;
	}

	@Test
	void deadLettersAPayloadAsLargeAsTheServerTakes() {
		withDeadLetters().run((context) -> {
			byte[] data = new byte[MAX_PAYLOAD];
			Arrays.fill(data, (byte) 'x');
			this.client.publish(this.stream + ".eu", data);
			publish(new Input("fine", "application/json", json("apple", "RED")));
			Orders orders = context.getBean(Orders.class);
			await().until(() -> orders.seen.size() == 1);
			assertSettled();
			// With a single header it would be too large: the letter refers to it
			DeadLetter letter = letters(context.getBean(DeadLetterOperations.class)).get(0);
			assertThat(letter.origin().sequence()).isOne();
			assertThat(this.management.getMessage(this.stream, 1).getData()).isEqualTo(data);
			assertThat(this.lines.of(Level.WARN)).anySatisfy(
					(line) -> assertThat(line).contains("is too large", "it has no body, and the original is kept"));
			this.lines.assertPaced();
		});
	}

	@Test
	void deadLettersAPayloadThatLeavesSomeRoomForHeaders() {
		withDeadLetters().run((context) -> {
			byte[] data = new byte[MAX_PAYLOAD - 2000];
			Arrays.fill(data, (byte) 'x');
			this.client.publish(this.stream + ".eu", data);
			await().untilAsserted(() -> assertSettled());
			assertThat(letter(1).getData()).isEqualTo(data);
		});
	}

	@Test
	void deadLettersAMessageWithHeadersAsLargeAsAStreamTakes() {
		withDeadLetters().run((context) -> {
			byte[] data = "poison".getBytes(StandardCharsets.UTF_8);
			// A stream takes up to 64 KiB of headers; those of the letter come on top
			Headers headers = new Headers().put("Large", "x".repeat(60 * 1024)).put("Small", "kept");
			headers.put("Content-Type", "application/json");
			this.client.jetStream().publish(this.stream + ".eu", headers, data);
			headers.put("Large", "x".repeat(65_300));
			this.client.jetStream().publish(this.stream + ".eu", headers, data);
			await().untilAsserted(() -> assertSettled());
			for (long sequence = 1; sequence <= 2; sequence++) {
				assertThat(letter(sequence).getData()).isEqualTo(data);
				assertThat(letter(sequence).getHeaders().getFirst("Small")).isEqualTo("kept");
			}
			this.lines.assertPaced();
		});
	}

	@Test
	void handlesAMessageWithHeadersThatNoStreamWouldTake() {
		this.contextRunner.withBean(Core.class).run((context) -> {
			// Core NATS takes 66 KB of headers
			Headers headers = new Headers().put("Large", "x".repeat(66 * 1024));
			this.client.publish(this.stream + "core", headers, "one".getBytes(StandardCharsets.UTF_8));
			Core core = context.getBean(Core.class);
			await().until(() -> core.seen.get() == 1);
		});
	}

	private ApplicationContextRunner withDeadLetters() {
		return this.contextRunner.withPropertyValues("nats.listener.dead-letter.enabled=true");
	}

	private void publish(Input input) throws Exception {
		Headers headers = new Headers();
		if (input.contentType() != null) {
			headers.put("Content-Type", input.contentType());
		}
		this.client.jetStream().publish(this.stream + ".eu", headers, input.data());
	}

	private static byte[] json(String sku, String colour) {
		return "{\"sku\":\"%s\",\"colour\":\"%s\"}".formatted(sku, colour).getBytes(StandardCharsets.UTF_8);
	}

	private List<DeadLetter> letters(DeadLetterOperations operations) {
		return operations.list(DeadLetterQuery.ofStream(this.stream));
	}

	private MessageInfo letter(long sequence) throws Exception {
		return this.management.getMessage(this.stream + "_DLQ", sequence);
	}

	private void assertSettled() throws Exception {
		long last = this.management.getStreamInfo(this.stream).getStreamState().getLastSequence();
		await().untilAsserted(() -> {
			ConsumerInfo info = this.management.getConsumerInfo(this.stream, "orders");
			assertThat(info.getNumAckPending()).isZero();
			assertThat(info.getAckFloor().getStreamSequence()).isEqualTo(last);
		});
	}

	record Input(String what, String contentType, byte[] data) {

		@Override
		public String toString() {
			return this.what;
		}

	}

	enum Colour {

		RED, GREEN

	}

	record Order(String sku, Colour colour) {
	}

	static class Orders {

		private final Queue<Order> seen = new ConcurrentLinkedQueue<>();

		@NatsListener(stream = "${test}", consumer = "orders")
		void on(Order order) {
			this.seen.add(order);
		}

	}

	static class Core {

		private final AtomicInteger seen = new AtomicInteger();

		@NatsListener(subjects = "${test}core")
		void on(String text) {
			this.seen.incrementAndGet();
		}

	}

	/**
	 * What the library logs from warnings on.
	 */
	private static final class Lines extends AppenderBase<ILoggingEvent> {

		private final Logger logger = (Logger) LoggerFactory.getLogger("io.github.natsspring");

		private final Queue<ILoggingEvent> events = new ConcurrentLinkedQueue<>();

		@Override
		public void start() {
			super.start();
			this.logger.addAppender(this);
		}

		@Override
		public void stop() {
			this.logger.detachAppender(this);
			super.stop();
		}

		@Override
		protected void append(ILoggingEvent event) {
			if (event.getLevel().isGreaterOrEqual(Level.WARN)) {
				this.events.add(event);
			}
		}

		List<String> of(Level level) {
			return this.events.stream()
				.filter((event) -> event.getLevel() == level)
				.map(ILoggingEvent::getFormattedMessage)
				.toList();
		}

		void assertPaced() {
			Map<String, long[]> causes = new HashMap<>();
			this.events.forEach((event) -> {
				long[] times = causes.computeIfAbsent(event.getLoggerName() + event.getLevel(),
						(cause) -> new long[] { 0, event.getTimeStamp(), 0 });
				times[0]++;
				times[2] = event.getTimeStamp();
			});
			causes.forEach((cause, times) -> assertThat(times[0]).as(cause)
				// At most one a second, of which each may be written a little late
				.isLessThanOrEqualTo((times[2] - times[1] + 500) / 1000 + 1));
		}

	}

}
