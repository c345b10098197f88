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

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

import io.github.natsspring.annotation.NatsListener;
import io.github.natsspring.boot.autoconfigure.metrics.NatsMetricsAutoConfiguration;
import io.github.natsspring.config.NatsListenerRegistry;
import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.core.JetStreamOperations;
import io.github.natsspring.core.NatsOperations;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.nats.client.api.StreamConfiguration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Meters in an application, against a real server.
 */
class MetricsIntegrationTests extends AbstractListenerIntegrationTests {

	private static final int MOST_METERS = 100;

	@BeforeEach
	void addMetrics() throws Exception {
		this.management.addStream(StreamConfiguration.builder().name(this.stream).subjects(this.stream + ".>").build());
		this.contextRunner = this.contextRunner
			.withConfiguration(AutoConfigurations.of(MetricsAutoConfiguration.class,
					CompositeMeterRegistryAutoConfiguration.class, NatsMetricsAutoConfiguration.class))
			.withPropertyValues("nats.metrics.lag-interval=1s");
	}

	private ApplicationContextRunner withRegistry() {
		return this.contextRunner.withBean(SimpleMeterRegistry.class, SimpleMeterRegistry::new)
			.withUserConfiguration(Listeners.class);
	}

	@Test
	void showsTheLagOfTheServerWithinOnePollUnderLoad() {
		withRegistry().run((context) -> {
			MeterRegistry meters = context.getBean(MeterRegistry.class);
			Listeners listeners = context.getBean(Listeners.class);
			listeners.delay.set(Duration.ofMillis(2).toNanos());
			JetStreamOperations template = context.getBean(JetStreamOperations.class);
			CompletableFuture
				.allOf(IntStream.range(0, 3000)
					.mapToObj((i) -> template.publishAsync(this.stream + ".load", "x"))
					.toArray(CompletableFuture<?>[]::new))
				.join();
			// While the handler works: what is shown lies between two answers of the
			// server
			await().pollInterval(Duration.ofMillis(20)).untilAsserted(() -> {
				long before = info("worker").getNumPending();
				double shown = gauge(meters, "nats.consumer.lag");
				long after = info("worker").getNumPending();
				assertThat(before).isPositive();
				assertThat(shown).isGreaterThanOrEqualTo(after).isLessThanOrEqualTo(before);
			});
			// And none is left behind when it stands still
			listeners.blocked.set(true);
			for (int i = 0; i < 700; i++) {
				template.publishAsync(this.stream + ".load", "x");
			}
			await().pollDelay(Duration.ofSeconds(1))
				.atMost(Duration.ofSeconds(15))
				.untilAsserted(
						() -> assertThat(gauge(meters, "nats.consumer.lag")).isEqualTo(info("worker").getNumPending())
							.isPositive());
			await().atMost(Duration.ofSeconds(15))
				.untilAsserted(() -> assertThat(gauge(meters, "nats.consumer.ack.pending"))
					.isEqualTo(info("worker").getNumAckPending()));
			assertThat(gauge(meters, "nats.listener.in.flight")).isPositive();
			assertThat(gauge(meters, "nats.listener.buffered")).isPositive();
			assertThat(gauge(meters, "nats.listener.in.flight.size")).isPositive();
			listeners.delay.set(0);
			listeners.blocked.set(false);
			assertSettled("worker");
			await().untilAsserted(() -> assertThat(gauge(meters, "nats.consumer.lag")).isZero());
			assertThat(meters.get("nats.listener.messages")
				.tags("listener", "worker", "outcome", "success")
				.functionCounter()
				.count()).isEqualTo(3700);
			assertThat(meters.get("nats.listener.handler").tag("listener", "worker").functionTimer().count())
				.isEqualTo(3700);
			FunctionTimer calls = meters.get("nats.template.calls")
				.tags("operation", "stream-publish", "outcome", "success")
				.functionTimer();
			assertThat(calls.count()).isEqualTo(3700);
			assertThat(gauge(meters, "nats.connection.round.trip")).isPositive();
			assertThat(gauge(meters, "nats.connection.up")).isOne();
		});
	}

	@Test
	void manySubjectsMakeNoFurtherMeters() {
		publishToSubjects(20_000, 2_000);
	}

	@Test
	@Tag("slow")
	void aMillionSubjectsMakeNoFurtherMeters() {
		publishToSubjects(1_000_000, 20_000);
	}

	private void publishToSubjects(int count, int ofStream) {
		ApplicationContextRunner observed = withRegistry()
			.withConfiguration(AutoConfigurations.of(ObservationAutoConfiguration.class))
			.withPropertyValues("nats.template.observation-enabled=true",
					"nats.jetstream.publish.observation-enabled=true", "nats.listener.observation-enabled=true");
		observed.run((context) -> {
			MeterRegistry meters = context.getBean(MeterRegistry.class);
			NatsOperations template = context.getBean(NatsOperations.class);
			JetStreamOperations streams = context.getBean(JetStreamOperations.class);
			// Those of observations come with the first ones
			template.publish(this.stream + "-core.first", "x");
			streams.publish(this.stream + ".first", "x");
			await().untilAsserted(() -> assertThat(meters.find("nats.listener").timers()).hasSize(2));
			assertThat(meters.find("nats.template").timers()).hasSize(2);
			List<Meter> before = nats(meters);
			for (int i = 1; i < count; i++) {
				template.publish(this.stream + "-core." + i, "x");
				if (i % 1000 == 0) {
					template.publish(this.stream + "-core." + i, "x", (options) -> options.confirm());
				}
			}
			for (int i = 1; i < ofStream; i++) {
				streams.publishAsync(this.stream + ".s" + i, "x");
			}
			long published = count + (count - 1) / 1000;
			await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
				assertThat(counter(meters, "nats.listener.messages", "listener", "core")
						+ counter(meters, "nats.listener.dropped", "listener", "core"))
					.isEqualTo(published);
				assertThat(counter(meters, "nats.listener.messages", "listener", "worker")).isEqualTo(ofStream);
			});
			assertThat(meters.get("nats.template.calls")
				.tags("operation", "publish", "outcome", "success")
				.functionTimer()
				.count()).isEqualTo(published);
			assertThat(meters.getMeters()).hasSizeLessThanOrEqualTo(MOST_METERS);
			assertThat(nats(meters)).hasSameSizeAs(before);
		});
	}

	@Test
	void metersOfARemovedListenerGo() {
		withRegistry().run((context) -> {
			MeterRegistry meters = context.getBean(MeterRegistry.class);
			assertThat(meters.find("nats.listener.up").tag("listener", "core").gauge()).isNotNull();
			context.getBean(NatsListenerRegistry.class).unregisterListener("core");
			assertThat(nats(meters)).noneMatch((meter) -> "core".equals(meter.getId().getTag("listener")))
				.anyMatch((meter) -> "worker".equals(meter.getId().getTag("listener")));
		});
	}

	@Test
	void aRegistryThatFailsDisturbsNoListener() {
		this.contextRunner.withUserConfiguration(Listeners.class)
			.withBean(SimpleMeterRegistry.class, RefusingRegistry::refusing)
			.run((context) -> {
				assertThat(context).hasNotFailed();
				context.getBean(JetStreamOperations.class).publish(this.stream + ".one", "x");
				await().untilAsserted(() -> assertThat(context.getBean(Listeners.class).handled).hasValue(1));
				assertThat(nats(context.getBean(MeterRegistry.class))).isNotEmpty()
					.noneMatch((meter) -> meter.getId().getName().startsWith("nats.listener"));
			});
	}

	@Test
	void countsOnAfterTheConnectionWasReplaced() {
		withRegistry().run((context) -> {
			MeterRegistry meters = context.getBean(MeterRegistry.class);
			ConnectionHolder holder = context.getBean(ConnectionHolder.class);
			context.getBean(NatsOperations.class).publish(this.stream + "-core.x", "x", (options) -> options.confirm());
			double before = counter(meters, "nats.connection.messages", "direction", "out");
			assertThat(before).isPositive();
			holder.get().close();
			await().until(() -> gauge(meters, "nats.connection.up") == 1);
			assertThat(counter(meters, "nats.connection.messages", "direction", "out")).isGreaterThanOrEqualTo(before);
		});
	}

	@Test
	void metersTellConnectionsApart() {
		withRegistry().withPropertyValues("nats.connections.second.servers=" + server.url()).run((context) -> {
			MeterRegistry meters = context.getBean(MeterRegistry.class);
			assertThat(meters.get("nats.connection.up").tag("connection", "default").gauge().value()).isOne();
			assertThat(meters.get("nats.connection.up").tag("connection", "second").gauge().value()).isOne();
			context.getBean(NatsOperations.class).publish("anywhere", "x");
			assertThat(counter(meters, "nats.template.calls", "connection", "default")).isOne();
			assertThat(counter(meters, "nats.template.calls", "connection", "second")).isZero();
			assertThat(meters.get("nats.listener.up").tag("listener", "worker").gauge().getId().getTag("connection"))
				.isEqualTo("default");
		});
	}

	@Test
	void withoutMicrometerNothingIsPolled() {
		this.contextRunner.withUserConfiguration(Listeners.class)
			.withClassLoader(new FilteredClassLoader("io.micrometer"))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean("natsMetricsPoller"));
	}

	private static List<Meter> nats(MeterRegistry meters) {
		return meters.getMeters().stream().filter((meter) -> meter.getId().getName().startsWith("nats.")).toList();
	}

	private static double gauge(MeterRegistry meters, String name) {
		return name.startsWith("nats.connection") ? meters.get(name).gauge().value()
				: meters.get(name).tag("listener", "worker").gauge().value();
	}

	private static double counter(MeterRegistry meters, String name, String tag, String value) {
		return meters.find(name).tag(tag, value).meters().stream().mapToDouble((meter) -> {
			if (meter instanceof FunctionCounter counter) {
				return counter.count();
			}
			return ((FunctionTimer) meter).count();
		}).sum();
	}

	@Configuration(proxyBeanMethods = false)
	static class Listeners {

		final AtomicLong handled = new AtomicLong();

		final AtomicLong delay = new AtomicLong();

		final AtomicBoolean blocked = new AtomicBoolean();

		@NatsListener(id = "worker", stream = "${test}", consumer = "worker", subjects = "${test}.*",
				maxInFlight = "100")
		void handle(String payload) {
			long delay = this.delay.get();
			if (delay > 0) {
				LockSupport.parkNanos(delay);
			}
			while (this.blocked.get()) {
				LockSupport.parkNanos(1_000_000);
			}
			this.handled.incrementAndGet();
		}

		@NatsListener(id = "core", subjects = "${test}-core.*")
		void core(String payload) {
		}

	}

	/**
	 * Refuses the meters of listeners.
	 */
	@Configuration(proxyBeanMethods = false)
	static class RefusingRegistry {

		@Bean
		static SimpleMeterRegistry refusing() {
			SimpleMeterRegistry registry = new SimpleMeterRegistry();
			registry.config().meterFilter(new MeterFilter() {

				@Override
				public Meter.Id map(Meter.Id id) {
					if (id.getName().startsWith("nats.listener")) {
						throw new IllegalStateException("this registry takes no " + id.getName());
					}
					return id;
				}

			});
			return registry;
		}

	}

}
