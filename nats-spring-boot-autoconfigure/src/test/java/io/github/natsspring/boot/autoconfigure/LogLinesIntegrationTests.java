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

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import io.github.natsspring.annotation.NatsKeyValueListener;
import io.github.natsspring.annotation.NatsListener;
import io.github.natsspring.config.DefaultNatsListenerContainerFactory;
import io.github.natsspring.listener.FatalListenerException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.validation.Errors;
import org.springframework.validation.Validator;
import org.springframework.validation.annotation.Validated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What others send does not forge lines of the log, and payloads do not get into it.
 */
class LogLinesIntegrationTests extends AbstractListenerIntegrationTests {

	private static final String PAYLOAD = "PAYL0AD";

	/**
	 * Colours, and back to the beginning of the line.
	 */
	private static final String CONTROL = "\u001b[2K\u001b[1A\u0001\u0008";

	private final Logger logger = (Logger) LoggerFactory.getLogger("io.github.natsspring");

	private final Level level = this.logger.getLevel();

	private final Queue<ILoggingEvent> lines = new ConcurrentLinkedQueue<>();

	private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {

		@Override
		protected void append(ILoggingEvent event) {
			LogLinesIntegrationTests.this.lines.add(event);
		}

	};

	@BeforeEach
	void logEverything() {
		this.appender.start();
		this.logger.addAppender(this.appender);
		this.logger.setLevel(Level.TRACE);
	}

	@AfterEach
	void logAsBefore() {
		this.logger.setLevel(this.level);
		this.logger.detachAppender(this.appender);
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void neitherForgesLinesNorShowsPayloads(boolean deadLetters) {
		this.contextRunner.withPropertyValues(declaredStream())
			.withPropertyValues("nats.listener.dead-letter.enabled=" + deadLetters,
					"nats.listener.retry.initial-interval=10ms", "nats.listener.retry.max-interval=100ms",
					"nats.listener.retry.max-attempts=2")
			.withPropertyValues("nats.key-value.%s.storage-type=memory".formatted(this.stream))
			.withBean(Validating.class)
			.withBean(Orders.class)
			.run((context) -> {
				assertThat(context).hasNotFailed();
				Orders orders = context.getBean(Orders.class);
				for (String kind : List.of(this.stream + ".orders", this.stream + ".fatal", this.stream + ".core",
						"$KV." + this.stream)) {
					String subject = kind + "." + CONTROL;
					send(subject, "application/json", "{\"sku\": \"" + PAYLOAD);
					send(subject, "application/json", "{\"sku\": {\"a\": [\"" + PAYLOAD + "\"]}}");
					send(subject, "application/json", "{\"sku\": \"" + PAYLOAD + "-invalid\"}");
					send(subject, "application/json;" + CONTROL, "{\"sku\": \"" + PAYLOAD + "\"}");
					send(subject, "text/plain", PAYLOAD);
					send(subject, "application/json", "{\"sku\": \"" + PAYLOAD + "\"}");
				}
				await().until(() -> orders.runs.get() >= 3);
				await().during(Duration.ofMillis(500)).until(() -> this.lines.size() > 10);
				assertThat(this.lines).extracting(ILoggingEvent::getFormattedMessage)
					.anyMatch((line) -> line.startsWith("Listener 'watch'") && line.contains("\\u001b[2K"));
				assertLines();
			});
	}

	private void assertLines() {
		assertThat(this.lines).anyMatch((event) -> event.getLevel().isGreaterOrEqual(Level.WARN));
		// The plan has a line for each resource
		assertThat(this.lines).filteredOn((event) -> !event.getLoggerName().contains(".topology."))
			.extracting(ILoggingEvent::getFormattedMessage)
			.anyMatch((line) -> line.contains("\\u001b[2K"))
			.anyMatch((line) -> line.contains("not good"))
			.allMatch((line) -> line.codePoints().noneMatch(Character::isISOControl));
		assertThat(this.lines).filteredOn((event) -> event.getLevel().isGreaterOrEqual(Level.DEBUG))
			.extracting((event) -> event.getFormattedMessage() + ((event.getThrowableProxy() != null)
					? ThrowableProxyUtil.asString(event.getThrowableProxy()) : ""))
			.noneMatch((text) -> text.contains(PAYLOAD));
	}

	/**
	 * By the protocol itself, since clients do not send such things.
	 */
	private static void send(String subject, String contentType, String payload) throws IOException {
		try (Socket socket = new Socket("127.0.0.1", server.port())) {
			BufferedReader answers = new BufferedReader(
					new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
			String headers = "NATS/1.0\r\nContent-Type: " + contentType + "\r\nTenant: a" + CONTROL + "\r\n\r\n";
			String message = "CONNECT {\"verbose\":false,\"headers\":true}\r\nHPUB %s %d %d\r\n%s%s\r\nPING\r\n"
				.formatted(subject, headers.length(), headers.length() + payload.length(), headers, payload);
			socket.getOutputStream().write(message.getBytes(StandardCharsets.UTF_8));
			String answer = answers.readLine();
			while (answer != null && !answer.equals("PONG")) {
				assertThat(answer).startsWith("INFO");
				answer = answers.readLine();
			}
			assertThat(answer).isEqualTo("PONG");
		}
	}

	record Order(String sku) {
	}

	static class Orders {

		private final AtomicInteger runs = new AtomicInteger();

		@NatsListener(stream = "${test}", consumer = "orders", subjects = "${test}.orders.*")
		void on(@Validated Order order) {
			this.runs.incrementAndGet();
			throw new IllegalStateException("expected by the test");
		}

		@NatsListener(stream = "${test}", consumer = "fatal", subjects = "${test}.fatal.*")
		void onFatal(String order, @Header("Tenant") String tenant) {
			this.runs.incrementAndGet();
			throw new FatalListenerException("of " + tenant);
		}

		@NatsKeyValueListener(id = "watch", bucket = "${test}")
		void onValue(@Validated Order order) {
			this.runs.incrementAndGet();
			throw new IllegalStateException("expected by the test");
		}

		@NatsListener(subjects = "${test}.core.*")
		void onCore(@Validated Order order) {
			this.runs.incrementAndGet();
			throw new IllegalStateException("expected by the test");
		}

	}

	/**
	 * A validator, whose messages show what was refused.
	 */
	static class Validating implements BeanPostProcessor, Validator {

		@Override
		public Object postProcessBeforeInitialization(Object bean, String name) {
			if (bean instanceof DefaultNatsListenerContainerFactory factory) {
				factory.setValidator(this);
			}
			return bean;
		}

		@Override
		public boolean supports(Class<?> type) {
			return type == Order.class;
		}

		@Override
		public void validate(Object target, Errors errors) {
			if (((Order) target).sku().endsWith("invalid")) {
				errors.rejectValue("sku", "bad", "is" + CONTROL + " not good");
			}
		}

	}

}
