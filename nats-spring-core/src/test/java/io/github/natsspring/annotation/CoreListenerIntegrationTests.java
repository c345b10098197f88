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
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.github.natsspring.config.NatsListenerEndpoint;
import io.github.natsspring.config.NatsListenerEndpointRegistrar;
import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.listener.ContainerStatus.State;
import io.github.natsspring.listener.core.CoreListenerContainer;
import io.github.natsspring.test.NatsServer;
import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.Nats;
import io.nats.client.impl.Headers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.messaging.handler.annotation.DestinationVariable;
import org.springframework.messaging.handler.annotation.Header;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link NatsListener} methods on core NATS, against a real server.
 */
@Timeout(60)
class CoreListenerIntegrationTests {

	private static final Duration ANSWER = Duration.ofSeconds(5);

	private static NatsServer server;

	private Connection client;

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
	}

	@AfterEach
	void disconnect() throws Exception {
		this.client.close();
	}

	@Test
	void repliesWithTheReturnValue() throws Exception {
		try (ListenerContext context = new ListenerContext(server.url()).bean("prices", Prices.class).start()) {
			Message reply = request(context.unique() + ".price.apple", "");
			assertThat(text(reply)).isEqualTo("{\"sku\":\"apple\",\"price\":42}");
			assertThat(reply.getHeaders().getFirst("Content-Type")).isEqualTo("application/json");
		}
	}

	@Test
	void repliesWithAnEmptyMessageForNull() throws Exception {
		try (ListenerContext context = new ListenerContext(server.url()).bean("prices", Prices.class).start()) {
			Message reply = request(context.unique() + ".price.nothing", "");
			assertThat(reply.getData()).isEmpty();
			assertThat(reply.getHeaders()).satisfiesAnyOf((headers) -> assertThat(headers).isNull(),
					(headers) -> assertThat(headers.containsKey("Nats-Service-Error")).isFalse());
		}
	}

	@Test
	void answersWithAnErrorThatTellsNoInternals() throws Exception {
		try (ListenerContext context = new ListenerContext(server.url()).bean("prices", Prices.class).start()) {
			Headers headers = request(context.unique() + ".price.broken", "").getHeaders();
			assertThat(headers.getFirst("Nats-Service-Error-Code")).isEqualTo("500");
			assertThat(headers.getFirst("Nats-Service-Error")).isEqualTo("The request failed (IllegalStateException)");
			assertThat(request(context.unique() + ".price.error", "").getHeaders().getFirst("Nats-Service-Error"))
				.isEqualTo("The request failed (AssertionError)");
			assertThat(text(request(context.unique() + ".price.apple", ""))).contains("42");
		}
	}

	@Test
	void answersAnUnreadableRequestWithABadRequest() throws Exception {
		try (ListenerContext context = new ListenerContext(server.url()).bean("prices", Prices.class).start()) {
			Headers headers = request(context.unique() + ".order", "{not json").getHeaders();
			assertThat(headers.getFirst("Nats-Service-Error-Code")).isEqualTo("400");
			assertThat(headers.getFirst("Nats-Service-Error")).doesNotContain("not json");
			assertThat(text(request(context.unique() + ".order", "{\"sku\":\"pear\",\"price\":7}"))).contains("pear");
		}
	}

	@Test
	void answersNothingForAMethodThatReturnsNothing() throws Exception {
		try (ListenerContext context = new ListenerContext(server.url()).bean("audit", Audit.class).start()) {
			// Whoever publishes to a stream waits for the stream's answer on the reply-to
			Message reply = this.client.request(context.unique() + ".audit", null, Duration.ofMillis(300));
			assertThat(context.get(Audit.class).seen).hasSize(1);
			assertThat(reply).isNull();
		}
	}

	@Test
	void fillsVariablesHeadersAndTheMessage() throws Exception {
		try (ListenerContext context = new ListenerContext(server.url()).bean("wild", Wild.class).start()) {
			Headers headers = new Headers().add("Priority", "3");
			this.client.publish(context.unique() + ".eu.7.created", headers, "x".getBytes(StandardCharsets.UTF_8));
			this.client.publish(context.unique() + ".us.8.created", "y".getBytes(StandardCharsets.UTF_8));
			Queue<String> seen = context.get(Wild.class).seen;
			await().until(() -> seen.size() == 2);
			assertThat(seen).containsExactly("eu 7 3 x " + context.unique() + ".eu.7.created",
					"us 8 null y " + context.unique() + ".us.8.created");
		}
	}

	@Test
	void listensToSeveralSubjectsAndDeliversOnceWhereOneCoversTheOther() throws Exception {
		try (ListenerContext context = new ListenerContext(server.url()).bean("many", Many.class).start()) {
			publish(context.unique() + ".a.one", "1");
			publish(context.unique() + ".a.two.three", "2");
			publish(context.unique() + ".b", "3");
			Queue<String> seen = context.get(Many.class).seen;
			await().until(() -> seen.contains("3"));
			assertThat(seen).containsExactly("1", "2", "3");
		}
	}

	@Test
	void sharesMessagesInAQueueGroup() throws Exception {
		try (ListenerContext one = new ListenerContext(server.url()).bean("worker", Worker.class).start();
				ListenerContext other = new ListenerContext(server.url()).beside(one)
					.bean("worker", Worker.class)
					.start()) {
			for (int i = 0; i < 200; i++) {
				publish(one.unique() + ".work", Integer.toString(i));
			}
			Queue<String> first = one.get(Worker.class).seen;
			Queue<String> second = other.get(Worker.class).seen;
			await().until(() -> first.size() + second.size() >= 200);
			assertThat(first).isNotEmpty().doesNotContainAnyElementsOf(second);
			assertThat(second).isNotEmpty();
			assertThat(first.size() + second.size()).isEqualTo(200);
		}
	}

	@Test
	void handlesOneAtATimeAndNotOnAThreadOfTheClient() throws Exception {
		try (ListenerContext context = new ListenerContext(server.url()).bean("slow", Slow.class).start()) {
			Slow slow = context.get(Slow.class);
			for (int i = 0; i < 3; i++) {
				publish(context.unique() + ".slow", Integer.toString(i));
			}
			await().until(() -> slow.started.size() == 1);
			slow.gate.countDown();
			await().until(() -> slow.seen.size() == 3);
			assertThat(slow.seen).containsExactly("0", "1", "2");
			assertThat(slow.threads).allMatch((name) -> name.startsWith("nats-listener-"));
		}
	}

	@Test
	void dropsAboveTheBoundAndCounts() throws Exception {
		try (ListenerContext context = new ListenerContext(server.url())
			.factory((factory) -> factory.setCoreMaxInFlight(10))
			.bean("slow", Slow.class)
			.start()) {
			Slow slow = context.get(Slow.class);
			CoreListenerContainer container = (CoreListenerContainer) context.container("slow-on");
			publish(context.unique() + ".slow", "first");
			await().until(() -> slow.started.size() == 1);
			for (int i = 0; i < 25; i++) {
				publish(context.unique() + ".slow", Integer.toString(i));
			}
			await().until(() -> container.getDroppedCount() == 15);
			assertThat(container.getStatus().inFlight()).isEqualTo(11);
			slow.gate.countDown();
			await().until(() -> slow.seen.size() == 11);
			assertThat(slow.seen).containsExactly("first", "0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
			publish(context.unique() + ".slow", "again");
			await().until(() -> slow.seen.contains("again"));
		}
	}

	@Test
	void handlesWhatIsQueuedWhenItStops() throws Exception {
		ListenerContext context = new ListenerContext(server.url()).bean("slow", Slow.class).start();
		Slow slow = context.get(Slow.class);
		for (int i = 0; i < 500; i++) {
			publish(context.unique() + ".slow", Integer.toString(i));
		}
		this.client.flush(ANSWER);
		await().until(() -> slow.started.size() == 1);
		Thread closing = new Thread(context::close);
		closing.start();
		await().until(() -> context.container("slow-on").getStatus().state() == State.STOPPING);
		slow.gate.countDown();
		closing.join(ANSWER.toMillis());
		assertThat(slow.seen).hasSize(500);
	}

	@Test
	void stopsWithinTheShutdownTimeoutAlthoughAHandlerHangs() throws Exception {
		try (ListenerContext context = new ListenerContext(server.url())
			.factory((factory) -> factory.setShutdownTimeout(Duration.ofMillis(300)))
			.bean("slow", Slow.class)
			.start()) {
			Slow slow = context.get(Slow.class);
			publish(context.unique() + ".slow", "hangs");
			publish(context.unique() + ".slow", "never begins");
			await().until(() -> context.container("slow-on").getStatus().inFlight() == 2);
			long start = System.nanoTime();
			context.container("slow-on").stop();
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
			assertThat(context.container("slow-on").isRunning()).isFalse();
			slow.gate.countDown();
			await().until(() -> slow.seen.contains("hangs"));
			assertThat(slow.started).doesNotContain("never begins");
		}
	}

	@Test
	void listensAgainAfterTheContextWasStoppedAndStarted() throws Exception {
		try (ListenerContext context = new ListenerContext(server.url()).bean("prices", Prices.class).start()) {
			for (int i = 0; i < 3; i++) {
				assertThat(text(request(context.unique() + ".price.apple", ""))).contains("42");
				context.context().stop();
				assertThat(context.container("prices-quote").getStatus().state()).isEqualTo(State.STOPPED);
				context.context().start();
				assertThat(context.container("prices-quote").getStatus().state()).isEqualTo(State.RUNNING);
			}
			assertThat(text(request(context.unique() + ".price.apple", ""))).contains("42");
		}
	}

	@Test
	void startsAContainerThatIsAddedLate() throws Exception {
		try (ListenerContext context = new ListenerContext(server.url()).bean("late", Late.class).start()) {
			Queue<String> seen = new ConcurrentLinkedQueue<>();
			context.get(Late.class).registrar.registerEndpoint(
					NatsListenerEndpoint.forListener("later", (message, acknowledgment) -> seen.add(text(message)))
						.subjects(context.unique() + ".late")
						.build());
			publish(context.unique() + ".late", "hello");
			await().until(() -> seen.contains("hello"));
		}
	}

	@Test
	void startsOnlyByHandWithoutAutoStartup() throws Exception {
		try (ListenerContext context = new ListenerContext(server.url()).bean("manual", Manual.class).start()) {
			assertThat(context.container("byHand").isRunning()).isFalse();
			context.container("byHand").start();
			publish(context.unique() + ".manual", "hello");
			await().until(() -> context.get(Manual.class).seen.contains("hello"));
			context.context().stop();
			context.context().start();
			assertThat(context.container("byHand").isRunning()).isTrue();
		}
	}

	@Test
	void attachesWhenAServerAppearsInBackgroundMode() throws Exception {
		try (NatsServer late = NatsServer.builder().start()) {
			late.stop();
			try (ListenerContext context = new ListenerContext(late.url()).background()
				.bean("worker", Worker.class)
				.start()) {
				assertThat(context.container("worker-on").getStatus().state()).isEqualTo(State.STARTING);
				late.start();
				await().until(() -> context.container("worker-on").getStatus().state() == State.RUNNING);
				connectTo(late);
				await().pollInterval(Duration.ofMillis(50)).until(() -> {
					publish(context.unique() + ".work", "x");
					return !context.get(Worker.class).seen.isEmpty();
				});
			}
		}
	}

	@Test
	void listensAgainAfterTheServerWasKilled() throws Exception {
		try (NatsServer fragile = NatsServer.builder().start();
				ListenerContext context = new ListenerContext(fragile.url()).bean("worker", Worker.class).start()) {
			fragile.kill();
			await().until(() -> context.container("worker-on").getStatus().state() == State.STALLED);
			fragile.start();
			await().until(() -> context.container("worker-on").getStatus().state() == State.RUNNING);
			connectTo(fragile);
			publish(context.unique() + ".work", "x");
			await().until(() -> context.get(Worker.class).seen.size() == 1);
		}
	}

	@Test
	void subscribesAgainWhenTheConnectionWasReplaced() throws Exception {
		try (ListenerContext context = new ListenerContext(server.url()).bean("worker", Worker.class).start()) {
			ConnectionHolder holder = context.get(ConnectionHolder.class);
			Connection first = holder.get();
			// As jnats does when it gives up
			first.close();
			await().until(() -> holder.current() != null && holder.current() != first);
			await().pollInterval(Duration.ofMillis(50)).until(() -> {
				publish(context.unique() + ".work", "x");
				return !context.get(Worker.class).seen.isEmpty();
			});
			assertThat(context.container("worker-on").getStatus().state()).isEqualTo(State.RUNNING);
		}
	}

	private Message request(String subject, String text) throws Exception {
		Message reply = this.client.request(subject, text.getBytes(StandardCharsets.UTF_8), ANSWER);
		assertThat(reply).isNotNull();
		return reply;
	}

	private void connectTo(NatsServer other) throws Exception {
		this.client.close();
		this.client = Nats.connect(other.url());
	}

	private void publish(String subject, String text) {
		this.client.publish(subject, text.getBytes(StandardCharsets.UTF_8));
	}

	private static String text(Message message) {
		return new String(message.getData(), StandardCharsets.UTF_8);
	}

	record Price(String sku, int price) {
	}

	static class Prices {

		@NatsListener(subjects = "${test}.price.{sku}", queue = "pricing")
		Price quote(@DestinationVariable String sku) {
			return switch (sku) {
				case "nothing" -> null;
				case "broken" -> throw new IllegalStateException("password=secret");
				case "error" -> throw new AssertionError("password=secret");
				default -> new Price(sku, 42);
			};
		}

		@NatsListener("${test}.order")
		Price order(Price price) {
			return price;
		}

	}

	static class Audit {

		final Queue<Message> seen = new ConcurrentLinkedQueue<>();

		@NatsListener("${test}.audit")
		void on(Message message) {
			this.seen.add(message);
			throw new IllegalStateException("expected by the test");
		}

	}

	static class Wild {

		final Queue<String> seen = new ConcurrentLinkedQueue<>();

		@NatsListener("${test}.{region}.{id}.created")
		void on(@DestinationVariable String region, @DestinationVariable("id") int number,
				@Header("Priority") Optional<Integer> priority, String payload, Message message) {
			this.seen
				.add("%s %d %s %s %s".formatted(region, number, priority.orElse(null), payload, message.getSubject()));
		}

	}

	static class Many {

		final Queue<String> seen = new ConcurrentLinkedQueue<>();

		@NatsListener({ "${test}.a.*", "${test}.a.>", "${test}.b" })
		void on(String payload) {
			this.seen.add(payload);
		}

	}

	static class Worker {

		final Queue<String> seen = new ConcurrentLinkedQueue<>();

		@NatsListener(subjects = "${test}.work", queue = "workers")
		void on(String payload) {
			this.seen.add(payload);
		}

	}

	static class Slow {

		final CountDownLatch gate = new CountDownLatch(1);

		final Queue<String> started = new ConcurrentLinkedQueue<>();

		final Queue<String> seen = new ConcurrentLinkedQueue<>();

		final Queue<String> threads = new ConcurrentLinkedQueue<>();

		@NatsListener("${test}.slow")
		void on(String payload) throws InterruptedException {
			this.threads.add(Thread.currentThread().getName());
			this.started.add(payload);
			assertThat(this.gate.await(30, TimeUnit.SECONDS)).isTrue();
			this.seen.add(payload);
		}

	}

	static class Late implements NatsListenerConfigurer {

		NatsListenerEndpointRegistrar registrar;

		@Override
		public void configureNatsListeners(NatsListenerEndpointRegistrar registrar) {
			this.registrar = registrar;
		}

	}

	static class Manual {

		final Queue<String> seen = new ConcurrentLinkedQueue<>();

		@NatsListener(id = "byHand", subjects = "${test}.manual", autoStartup = "false")
		void on(String payload) {
			this.seen.add(payload);
		}

	}

}
