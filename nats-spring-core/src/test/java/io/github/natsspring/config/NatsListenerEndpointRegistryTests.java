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

package io.github.natsspring.config;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.natsspring.deadletter.DeadLetterOrigin;
import io.github.natsspring.deadletter.RedriveTarget;
import io.github.natsspring.listener.ContainerStatus;
import io.github.natsspring.listener.MessageListenerContainer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link NatsListenerEndpointRegistry}.
 */
@Timeout(30)
class NatsListenerEndpointRegistryTests {

	private final NatsListenerEndpointRegistry registry = new NatsListenerEndpointRegistry();

	@Test
	void startsAndStopsWhatStartsByItself() {
		TestContainer one = register("one", true);
		TestContainer two = register("two", false);
		assertThat(one.isRunning()).isFalse();
		this.registry.start();
		assertThat(this.registry.isRunning()).isTrue();
		assertThat(one.isRunning()).isTrue();
		assertThat(two.isRunning()).isFalse();
		assertThat(this.registry.getListenerContainers()).containsExactly(one, two);
		assertThat(this.registry.getListenerContainer("two")).isSameAs(two);
		assertThat(this.registry.getListenerContainer("three")).isNull();
		this.registry.stop();
		assertThat(this.registry.isRunning()).isFalse();
		assertThat(one.isRunning()).isFalse();
	}

	@Test
	void startsAgainWhatRanWhenItStopped() {
		TestContainer manual = register("manual", false);
		TestContainer never = register("never", false);
		this.registry.start();
		manual.start();
		this.registry.stop();
		this.registry.start();
		assertThat(manual.isRunning()).isTrue();
		assertThat(never.isRunning()).isFalse();
	}

	@Test
	void startsAtOnceWhatIsRegisteredWhileItRuns() {
		this.registry.start();
		assertThat(register("late", true).isRunning()).isTrue();
		assertThat(register("manual", false).isRunning()).isFalse();
	}

	@Test
	void startsSeveralAtTheSameTime() {
		CyclicBarrier together = new CyclicBarrier(3);
		for (int i = 0; i < 3; i++) {
			// One after the other would wait here for ever
			register("container" + i, true).onStart = () -> together.await(10, TimeUnit.SECONDS);
		}
		this.registry.start();
		assertThat(this.registry.getListenerContainers()).allMatch(MessageListenerContainer::isRunning);
	}

	@Test
	void startsManyOnceEach() {
		List<TestContainer> containers = new ArrayList<>();
		for (int i = 0; i < 100; i++) {
			containers.add(register("container" + i, true));
		}
		this.registry.start();
		assertThat(containers).allSatisfy((container) -> assertThat(container.starts).hasValue(1));
	}

	@Test
	void failsWithTheFirstThatCannotStart() {
		CountDownLatch later = new CountDownLatch(1);
		register("first", true).onStart = () -> {
			assertThat(later.await(10, TimeUnit.SECONDS)).isTrue();
			throw new IllegalStateException("first cannot start");
		};
		register("second", true).onStart = () -> {
			later.countDown();
			throw new IllegalStateException("second cannot start");
		};
		for (int i = 0; i < 20; i++) {
			register("container" + i, true);
		}
		assertThatIllegalStateException().isThrownBy(this.registry::start).withMessage("first cannot start");
		assertThat(this.registry.getListenerContainers()).noneMatch(MessageListenerContainer::isRunning);
	}

	@Test
	void stopsAllAtTheSameTimeAndCallsBackOnce() throws Exception {
		CyclicBarrier together = new CyclicBarrier(3);
		for (int i = 0; i < 3; i++) {
			// One after the other would wait here for ever
			register("container" + i, true).onStop = () -> together.await(10, TimeUnit.SECONDS);
		}
		this.registry.start();
		AtomicInteger callbacks = new AtomicInteger();
		this.registry.stop(callbacks::incrementAndGet);
		await().until(() -> callbacks.get() == 1);
		assertThat(this.registry.getListenerContainers()).noneMatch(MessageListenerContainer::isRunning);
		assertThat(callbacks).hasValue(1);
	}

	@Test
	void callsBackWhenThereIsNothingToStopAndWhenAStopFails() throws Exception {
		CountDownLatch nothing = new CountDownLatch(1);
		this.registry.stop(nothing::countDown);
		assertThat(nothing.getCount()).isZero();
		register("bad", true).onStop = () -> {
			throw new IllegalStateException("expected by the test");
		};
		register("good", true);
		this.registry.start();
		CountDownLatch stopped = new CountDownLatch(1);
		this.registry.stop(stopped::countDown);
		assertThat(stopped.await(10, TimeUnit.SECONDS)).isTrue();
	}

	@Test
	void stopsTheOthersWhenOneCannotStart() {
		TestContainer good = register("good", true);
		TestContainer bad = register("bad", true);
		bad.onStart = () -> {
			throw new IllegalStateException("cannot start");
		};
		assertThatIllegalStateException().isThrownBy(this.registry::start).withMessage("cannot start");
		assertThat(good.starts).hasValue(1);
		assertThat(good.isRunning()).isFalse();
		assertThat(this.registry.isRunning()).isFalse();
	}

	@Test
	void stopsAndForgetsWhatIsUnregistered() {
		this.registry.start();
		TestContainer first = register("billing", true);
		assertThat(this.registry.unregisterListener("billing")).isSameAs(first);
		assertThat(first.isRunning()).isFalse();
		assertThat(this.registry.getListenerContainerIds()).isEmpty();
		assertThat(this.registry.unregisterListener("billing")).isNull();
		assertThat(register("billing", true).isRunning()).isTrue();
	}

	@Test
	void doesNotKeepWhatCannotStartLate() {
		this.registry.start();
		TestContainer bad = new TestContainer("late", true);
		bad.onStart = () -> {
			throw new IllegalStateException("cannot start");
		};
		NatsListenerEndpoint endpoint = NatsListenerEndpoint.forListener("late", (message, acknowledgment) -> {
		}).build();
		assertThatIllegalStateException().isThrownBy(() -> this.registry.registerListener(endpoint, (complete) -> bad))
			.withMessage("cannot start");
		assertThat(this.registry.getListenerContainerIds()).isEmpty();
		assertThat(register("late", true).isRunning()).isTrue();
	}

	@Test
	void governsListenersByTheirIds() {
		TestContainer billing = register("billing", true);
		register("shipping", true);
		assertThat(this.registry.getListenerContainerIds()).containsExactly("billing", "shipping");
		assertThat(this.registry.getListenerContainersMatching((id) -> id.startsWith("b"))).containsExactly(billing);
		this.registry.start("billing");
		assertThat(billing.isRunning()).isTrue();
		this.registry.stop("billing");
		assertThat(billing.isRunning()).isFalse();
		assertThat(this.registry.getStatus("billing").state()).isEqualTo(ContainerStatus.State.STOPPED);
		assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> this.registry.pause("billing"))
			.withMessageContaining("billing");
	}

	@Test
	void saysWhichIdMayHaveBeenMeant() {
		register("billing", true);
		assertThatIllegalArgumentException().isThrownBy(() -> this.registry.stop("biling"))
			.withMessageContaining("There is no listener with the id 'biling', only [billing]")
			.withMessageContaining("Did you mean 'billing'?");
	}

	@Test
	void findsTheListenerOfADeadLetterByStreamAndConsumer() {
		List<String> asked = new ArrayList<>();
		NatsListenerContainerFactory factory = new NatsListenerContainerFactory() {

			@Override
			public MessageListenerContainer createContainer(NatsListenerEndpoint endpoint) {
				return new TestContainer(endpoint.getId(), true);
			}

			@Override
			public RedriveTarget createRedriveTarget(NatsListenerEndpoint endpoint) {
				asked.add(endpoint.getId());
				return (message) -> {
				};
			}

		};
		register("core", true);
		for (String consumer : new String[] { "billing", "shipping" }) {
			this.registry.registerListener(NatsListenerEndpoint.forListener(consumer, (message, acknowledgment) -> {
			}).stream("ORDERS").consumer(consumer).build(), factory);
		}
		assertThat(this.registry.find(origin("ORDERS", "shipping"))).isNotNull();
		assertThat(asked).containsExactly("shipping");
		assertThat(this.registry.find(origin("ORDERS", "nobody"))).isNull();
		assertThat(this.registry.find(origin("RETURNS", "shipping"))).isNull();
		assertThat(asked).hasSize(1);
	}

	private static DeadLetterOrigin origin(String stream, String consumer) {
		return new DeadLetterOrigin(stream, consumer, "a", 1, 1, Instant.EPOCH, "an id of before");
	}

	private TestContainer register(String id, boolean autoStartup) {
		NatsListenerEndpoint endpoint = NatsListenerEndpoint.forListener(id, (message, acknowledgment) -> {
		}).build();
		return (TestContainer) this.registry.registerListener(endpoint,
				(complete) -> new TestContainer(complete.getId(), autoStartup));
	}

	private interface Step {

		void run() throws Exception;

	}

	private static final class TestContainer implements MessageListenerContainer {

		private final String id;

		private final boolean autoStartup;

		private final AtomicInteger starts = new AtomicInteger();

		private Step onStart = () -> {
		};

		private Step onStop = () -> {
		};

		private volatile boolean running;

		TestContainer(String id, boolean autoStartup) {
			this.id = id;
			this.autoStartup = autoStartup;
		}

		@Override
		public String getListenerId() {
			return this.id;
		}

		@Override
		public boolean isAutoStartup() {
			return this.autoStartup;
		}

		@Override
		public ContainerStatus getStatus() {
			return new ContainerStatus(ContainerStatus.State.STOPPED, null, 0, null);
		}

		@Override
		public void start() {
			run(this.onStart);
			this.starts.incrementAndGet();
			this.running = true;
		}

		@Override
		public void stop() {
			run(this.onStop);
			this.running = false;
		}

		private void run(Step step) {
			try {
				step.run();
			}
			catch (RuntimeException ex) {
				throw ex;
			}
			catch (Exception ex) {
				throw new IllegalStateException(ex);
			}
		}

		@Override
		public boolean isRunning() {
			return this.running;
		}

	}

}
