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

package io.github.natsspring.connection;

import java.time.Duration;
import java.util.List;

import io.github.natsspring.test.TcpProxy;
import io.nats.client.Connection;
import io.nats.client.Options;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for connections whose server is silent: because nobody uses them, or because the
 * network swallows everything.
 */
class ServerSilenceIntegrationTests extends AbstractConnectionHolderTests {

	@Test
	void reconnectsWhenNothingArrivesAnyMore() {
		this.server.start();
		try (TcpProxy proxy = TcpProxy.to(this.server.url())) {
			ConnectionHolder holder = connect(proxy, Duration.ofSeconds(1));
			Connection connection = holder.get();
			proxy.stall();
			await().until(() -> connection.getStatus() != Connection.Status.CONNECTED);
			// Before jnats would have found out by its pings
			assertThat(holder.getProblem()).contains("not even an answer to pings");
			proxy.pass();
			await().until(() -> connection.getStatus() == Connection.Status.CONNECTED);
			assertThat(connection.getStatistics().getReconnects()).isPositive();
		}
	}

	@Test
	void keepsAConnectionThatIsOnlyIdle() {
		this.server.start();
		try (TcpProxy proxy = TcpProxy.to(this.server.url())) {
			Duration interval = Duration.ofMillis(1500);
			Connection connection = connect(proxy, interval).get();
			assertThat(connection.getOptions().getSocketReadTimeoutMillis()).isEqualTo(3750);
			long started = System.nanoTime();
			await().atMost(Duration.ofSeconds(20))
				.until(() -> System.nanoTime() - started > interval.multipliedBy(4).toNanos());
			// Without the answers to pings, its time would be up
			assertThat(connection.getStatistics().getInMsgs()).isZero();
			assertThat(connection.getStatistics().getReconnects()).isZero();
			assertThat(connection.getStatus()).isEqualTo(Connection.Status.CONNECTED);
		}
	}

	private ConnectionHolder connect(TcpProxy proxy, Duration pingInterval) {
		ConnectionHolder holder = new ConnectionHolder(new ConnectionSettings("test",
				() -> Options.builder()
					.server(proxy.url())
					.pingInterval(pingInterval)
					.maxReconnects(-1)
					.reconnectWait(Duration.ofMillis(100)),
				StartupMode.FAIL_FAST, Duration.ofSeconds(5), Duration.ofSeconds(5), List.of(), List.of()));
		this.holders.add(holder);
		holder.start();
		return holder;
	}

}
