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

package io.github.natsspring.listener.pull;

import java.lang.management.ManagementFactory;
import java.util.List;

import com.sun.management.ThreadMXBean;
import io.github.natsspring.listener.ListenerObservations;
import io.github.natsspring.listener.NatsBatchListener;
import io.github.natsspring.listener.NatsMessageListener;
import io.github.natsspring.observation.DefaultNatsListenerObservationConvention;
import io.github.natsspring.observation.NatsListenerContext;
import io.github.natsspring.observation.PublishObservations;
import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.nats.client.Message;
import io.nats.client.impl.NatsMessage;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what observations cost when nobody wants them.
 */
class ObservationCostTests {

	private static final int RUNS = 10_000;

	private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

	private final ObservationRegistry registry = ObservationRegistry.create();

	private final NatsListenerContext.Listener observedListener = new NatsListenerContext.Listener("id", "default",
			"orders.>", "ORDERS", "billing");

	private final ListenerObservations observations = new ListenerObservations(this.registry, null, null,
			this.observedListener);

	private final Message message = NatsMessage.builder().subject("orders.1").data("tea").build();

	private int handled;

	@Test
	void allocatesNothingForAMessageWhileNobodyHandlesObservations() throws Exception {
		NatsMessageListener listener = this.observations.around((message, acknowledgment) -> this.handled++);
		assertThat(allocatedBy(() -> listener.handle(this.message, NothingToSettle.INSTANCE))).isLessThan(RUNS);
		assertThat(this.handled).isEqualTo(2 * RUNS);
	}

	@Test
	void allocatesNothingForABatchWhileNobodyHandlesObservations() throws Exception {
		List<Message> messages = List.of(this.message);
		NatsBatchListener listener = this.observations.around((NatsBatchListener) (batch) -> this.handled++);
		assertThat(allocatedBy(() -> listener.handle(messages))).isLessThan(RUNS);
		assertThat(this.handled).isEqualTo(2 * RUNS);
	}

	@Test
	void allocatesForAMessageThatIsObserved() throws Exception {
		this.registry.observationConfig().observationHandler((ObservationHandler<?>) (context) -> true);
		NatsMessageListener listener = this.observations.around((message, acknowledgment) -> this.handled++);
		assertThat(allocatedBy(() -> listener.handle(this.message, NothingToSettle.INSTANCE)))
			.isGreaterThan(16L * RUNS);
	}

	@Test
	void allocatesLessForAMessageThatIsObservedThanMicrometerAlone() throws Exception {
		this.registry.observationConfig().observationHandler((ObservationHandler<?>) (context) -> true);
		KeyValues keyValues = DefaultNatsListenerObservationConvention.INSTANCE
			.getLowCardinalityKeyValues(new NatsListenerContext(this.observedListener, this.message));
		NatsMessageListener listener = this.observations.around((message, acknowledgment) -> this.handled++);
		assertThat(allocatedBy(() -> listener.handle(this.message, NothingToSettle.INSTANCE)))
			.isLessThan(allocatedBy(() -> {
				Observation observation = Observation.createNotStarted("nats.listener", this.registry);
				keyValues.forEach(observation::lowCardinalityKeyValue);
				return observation.observe(() -> this.handled++);
			}));
	}

	@Test
	void observesNothingThatIsSentWithoutARegistry() {
		assertThat(PublishObservations.of(ObservationRegistry.NOOP, null, "default")).isNull();
		PublishObservations observations = PublishObservations.of(this.registry, null, "default");
		assertThat(observations).isNotNull();
		assertThat(observations.isActive()).isFalse();
		this.registry.observationConfig().observationHandler((ObservationHandler<?>) (context) -> true);
		assertThat(observations.isActive()).isTrue();
	}

	/**
	 * How many bytes many runs allocate on this thread, after as many to warm up.
	 */
	private long allocatedBy(Run run) throws Exception {
		run.run(RUNS);
		long before = this.threads.getCurrentThreadAllocatedBytes();
		run.run(RUNS);
		return this.threads.getCurrentThreadAllocatedBytes() - before;
	}

	/**
	 * A run of a listener.
	 */
	@FunctionalInterface
	private interface Run {

		Object run() throws Exception;

		default void run(int times) throws Exception {
			for (int i = 0; i < times; i++) {
				run();
			}
		}

	}

}
