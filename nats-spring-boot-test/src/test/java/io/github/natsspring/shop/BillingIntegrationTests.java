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

package io.github.natsspring.shop;

import java.time.Duration;

import io.github.natsspring.boot.test.NatsListenerTestUtils;
import io.github.natsspring.boot.test.NatsTest;
import io.github.natsspring.config.NatsListenerEndpointRegistry;
import io.github.natsspring.core.JetStreamTemplate;
import io.github.natsspring.test.EmbeddedNats;
import io.github.natsspring.test.NatsServer;
import io.github.natsspring.test.NatsTestUtils;
import io.nats.client.Connection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Import;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@NatsTest
@EmbeddedNats
@Import(Billing.class)
class BillingIntegrationTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(10);

	@Autowired
	private JetStreamTemplate jetStream;

	@Autowired
	private Connection connection;

	@Autowired
	private NatsListenerEndpointRegistry listeners;

	@Autowired
	private Billing billing;

	@BeforeEach
	void awaitListeners() {
		NatsListenerTestUtils.awaitConsuming(this.listeners, TIMEOUT);
	}

	@AfterEach
	void leaveNothingBehind() {
		NatsListenerTestUtils.awaitIdle(this.listeners, "billing", TIMEOUT);
		NatsTestUtils.purge(this.connection);
		this.billing.billed.clear();
	}

	@Test
	void billsAnOrder() {
		this.jetStream.publish("orders.eu.created", new Order("tea", 3));
		NatsTestUtils.awaitDrained(this.connection, "ORDERS", "billing", TIMEOUT);
		assertThat(this.billing.billed).containsExactly(new Order("tea", 3));
	}

	@Test
	void billsWhatWasStoredBeforeTheServerWasKilled(@Autowired NatsServer server) {
		this.listeners.pause("billing");
		this.jetStream.publish("orders.eu.created", new Order("tea", 3));
		server.kill();
		server.start();
		this.listeners.resume("billing");
		await().untilAsserted(() -> assertThat(this.billing.billed).containsExactly(new Order("tea", 3)));
	}

}
