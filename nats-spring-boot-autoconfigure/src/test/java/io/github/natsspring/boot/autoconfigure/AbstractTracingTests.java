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

package io.github.natsspring.boot.autoconfigure;

import java.util.stream.Stream;

import io.github.natsspring.boot.autoconfigure.observation.NatsTracingAutoConfiguration;
import io.github.natsspring.boot.observation.NatsBatchTracingObservationHandler;
import io.github.natsspring.test.NatsServer;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.handler.DefaultTracingObservationHandler;
import io.micrometer.tracing.handler.PropagatingReceiverTracingObservationHandler;
import io.micrometer.tracing.handler.PropagatingSenderTracingObservationHandler;
import io.nats.client.Connection;
import io.nats.client.Nats;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * A real server, and applications whose templates and listeners are observed.
 */
@Timeout(60)
abstract class AbstractTracingTests {

	static final String PAGE = "tracing.md";

	static NatsServer server;

	ApplicationContextRunner contextRunner;

	@BeforeAll
	static void startServer() {
		server = NatsServer.builder().start();
	}

	@AfterAll
	static void stopServer() {
		server.close();
	}

	@BeforeEach
	void begin() throws Exception {
		try (Connection connection = Nats.connect(server.url())) {
			for (String stream : connection.jetStreamManagement().getStreamNames()) {
				connection.jetStreamManagement().deleteStream(stream);
			}
		}
		this.contextRunner = new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(NatsAutoConfiguration.class, NatsJetStreamAutoConfiguration.class,
					NatsTracingAutoConfiguration.class))
			.withPropertyValues("nats.servers=" + server.url(), "nats.jetstream.streams.ORDERS.subjects=orders.>",
					"nats.jetstream.streams.BILLS.subjects=bills.>",
					"nats.jetstream.streams.BATCHES.subjects=batches.>", "nats.listener.retry.initial-interval=20ms");
	}

	/**
	 * An application with what the page says.
	 */
	ApplicationContextRunner observed() {
		return this.contextRunner
			.withInitializer((context) -> Pages.addYaml(context, Pages.blocks(PAGE, "yaml").subList(0, 1)));
	}

	/**
	 * An application with a tracer.
	 */
	ApplicationContextRunner traced(Tracers tracers) {
		return observed().withBean(Tracer.class, tracers::tracer)
			.withBean(Tracers.class, () -> tracers)
			.withUserConfiguration(Tracing.class);
	}

	static Stream<Tracers> tracers() {
		return Stream.of(Tracers.simple(), Tracers.openTelemetry());
	}

	@Configuration(proxyBeanMethods = false)
	static class Tracing {

		@Bean
		ObservationRegistry observationRegistry(Tracers tracers, NatsBatchTracingObservationHandler batches) {
			ObservationRegistry registry = ObservationRegistry.create();
			registry.observationConfig()
				.observationHandler(new ObservationHandler.FirstMatchingCompositeObservationHandler(batches,
						new PropagatingReceiverTracingObservationHandler<>(tracers.tracer(), tracers.propagator()),
						new PropagatingSenderTracingObservationHandler<>(tracers.tracer(), tracers.propagator()),
						new DefaultTracingObservationHandler(tracers.tracer())));
			return registry;
		}

	}

}
