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

package io.github.natsspring.test;

import java.io.IOException;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.nats.client.Connection;
import io.nats.client.ConnectionListener.Events;
import io.nats.client.Nats;
import io.nats.client.Options;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

@DisabledOnOs(OS.WINDOWS)
class NatsServerFaultsIntegrationTests {

	@Test
	void saysGoodbyeToItsClientsInLameDuckModeAndEnds() throws Exception {
		Queue<Events> events = new ConcurrentLinkedQueue<>();
		try (NatsServer server = NatsServer.builder().start()) {
			Options options = Options.builder()
				.server(server.url())
				.connectionListener((connection, event) -> events.add(event))
				.maxReconnects(-1)
				.reconnectWait(Duration.ofMillis(50))
				.build();
			try (Connection connection = Nats.connect(options)) {
				String url = server.url();
				server.lameDuck();
				assertThatExceptionOfType(IOException.class).isThrownBy(() -> connect(url, null).close());
				assertThat(server.awaitEnd(Duration.ofSeconds(10))).isTrue();
				assertThat(server.isRunning()).isFalse();
				assertThat(events).contains(Events.LAME_DUCK);
				server.start();
				assertThat(server.url()).isEqualTo(url);
				await().atMost(Duration.ofSeconds(10))
					.until(() -> connection.getStatus() == Connection.Status.CONNECTED);
			}
		}
	}

	@Test
	void restartsOutOfLameDuckMode() throws Exception {
		try (NatsServer server = NatsServer.builder().start(); Connection connection = connect(server.url(), null)) {
			long pid = server.pid();
			server.lameDuck();
			server.restart();
			assertThat(server.pid()).isNotEqualTo(pid);
			connect(server.url(), null).close();
		}
	}

	@Test
	void needsAProcessForLameDuckModeAndReload() {
		try (NatsServer server = NatsServer.builder().build()) {
			assertThat(server.awaitEnd(Duration.ZERO)).isTrue();
			assertThatIllegalStateException().isThrownBy(server::lameDuck).withMessageContaining("does not run");
			assertThatIllegalStateException().isThrownBy(server::reload).withMessageContaining("does not run");
		}
	}

	@Test
	void awaitsTheEndNoLongerThanAsked() {
		try (NatsServer server = NatsServer.builder().start()) {
			assertThat(server.awaitEnd(Duration.ofMillis(50))).isFalse();
		}
	}

	@Test
	void changesUsersUnderRunningClients() throws Exception {
		try (NatsServer server = NatsServer.builder()
			.config("authorization { users: [ { user: a, password: pa }, { user: b, password: pb } ] }")
			.start()) {
			long pid = server.pid();
			try (Connection first = connect(server.url(), "a"); Connection second = connect(server.url(), "b")) {
				server.reconfigure("authorization { users: [ { user: b, password: pb } ] }", "max_payload: 4096");
				await().atMost(Duration.ofSeconds(20)).until(() -> first.getStatus() != Connection.Status.CONNECTED);
				second.flush(Duration.ofSeconds(5));
				assertThatExceptionOfType(IOException.class).isThrownBy(() -> connect(server.url(), "a").close());
			}
			assertThat(server.pid()).isEqualTo(pid);
			server.restart();
			try (Connection again = connect(server.url(), "b")) {
				assertThat(again.getServerInfo().getMaxPayload()).isEqualTo(4096);
			}
			assertThatExceptionOfType(IOException.class).isThrownBy(() -> connect(server.url(), "a").close());
		}
	}

	@Test
	void takesBackWhatTheServerRefuses() throws Exception {
		try (NatsServer server = NatsServer.builder().config("max_payload: 4096").start()) {
			assertThatIllegalStateException().isThrownBy(() -> server.reconfigure("no_such_option: 1"))
				.withMessageContaining("refuses to reload")
				.withMessageContaining("no_such_option");
			server.reload();
			server.restart();
			try (Connection connection = connect(server.url(), null)) {
				assertThat(connection.getServerInfo().getMaxPayload()).isEqualTo(4096);
			}
		}
	}

	@Test
	void takesChangedLinesAtTheNextStartWhenItDoesNotRun() throws Exception {
		try (NatsServer server = NatsServer.builder().build()) {
			server.reconfigure("max_payload: 2048");
			server.start();
			try (Connection connection = connect(server.url(), null)) {
				assertThat(connection.getServerInfo().getMaxPayload()).isEqualTo(2048);
			}
		}
	}

	@Test
	void failsWithinItsTimeWhenAPausedServerDoesNotReload() {
		try (NatsServer server = NatsServer.builder().start()) {
			server.pause();
			long start = System.nanoTime();
			assertThatIllegalStateException().isThrownBy(server::reload).withMessageContaining("did not confirm");
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
		}
	}

	private static Connection connect(String url, @Nullable String user) throws Exception {
		Options.Builder options = Options.builder().server(url).noReconnect();
		if (user != null) {
			options.userInfo(user, "p" + user);
		}
		return Nats.connect(options.build());
	}

}
