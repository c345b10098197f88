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

package io.github.natsspring.connection;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.github.natsspring.support.RawClient;
import io.github.natsspring.test.TcpProxy;
import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.Options;
import io.nats.client.impl.SocketDataPort;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for messages of other clients whose headers jnats cannot read.
 */
class OddHeadersIntegrationTests extends AbstractConnectionHolderTests {

	private static final String ODD = "NATS/1.0\r\nX-Name: Zoë\r\nMy Header: v\r\nPlain: 1\r\n\r\n";

	private static final byte[] LIKE_PROTOCOL = ("\r\nHMSG odd.a 1 62 62\r\n" + ODD + "\r\nMSG odd.a 1 9\r\nZoë")
		.getBytes(StandardCharsets.UTF_8);

	private final List<Message> received = new CopyOnWriteArrayList<>();

	private final ListAppender<ILoggingEvent> log = new ListAppender<>();

	private final Logger logger = (Logger) LoggerFactory.getLogger("io.github.natsspring.connection");

	@BeforeEach
	void capture() {
		this.log.list = new CopyOnWriteArrayList<>();
		this.log.start();
		this.logger.addAppender(this.log);
		this.server.start();
	}

	@AfterEach
	void release() {
		this.logger.detachAppender(this.log);
	}

	@Test
	void receivesThemWithWhatCanBeReadAndThePayloadAsItIs() throws Exception {
		Connection connection = subscribed(this.server.url(), (options) -> options);
		byte[] large = new byte[700_000];
		Arrays.fill(large, (byte) 'ë');
		try (RawClient client = new RawClient(this.server.port())) {
			for (int i = 0; i < 100; i++) {
				client.publish("odd.a", ODD, LIKE_PROTOCOL);
				client.publish("odd.b", LIKE_PROTOCOL);
				client.publish("odd.c", "NATS/1.0\r\nA: b\r\n\r\n", LIKE_PROTOCOL);
			}
			client.publish("odd.d", ODD, large);
			client.publish("odd.e", "no headers at all", LIKE_PROTOCOL);
			client.publish("odd.f", "x", new byte[0]);
			client.publish("odd.g", "NATS/1.0\r\nA: " + "ë".repeat(100_000) + "\r\n\r\n", large);
			client.publish("odd.last", LIKE_PROTOCOL);
			client.flush();
		}
		await().until(() -> this.received.size() == 305);
		for (int i = 0; i < 300; i++) {
			Message message = this.received.get(i);
			assertThat(message.getSubject()).isEqualTo("odd." + "abc".charAt(i % 3));
			assertThat(message.getData()).isEqualTo(LIKE_PROTOCOL);
			switch (i % 3) {
				case 0 -> assertOddHeaders(message);
				case 1 -> assertThat(message.getHeaders()).isNull();
				default -> assertThat(message.getHeaders().get("A")).containsExactly("b");
			}
		}
		assertOddHeaders(this.received.get(300));
		assertThat(this.received.get(300).getData()).isEqualTo(large);
		assertThat(this.received.get(301).getHeaders()).isNull();
		assertThat(this.received.get(301).getData()).isEqualTo(LIKE_PROTOCOL);
		assertThat(this.received.get(302).getData()).isEmpty();
		assertThat(this.received.get(303).getHeaders().getFirst("A")).isEqualTo("?".repeat(100_000));
		assertThat(this.received.get(303).getData()).isEqualTo(large);
		assertThat(this.received.get(304).getSubject()).isEqualTo("odd.last");
		assertThat(connection.getStatistics().getReconnects()).isZero();
		assertThat(lines(Level.WARN)).singleElement()
			.asString()
			.contains("'odd.a'")
			.contains("headers that jnats cannot read")
			.doesNotContain("Zo");
	}

	@Test
	void receivesThemAfterAReconnectToo() throws Exception {
		try (TcpProxy proxy = TcpProxy.to(this.server.url())) {
			Connection connection = subscribed(proxy.url(), (options) -> options);
			proxy.cut();
			await().until(() -> connection.getStatus() != Connection.Status.CONNECTED);
			proxy.pass();
			await().until(() -> connection.getStatistics().getReconnects() == 1
					&& connection.getStatus() == Connection.Status.CONNECTED);
			connection.flush(Duration.ofSeconds(5));
			publishOdd();
			await().until(() -> this.received.size() == 1);
			assertOddHeaders(this.received.get(0));
		}
	}

	@Test
	void receivesThemWithoutALimitForWrites() throws Exception {
		Connection connection = subscribed(this.server.url(), (options) -> options.socketWriteTimeout((Duration) null));
		assertThat(connection.getOptions().getDataPortType()).isEqualTo(DataPorts.Plain.class.getName());
		publishOdd();
		await().until(() -> this.received.size() == 1);
		assertOddHeaders(this.received.get(0));
	}

	@Test
	void connectsAgainWhenTheReaderEndedBehindADataPortOfTheUser() throws Exception {
		Connection connection = subscribed(this.server.url(),
				(options) -> options.dataPortType(OwnDataPort.class.getName()));
		assertThat(connection.getOptions().getDataPortType()).isEqualTo(OwnDataPort.class.getName());
		for (int time = 1; time <= 2; time++) {
			int reconnects = time;
			publishOdd();
			await().until(() -> connection.getStatistics().getReconnects() == reconnects
					&& connection.getStatus() == Connection.Status.CONNECTED);
			connection.flush(Duration.ofSeconds(5));
			try (RawClient client = new RawClient(this.server.port())) {
				client.publish("odd.plain", LIKE_PROTOCOL);
			}
			await().until(() -> this.received.size() == reconnects);
		}
		assertThat(lines(Level.ERROR)).hasSize(2)
			.allMatch((line) -> line.contains("reader of the connection 'test' failed"));
	}

	@Test
	void leavesTheReaderToTheExecutorOfTheUser() throws Exception {
		List<String> threads = new CopyOnWriteArrayList<>();
		ExecutorService executor = Executors.newCachedThreadPool((task) -> {
			Thread thread = new Thread(task, "own-reader");
			thread.setDaemon(true);
			threads.add(thread.getName());
			return thread;
		});
		try {
			subscribed(this.server.url(), (options) -> options.readerExecutor(executor));
			publishOdd();
			await().until(() -> this.received.size() == 1);
			assertThat(threads).containsExactly("own-reader");
			this.holders.get(0).destroy();
			assertThat(executor.isShutdown()).isFalse();
		}
		finally {
			executor.shutdownNow();
		}
	}

	private void publishOdd() throws Exception {
		try (RawClient client = new RawClient(this.server.port())) {
			client.publish("odd.a", ODD, LIKE_PROTOCOL);
			client.flush();
		}
	}

	private Connection subscribed(String url, UnaryOperator<Options.Builder> options) throws Exception {
		ConnectionHolder holder = new ConnectionHolder(new ConnectionSettings("test",
				() -> options
					.apply(Options.builder().server(url).maxReconnects(-1).reconnectWait(Duration.ofMillis(100))),
				StartupMode.FAIL_FAST, Duration.ofSeconds(10), Duration.ofSeconds(5), List.of(), List.of()));
		this.holders.add(holder);
		holder.start();
		Connection connection = holder.get();
		connection.createDispatcher(this.received::add).subscribe("odd.>");
		connection.flush(Duration.ofSeconds(5));
		return connection;
	}

	private static void assertOddHeaders(Message message) {
		assertThat(message.getHeaders().keySet()).containsExactlyInAnyOrder("X-Name", "My_Header", "Plain");
		assertThat(message.getHeaders().get("X-Name")).containsExactly("Zo?");
		assertThat(message.getHeaders().get("My_Header")).containsExactly("v");
		assertThat(message.getHeaders().get("Plain")).containsExactly("1");
	}

	private List<String> lines(Level level) {
		return this.log.list.stream()
			.filter((event) -> event.getLevel() == level)
			.map(ILoggingEvent::getFormattedMessage)
			.filter((line) -> line.contains("jnats"))
			.toList();
	}

	/**
	 * What an application may name as its own.
	 */
	public static class OwnDataPort extends SocketDataPort {

	}

}
