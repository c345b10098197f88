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

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.github.natsspring.annotation.NatsListener;
import io.github.natsspring.boot.autoconfigure.health.NatsHealthContributorAutoConfiguration;
import io.github.natsspring.core.JetStreamTemplate;
import io.github.natsspring.core.NatsTemplate;
import io.github.natsspring.listener.NakMessageException;
import io.github.natsspring.test.NatsServer;
import io.nats.client.Connection;
import io.nats.client.JetStreamManagement;
import io.nats.client.JetStreamOptions;
import io.nats.client.KeyValue;
import io.nats.client.Nats;
import io.nats.client.api.ConsumerInfo;
import io.nats.client.impl.NatsJetStreamMetaData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.messaging.handler.annotation.DestinationVariable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for the ways to a server that change subjects or the transport.
 */
@Timeout(90)
class WaysToConnectIntegrationTests {

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class, NatsAutoConfiguration.class,
				NatsJetStreamAutoConfiguration.class, NatsHealthContributorAutoConfiguration.class))
		.withUserConfiguration(Listeners.class)
		.withPropertyValues("nats.jetstream.streams.ORDERS.subjects=orders.*",
				"nats.jetstream.streams.ORDERS.consumers.billing.ack-wait=30s", "nats.key-value.profiles.history=5");

	@Test
	void connectsAndListensOverWebSocket() {
		int port = Ports.free();
		try (NatsServer server = NatsServer.builder()
			.config("websocket { host: \"127.0.0.1\", port: %d, no_tls: true }".formatted(port))
			.start()) {
			this.contextRunner.withPropertyValues("nats.servers=ws://127.0.0.1:" + port).run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(context.getBean(Connection.class).getConnectedUrl()).startsWith("ws://");
				assertWorks(context);
				server.restart();
				await().ignoreExceptions().untilAsserted(() -> assertWorks(context));
			});
		}
	}

	@Test
	void worksForAUserWhoMaySubscribeToItsInboxPrefixOnly() {
		try (NatsServer server = NatsServer.builder().config("""
				authorization {
				  users: [
				    { user: app, password: secret, permissions: { subscribe: { allow: ["_INBOX_app.>", "price.*"] } } }
				  ]
				}""").start()) {
			this.contextRunner
				.withPropertyValues("nats.servers=" + server.url(), "nats.username=app", "nats.password=secret",
						"nats.inbox-prefix=_INBOX_app")
				.run((context) -> {
					assertThat(context).hasNotFailed();
					assertWorks(context);
					assertThat(context.getBean(Connection.class).getLastError()).isNullOrEmpty();
				});
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "domain=hub", "api-prefix=$JS.hub.API" })
	void listensInTheJetStreamDomainOfAHubThroughALeafNode(String property) throws Exception {
		int port = Ports.free();
		try (NatsServer hub = NatsServer.builder()
			.config("jetstream { domain: hub }", "leafnodes { host: \"127.0.0.1\", port: %d }".formatted(port))
			.start();
				NatsServer leaf = NatsServer.builder()
					.config("jetstream { domain: leaf }",
							"leafnodes { remotes: [ { url: \"nats://127.0.0.1:%d\" } ] }".formatted(port))
					.start()) {
			awaitHub(leaf);
			this.contextRunner.withPropertyValues("nats.servers=" + leaf.url(), "nats.jetstream." + property)
				.run((context) -> {
					assertThat(context).hasNotFailed();
					assertWorks(context);
				});
			try (Connection connection = Nats.connect(leaf.url())) {
				assertThat(connection.jetStreamManagement().getStreamNames()).isEmpty();
			}
			try (Connection connection = Nats.connect(hub.url())) {
				assertThat(connection.jetStreamManagement().getStreamNames()).contains("ORDERS", "KV_profiles");
			}
		}
	}

	private static void awaitHub(NatsServer leaf) throws Exception {
		try (Connection connection = Nats.connect(leaf.url())) {
			JetStreamManagement management = connection
				.jetStreamManagement(JetStreamOptions.builder().domain("hub").build());
			await().ignoreExceptions().until(() -> management.getStreamNames().isEmpty());
		}
	}

	/**
	 * Publish, listen, retry, acknowledge, store, request.
	 */
	private static void assertWorks(AssertableApplicationContext context) throws Exception {
		Listeners listeners = context.getBean(Listeners.class);
		listeners.seen.clear();
		context.getBean(JetStreamTemplate.class).publish("orders.1", "x");
		await().untilAsserted(() -> assertThat(listeners.seen).containsExactly("1", "1"));
		await().untilAsserted(() -> {
			ConsumerInfo billing = context.getBean(JetStreamManagement.class).getConsumerInfo("ORDERS", "billing");
			assertThat(billing.getNumAckPending()).isZero();
			assertThat(billing.getAckFloor().getStreamSequence()).isEqualTo(billing.getDelivered().getStreamSequence());
			assertThat(billing.getNumPending()).isZero();
		});
		assertThat(context.getBean(JetStreamTemplate.class).publishAsync("orders.2", "x").get().getStream())
			.isEqualTo("ORDERS");
		KeyValue profiles = context.getBean(KeyValue.class);
		profiles.put("a", "b");
		assertThat(profiles.get("a").getValueAsString()).isEqualTo("b");
		assertThat(profiles.keys()).containsExactly("a");
		assertThat(context.getBean(NatsTemplate.class).request("price.1", "", String.class)).isEqualTo("42");
		await().until(() -> listeners.seen.size() == 4);
	}

	@Configuration(proxyBeanMethods = false)
	static class Listeners {

		private final Queue<String> seen = new ConcurrentLinkedQueue<>();

		@NatsListener(consumer = "billing", subjects = "orders.{id}")
		void on(byte[] payload, @DestinationVariable String id, NatsJetStreamMetaData metaData) {
			this.seen.add(id);
			if (metaData.deliveredCount() == 1) {
				throw new NakMessageException(Duration.ofMillis(1));
			}
		}

		@NatsListener(subjects = "price.*")
		String quote(byte[] payload) {
			return "42";
		}

	}

}
