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

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

import io.github.natsspring.annotation.NatsListenerConfigurer;
import io.github.natsspring.config.NatsListenerEndpoint;
import io.github.natsspring.config.NatsListenerRegistry;
import io.github.natsspring.listener.ContainerStatus;
import io.github.natsspring.listener.MessageListenerContainer;
import io.nats.client.JetStreamApiException;
import io.nats.client.MessageConsumer;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.StorageType;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * What listeners cost that have nothing to do.
 */
final class Starting {

	private static final int LISTENERS = 100;

	private Starting() {
	}

	/**
	 * The start of a context, in a JVM that has started others before.
	 */
	static Comparison context(Lab lab, int listeners) throws Exception {
		String stream = lab.emptyStream(StorageType.Memory);
		List<String> durables = durables(lab, stream, listeners);
		try {
			return lab.rounds(
					() -> started(lab, "bench.stream=" + stream, "bench.durables=" + String.join(",", durables)),
					() -> started(lab, "nats.enabled=false", "bench.stream=", "bench.durables="));
		}
		finally {
			lab.deleteStream(stream);
		}
	}

	private static Sample started(Lab lab, String... properties) {
		Usage before = Usage.now();
		try (ConfigurableApplicationContext context = Application.start(lab.url(), new Class<?>[] { Listeners.class },
				properties)) {
			Usage after = Usage.now();
			return Sample.valued((after.nanos() - before.nanos()) / 1e6, before, after, 1, -1);
		}
	}

	private static List<String> durables(Lab lab, String stream, int count) throws IOException, JetStreamApiException {
		List<String> durables = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			durables.add(lab.consumer(stream, AckPolicy.Explicit, 0));
		}
		return durables;
	}

	static Comparison idleMemory(Lab lab) throws Exception {
		return idle(lab, () -> {
			System.gc();
			System.gc();
			return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / 1024.0;
		});
	}

	static Comparison idleThreads(Lab lab) throws Exception {
		return idle(lab, () -> ManagementFactory.getThreadMXBean().getThreadCount());
	}

	private static Comparison idle(Lab lab, Gauge gauge) throws Exception {
		String stream = lab.emptyStream(StorageType.Memory);
		List<String> durables = durables(lab, stream, LISTENERS);
		NatsListenerRegistry registry = lab.context().getBean(NatsListenerRegistry.class);
		try {
			return lab.rounds(() -> {
				double before = settled(lab, gauge);
				Handlers handlers = new Handlers(new Probe(1));
				for (String durable : durables) {
					registry.registerListener(endpoint(stream, durable, handlers));
				}
				for (String durable : durables) {
					awaitRunning(registry, durable);
				}
				double each = (settled(lab, gauge) - before) / LISTENERS;
				durables.forEach(registry::unregisterListener);
				return Sample.of(each);
			}, () -> {
				double before = settled(lab, gauge);
				List<MessageConsumer> consumers = new ArrayList<>();
				for (String durable : durables) {
					consumers.add(lab.raw().getConsumerContext(stream, durable).consume((message) -> message.ack()));
				}
				double each = (settled(lab, gauge) - before) / LISTENERS;
				for (MessageConsumer consumer : consumers) {
					consumer.close();
				}
				return Sample.of(each);
			});
		}
		finally {
			lab.deleteStream(stream);
		}
	}

	private static double settled(Lab lab, Gauge gauge) {
		// Threads that only helped to start or to stop end soon
		LockSupport.parkNanos(Math.round(lab.seconds() * 1e9));
		return gauge.read();
	}

	private static NatsListenerEndpoint endpoint(String stream, String durable, Handlers handlers) {
		return NatsListenerEndpoint.forMethod(durable, handlers, Handlers.method("json"))
			.stream(stream)
			.consumer(durable)
			.build();
	}

	private static void awaitRunning(NatsListenerRegistry registry, String id) throws TimeoutException {
		MessageListenerContainer container = registry.getListenerContainer(id);
		long deadline = System.nanoTime() + 10_000_000_000L;
		while (container == null || container.getStatus().state() != ContainerStatus.State.RUNNING) {
			if (System.nanoTime() - deadline > 0) {
				throw new TimeoutException("The listener '%s' does not run".formatted(id));
			}
			LockSupport.parkNanos(1_000_000);
		}
	}

	/**
	 * Many listeners of one context.
	 */
	@Configuration(proxyBeanMethods = false)
	static class Listeners {

		@Bean
		NatsListenerConfigurer listeners(@Value("${bench.stream}") String stream,
				@Value("${bench.durables}") List<String> durables) {
			Handlers handlers = new Handlers(new Probe(1));
			return (registrar) -> durables
				.forEach((durable) -> registrar.registerEndpoint(endpoint(stream, durable, handlers)));
		}

	}

	@FunctionalInterface
	private interface Gauge {

		double read();

	}

}
