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

package io.github.natsspring.boot.test;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

import io.github.natsspring.boot.test.ExampleListener.Order;
import io.github.natsspring.config.NatsListenerEndpointRegistry;
import io.github.natsspring.core.JetStreamTemplate;
import io.github.natsspring.test.EmbeddedNats;
import io.github.natsspring.test.NatsTestUtils;
import io.nats.client.Connection;
import io.nats.client.JetStreamManagement;
import io.nats.client.api.MessageInfo;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Import;
import org.springframework.web.context.WebApplicationContext;
import org.springframework.web.servlet.DispatcherServlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link NatsTest}, {@link NatsTestUtils} and {@link NatsListenerTestUtils}.
 */
@NatsTest
@EmbeddedNats
@Import(ExampleListener.class)
class NatsTestIntegrationTests {

	private static final Duration LONG = Duration.ofSeconds(30);

	private static final Duration SHORT = Duration.ofMillis(100);

	@Autowired
	private Connection connection;

	@Autowired
	private JetStreamTemplate jetStream;

	@Autowired
	private NatsListenerEndpointRegistry registry;

	@Autowired
	private ExampleListener listener;

	@BeforeEach
	void awaitListeners() {
		NatsListenerTestUtils.awaitConsuming(this.registry, LONG);
		NatsListenerTestUtils.awaitConsuming(this.registry, "billing", LONG);
	}

	@AfterEach
	void emptyStreams() {
		this.listener.gate.countDown();
		NatsListenerTestUtils.awaitIdle(this.registry, "billing", LONG);
		NatsTestUtils.purge(this.connection);
		this.listener.orders.clear();
	}

	@Test
	void hasTemplatesTopologyListenersAndJson() {
		this.jetStream.publish("orders.eu.created", new Order("tea", 3));
		NatsTestUtils.awaitDrained(this.connection, "ORDERS", "billing", LONG);
		assertThat(this.listener.orders).containsExactly(new Order("tea", 3));
	}

	@Test
	void hasNoWebServerAndNoComponents(@Autowired ApplicationContext context,
			@Autowired ObjectProvider<ExampleController> controllers,
			@Autowired ObjectProvider<DispatcherServlet> servlets) {
		assertThat(context).isNotInstanceOf(WebApplicationContext.class);
		assertThat(controllers.stream()).isEmpty();
		assertThat(servlets.stream()).isEmpty();
	}

	@Test
	void findsTheLastMessageOfASubject() {
		assertThat(NatsTestUtils.lastMessage(this.connection, "orders.eu.shipped")).isNull();
		this.jetStream.publish("orders.eu.shipped", "first");
		this.jetStream.publish("orders.eu.shipped", "second");
		this.jetStream.publish("orders.us.shipped", "other");
		MessageInfo last = NatsTestUtils.awaitMessage(this.connection, "orders.eu.shipped", LONG);
		assertThat(new String(last.getData(), StandardCharsets.UTF_8)).isEqualTo("second");
		NatsTestUtils.awaitCount(this.connection, "ORDERS", 3, LONG);
		assertThatIllegalStateException().isThrownBy(() -> NatsTestUtils.lastMessage(this.connection, "elsewhere"))
			.withMessage("No stream captures the subject 'elsewhere'");
	}

	@Test
	void emptiesStreamsBetweenTests(@Autowired JetStreamManagement management) throws Exception {
		this.jetStream.publish("orders.eu.shipped", "first");
		NatsTestUtils.purge(this.connection, "ORDERS");
		assertThat(management.getStreamInfo("ORDERS").getStreamState().getMsgCount()).isZero();
		assertThat(NatsTestUtils.lastMessage(this.connection, "orders.eu.shipped")).isNull();
	}

	@Test
	void saysWhatThereWasWhenTheTimeIsOver() {
		this.listener.gate = new CountDownLatch(1);
		this.jetStream.publish("orders.eu.created", new Order("tea", 3));
		assertThatExceptionOfType(AssertionError.class)
			.isThrownBy(() -> NatsTestUtils.awaitDrained(this.connection, "ORDERS", "billing", SHORT))
			.withMessage(
					"The consumer 'billing' of stream 'ORDERS' is not drained within PT0.1S: 0 to deliver, 1 to acknowledge");
		assertThatExceptionOfType(AssertionError.class)
			.isThrownBy(() -> NatsListenerTestUtils.awaitIdle(this.registry, "billing", SHORT))
			.withMessage(
					"Not within PT0.1S: the listener 'billing' holds no message. 'billing' is RUNNING with 1 in flight");
		assertThatExceptionOfType(AssertionError.class)
			.isThrownBy(() -> NatsTestUtils.awaitMessage(this.connection, "orders.nobody", SHORT))
			.withMessage("No message of 'orders.nobody' within PT0.1S");
		assertThatExceptionOfType(AssertionError.class)
			.isThrownBy(() -> NatsTestUtils.awaitCount(this.connection, "ORDERS", 2, SHORT))
			.withMessage("The stream 'ORDERS' has 1 messages and not 2 within PT0.1S");
		assertThatExceptionOfType(AssertionError.class)
			.isThrownBy(() -> NatsListenerTestUtils.awaitConsuming(this.registry, "biling", SHORT))
			.withMessage("There is no listener 'biling', but [billing]");
	}

}
