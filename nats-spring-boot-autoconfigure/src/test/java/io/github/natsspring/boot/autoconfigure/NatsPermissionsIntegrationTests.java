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

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.github.natsspring.annotation.NatsListener;
import io.github.natsspring.config.NatsPermissions;
import io.github.natsspring.core.JetStreamTemplate;
import io.github.natsspring.core.NatsTemplate;
import io.github.natsspring.deadletter.DeadLetterOperations;
import io.github.natsspring.test.NatsServer;
import io.nats.client.Connection;
import io.nats.client.ErrorListener;
import io.nats.client.JetStreamManagement;
import io.nats.client.KeyValue;
import io.nats.client.Nats;
import io.nats.client.ObjectStore;
import io.nats.client.api.KeyValueEntry;
import io.nats.client.api.KeyValueWatcher;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The permissions that are printed are enough, and no more than that: the same
 * application runs as a user who has these and no others.
 */
@Timeout(90)
@ExtendWith(OutputCaptureExtension.class)
class NatsPermissionsIntegrationTests {

	private final Refusals refusals = new Refusals();

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class, NatsAutoConfiguration.class,
				NatsJetStreamAutoConfiguration.class))
		.withBean(ErrorListener.class, () -> this.refusals)
		.withBean(Listeners.class)
		.withPropertyValues("nats.jetstream.streams.ORDERS.subjects=orders.>",
				"nats.jetstream.streams.ORDERS.consumers.billing.filter-subjects=orders.*.created",
				"nats.jetstream.streams.ORDERS.consumers.two.filter-subjects=orders.a,orders.b",
				"nats.key-value.profiles.history=3", "nats.object-store.invoices.description=Rendered",
				"nats.listener.dead-letter.enabled=true", "nats.listener.retry.max-attempts=1");

	@Test
	void runsTheApplicationWithThesePermissionsAndNoOthers() throws Exception {
		String permissions = permissionsOf(this.contextRunner);
		try (NatsServer server = restricted(permissions)) {
			this.contextRunner
				.withPropertyValues("nats.servers=" + server.url(), "nats.username=app", "nats.password=app")
				.run((context) -> {
					assertThat(context).hasNotFailed();
					Listeners listeners = context.getBean(Listeners.class);
					JetStreamTemplate jetStream = context.getBean(JetStreamTemplate.class);
					jetStream.publish("orders.eu.created", "one");
					jetStream.publish("orders.eu.created", "poison");
					jetStream.publish("orders.eu.shipped", "two");
					await().until(() -> listeners.handled.contains("one") && listeners.handled.contains("two"));
					DeadLetterOperations letters = context.getBean(DeadLetterOperations.class);
					Connection admin = admin(server);
					try {
						await().until(() -> admin.jetStreamManagement()
							.getStreamInfo("ORDERS_DLQ")
							.getStreamState()
							.getMsgCount() == 1);
						assertThat(admin.request("price.tea", "x".getBytes(), Duration.ofSeconds(5)).getData())
							.asString()
							.contains("42");
					}
					finally {
						admin.close();
					}
					useBuckets(context.getBean(KeyValue.class), context.getBean(ObjectStore.class));
					assertThat(this.refusals.seen).isEmpty();
					context.getBean(NatsTemplate.class).publish("elsewhere", "x");
					await().until(() -> this.refusals.seen.stream().anyMatch((text) -> text.contains("elsewhere")));
					assertThat(letters).isNotNull();
				});
			// What is there needs no more
			this.refusals.seen.clear();
			this.contextRunner
				.withPropertyValues("nats.servers=" + server.url(), "nats.username=app", "nats.password=app")
				.run((context) -> {
					assertThat(context).hasNotFailed();
					assertThat(this.refusals.seen).isEmpty();
				});
		}
	}

	@Test
	void updatesWithThePermissionsOfItsMode() throws Exception {
		ApplicationContextRunner updating = this.contextRunner.withPropertyValues("nats.jetstream.provisioning=update");
		String permissions = permissionsOf(updating);
		assertThat(permissions).contains("$JS.API.STREAM.UPDATE.ORDERS");
		// Whether a letter that was sent before is still there
		assertThat(permissions).contains("$JS.API.STREAM.MSG.GET.ORDERS_DLQ");
		assertThat(permissionsOf(this.contextRunner)).doesNotContain("STREAM.UPDATE");
		assertThat(permissionsOf(this.contextRunner.withPropertyValues("nats.jetstream.provisioning=none")))
			.doesNotContain("CREATE.ORDERS", "UPDATE");
		try (NatsServer server = restricted(permissions)) {
			ApplicationContextRunner as = updating.withPropertyValues("nats.servers=" + server.url(),
					"nats.username=app", "nats.password=app");
			as.run((context) -> assertThat(context).hasNotFailed());
			as.withPropertyValues("nats.jetstream.streams.ORDERS.description=All orders",
					"nats.jetstream.streams.ORDERS.consumers.billing.ack-wait=45s")
				.run((context) -> {
					assertThat(context).hasNotFailed();
					assertThat(context.getBean(JetStreamManagement.class)
						.getStreamInfo("ORDERS")
						.getConfiguration()
						.getDescription()).isEqualTo("All orders");
				});
			assertThat(this.refusals.seen).isEmpty();
		}
	}

	@Test
	void logsThemBeforeItConnects(CapturedOutput output) {
		this.contextRunner
			.withPropertyValues("nats.jetstream.print-permissions=true", "nats.servers=nats://127.0.0.1:1",
					"nats.startup-timeout=100ms")
			.run((context) -> {
				assertThat(context).hasFailed();
				assertThat(output).contains("Permissions that this application needs", "permissions: {",
						"\"$JS.API.CONSUMER.MSG.NEXT.ORDERS.billing\"", "\"price.* pricing\"");
			});
	}

	private static void useBuckets(KeyValue profiles, ObjectStore invoices) throws Exception {
		profiles.put("a", "1");
		profiles.put("b", "2");
		assertThat(profiles.get("a").getValueAsString()).isEqualTo("1");
		assertThat(profiles.keys()).containsExactlyInAnyOrder("a", "b");
		assertThat(profiles.history("a")).hasSize(1);
		Queue<String> seen = new ConcurrentLinkedQueue<>();
		try (AutoCloseable watch = profiles.watchAll(watcher(seen))) {
			await().until(() -> seen.size() == 2);
			assertThat(watch).isNotNull();
		}
		profiles.delete("b");
		profiles.purgeDeletes();
		assertThat(profiles.getStatus().getBucketName()).isEqualTo("profiles");
		invoices.put("one", new byte[300_000]);
		ByteArrayOutputStream read = new ByteArrayOutputStream();
		invoices.get("one", read);
		assertThat(read.size()).isEqualTo(300_000);
		assertThat(invoices.getList()).hasSize(1);
		invoices.delete("one");
	}

	private static KeyValueWatcher watcher(Queue<String> seen) {
		return new KeyValueWatcher() {

			@Override
			public void watch(KeyValueEntry entry) {
				seen.add(entry.getKey());
			}

			@Override
			public void endOfData() {
			}

		};
	}

	private static String permissionsOf(ApplicationContextRunner runner) {
		String[] permissions = new String[1];
		runner.withPropertyValues("nats.servers=nats://127.0.0.1:1", "nats.startup-mode=background")
			.run((context) -> permissions[0] = context.getBean(NatsPermissions.class).toString());
		return permissions[0];
	}

	private static NatsServer restricted(String permissions) {
		return NatsServer.builder()
			.config("authorization { users: [{user: admin, password: admin}, {user: app, password: app, " + permissions
					+ "}] }")
			.start();
	}

	private static Connection admin(NatsServer server) throws Exception {
		return Nats.connect(server.url().replace("nats://", "nats://admin:admin@"));
	}

	static class Listeners {

		private final Queue<String> handled = new ConcurrentLinkedQueue<>();

		@NatsListener(stream = "ORDERS", consumer = "billing")
		void bill(String order) {
			if (order.contains("poison")) {
				throw new IllegalStateException(order);
			}
			this.handled.add(order);
		}

		@NatsListener(stream = "ORDERS", consumer = "shipping", subjects = "orders.*.shipped")
		void ship(String order) {
			this.handled.add(order);
		}

		@NatsListener(subjects = "price.*", queue = "pricing")
		int price(String sku) {
			return 42;
		}

	}

	static class Refusals implements ErrorListener {

		private final Queue<String> seen = new ConcurrentLinkedQueue<>();

		@Override
		public void errorOccurred(Connection connection, String error) {
			this.seen.add(error);
		}

	}

}
