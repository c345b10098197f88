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
import java.util.List;

import io.github.natsspring.annotation.NatsKeyValueListener;
import io.github.natsspring.annotation.NatsListener;
import io.github.natsspring.core.JetStreamTemplate;
import org.junit.jupiter.api.Test;

import static org.awaitility.Awaitility.await;

/**
 * Health while the application may not do what it has to.
 */
class HealthPermissionsIntegrationTests extends AbstractHealthTests {

	@Test
	void isDownWhilePermissionsAreRevoked() {
		try (WebApplication application = start()) {
			this.server.reconfigure(users(", permissions: { publish: { deny: \"$JS.API.>\" } }"));
			assertDown(application, "the server refuses it: Permissions Violation");
			assertStays(Duration.ofSeconds(4), () -> isDown(application));
			this.server.reconfigure(users(""));
			assertUpAndConsumes(application);
		}
	}

	@Test
	void isDownWhilePullsAreRefusedAlthoughEverythingElseMayBeDone() {
		// Each message is pulled for by itself, so that the next pull is soon
		try (WebApplication application = start("nats.listeners.billing.max-in-flight=1")) {
			this.server.reconfigure(
					users(", permissions: { publish: { deny: \"$JS.API.CONSUMER.MSG.NEXT.ORDERS.billing\" } }"));
			application.bean(JetStreamTemplate.class).publish("orders.1", "one");
			assertDown(application, "the server refuses its pulls: Permissions Violation");
			assertStays(Duration.ofSeconds(3), () -> isDown(application));
			this.server.reconfigure(users(""));
			assertUpAndConsumes(application);
		}
	}

	@Test
	void isDownWhilePullsAreRefusedToAListenerThatIsIdle() {
		try (WebApplication application = start()) {
			this.server.reconfigure(
					users(", permissions: { publish: { deny: \"$JS.API.CONSUMER.MSG.NEXT.ORDERS.billing\" } }"));
			assertDown(application, "the server refuses its pulls: Permissions Violation");
			this.server.reconfigure(users(""));
			assertUpAndConsumes(application);
		}
	}

	@Test
	void isDownWhileAWatchMayNotPull() {
		try (WebApplication application = start(List.of(Listeners.class, Watch.class),
				"nats.key-value.profiles.history=1")) {
			this.server.reconfigure(
					users(", permissions: { publish: { deny: \"$JS.API.CONSUMER.MSG.NEXT.KV_profiles.>\" } }"));
			assertDown(application, "the server refuses its pulls: Permissions Violation");
			this.server.reconfigure(users(""));
			assertUpAndConsumes(application);
		}
	}

	@Test
	void isDownWhileACoreListenerMayNotSubscribe() {
		try (WebApplication application = start(List.of(Listeners.class, Prices.class))) {
			this.server.reconfigure(users(", permissions: { subscribe: { deny: \"price.*\" } }"));
			assertDown(application, "the server refuses its subscription: Permissions Violation");
			this.server.reconfigure(users(""));
			assertUpAndConsumes(application);
		}
	}

	@Test
	void isDownWhileTheUserIsGone() {
		try (WebApplication application = start("nats.reconnect.wait=500ms")) {
			this.server.reconfigure("authorization { users: [ %s ] }".formatted(ADMIN));
			assertDown(application, "\"status\":\"DOWN\"");
			await().atMost(Duration.ofSeconds(20))
				.until(() -> health(application).body().contains("refused the user 'app' or the password"));
			this.server.reconfigure(users(""));
			assertUpAndConsumes(application);
		}
	}

	static class Watch {

		@NatsKeyValueListener(id = "profiles", bucket = "profiles", keys = "user.{id}")
		void changed(String profile) {
		}

	}

	static class Prices {

		@NatsListener(id = "prices", subjects = "price.*")
		String price(byte[] sku) {
			return "42";
		}

	}

}
