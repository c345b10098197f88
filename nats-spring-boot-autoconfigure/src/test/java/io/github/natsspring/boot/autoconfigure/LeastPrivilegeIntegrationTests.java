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

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.natsspring.annotation.NatsKeyValueListener;
import io.github.natsspring.annotation.NatsListener;
import io.github.natsspring.annotation.NatsObjectStoreListener;
import io.github.natsspring.boot.autoconfigure.health.NatsHealthContributorAutoConfiguration;
import io.github.natsspring.boot.autoconfigure.metrics.NatsMetricsAutoConfiguration;
import io.github.natsspring.config.NatsPermissions;
import io.github.natsspring.core.JetStreamTemplate;
import io.github.natsspring.core.NatsTemplate;
import io.github.natsspring.listener.Acknowledgment;
import io.github.natsspring.store.KeyValueTemplate;
import io.github.natsspring.store.KeyValueTemplates;
import io.github.natsspring.store.ObjectDownload;
import io.github.natsspring.store.ObjectStoreTemplate;
import io.github.natsspring.test.NatsServer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.nats.client.Connection;
import io.nats.client.ErrorListener;
import io.nats.client.KeyValue;
import io.nats.client.Nats;
import io.nats.client.ObjectStore;
import io.nats.client.api.ObjectInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.messaging.handler.annotation.DestinationVariable;
import org.springframework.messaging.handler.annotation.SendTo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * An application that provisions nothing works as a user who has the permissions that are
 * printed for it and no others, with an inbox prefix of its own.
 */
@Timeout(90)
class LeastPrivilegeIntegrationTests {

	private final Queue<String> refusals = new ConcurrentLinkedQueue<>();

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class, NatsAutoConfiguration.class,
				NatsJetStreamAutoConfiguration.class, NatsHealthContributorAutoConfiguration.class,
				MetricsAutoConfiguration.class, CompositeMeterRegistryAutoConfiguration.class,
				NatsMetricsAutoConfiguration.class))
		.withBean(SimpleMeterRegistry.class, SimpleMeterRegistry::new)
		.withBean(ErrorListener.class, () -> new ErrorListener() {

			@Override
			public void errorOccurred(Connection connection, String error) {
				LeastPrivilegeIntegrationTests.this.refusals.add(error);
			}

		})
		.withPropertyValues("nats.reconnect.wait=100ms", "nats.metrics.lag-interval=200ms",
				"nats.jetstream.streams.ORDERS.subjects=orders.>",
				"nats.jetstream.streams.ORDERS.consumers.billing.filter-subjects=orders.*.created",
				"nats.jetstream.streams.ORDERS.consumers.billing.ack-wait=1s",
				"nats.jetstream.streams.ORDERS.consumers.batches.filter-subjects=orders.*.shipped");

	private final ApplicationContextRunner full = this.contextRunner.withBean(Listeners.class)
		.withPropertyValues("nats.jetstream.streams.ORDERS.consumers.picky.filter-subjects=orders.*.picked",
				"nats.jetstream.streams.PARCELS.subjects=parcels.>",
				"nats.jetstream.streams.ORDERS.consumers.packing.filter-subjects=orders.*.packed", "test.target=news",
				"nats.key-value.profiles.history=3", "nats.object-store.invoices.description=Rendered",
				"nats.listener.dead-letter.enabled=true", "nats.listener.retry.max-attempts=2",
				"nats.listener.retry.initial-interval=10ms");

	@Test
	void needsFourSubjectsForAConsumerThatIsThere() {
		this.contextRunner.withBean(Billing.class)
			.withPropertyValues("nats.jetstream.provisioning=none", "nats.inbox-prefix=_INBOX_app",
					"nats.listener.dead-letter.enabled=false", "nats.servers=nats://127.0.0.1:1",
					"nats.startup-mode=background")
			.run((context) -> {
				NatsPermissions permissions = context.getBean(NatsPermissions.class);
				assertThat(permissions.subscribe()).containsExactly("_INBOX_app.>");
				// And the one that it fills
				assertThat(permissions.publish()).containsExactlyInAnyOrder("$JS.ACK.ORDERS.billing.>",
						"$JS.API.CONSUMER.INFO.ORDERS.billing", "$JS.API.CONSUMER.MSG.NEXT.ORDERS.billing",
						"$JS.API.STREAM.INFO.ORDERS", "orders.>");
			});
	}

	@Test
	void worksWithWhatIsPrintedAndNoMore() {
		ApplicationContextRunner none = this.full.withPropertyValues("nats.jetstream.provisioning=none",
				"nats.inbox-prefix=_INBOX_app");
		String permissions = permissionsOf(none);
		assertThat(permissions).doesNotContain("STREAM.CREATE", "STREAM.UPDATE", "STREAM.DELETE", "\"$JS.API.>\"",
				"CREATE.ORDERS.billing", "\">\"", "\"_INBOX.>\"");
		try (NatsServer server = NatsServer.builder()
			.config("authorization { users: [{user: admin, password: admin}, {user: app, password: app, " + permissions
					+ "}] }")
			.start()) {
			// Whoever may make it has made it
			this.full.withPropertyValues("nats.servers=" + server.url(), "nats.username=admin", "nats.password=admin")
				.run((context) -> assertThat(context).hasNotFailed());
			none.withPropertyValues("nats.servers=" + server.url(), "nats.username=app", "nats.password=app")
				.run((context) -> {
					assertThat(context).hasNotFailed();
					useAll(context, server);
					server.restart();
					HealthIndicator health = context.getBean(HealthIndicator.class);
					await().atMost(Duration.ofSeconds(20))
						.untilAsserted(() -> assertThat(health.health().getStatus()).isEqualTo(Status.UP));
					useAll(context, server);
					await().untilAsserted(
							() -> assertThat(context.getBean(MeterRegistry.class).get("nats.consumer.lag").gauges())
								.isNotEmpty()
								.allMatch((lag) -> lag.value() >= 0));
					assertThat(this.refusals).noneMatch((refusal) -> refusal.contains("ermission"));
					// That it has no others
					context.getBean(NatsTemplate.class).publish("elsewhere", "x");
					await().until(() -> this.refusals.stream().anyMatch((refusal) -> refusal.contains("elsewhere")));
				});
		}
	}

	private static void useAll(AssertableApplicationContext context, NatsServer server) throws Exception {
		Listeners listeners = context.getBean(Listeners.class);
		listeners.handled.clear();
		listeners.failed.set(0);
		JetStreamTemplate jetStream = context.getBean(JetStreamTemplate.class);
		try (Connection admin = Nats.connect(server.url().replace("nats://", "nats://admin:admin@"))) {
			long letters = letters(admin);
			jetStream.publish("orders.eu.created", "one");
			jetStream.publish("orders.eu.created", "fails");
			// Longer than ack-wait
			jetStream.publish("orders.eu.created", "slow");
			jetStream.publishAsync("orders.eu.shipped", "two").join();
			jetStream.publish("orders.eu.picked", "three");
			await().atMost(Duration.ofSeconds(20))
				.untilAsserted(() -> assertThat(listeners.handled).contains("billing one", "billing slow", "batch two",
						"picky three", "ephemeral one", "ordered one", "ordered three"));
			await().until(() -> letters(admin) == letters + 1);
			assertThat(listeners.failed).hasValue(2);
			await().untilAsserted(() -> {
				for (String consumer : List.of("billing", "batches", "picky")) {
					assertThat(admin.jetStreamManagement().getConsumerInfo("ORDERS", consumer).getNumAckPending())
						.isZero();
				}
			});
			assertThat(listeners.handled.stream().filter("billing slow"::equals)).hasSize(1);
			jetStream.publish("orders.eu.packed", "four");
			await().until(() -> listeners.handled.contains("news four from eu"));
			assertThat(admin.jetStreamManagement().getLastMessage("PARCELS", "parcels.eu").getData())
				.asString(StandardCharsets.UTF_8)
				.isEqualTo("four");
			assertThat(new String(admin.request("price.tea", null, Duration.ofSeconds(5)).getData())).isEqualTo("42");
		}
		KeyValue profiles = context.getBean(KeyValue.class);
		profiles.put("a", "1");
		assertThat(profiles.get("a").getValueAsString()).isEqualTo("1");
		assertThat(profiles.keys()).containsExactly("a");
		ObjectStore invoices = context.getBean(ObjectStore.class);
		invoices.put("one", new byte[200_000]);
		assertThat(invoices.getList()).hasSize(1);
		useTypedStores(context, listeners);
	}

	private static void useTypedStores(AssertableApplicationContext context, Listeners listeners) throws Exception {
		KeyValueTemplate<Integer> profiles = context.getBean(KeyValueTemplates.class).of("profiles", Integer.class);
		profiles.put("count.one", 1);
		assertThat(profiles.update("count.one", (count) -> count + 1)).isEqualTo(2);
		assertThat(profiles.keys("count.*")).containsExactly("count.one");
		assertThat(profiles.history("count.one")).isNotEmpty();
		profiles.delete("count.one");
		ObjectStoreTemplate invoices = context.getBean(ObjectStoreTemplate.class);
		byte[] content = new byte[300_000];
		invoices.put("two", new ByteArrayInputStream(content));
		try (ObjectDownload download = invoices.get("two")) {
			assertThat(download.readAllBytes()).hasSize(content.length);
		}
		assertThat(invoices.list()).hasSize(2);
		await().untilAsserted(() -> assertThat(listeners.handled).contains("watched one 2", "content two 300000"));
		assertThat(invoices.delete("two")).isTrue();
	}

	private static long letters(Connection admin) throws Exception {
		return admin.jetStreamManagement().getStreamInfo("ORDERS_DLQ").getStreamState().getMsgCount();
	}

	private static String permissionsOf(ApplicationContextRunner runner) {
		String[] permissions = new String[1];
		runner.withPropertyValues("nats.servers=nats://127.0.0.1:1", "nats.startup-mode=background")
			.run((context) -> permissions[0] = context.getBean(NatsPermissions.class).toString());
		return permissions[0];
	}

	static class Billing {

		@NatsListener(stream = "ORDERS", consumer = "billing")
		void on(byte[] payload) {
		}

	}

	static class Listeners {

		private final Queue<String> handled = new ConcurrentLinkedQueue<>();

		private final AtomicInteger failed = new AtomicInteger();

		@NatsListener(stream = "ORDERS", consumer = "billing")
		void bill(String order) {
			if (order.equals("fails")) {
				this.failed.incrementAndGet();
				throw new IllegalStateException("expected by the test");
			}
			if (order.equals("slow")) {
				await().during(Duration.ofMillis(2500)).until(() -> true);
			}
			this.handled.add("billing " + order);
		}

		@NatsListener(stream = "ORDERS", consumer = "batches", batchSize = "10", ackMode = "auto_confirmed")
		void ship(List<String> orders) {
			orders.forEach((order) -> this.handled.add("batch " + order));
		}

		@NatsListener(stream = "ORDERS", consumer = "picky", ackMode = "manual")
		void pick(String order, Acknowledgment acknowledgment) {
			this.handled.add("picky " + order);
			acknowledgment.ackSync();
		}

		@NatsListener(stream = "ORDERS", subjects = "orders.*.created", deliverPolicy = "new")
		void look(String order) {
			this.handled.add("ephemeral " + order);
		}

		@NatsListener(stream = "ORDERS", ordered = true)
		void follow(String order) {
			this.handled.add("ordered " + order);
		}

		@NatsListener(stream = "ORDERS", consumer = "packing", subjects = "orders.{region}.packed")
		@SendTo({ "parcels.{region}", "${test.target}.{region}" })
		String pack(String order) {
			return order;
		}

		@NatsListener(subjects = "news.{region}")
		void read(String news, @DestinationVariable String region) {
			this.handled.add("news " + news + " from " + region);
		}

		@NatsKeyValueListener(bucket = "profiles", keys = "count.{name}")
		void watch(@DestinationVariable String name, int count) {
			this.handled.add("watched " + name + " " + count);
		}

		@NatsObjectStoreListener(bucket = "invoices")
		void stored(ObjectInfo info, InputStream content) throws IOException {
			this.handled.add("content " + info.getObjectName() + " " + content.readAllBytes().length);
		}

		@NatsListener(subjects = "price.*", queue = "pricing")
		String price(byte[] sku) {
			return "42";
		}

	}

}
