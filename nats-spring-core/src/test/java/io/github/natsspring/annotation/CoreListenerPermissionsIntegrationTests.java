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

package io.github.natsspring.annotation;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.listener.ContainerStatus;
import io.github.natsspring.listener.ContainerStatus.State;
import io.github.natsspring.test.NatsServer;
import io.nats.client.Connection;
import io.nats.client.Nats;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Listeners of core NATS whose user may not subscribe, from the beginning or for a while.
 */
@Timeout(60)
class CoreListenerPermissionsIntegrationTests {

	private static final String NOTHING = "";

	private final NatsServer server = NatsServer.builder().jetStream(false).config(users(NOTHING)).build();

	private Connection client;

	@BeforeEach
	void start() throws Exception {
		this.server.start();
		this.client = Nats.connect(url("admin"));
	}

	@AfterEach
	void stop() throws Exception {
		this.client.close();
		this.server.close();
	}

	@Test
	void stallsWhileItMayNotSubscribeAndGoesOnAfterwards() {
		try (ListenerContext context = new ListenerContext(url("app")).bean("workers", Workers.class)
			.bean("events", CoreListenerEventsIntegrationTests.Events.class)
			.start()) {
			this.server.reconfigure(users("\"%s.>\"".formatted(context.unique())));
			for (String id : new String[] { "one", "group" }) {
				await().until(() -> status(context, id).state() == State.STALLED);
				assertThat(status(context, id).detail())
					.startsWith("the server refuses its subscription: Permissions Violation")
					.contains(context.unique());
			}
			assertThat(status(context, "allowed").state()).isEqualTo(State.RUNNING);
			this.server.reconfigure(users(NOTHING));
			await().until(() -> status(context, "one").state() == State.RUNNING
					&& status(context, "group").state() == State.RUNNING);
			assertThat(status(context, "one").detail()).isNull();
			assertHandlesOnce(context);
			assertThat(context.get(CoreListenerEventsIntegrationTests.Events.class).names()).containsExactlyInAnyOrder(
					"Started", "Started", "Started", "Stalled", "Stalled", "Recovered", "Recovered");
		}
	}

	@Test
	void isStalledFromTheBeginningUntilItMaySubscribe() {
		try (ListenerContext context = new ListenerContext(url("app"))) {
			this.server.reconfigure(users("\"%s.>\"".formatted(context.unique())));
			context.bean("workers", Workers.class).start();
			await().until(() -> status(context, "one").state() == State.STALLED
					&& status(context, "group").state() == State.STALLED);
			// As long as it is asked in vain
			await().during(Duration.ofSeconds(3))
				.atMost(Duration.ofSeconds(7))
				.until(() -> status(context, "one").state() == State.STALLED);
			this.server.reconfigure(users(NOTHING));
			await().until(() -> status(context, "one").state() == State.RUNNING
					&& status(context, "group").state() == State.RUNNING);
			assertHandlesOnce(context);
		}
	}

	@Test
	void isNotStalledByARefusalOfAnotherQueueGroupOrOfAPublish() {
		try (ListenerContext context = new ListenerContext(url("app"))) {
			String subject = context.unique() + ".group";
			this.server.reconfigure(users("\"%s other\"".formatted(subject)));
			context.bean("workers", Workers.class).start();
			Connection own = context.get(ConnectionHolder.class).get();
			own.createDispatcher((message) -> {
			}).subscribe(subject, "other");
			await().until(() -> String.valueOf(own.getLastError()).contains("using queue \"other\""));
			assertHandlesOnce(context);
			assertThat(status(context, "group").state()).isEqualTo(State.RUNNING);
		}
	}

	private void assertHandlesOnce(ListenerContext context) {
		Workers workers = context.get(Workers.class);
		for (String name : new String[] { "one", "group" }) {
			this.client.publish(context.unique() + "." + name, name.getBytes(StandardCharsets.UTF_8));
		}
		this.client.publish("end." + context.unique(), new byte[0]);
		await().until(() -> workers.seen.size() >= 3);
		assertThat(workers.seen).containsExactlyInAnyOrder("one", "group", "allowed");
	}

	private static ContainerStatus status(ListenerContext context, String id) {
		return context.container(id).getStatus();
	}

	private String url(String user) {
		return this.server.url().replace("nats://", "nats://%s:%1$s@".formatted(user));
	}

	private static String users(String denied) {
		return "authorization { users: [ { user: app, password: app, permissions: { subscribe: { deny: [ %s ] } } }, { user: admin, password: admin } ] }"
			.formatted(denied);
	}

	static class Workers {

		final Queue<String> seen = new ConcurrentLinkedQueue<>();

		@NatsListener(id = "one", subjects = "${test}.one")
		void one(String payload) {
			this.seen.add(payload);
		}

		@NatsListener(id = "group", subjects = "${test}.group", queue = "workers")
		void group(String payload) {
			this.seen.add(payload);
		}

		@NatsListener(id = "allowed", subjects = "end.${test}")
		void allowed(byte[] payload) {
			this.seen.add("allowed");
		}

	}

}
