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

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import io.github.natsspring.test.NatsServer;
import io.nats.client.Connection;
import io.nats.client.ConnectionListener;
import io.nats.client.JetStream;
import io.nats.client.Options;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link ConnectionHolder} against a real server.
 */
@Timeout(60)
class ConnectionHolderIntegrationTests {

	private final NatsServer server = NatsServer.builder().build();

	private final List<ConnectionHolder> holders = new ArrayList<>();

	private final List<ConnectionListener> listeners = new ArrayList<>();

	@AfterEach
	void close() {
		this.holders.forEach(ConnectionHolder::destroy);
		this.server.close();
	}

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
				Duration.ofSeconds(5));
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
			assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(10));
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
	void replacesAConnectionThatWasClosedForGood() {
		ConnectionHolder holder = started();
		List<Long> epochs = new CopyOnWriteArrayList<>();
		holder.addObserver(connected(epochs));
		Connection delegate = holder.delegate(Connection.class, (connection) -> connection);
		Connection first = holder.get();
		await().untilAsserted(() -> assertThat(epochs).hasSize(1));
		assertThatNoInterruption(first::close);
		await().untilAsserted(() -> assertThat(epochs).hasSize(2));
		assertThat(holder.get()).isNotSameAs(first);
		assertThat(delegate.getStatus()).isEqualTo(Connection.Status.CONNECTED);
	}

	@Test
	void goesOnReplacingAConnectionWhenItsOptionsCannotBeMadeForAWhile() {
		this.server.start();
		AtomicInteger made = new AtomicInteger();
		ConnectionHolder holder = new ConnectionHolder(new ConnectionSettings("test", () -> {
			if (made.incrementAndGet() == 2) {
				throw new UncheckedIOException(new IOException("the credentials are being rotated"));
			}
			return Options.builder().server(this.server.url());
		}, StartupMode.FAIL_FAST, Duration.ofSeconds(5), Duration.ofSeconds(2), List.of(), List.of()));
		this.holders.add(holder);
		holder.start();
		Connection first = holder.get();
		assertThatNoInterruption(first::close);
		await().until(() -> made.get() > 2);
		await().until(() -> holder.current() != null && holder.current() != first);
	}

	@Test
	void startsAgainWhileAConnectionIsStillBeingReplaced() throws Exception {
		this.server.start();
		AtomicInteger made = new AtomicInteger();
		CountDownLatch attempt = new CountDownLatch(1);
		ConnectionHolder holder = new ConnectionHolder(new ConnectionSettings("test", () -> {
			if (made.incrementAndGet() == 2) {
				await().until(() -> attempt.getCount() == 0);
			}
			return Options.builder().server(this.server.url());
		}, StartupMode.FAIL_FAST, Duration.ofSeconds(5), Duration.ofSeconds(2), List.of(), List.of()));
		this.holders.add(holder);
		holder.start();
		Connection first = holder.get();
		assertThatNoInterruption(first::close);
		await().until(() -> made.get() == 2);
		holder.stop();
		CompletableFuture<Void> start = CompletableFuture.runAsync(holder::start);
		await().until(() -> holder.isRunning() || start.isDone());
		attempt.countDown();
		start.get(5, TimeUnit.SECONDS);
		assertThat(holder.get().getStatus()).isEqualTo(Connection.Status.CONNECTED);
	}

	@Test
	void tellsNewObserversNothingOfAConnectionThatWasStopped() {
		this.server.start();
		ConnectionHolder holder = holder(StartupMode.BACKGROUND, Duration.ofSeconds(5), this.server.url());
		holder.start();
		await().until(() -> holder.current() != null);
		holder.stop();
		this.server.stop();
		holder.start();
		List<Long> epochs = new CopyOnWriteArrayList<>();
		holder.addObserver(connected(epochs));
		await().during(Duration.ofMillis(300)).until(epochs::isEmpty);
		this.server.start();
		await().until(() -> epochs.equals(List.of(2L)));
	}

	@Test
	void tellsObserversOfEachEpochAndOncePerLoss() {
		ConnectionHolder holder = started();
		Queue<String> events = new ConcurrentLinkedQueue<>();
		holder.addObserver(new ConnectionObserver() {

			@Override
			public void connected(Connection connection, long epoch) {
				events.add("connected " + epoch);
			}

			@Override
			public void disconnected() {
				events.add("disconnected");
			}

		});
		await().untilAsserted(() -> assertThat(events).containsExactly("connected 1"));
		this.server.stop();
		await().untilAsserted(() -> assertThat(events).containsExactly("connected 1", "disconnected"));
		// Several attempts to reconnect fail meanwhile
		await().during(Duration.ofSeconds(1)).until(() -> events.size() == 2);
		this.server.start();
		await().untilAsserted(() -> assertThat(events).containsExactly("connected 1", "disconnected", "connected 2"));
	}

	@Test
	void makesContextsAgainInEachEpoch() {
		ConnectionHolder holder = started();
		List<Long> epochs = new CopyOnWriteArrayList<>();
		holder.addObserver(connected(epochs));
		Supplier<JetStream> jetStream = holder.context(Connection::jetStream);
		JetStream first = jetStream.get();
		assertThat(jetStream.get()).isSameAs(first);
		await().until(() -> epochs.size() == 1);
		this.server.restart();
		await().until(() -> epochs.size() == 2);
		assertThat(jetStream.get()).isNotSameAs(first);
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

	@Test
	void canBeStoppedAndStartedAgain() {
		ConnectionHolder holder = started();
		AtomicInteger initialized = new AtomicInteger();
		holder.addInitializer((connection) -> initialized.incrementAndGet());
		Connection first = holder.get();
		holder.stop();
		assertThat(first.getStatus()).isEqualTo(Connection.Status.CLOSED);
		assertThat(holder.isRunning()).isFalse();
		holder.start();
		assertThat(holder.get()).isNotSameAs(first);
		assertThat(initialized).hasValue(1);
	}

	@Test
	void leavesNoThreadsBehindWhenDestroyed() {
		ConnectionHolder holder = started();
		await().until(() -> threads("nats-events-test") > 0);
		holder.destroy();
		await().untilAsserted(() -> assertThat(threads("nats-events-test")).isZero());
		assertThatExceptionOfType(NatsNotConnectedException.class).isThrownBy(holder::get)
			.withMessageContaining("closed for good");
	}

	@Test
	void callsConnectionListenersOfTheUserOffTheThreadsOfTheClient() {
		Queue<String> threads = new ConcurrentLinkedQueue<>();
		this.listeners.add(new ConnectionListener() {

			@Override
			@SuppressWarnings("deprecation")
			public void connectionEvent(Connection connection, Events type) {
				threads.add(Thread.currentThread().getName());
				throw new IllegalStateException("must not disturb anybody");
			}

		});
		ConnectionHolder holder = started();
		await().until(() -> !threads.isEmpty());
		assertThat(threads).allMatch((name) -> name.startsWith("nats-listeners-"));
		assertThat(holder.get().getStatus()).isEqualTo(Connection.Status.CONNECTED);
	}

	@Test
	void delegatesHaveIdentityAndSayWhatTheyAre() {
		ConnectionHolder holder = holder(StartupMode.FAIL_FAST, Duration.ofSeconds(5));
		JetStream delegate = holder.delegate(JetStream.class, Connection::jetStream);
		assertThat(delegate).isEqualTo(delegate).isNotEqualTo(holder.delegate(JetStream.class, Connection::jetStream));
		assertThat(delegate).hasToString("JetStream of connection 'test'");
		assertThat(holder.current()).isNull();
	}

	@Test
	void flushesFromManyThreadsThroughTheDelegateWithoutAReconnect() throws Exception {
		ConnectionHolder holder = started();
		Connection delegate = holder.delegate(Connection.class, (connection) -> connection);
		ExecutorService threads = Executors.newFixedThreadPool(5);
		try {
			for (int round = 0; round < 100; round++) {
				CyclicBarrier together = new CyclicBarrier(5);
				List<Future<?>> flushes = new ArrayList<>();
				for (int i = 0; i < 5; i++) {
					flushes.add(threads.submit(() -> {
						together.await();
						delegate.flush(Duration.ofSeconds(5));
						return null;
					}));
				}
				for (Future<?> flush : flushes) {
					flush.get(10, TimeUnit.SECONDS);
				}
			}
		}
		finally {
			threads.shutdownNow();
		}
		assertThat(holder.get().getStatistics().getReconnects()).isZero();
	}

	@Test
	void waitsForTheServerWithoutALimitWhenAFlushGivesNone() throws Exception {
		ConnectionHolder holder = started();
		Connection delegate = holder.delegate(Connection.class, (connection) -> connection);
		delegate.flush(null);
		delegate.flush(Duration.ZERO);
		assertThat(holder.get().getStatistics().getFlushCounter()).isEqualTo(2);
	}

	private ConnectionHolder started() {
		this.server.start();
		ConnectionHolder holder = holder(StartupMode.FAIL_FAST, Duration.ofSeconds(5));
		holder.start();
		return holder;
	}

	private ConnectionHolder holder(StartupMode mode, Duration timeout) {
		return holder(mode, timeout, null);
	}

	private ConnectionHolder holder(StartupMode mode, Duration timeout, String url) {
		ConnectionHolder holder = new ConnectionHolder(new ConnectionSettings("test",
				() -> Options.builder()
					.server((url != null) ? url : this.server.url())
					.maxReconnects(-1)
					.reconnectWait(Duration.ofMillis(100)),
				mode, timeout, Duration.ofSeconds(5), this.listeners, List.of()));
		this.holders.add(holder);
		return holder;
	}

	private static ConnectionObserver connected(List<Long> epochs) {
		return new ConnectionObserver() {

			@Override
			public void connected(Connection connection, long epoch) {
				epochs.add(epoch);
			}

		};
	}

	private static long threads(String prefix) {
		return Thread.getAllStackTraces().keySet().stream().filter((t) -> t.getName().startsWith(prefix)).count();
	}

	private static void assertThatNoInterruption(Interruptible action) {
		try {
			action.run();
		}
		catch (InterruptedException ex) {
			throw new AssertionError(ex);
		}
	}

	private interface Interruptible {

		void run() throws InterruptedException;

	}

}
