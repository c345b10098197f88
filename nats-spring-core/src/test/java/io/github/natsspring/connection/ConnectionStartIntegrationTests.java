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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.natsspring.test.NatsServer;
import io.nats.client.Connection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * Tests for how a {@link ConnectionHolder} makes its first connection.
 */
class ConnectionStartIntegrationTests extends AbstractConnectionHolderTests {

	@Test
	void connectsAtFirstUseAndNotBefore() {
		ConnectionHolder holder = holder(StartupMode.FAIL_FAST, Duration.ofSeconds(5));
		Connection delegate = holder.delegate(Connection.class, (connection) -> connection);
		assertThat(holder.current()).isNull();
		this.server.start();
		assertThat(delegate.getStatus()).isEqualTo(Connection.Status.CONNECTED);
		assertThat(holder.current()).isSameAs(NatsDelegate.unwrap(delegate));
	}

	@Test
	void triesAnUnreachableServerUntilTheTimeoutAndNamesItWithoutPassword() {
		this.server.start();
		String url = "nats://app:TOPSECRET@127.0.0.1:" + this.server.port();
		this.server.stop();
		ConnectionHolder holder = holder(StartupMode.FAIL_FAST, Duration.ofSeconds(1), url);
		long started = System.nanoTime();
		assertThatExceptionOfType(NatsConnectException.class).isThrownBy(holder::start).satisfies((ex) -> {
			assertThat(ex.getReason()).isEqualTo(NatsConnectException.Reason.UNREACHABLE);
			assertThat(ex.getServers()).containsExactly("nats://***@127.0.0.1:" + this.server.port());
			assertThat(ex).hasMessageContaining("127.0.0.1:" + this.server.port()).hasMessageContaining("refused");
			assertThat(ex).message().doesNotContain("TOPSECRET");
			assertThat(ex.getCause()).isNull();
		});
		assertThat(Duration.ofNanos(System.nanoTime() - started)).isBetween(Duration.ofMillis(500),
				Duration.ofSeconds(15));
		assertThat(holder.isRunning()).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "nats://app:TOP/SECRET@127.0.0.1:1", "nats://app:TOP SECRET@127.0.0.1:1",
			"app:TOP SECRET@127.0.0.1:1", "nats://app:TOP@SECRET@127.0.0.1:1" })
	void doesNotShowThePasswordOfAUrlThatCannotBeRead(String url) {
		ConnectionHolder holder = holder(StartupMode.FAIL_FAST, Duration.ofSeconds(1), url);
		assertThatExceptionOfType(NatsConnectException.class).isThrownBy(holder::start).satisfies((ex) -> {
			assertThat(ex.getReason()).isEqualTo(NatsConnectException.Reason.CONFIGURATION);
			assertThat(ex).message().contains("***@127.0.0.1:1").doesNotContain("TOP", "SECRET");
			assertThat(ex).hasNoCause();
		});
	}

	@Test
	void connectsWhenTheServerAppearsWithinTheTimeout() {
		this.server.start();
		this.server.stop();
		ConnectionHolder holder = holder(StartupMode.FAIL_FAST, Duration.ofSeconds(10), this.server.url());
		Thread starter = new Thread(this.server::start);
		starter.start();
		holder.start();
		assertThat(holder.get().getStatus()).isEqualTo(Connection.Status.CONNECTED);
	}

	@Test
	void failsAtOnceWhenTheCredentialsAreRefused() {
		try (NatsServer guarded = NatsServer.builder().config("authorization { user: app, password: right }").start()) {
			ConnectionHolder holder = holder(StartupMode.FAIL_FAST, Duration.ofSeconds(30),
					"nats://app:TOPSECRET@127.0.0.1:" + guarded.port());
			long started = System.nanoTime();
			assertThatExceptionOfType(NatsConnectException.class).isThrownBy(holder::start).satisfies((ex) -> {
				assertThat(ex.getReason()).isEqualTo(NatsConnectException.Reason.AUTHENTICATION);
				assertThat(ex.getMessage()).doesNotContain("TOPSECRET");
			});
			assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(20));
		}
	}

	@Test
	void startsWithoutAServerInBackgroundModeAndAttachesWhenItAppears() {
		this.server.start();
		this.server.stop();
		ConnectionHolder holder = holder(StartupMode.BACKGROUND, Duration.ofSeconds(5), this.server.url());
		AtomicInteger initialized = new AtomicInteger();
		List<Long> epochs = new CopyOnWriteArrayList<>();
		holder.addInitializer((connection) -> initialized.incrementAndGet());
		holder.addObserver(connected(epochs));
		Connection delegate = holder.delegate(Connection.class, (connection) -> connection);
		holder.start();
		assertThatExceptionOfType(NatsNotConnectedException.class).isThrownBy(delegate::getStatus)
			.withMessageContaining("background");
		this.server.start();
		await().untilAsserted(() -> assertThat(epochs).hasSize(1));
		assertThat(initialized).hasValue(1);
		assertThat(delegate.getStatus()).isEqualTo(Connection.Status.CONNECTED);
	}

	@Test
	void handsTheConnectionOutOnlyAfterTheInitializers() {
		this.server.start();
		ConnectionHolder holder = holder(StartupMode.FAIL_FAST, Duration.ofSeconds(5));
		List<Connection> seen = new ArrayList<>();
		holder.addInitializer((connection) -> {
			seen.add(connection);
			// Somebody asks for the connection while it is prepared
			seen.add(holder.get());
		});
		Connection connection = holder.get();
		assertThat(seen).containsExactly(connection, connection);
		holder.start();
		assertThat(seen).hasSize(2);
	}

	@Test
	void closesTheConnectionWhenAnInitializerFails() {
		this.server.start();
		ConnectionHolder holder = holder(StartupMode.FAIL_FAST, Duration.ofSeconds(5));
		List<Connection> seen = new ArrayList<>();
		holder.addInitializer((connection) -> {
			seen.add(connection);
			throw new IllegalStateException("no");
		});
		assertThatIllegalStateException().isThrownBy(holder::start).withMessage("no");
		assertThat(seen.get(0).getStatus()).isEqualTo(Connection.Status.CLOSED);
		assertThat(holder.current()).isNull();
	}

	@ParameterizedTest
	@EnumSource
	void stopsAlthoughAnInitializerHangs(StartupMode mode) throws Exception {
		this.server.start();
		ConnectionHolder holder = holder(mode, Duration.ofSeconds(5));
		CompletableFuture<Connection> prepared = new CompletableFuture<>();
		CountDownLatch release = new CountDownLatch(1);
		holder.addInitializer((connection) -> {
			prepared.complete(connection);
			awaitUninterrupted(release);
		});
		Thread starter = new Thread(() -> {
			try {
				holder.start();
			}
			catch (NatsNotConnectedException ex) {
				// As expected, when it is stopped meanwhile
			}
		});
		starter.start();
		Connection connection = prepared.get(10, TimeUnit.SECONDS);
		long stopping = System.nanoTime();
		holder.stop();
		// The drain timeout of these tests is five seconds
		assertThat(Duration.ofNanos(System.nanoTime() - stopping)).isLessThan(Duration.ofSeconds(15));
		assertThat(connection.getStatus()).isEqualTo(Connection.Status.CLOSED);
		release.countDown();
		starter.join(10_000);
		await().during(Duration.ofMillis(300)).untilAsserted(() -> assertThat(holder.current()).isNull());
		assertThat(holder.isRunning()).isFalse();
		holder.start();
		await().until(() -> holder.current() != null);
	}

	private static void awaitUninterrupted(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
