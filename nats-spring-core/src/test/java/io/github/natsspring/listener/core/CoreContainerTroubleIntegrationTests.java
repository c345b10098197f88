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

package io.github.natsspring.listener.core;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.connection.ConnectionSettings;
import io.github.natsspring.connection.StartupMode;
import io.github.natsspring.listener.ContainerStatus;
import io.github.natsspring.listener.ContainerStatus.State;
import io.github.natsspring.listener.ListenerCounters;
import io.github.natsspring.listener.NatsMessageListener;
import io.github.natsspring.test.NatsServer;
import io.nats.client.Connection;
import io.nats.client.Dispatcher;
import io.nats.client.Nats;
import io.nats.client.Options;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.core.task.SimpleAsyncTaskExecutor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

/**
 * Tests for a {@link CoreListenerContainer} whose executor, or whose subscription, fails.
 */
@Timeout(60)
class CoreContainerTroubleIntegrationTests {

	private static final Duration SHUTDOWN = Duration.ofSeconds(5);

	static NatsServer server;

	private final String subject = "t" + UUID.randomUUID().toString().replace("-", "");

	private final Queue<String> handled = new ConcurrentLinkedQueue<>();

	private final AtomicBoolean refuseDispatchers = new AtomicBoolean();

	private final ThreadPoolExecutor clientThreads = new ThreadPoolExecutor(0, 100, 1, TimeUnit.SECONDS,
			new SynchronousQueue<>()) {

		@Override
		public <T> Future<T> submit(Runnable task, T result) {
			if (task instanceof Dispatcher
					&& CoreContainerTroubleIntegrationTests.this.refuseDispatchers.compareAndSet(true, false)) {
				throw new RejectedExecutionException("expected by the test");
			}
			return super.submit(task, result);
		}

	};

	private Connection client;

	private ConnectionHolder holder;

	@BeforeAll
	static void startServer() {
		server = NatsServer.builder().start();
	}

	@AfterAll
	static void stopServer() {
		server.close();
	}

	@BeforeEach
	void connect() throws Exception {
		this.client = Nats.connect(server.url());
		this.holder = new ConnectionHolder(new ConnectionSettings("test",
				() -> Options.builder().server(server.url()).executor(this.clientThreads), StartupMode.FAIL_FAST,
				Duration.ofSeconds(10), Duration.ofSeconds(5), List.of(), List.of()));
		this.holder.start();
	}

	@AfterEach
	void disconnect() throws Exception {
		this.holder.destroy();
		this.client.close();
		this.clientThreads.shutdownNow();
	}

	@Test
	void queuesUpToTheBoundAndCountsWhatItDropsWhileTheExecutorBlocks() throws Exception {
		SimpleAsyncTaskExecutor executor = new SimpleAsyncTaskExecutor("busy-");
		executor.setConcurrencyLimit(1);
		CountDownLatch gate = new CountDownLatch(1);
		executor.execute(() -> awaitUninterrupted(gate));
		CoreListenerContainer container = container(executor);
		container.start();
		try {
			publish(50);
			await().until(() -> container.getDroppedCount() == 40);
			assertThat(container.getStatus().inFlight()).isEqualTo(10);
			await().until(() -> container.getStatus().detail() != null);
			assertThat(container.getStatus().detail()).isEqualTo("its executor has no free thread for it");
			gate.countDown();
			await().until(() -> this.handled.size() == 10);
			assertThat(container.getStatus().detail()).isNull();
		}
		finally {
			gate.countDown();
			container.stop();
		}
	}

	@Test
	void goesOnAfterTheExecutorCouldMakeNoThread() throws Exception {
		AtomicInteger calls = new AtomicInteger();
		CoreListenerContainer container = container((task) -> {
			if (calls.getAndIncrement() == 0) {
				throw new InternalError("no thread, expected by the test");
			}
			new Thread(task).start();
		});
		container.start();
		try {
			publish(3);
			await().until(() -> this.handled.size() == 3);
			assertThat(container.getStatus()).extracting(ContainerStatus::state, ContainerStatus::detail)
				.containsExactly(State.RUNNING, null);
		}
		finally {
			container.stop();
		}
	}

	@Test
	@Tag("slow")
	@Timeout(120)
	void countsAsStalledWhenTheExecutorRefusesForLong() throws Exception {
		AtomicBoolean refuses = new AtomicBoolean(true);
		CoreListenerContainer container = container((task) -> {
			if (refuses.get()) {
				throw new RejectedExecutionException("no room for the test");
			}
			new Thread(task).start();
		});
		container.start();
		try {
			publish(1);
			await().until(() -> container.getStatus().detail() != null);
			assertThat(container.getStatus().state()).isEqualTo(State.RUNNING);
			await().atMost(Duration.ofSeconds(60)).until(() -> container.getStatus().state() == State.STALLED);
			assertThat(container.getStatus().detail()).contains("no room for the test");
			refuses.set(false);
			await().until(() -> container.getStatus().state() == State.RUNNING);
			assertThat(this.handled).hasSize(1);
		}
		finally {
			container.stop();
		}
	}

	@Test
	void subscribesAtAnotherTryWhenItCouldNotOnANewConnection() throws Exception {
		CoreListenerContainer container = container((task) -> new Thread(task).start());
		container.start();
		try {
			Connection first = this.holder.get();
			this.refuseDispatchers.set(true);
			first.close();
			await().until(() -> !this.refuseDispatchers.get());
			await().until(() -> container.getStatus().state() == State.RUNNING);
			await().pollInterval(Duration.ofMillis(50)).until(() -> {
				publish(1);
				return !this.handled.isEmpty();
			});
		}
		finally {
			container.stop();
		}
	}

	@Test
	void leavesNoDispatcherBehindWhenASubscriptionFails() {
		AtomicReference<Dispatcher> made = new AtomicReference<>();
		Subscriber subscriber = subscriber(List.of(this.subject, "not a subject"));
		Connection watched = proxy(Connection.class, this.holder.get(), "createDispatcher", (result) -> {
			made.set((Dispatcher) result);
			return result;
		});
		assertThatIllegalArgumentException().isThrownBy(() -> subscriber.attach(watched));
		assertThat(made.get()).isNotNull();
		assertThat(made.get().isActive()).isFalse();
		assertThat(subscriber.isAttached()).isFalse();
	}

	@Test
	void stopsAlthoughTheClientFailsInAnyWayAtADrain() throws Exception {
		Subscriber subscriber = subscriber(List.of(this.subject));
		// As jnats does when it is closed while it drains
		subscriber.attach(proxy(Connection.class, this.holder.get(), "createDispatcher",
				(dispatcher) -> proxy(Dispatcher.class, (Dispatcher) dispatcher, "drain", (result) -> {
					throw new NullPointerException("expected by the test");
				})));
		this.holder.get().flush(SHUTDOWN);
		publish(5);
		await().until(() -> !this.handled.isEmpty());
		assertThat(subscriber.stop(SHUTDOWN)).isTrue();
	}

	private CoreListenerContainer container(Executor executor) {
		return new CoreListenerContainer("test", this.holder, listener(), executor, settings(List.of(this.subject)));
	}

	private Subscriber subscriber(List<String> subjects) {
		return new Subscriber("test", settings(subjects), listener(), (task) -> new Thread(task).start(),
				new ListenerCounters());
	}

	private static CoreContainerSettings settings(List<String> subjects) {
		return new CoreContainerSettings(subjects, null, 10, SHUTDOWN, true);
	}

	private NatsMessageListener listener() {
		return (message, acknowledgment) -> this.handled.add(message.getSubject());
	}

	private void publish(int count) throws Exception {
		for (int i = 0; i < count; i++) {
			this.client.publish(this.subject, null);
		}
		this.client.flush(Duration.ofSeconds(5));
	}

	private static <T> T proxy(Class<T> type, T target, String watched, Watch watch) {
		return type
			.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type }, (proxy, method, args) -> {
				try {
					Object result = method.invoke(target, args);
					return method.getName().equals(watched) ? watch.returned(result) : result;
				}
				catch (InvocationTargetException ex) {
					throw ex.getTargetException();
				}
			}));
	}

	private static void awaitUninterrupted(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private interface Watch {

		Object returned(Object result);

	}

}
