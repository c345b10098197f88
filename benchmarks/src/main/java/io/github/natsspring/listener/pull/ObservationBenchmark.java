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

import java.util.concurrent.TimeUnit;

import io.github.natsspring.listener.ListenerObservations;
import io.github.natsspring.listener.NatsMessageListener;
import io.github.natsspring.observation.DefaultNatsListenerObservationConvention;
import io.github.natsspring.observation.NatsListenerContext;
import io.micrometer.common.KeyValues;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler.IgnoredMeters;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import io.micrometer.observation.ObservationRegistry;
import io.nats.client.Message;
import io.nats.client.impl.NatsMessage;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The observation of one message by a timer, beside the least that one with the same keys
 * costs with Micrometer alone. Here since the types are of this package.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class ObservationBenchmark {

	private final NatsListenerContext.Listener listener = new NatsListenerContext.Listener("orders", "default",
			"orders.>", "ORDERS", "billing");

	private final Message message = NatsMessage.builder().subject("orders.1").data("tea").build();

	private final ObservationRegistry registry = ObservationRegistry.create();

	private final NatsMessageListener observed = new ListenerObservations(this.registry, null, null, this.listener)
		.around((message, acknowledgment) -> this.handled++);

	private final ObservationConvention<Observation.Context> constant = new Constant(
			DefaultNatsListenerObservationConvention.INSTANCE
				.getLowCardinalityKeyValues(new NatsListenerContext(this.listener, this.message)));

	/**
	 * Whether there is a meter for what is under way, as there is by default.
	 */
	@Param({ "true", "false" })
	public boolean active;

	private long handled;

	/**
	 * Observe with timers.
	 */
	@Setup
	public void start() {
		IgnoredMeters[] ignored = this.active ? new IgnoredMeters[0]
				: new IgnoredMeters[] { IgnoredMeters.LONG_TASK_TIMER };
		this.registry.observationConfig()
			.observationHandler(new DefaultMeterObservationHandler(new SimpleMeterRegistry(), ignored));
	}

	@Benchmark
	public Object listener() throws Exception {
		return this.observed.handle(this.message, NothingToSettle.INSTANCE);
	}

	@Benchmark
	public long micrometerAlone() {
		Observation observation = Observation.createNotStarted(this.constant, Observation.Context::new, this.registry)
			.start();
		try (Observation.Scope scope = observation.openScope()) {
			return this.handled++;
		}
		finally {
			observation.stop();
		}
	}

	/**
	 * The same keys and values each time.
	 */
	private record Constant(KeyValues keyValues) implements ObservationConvention<Observation.Context> {

		@Override
		public String getName() {
			return "nats.listener";
		}

		@Override
		public KeyValues getLowCardinalityKeyValues(Observation.Context context) {
			return this.keyValues;
		}

		@Override
		public boolean supportsContext(Observation.Context context) {
			return true;
		}

	}

}
