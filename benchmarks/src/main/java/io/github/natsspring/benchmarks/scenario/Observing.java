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

package io.github.natsspring.benchmarks.scenario;

import io.github.natsspring.benchmarks.scenario.Scenario.NotHereException;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.StorageType;

import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * What it costs to observe each message with a timer.
 */
final class Observing {

	private static final int WINDOW = 500;

	private Observing() {
	}

	static Comparison compare(Lab lab) throws Exception {
		long messages = lab.count(BarScenarios.CONSUME_RATE);
		Consuming consuming = new Consuming(lab, lab.stream(Payload.JSON, StorageType.Memory, messages), messages,
				AckPolicy.Explicit, 0);
		try (ConfigurableApplicationContext on = Application.start(lab.url(), new Class<?>[] { Registry.class },
				"nats.listener.observation-enabled=true");
				ConfigurableApplicationContext off = Application.start(lab.url(), new Class<?>[] { Registry.class },
						"nats.listener.observation-enabled=false")) {
			Side observed = consuming.ours(on, "json", 0, (endpoint) -> endpoint.maxInFlight(WINDOW));
			observed.run();
			Timer timer = on.getBean(MeterRegistry.class).find("nats.listener").timer();
			if (timer == null || timer.count() < messages) {
				throw new NotHereException("this build observes nothing");
			}
			return lab.rounds(observed, consuming.ours(off, "json", 0, (endpoint) -> endpoint.maxInFlight(WINDOW)));
		}
	}

	/**
	 * Observations become timers, as with the actuator.
	 */
	@Configuration(proxyBeanMethods = false)
	static class Registry {

		@Bean
		MeterRegistry meterRegistry() {
			return new SimpleMeterRegistry();
		}

		@Bean
		ObservationRegistry observationRegistry(MeterRegistry meterRegistry) {
			ObservationRegistry registry = ObservationRegistry.create();
			registry.observationConfig().observationHandler(new DefaultMeterObservationHandler(meterRegistry));
			return registry;
		}

	}

}
