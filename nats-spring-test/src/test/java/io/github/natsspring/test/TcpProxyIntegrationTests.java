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

import java.time.Duration;
import java.util.concurrent.TimeoutException;

import io.nats.client.Connection;
import io.nats.client.Nats;
import io.nats.client.Options;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

class TcpProxyIntegrationTests {

	private static NatsServer server;

	@BeforeAll
	static void start() {
		server = NatsServer.builder().start();
	}

	@AfterAll
	static void close() {
		server.close();
	}

	@Test
	void makesAClientNoticeAStalledNetworkByItsPings() throws Exception {
		try (TcpProxy proxy = TcpProxy.to(server.url());
				Connection connection = connect(proxy, Duration.ofMillis(200))) {
			connection.flush(Duration.ofSeconds(5));
			proxy.stall();
			assertThatExceptionOfType(TimeoutException.class)
				.isThrownBy(() -> connection.flush(Duration.ofMillis(300)));
			await().atMost(Duration.ofSeconds(20)).until(() -> connection.getStatus() != Connection.Status.CONNECTED);
			proxy.pass();
			await().atMost(Duration.ofSeconds(20)).until(() -> connection.getStatus() == Connection.Status.CONNECTED);
			assertThat(connection.jetStreamManagement().getAccountStatistics()).isNotNull();
		}
	}

	@Test
	void makesAClientReconnectAfterACut() throws Exception {
		try (TcpProxy proxy = TcpProxy.to(server.url());
				Connection connection = connect(proxy, Duration.ofMillis(200))) {
			proxy.cut();
			await().atMost(Duration.ofSeconds(10)).until(() -> connection.getStatus() != Connection.Status.CONNECTED);
			proxy.pass();
			await().atMost(Duration.ofSeconds(10)).until(() -> connection.getStatus() == Connection.Status.CONNECTED);
			assertThat(connection.getConnectedUrl()).isEqualTo(proxy.url());
		}
	}

	@Test
	void lengthensTheRoundTripOfAClient() throws Exception {
		try (TcpProxy proxy = TcpProxy.to(server.url());
				Connection connection = connect(proxy, Duration.ofMinutes(1))) {
			proxy.delay(Duration.ofMillis(200));
			assertThat(connection.RTT()).isBetween(Duration.ofMillis(400), Duration.ofSeconds(5));
		}
	}

	private static Connection connect(TcpProxy proxy, Duration pings) throws Exception {
		return Nats.connect(Options.builder()
			.server(proxy.url())
			.pingInterval(pings)
			.maxPingsOut(2)
			.maxReconnects(-1)
			.reconnectWait(Duration.ofMillis(50))
			.connectionTimeout(Duration.ofSeconds(1))
			.build());
	}

}
