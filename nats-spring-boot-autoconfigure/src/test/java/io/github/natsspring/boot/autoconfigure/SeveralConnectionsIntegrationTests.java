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

import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.core.JetStreamTemplate;
import io.github.natsspring.core.NatsTemplate;
import io.github.natsspring.deadletter.DeadLetterOperations;
import io.nats.client.Connection;
import io.nats.client.JetStream;
import io.nats.client.JetStreamManagement;
import io.nats.client.KeyValue;
import io.nats.client.KeyValueManagement;
import io.nats.client.ObjectStore;
import io.nats.client.ObjectStoreManagement;
import io.nats.client.api.StreamConfiguration;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.Status;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for connections to several servers in one application.
 */
class SeveralConnectionsIntegrationTests extends AbstractSeveralConnectionsTests {

	@Test
	void injectsTheFirstConnectionWithoutAQualifierAndOthersByName() {
		this.contextRunner.withUserConfiguration(Injected.class).run((context) -> {
			assertThat(context).hasNotFailed();
			Injected injected = context.getBean(Injected.class);
			assertThat(injected.first.getConnectedUrl()).isEqualTo(local.url());
			assertThat(injected.eu.getConnectedUrl()).isEqualTo(eu.url());
			assertThat(injected.eu.getOptions().getConnectionName()).isEqualTo("to-eu");
			assertThat(injected.eu.getOptions().getReconnectWait()).isEqualTo(Duration.ofMillis(111));
			assertThat(injected.eu.getOptions().getMaxReconnect()).isEqualTo(-1);
			assertThat(qualified(context, NatsTemplate.class)).isNotSameAs(injected.template);
		});
	}

	@Test
	void hasEveryKindOfBeanForEachConnection() {
		this.contextRunner.run((context) -> {
			for (Class<?> type : new Class<?>[] { ConnectionHolder.class, Connection.class, JetStream.class,
					JetStreamManagement.class, KeyValueManagement.class, ObjectStoreManagement.class,
					NatsTemplate.class, JetStreamTemplate.class, DeadLetterOperations.class }) {
				assertThat(context.getBeansOfType(type)).as(type.getSimpleName()).hasSize(2);
				assertThat(context.getBeanProvider(type).getIfUnique()).isNotNull();
				assertThat(qualified(context, type)).isNotSameAs(context.getBean(type));
			}
		});
	}

	@Test
	void makesTheTopologyOfEachConnectionOnItsServerOnly() {
		this.contextRunner.withUserConfiguration(DeclaredByBeans.class, Buckets.class)
			.withPropertyValues("nats.jetstream.streams.HERE.subjects=here.>", "nats.key-value.profiles.history=2",
					"nats.connections.eu.jetstream.streams.THERE.subjects=there.>",
					"nats.connections.eu.jetstream.streams.THERE.consumers.audit.ack-wait=7s",
					"nats.connections.eu.key-value.profiles.history=3",
					"nats.connections.eu.object-store.files.description=x")
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(context.getBean(JetStreamManagement.class).getStreamNames())
					.contains("HERE", "KV_profiles", "BEAN_HERE")
					.doesNotContain("THERE", "OBJ_files", "BEAN_THERE");
				JetStreamManagement there = qualified(context, JetStreamManagement.class);
				assertThat(there.getStreamNames()).contains("THERE", "KV_profiles", "OBJ_files", "BEAN_THERE")
					.doesNotContain("HERE", "BEAN_HERE");
				assertThat(there.getConsumerInfo("THERE", "audit").getConsumerConfiguration().getAckWait())
					.isEqualTo(Duration.ofSeconds(7));
				Buckets buckets = context.getBean(Buckets.class);
				buckets.first.put("who", "first");
				buckets.eu.put("who", "eu");
				assertThat(buckets.first.get("who").getValueAsString()).isEqualTo("first");
				assertThat(buckets.eu.getStatus().getMaxHistoryPerKey()).isEqualTo(3);
				assertThat(buckets.files.getStatus().getDescription()).isEqualTo("x");
			});
	}

	@Test
	void listensOnEachConnection() {
		this.contextRunner.withUserConfiguration(Listeners.class)
			.withPropertyValues("nats.jetstream.streams.ORDERS.subjects=orders.*",
					"nats.jetstream.streams.ORDERS.consumers.billing.ack-wait=30s",
					"nats.connections.eu.jetstream.streams.ORDERS.subjects=orders.*",
					"nats.connections.eu.jetstream.streams.ORDERS.consumers.billing.ack-wait=30s")
			.run((context) -> {
				assertThat(context).hasNotFailed();
				Listeners listeners = context.getBean(Listeners.class);
				context.getBean(JetStreamTemplate.class).publish("orders.1", "");
				qualified(context, JetStreamTemplate.class).publish("orders.2", "");
				await().untilAsserted(() -> assertThat(listeners.seen).containsExactlyInAnyOrder("here 1", "eu 2"));
				assertThat(qualified(context, NatsTemplate.class).request("who", "", String.class)).isEqualTo("eu");
				assertThat(context.getBean(NatsTemplate.class).request("who", "", String.class)).isEqualTo("here");
				await().untilAsserted(() -> assertThat(
						qualified(context, JetStreamManagement.class).getConsumerInfo("ORDERS", "billing")
							.getNumAckPending())
					.isZero());
			});
	}

	@Test
	void tellsTheHealthOfEachConnectionWithItsOwnListeners() {
		this.contextRunner.withUserConfiguration(Listeners.class)
			.withPropertyValues("nats.jetstream.streams.ORDERS.subjects=orders.*",
					"nats.jetstream.streams.ORDERS.consumers.billing.ack-wait=30s",
					"nats.connections.eu.jetstream.streams.ORDERS.subjects=orders.*",
					"nats.connections.eu.jetstream.streams.ORDERS.consumers.billing.ack-wait=30s")
			.run((context) -> {
				CompositeHealthContributor health = context.getBean("natsHealthContributor",
						CompositeHealthContributor.class);
				assertThat(health.stream().map(CompositeHealthContributor.Entry::name))
					.containsExactlyInAnyOrder("default", "eu");
				await().untilAsserted(() -> assertThat(health(health, "eu").getStatus()).isEqualTo(Status.UP));
				assertThat(health(health, "eu").getDetails().toString()).contains("eu-jetstream", "eu-core")
					.doesNotContain("here-");
				assertThat(health(health, "default").getDetails().toString()).contains("here-jetstream")
					.doesNotContain("eu-");
				qualified(context, JetStreamManagement.class).deleteConsumer("ORDERS", "billing");
				await().untilAsserted(() -> assertThat(health(health, "eu").getStatus()).isEqualTo(Status.DOWN));
				assertThat(health(health, "default").getStatus()).isEqualTo(Status.UP);
			});
	}

	@Configuration(proxyBeanMethods = false)
	static class Injected {

		private final Connection first;

		private final Connection eu;

		private final NatsTemplate template;

		Injected(Connection first, @Qualifier("eu") Connection eu, NatsTemplate template) {
			this.first = first;
			this.eu = eu;
			this.template = template;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Buckets {

		private final KeyValue first;

		private final KeyValue eu;

		private final ObjectStore files;

		Buckets(KeyValue first, @Qualifier("eu.profiles") KeyValue eu, @Qualifier("eu.files") ObjectStore files) {
			this.first = first;
			this.eu = eu;
			this.files = files;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class DeclaredByBeans {

		@Bean
		StreamConfiguration here() {
			return StreamConfiguration.builder().name("BEAN_HERE").subjects("bean.>").build();
		}

		@Bean
		@Qualifier("eu")
		StreamConfiguration there() {
			return StreamConfiguration.builder().name("BEAN_THERE").subjects("bean.>").build();
		}

	}

}
