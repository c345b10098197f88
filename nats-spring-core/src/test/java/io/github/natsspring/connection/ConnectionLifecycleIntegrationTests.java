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
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import io.nats.client.Connection;
import io.nats.client.ConnectionListener;
import io.nats.client.JetStream;
import io.nats.client.Options;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for connections of a {@link ConnectionHolder} that are lost, replaced or stopped,
 * and for those who are told.
 */
class ConnectionLifecycleIntegrationTests extends AbstractConnectionHolderTests {

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
		start.get(20, TimeUnit.SECONDS);
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
		Set<Thread> others = Thread.getAllStackTraces().keySet();
		ConnectionHolder holder = started();
		await().until(() -> !threads("nats-events-test", others).isEmpty());
		holder.destroy();
		await().untilAsserted(() -> assertThat(threads("nats-events-test", others)).isEmpty());
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

	private static List<Thread> threads(String prefix, Set<Thread> others) {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().startsWith(prefix) && !others.contains(thread))
			.toList();
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
