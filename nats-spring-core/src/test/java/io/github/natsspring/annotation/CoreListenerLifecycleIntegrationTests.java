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

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.github.natsspring.config.NatsListenerEndpoint;
import io.github.natsspring.config.NatsListenerEndpointRegistrar;
import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.listener.ContainerStatus.State;
import io.github.natsspring.listener.MessageListenerContainer;
import io.github.natsspring.test.NatsServer;
import io.nats.client.Connection;
import io.nats.client.Nats;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for when {@link NatsListener} methods on core NATS start, stop and attach again.
 */
class CoreListenerLifecycleIntegrationTests extends AbstractCoreListenerTests {

	@Test
	void handlesWhatIsQueuedWhenItStops() throws Exception {
		ListenerContext context = new ListenerContext(server.url()).bean("slow", Slow.class).start();
		Slow slow = context.get(Slow.class);
		for (int i = 0; i < 500; i++) {
			publish(context.unique() + ".slow", Integer.toString(i));
		}
		this.client.flush(ANSWER);
		await().until(() -> slow.started.size() == 1);
		Thread closing = new Thread(context::close);
		closing.start();
		await().until(() -> context.container("slow-on").getStatus().state() == State.STOPPING);
		slow.gate.countDown();
		closing.join(ANSWER.toMillis());
		assertThat(slow.seen).hasSize(500);
	}

	@Test
	void stopsWithinTheShutdownTimeoutAlthoughAHandlerHangs() throws Exception {
		try (ListenerContext context = new ListenerContext(server.url())
			.factory((factory) -> factory.setShutdownTimeout(Duration.ofMillis(300)))
			.bean("slow", Slow.class)
			.start()) {
			Slow slow = context.get(Slow.class);
			publish(context.unique() + ".slow", "hangs");
			publish(context.unique() + ".slow", "never begins");
			await().until(() -> context.container("slow-on").getStatus().inFlight() == 2);
			long start = System.nanoTime();
			context.container("slow-on").stop();
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
			assertThat(context.container("slow-on").isRunning()).isFalse();
			slow.gate.countDown();
			await().until(() -> slow.seen.contains("hangs"));
			assertThat(slow.started).doesNotContain("never begins");
		}
	}

	@Test
	void pausesWithWhatHasArrivedAndGoesOnWithThat() throws Exception {
		try (ListenerContext context = new ListenerContext(server.url()).bean("slow", Slow.class).start()) {
			Slow slow = context.get(Slow.class);
			MessageListenerContainer container = context.container("slow-on");
			for (int i = 0; i < 3; i++) {
				publish(context.unique() + ".slow", Integer.toString(i));
			}
			await().until(() -> container.getStatus().inFlight() == 3);
			container.pause();
			container.pause();
			assertThat(container.isPauseRequested()).isTrue();
			assertThat(container.getStatus().state()).isEqualTo(State.PAUSED);
			slow.gate.countDown();
			await().until(() -> slow.seen.size() == 1);
			publish(context.unique() + ".slow", "missed");
			this.client.flush(ANSWER);
			await().during(Duration.ofMillis(300)).until(() -> slow.started.size() == 1);
			assertThat(container.getStatus().inFlight()).isEqualTo(2);
			container.resume();
			assertThat(container.getStatus().state()).isEqualTo(State.RUNNING);
			publish(context.unique() + ".slow", "after");
			await().until(() -> slow.seen.size() == 4);
			assertThat(slow.seen).containsExactly("0", "1", "2", "after");
		}
	}

	@Test
	void staysPausedThroughAnOutageAndAStop() throws Exception {
		try (NatsServer fragile = NatsServer.builder().start();
				ListenerContext context = new ListenerContext(fragile.url()).bean("worker", Worker.class).start()) {
			MessageListenerContainer container = context.container("worker-on");
			container.pause();
			fragile.kill();
			ConnectionHolder holder = context.get(ConnectionHolder.class);
			await().until(() -> holder.get().getStatus() != Connection.Status.CONNECTED);
			assertThat(container.getStatus().state()).isEqualTo(State.PAUSED);
			fragile.start();
			await().until(() -> holder.get().getStatus() == Connection.Status.CONNECTED);
			container.stop();
			assertThat(container.getStatus().state()).isEqualTo(State.STOPPED);
			container.start();
			assertThat(container.getStatus().state()).isEqualTo(State.PAUSED);
			connectTo(fragile);
			publish(context.unique() + ".work", "x");
			await().during(Duration.ofMillis(300)).until(() -> context.get(Worker.class).seen.isEmpty());
			container.resume();
			publish(context.unique() + ".work", "y");
			await().until(() -> context.get(Worker.class).seen.size() == 1);
			assertThat(context.get(Worker.class).seen).containsExactly("y");
		}
	}

	@Test
	void listensAgainAfterTheContextWasStoppedAndStarted() throws Exception {
		try (ListenerContext context = new ListenerContext(server.url()).bean("prices", Prices.class).start()) {
			for (int i = 0; i < 3; i++) {
				assertThat(text(request(context.unique() + ".price.apple", ""))).contains("42");
				context.context().stop();
				assertThat(context.container("prices-quote").getStatus().state()).isEqualTo(State.STOPPED);
				context.context().start();
				assertThat(context.container("prices-quote").getStatus().state()).isEqualTo(State.RUNNING);
			}
			assertThat(text(request(context.unique() + ".price.apple", ""))).contains("42");
		}
	}

	@Test
	void startsAContainerThatIsAddedLate() throws Exception {
		try (ListenerContext context = new ListenerContext(server.url()).bean("late", Late.class).start()) {
			Queue<String> seen = new ConcurrentLinkedQueue<>();
			context.get(Late.class).registrar.registerEndpoint(
					NatsListenerEndpoint.forListener("later", (message, acknowledgment) -> seen.add(text(message)))
						.subjects(context.unique() + ".late")
						.build());
			publish(context.unique() + ".late", "hello");
			await().until(() -> seen.contains("hello"));
		}
	}

	@Test
	void startsOnlyByHandWithoutAutoStartup() throws Exception {
		try (ListenerContext context = new ListenerContext(server.url()).bean("manual", Manual.class).start()) {
			assertThat(context.container("byHand").isRunning()).isFalse();
			context.container("byHand").start();
			publish(context.unique() + ".manual", "hello");
			await().until(() -> context.get(Manual.class).seen.contains("hello"));
			context.context().stop();
			context.context().start();
			assertThat(context.container("byHand").isRunning()).isTrue();
		}
	}

	@Test
	void attachesWhenAServerAppearsInBackgroundMode() throws Exception {
		try (NatsServer late = NatsServer.builder().start()) {
			late.stop();
			try (ListenerContext context = new ListenerContext(late.url()).background()
				.bean("worker", Worker.class)
				.start()) {
				assertThat(context.container("worker-on").getStatus().state()).isEqualTo(State.STARTING);
				late.start();
				await().until(() -> context.container("worker-on").getStatus().state() == State.RUNNING);
				connectTo(late);
				await().pollInterval(Duration.ofMillis(50)).until(() -> {
					publish(context.unique() + ".work", "x");
					return !context.get(Worker.class).seen.isEmpty();
				});
			}
		}
	}

	@Test
	void listensAgainAfterTheServerWasKilled() throws Exception {
		try (NatsServer fragile = NatsServer.builder().start();
				ListenerContext context = new ListenerContext(fragile.url()).bean("worker", Worker.class).start()) {
			fragile.kill();
			await().until(() -> context.container("worker-on").getStatus().state() == State.STALLED);
			fragile.start();
			await().until(() -> context.container("worker-on").getStatus().state() == State.RUNNING);
			connectTo(fragile);
			publish(context.unique() + ".work", "x");
			await().until(() -> context.get(Worker.class).seen.size() == 1);
		}
	}

	@Test
	void subscribesAgainWhenTheConnectionWasReplaced() throws Exception {
		try (ListenerContext context = new ListenerContext(server.url()).bean("worker", Worker.class).start()) {
			ConnectionHolder holder = context.get(ConnectionHolder.class);
			Connection first = holder.get();
			// As jnats does when it gives up
			first.close();
			await().until(() -> holder.current() != null && holder.current() != first);
			await().pollInterval(Duration.ofMillis(50)).until(() -> {
				publish(context.unique() + ".work", "x");
				return !context.get(Worker.class).seen.isEmpty();
			});
			await().untilAsserted(
					() -> assertThat(context.container("worker-on").getStatus().state()).isEqualTo(State.RUNNING));
		}
	}

	private void connectTo(NatsServer other) throws Exception {
		this.client.close();
		this.client = Nats.connect(other.url());
	}

	static class Late implements NatsListenerConfigurer {

		NatsListenerEndpointRegistrar registrar;

		@Override
		public void configureNatsListeners(NatsListenerEndpointRegistrar registrar) {
			this.registrar = registrar;
		}

	}

	static class Manual {

		final Queue<String> seen = new ConcurrentLinkedQueue<>();

		@NatsListener(id = "byHand", subjects = "${test}.manual", autoStartup = "false")
		void on(String payload) {
			this.seen.add(payload);
		}

	}

}
