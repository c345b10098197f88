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

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

import io.github.natsspring.annotation.NatsListenerConfigurer;
import io.github.natsspring.config.NatsListenerEndpoint;
import io.github.natsspring.config.NatsListenerEndpointBuilder;
import io.github.natsspring.config.NatsListenerEndpointRegistry;
import io.github.natsspring.test.NatsServer;
import io.nats.client.Connection;
import io.nats.client.JetStreamManagement;
import io.nats.client.api.ConsumerInfo;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.Lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for what the listeners of an application leave behind that start and stop again
 * and again.
 */
@Timeout(600)
class ManyListenersIntegrationTests {

	private static final Log logger = LogFactory.getLog(ManyListenersIntegrationTests.class);

	private static final Duration LONG = Duration.ofSeconds(60);

	// Of every ten listeners one is a core NATS listener
	private static final int CORE = 10;

	private final AtomicInteger handled = new AtomicInteger();

	private static Set<Thread> others = Set.of();

	private int port;

	private NatsServer server;

	@BeforeEach
	void startServer() throws IOException {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			this.port = socket.getLocalPort();
		}
		this.server = NatsServer.builder().config("http: \"127.0.0.1:%d\"".formatted(this.port)).start();
	}

	@BeforeEach
	void countNoThreadsOfOtherTests() {
		others = Thread.getAllStackTraces().keySet();
	}

	@AfterEach
	void stopServer() {
		this.server.close();
	}

	@Test
	void leaveNothingBehind() {
		startAndStop(20, 10);
	}

	@Test
	@Tag("slow")
	void leaveNothingBehindWhenTheyAreManyAndOften() {
		startAndStop(100, 50);
	}

	private void startAndStop(int listeners, int rounds) {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class, NatsAutoConfiguration.class,
					NatsJetStreamAutoConfiguration.class))
			.withPropertyValues("nats.servers=" + this.server.url(), "nats.jetstream.streams.MANY.subjects=many.>",
					"nats.jetstream.streams.MANY.storage-type=memory")
			.withBean(NatsListenerConfigurer.class, () -> register(listeners))
			.run((context) -> {
				assertThat(context).hasNotFailed();
				ConfigurableApplicationContext application = (ConfigurableApplicationContext) context
					.getSourceApplicationContext();
				NatsListenerEndpointRegistry registry = context.getBean(NatsListenerEndpointRegistry.class);
				assertThat(registry.getListenerContainers()).hasSize(listeners);
				startAndStop(application, listeners, rounds, registry);
				startAndStop(application, listeners, rounds, application);
				assertNothingWaits(application, listeners);
			});
		await().atMost(LONG).untilAsserted(() -> {
			assertThat(Left.of(this.port).connections()).isZero();
			// Idle ones of the engine end after 10 seconds
			assertThat(threads("nats")).allMatch((name) -> name.startsWith("nats-timer-")).hasSizeLessThanOrEqualTo(1);
		});
	}

	/**
	 * With the whole application, the connection also stops and starts.
	 */
	private void startAndStop(ConfigurableApplicationContext application, int listeners, int rounds, Lifecycle which)
			throws Exception {
		handleOneEach(application, listeners);
		Left before = Left.of(this.port);
		Times times = new Times();
		for (int round = 0; round < rounds; round++) {
			times.stop(which::stop);
			if (round == 0) {
				assertStopped(before, listeners, which != application);
			}
			times.start(which::start);
			handleOneEach(application, listeners);
		}
		logger.info("%d listeners, %d rounds%s: %s, %s".formatted(listeners, rounds,
				(which == application) ? " with the connection" : "", times, Left.of(this.port)));
		await().atMost(LONG).untilAsserted(() -> {
			Left now = Left.of(this.port);
			assertThat(now.connections()).isEqualTo(before.connections());
			assertThat(now.subscriptions()).isEqualTo(before.subscriptions());
			// Each dispatcher has one
			assertThat(now.clientThreads()).hasSameSizeAs(before.clientThreads());
			assertThat(threads("nats-stop-")).isEmpty();
		});
		which.stop();
		assertStopped(before, listeners, which != application);
		which.start();
	}

	private void assertStopped(Left before, int listeners, boolean connected) {
		await().atMost(LONG).untilAsserted(() -> {
			Left now = Left.of(this.port);
			assertThat(now.connections()).isEqualTo(connected ? 1 : 0);
			// That of jnats for the answers to requests
			assertThat(now.subscriptions()).isEqualTo(connected ? 1 : 0);
			assertThat(now.clientThreads()).hasSize(connected ? before.clientThreads().size() - listeners : 0);
		});
	}

	private NatsListenerConfigurer register(int listeners) {
		return (registrar) -> IntStream.range(0, listeners).forEach((number) -> {
			NatsListenerEndpointBuilder endpoint = NatsListenerEndpoint
				.forListener("listener" + number, (message, acknowledgment) -> this.handled.incrementAndGet())
				.subjects(subject(number));
			registrar.registerEndpoint(
					(isCore(number) ? endpoint : endpoint.stream("MANY").consumer("durable" + number)).build());
		});
	}

	private static boolean isCore(int number) {
		return number % CORE == 0;
	}

	private static String subject(int number) {
		return (isCore(number) ? "core." : "many.") + number;
	}

	private void handleOneEach(ConfigurableApplicationContext application, int listeners) {
		int before = this.handled.get();
		Connection connection = application.getBean(Connection.class);
		IntStream.range(0, listeners).forEach((number) -> connection.publish(subject(number), new byte[0]));
		await().pollInterval(Duration.ofMillis(5)).atMost(LONG).until(() -> this.handled.get() == before + listeners);
	}

	private static void assertNothingWaits(ConfigurableApplicationContext application, int listeners) throws Exception {
		JetStreamManagement management = application.getBean(JetStreamManagement.class);
		for (int number = 0; number < listeners; number++) {
			if (!isCore(number)) {
				String durable = "durable" + number;
				await().untilAsserted(() -> {
					ConsumerInfo consumer = management.getConsumerInfo("MANY", durable);
					assertThat(consumer.getNumAckPending()).isZero();
					assertThat(consumer.getNumPending()).isZero();
					// Those of listeners that stopped would be served for nobody
					assertThat(consumer.getNumWaiting()).isLessThanOrEqualTo(2);
				});
			}
		}
	}

	private static List<String> threads(String prefix) {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> !others.contains(thread))
			.map(Thread::getName)
			.filter((name) -> name.startsWith(prefix))
			.sorted()
			.toList();
	}

	/**
	 * What there is of an application, in this JVM and on the server.
	 */
	private record Left(long connections, long subscriptions, List<String> clientThreads) {

		static Left of(int port) throws IOException, InterruptedException {
			String answer = HttpClient.newHttpClient()
				.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d/connz".formatted(port))).build(),
						HttpResponse.BodyHandlers.ofString())
				.body();
			return new Left(number(answer, "num_connections"), number(answer, "subscriptions"), threads("nats:"));
		}

		/**
		 * The sum of a number that is told of each connection.
		 */
		private static long number(String answer, String name) {
			Matcher matcher = Pattern.compile("\"%s\":\\s*(\\d+)".formatted(name)).matcher(answer);
			long sum = 0;
			while (matcher.find()) {
				sum += Long.parseLong(matcher.group(1));
			}
			return sum;
		}

		@Override
		public String toString() {
			return "%d connections, %d subscriptions, %d threads of the client".formatted(this.connections,
					this.subscriptions, this.clientThreads.size());
		}

	}

	/**
	 * How long starts and stops take.
	 */
	private static final class Times {

		private int rounds;

		private long starting;

		private long stopping;

		void start(Runnable start) {
			long before = System.nanoTime();
			start.run();
			this.starting += System.nanoTime() - before;
			this.rounds++;
		}

		void stop(Runnable stop) {
			long before = System.nanoTime();
			stop.run();
			this.stopping += System.nanoTime() - before;
		}

		@Override
		public String toString() {
			return "a start took %d ms and a stop %d ms".formatted(this.starting / this.rounds / 1_000_000,
					this.stopping / this.rounds / 1_000_000);
		}

	}

}
