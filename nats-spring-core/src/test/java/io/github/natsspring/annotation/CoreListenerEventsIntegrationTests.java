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
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.github.natsspring.config.NatsListenerRegistry;
import io.github.natsspring.event.NatsListenerEvent;
import io.github.natsspring.event.NatsListenerIdleEvent;
import io.github.natsspring.event.NatsListenerStoppedEvent;
import io.github.natsspring.event.NatsListenerStoppedEvent.Reason;
import io.github.natsspring.listener.ContainerStatus;
import io.github.natsspring.listener.ContainerStatus.State;
import io.github.natsspring.listener.MessageListenerContainer;
import io.github.natsspring.test.NatsServer;
import org.junit.jupiter.api.Test;

import org.springframework.context.event.EventListener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for the events and the registry with core NATS listeners.
 */
class CoreListenerEventsIntegrationTests extends AbstractCoreListenerTests {

	@Test
	void tellsOfStartPauseResumeAndStop() {
		Events events;
		try (ListenerContext context = new ListenerContext(server.url()).bean("worker", Worker.class)
			.bean("events", Events.class)
			.start()) {
			events = context.get(Events.class);
			MessageListenerContainer container = context.container("worker-on");
			container.pause();
			container.pause();
			container.resume();
			await().until(() -> events.seen.size() == 3);
		}
		// The end of the application, too
		assertThat(events.names()).containsExactly("Started", "Paused", "Resumed", "Stopped");
		assertThat(((NatsListenerStoppedEvent) events.last()).getReason()).isEqualTo(Reason.NORMAL);
		assertThat(events.threads).allMatch((thread) -> thread.startsWith("nats-listener-events-"));
	}

	@Test
	void tellsThatItStallsWithoutAServerAndRecovers() throws Exception {
		try (NatsServer fragile = NatsServer.builder().start();
				ListenerContext context = new ListenerContext(fragile.url()).bean("worker", Worker.class)
					.bean("events", Events.class)
					.start()) {
			Events events = context.get(Events.class);
			fragile.kill();
			await().until(() -> events.names().contains("Stalled"));
			fragile.start();
			await().until(() -> events.names().contains("Recovered"));
			assertThat(events.names()).containsExactly("Started", "Stalled", "Recovered");
		}
	}

	@Test
	void tellsThatItIsIdle() {
		try (ListenerContext context = new ListenerContext(server.url()).bean("worker", Worker.class)
			.bean("events", Events.class)
			.factory((factory) -> factory.setIdleEventInterval(Duration.ofSeconds(1)))
			.start()) {
			Events events = context.get(Events.class);
			await().until(() -> events.names().contains("Idle"));
			NatsListenerIdleEvent idle = (NatsListenerIdleEvent) events.last();
			assertThat(idle.getListenerId()).isEqualTo("worker-on");
			assertThat(idle.getIdleTime()).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(30));
		}
	}

	@Test
	void isNotHurtByAnEventListenerThatThrows() {
		try (ListenerContext context = new ListenerContext(server.url()).bean("worker", Worker.class)
			.bean("events", Events.class)
			.bean("throwing", Throwing.class)
			.start()) {
			NatsListenerRegistry registry = context.get(NatsListenerRegistry.class);
			registry.pause("worker-on");
			registry.resume("worker-on");
			publish(context.unique() + ".work", "x");
			await().until(() -> context.get(Worker.class).seen.size() == 1);
			assertThat(registry.getStatus("worker-on").state()).isEqualTo(State.RUNNING);
			assertThat(context.get(Throwing.class).seen).hasSizeGreaterThanOrEqualTo(3);
		}
	}

	@Test
	void isGovernedById() {
		try (ListenerContext context = new ListenerContext(server.url()).bean("worker", Worker.class).start()) {
			NatsListenerRegistry registry = context.get(NatsListenerRegistry.class);
			assertThat(registry.getListenerContainerIds()).containsExactly("worker-on");
			ContainerStatus status = registry.getStatus("worker-on");
			assertThat(status.state()).isEqualTo(State.RUNNING);
			assertThat(status.window()).isEqualTo(65_536);
			registry.pause("worker-on");
			assertThat(registry.getStatus("worker-on").state()).isEqualTo(State.PAUSED);
			registry.resume("worker-on");
			registry.stop("worker-on");
			assertThat(registry.getStatus("worker-on").state()).isEqualTo(State.STOPPED);
			registry.start("worker-on");
			publish(context.unique() + ".work", "x");
			await().until(() -> context.get(Worker.class).seen.size() == 1);
		}
	}

	static class Events {

		final Queue<NatsListenerEvent> seen = new ConcurrentLinkedQueue<>();

		final Queue<String> threads = new ConcurrentLinkedQueue<>();

		@EventListener
		void on(NatsListenerEvent event) {
			this.threads.add(Thread.currentThread().getName());
			this.seen.add(event);
		}

		List<String> names() {
			return this.seen.stream()
				.map((event) -> event.getClass().getSimpleName().replaceAll("NatsListener|Event", ""))
				.toList();
		}

		NatsListenerEvent last() {
			return this.seen.stream().reduce((first, second) -> second).orElseThrow();
		}

	}

	static class Throwing {

		final Queue<NatsListenerEvent> seen = new ConcurrentLinkedQueue<>();

		@EventListener
		void on(NatsListenerEvent event) {
			this.seen.add(event);
			throw new IllegalStateException("expected by the test");
		}

	}

}
