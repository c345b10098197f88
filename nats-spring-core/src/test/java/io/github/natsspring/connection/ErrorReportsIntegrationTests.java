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

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.nats.client.Connection;
import io.nats.client.ErrorListener;
import io.nats.client.Message;
import io.nats.client.MessageHandler;
import io.nats.client.Options;
import io.nats.client.impl.NatsMessage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import org.springframework.messaging.converter.MessageConversionException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for what is logged, remembered and passed on of the errors that jnats reports.
 */
class ErrorReportsIntegrationTests extends AbstractConnectionHolderTests {

	private final Logger logger = (Logger) LoggerFactory.getLogger(LoggingErrorListener.class);

	private final Lines lines = new Lines();

	@BeforeEach
	void listen() {
		this.lines.start();
		this.logger.addAppender(this.lines);
	}

	@AfterEach
	void stopListening() {
		this.logger.detachAppender(this.lines);
	}

	@Test
	void logsWhatAMessageHandlerOfTheUserThrows() {
		ConnectionHolder holder = started();
		fail(holder, (message) -> {
			throw new IllegalStateException("card " + new String(message.getData(), StandardCharsets.UTF_8));
		});
		await().until(() -> !this.lines.at(Level.ERROR).isEmpty());
		ILoggingEvent line = this.lines.at(Level.ERROR).get(0);
		assertThat(line.getFormattedMessage()).isEqualTo("A message handler failed on connection 'test'");
		assertThat(line.getThrowableProxy().getClassName()).isEqualTo(IllegalStateException.class.getName());
		assertThat(line.getThrowableProxy().getStackTraceElementProxyArray()).isNotEmpty();
	}

	@Test
	void logsNothingOfThePayloadThatAConverterQuotes() {
		ConnectionHolder holder = started();
		fail(holder, (message) -> {
			throw new MessageConversionException("card 4111");
		});
		await().until(() -> !this.lines.at(Level.ERROR).isEmpty());
		ILoggingEvent line = this.lines.at(Level.ERROR).get(0);
		assertThat(line.getFormattedMessage()).contains(MessageConversionException.class.getName())
			.doesNotContain("4111");
		assertThat(line.getThrowableProxy()).isNull();
	}

	@Test
	void doesNotTakeWhatAHandlerThrowsForTheReasonOfALoss() {
		ConnectionHolder holder = started();
		fail(holder, (message) -> {
			throw new IllegalStateException("card 4111");
		});
		fail(holder, (message) -> sneaky(new IOException("card 4111")));
		await().until(() -> this.lines.at(Level.ERROR).size() == 2);
		this.server.kill();
		await().until(() -> holder.getProblem() != null);
		await().during(Duration.ofMillis(500))
			.untilAsserted(
					() -> assertThat(holder.getProblem()).isNotBlank().doesNotContain("4111", "IllegalStateException"));
	}

	@Test
	void logsNoErrorsOfAServerThatIsAway() {
		ConnectionHolder holder = started();
		this.server.kill();
		await().until(() -> holder.get().getStatus() != Connection.Status.CONNECTED);
		await().until(() -> this.lines.at(Level.DEBUG).size() > 3);
		this.server.start();
		await().until(() -> holder.get().getStatus() == Connection.Status.CONNECTED);
		assertThat(this.lines.at(Level.ERROR)).isEmpty();
	}

	@Test
	void logsFewOfManyErrors() {
		ErrorListener listener = new CurrentConnection(settings(List.of())).events().errorListener();
		for (int i = 0; i < 1000; i++) {
			listener.messageDiscarded(null, message());
			listener.errorOccurred(null, "Permissions Violation for Publish to \"a\"");
		}
		// One a second for each of the two
		assertThat(this.lines.at(Level.WARN)).hasSizeBetween(2, 40);
	}

	@Test
	void keepsFewErrorsForAListenerThatBlocks() {
		CountDownLatch gate = new CountDownLatch(1);
		AtomicInteger called = new AtomicInteger();
		ConnectionEvents events = new CurrentConnection(settings(List.of(new ErrorListener() {

			@Override
			public void messageDiscarded(Connection connection, Message message) {
				awaitUninterrupted(gate);
				called.incrementAndGet();
			}

		}))).events();
		ErrorListener listener = events.errorListener();
		for (int i = 0; i < 10_000; i++) {
			listener.messageDiscarded(null, message());
		}
		gate.countDown();
		await().until(() -> called.get() >= 256);
		await().during(Duration.ofMillis(300)).until(() -> called.get() <= 257);
		events.shutdown();
	}

	private void fail(ConnectionHolder holder, MessageHandler handler) {
		Connection connection = holder.get();
		connection.createDispatcher(handler).subscribe("fails");
		connection.publish("fails", "4111".getBytes(StandardCharsets.UTF_8));
	}

	private static ConnectionSettings settings(List<ErrorListener> listeners) {
		return new ConnectionSettings("test", Options::builder, StartupMode.FAIL_FAST, Duration.ofSeconds(5),
				Duration.ofSeconds(5), List.of(), listeners);
	}

	private static Message message() {
		return NatsMessage.builder().subject("a").build();
	}

	@SuppressWarnings("unchecked")
	private static <T extends Throwable> void sneaky(Throwable exception) throws T {
		throw (T) exception;
	}

	private static void awaitUninterrupted(CountDownLatch latch) {
		try {
			assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private static final class Lines extends AppenderBase<ILoggingEvent> {

		private final Queue<ILoggingEvent> events = new ConcurrentLinkedQueue<>();

		@Override
		protected void append(ILoggingEvent event) {
			this.events.add(event);
		}

		List<ILoggingEvent> at(Level level) {
			return this.events.stream().filter((event) -> event.getLevel() == level).toList();
		}

	}

}
