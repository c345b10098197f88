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

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.github.natsspring.deadletter.DeadLetterSettings;
import io.github.natsspring.listener.watch.BucketWatch;
import io.github.natsspring.observation.NatsListenerContext;
import io.github.natsspring.observation.NatsPublishContext;
import io.github.natsspring.test.NatsServer;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.nats.client.api.KeyValueConfiguration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for a {@link DefaultNatsListenerContainerFactory} without Boot that is told to
 * observe, against a real server.
 */
@Timeout(60)
class ObservedFactoryIntegrationTests {

	private static NatsServer server;

	private final Queue<Observation.Context> stopped = new ConcurrentLinkedQueue<>();

	private final ObservationRegistry registry = ObservationRegistry.create();

	@BeforeAll
	static void startServer() {
		server = NatsServer.builder().start();
	}

	@AfterAll
	static void stopServer() {
		server.close();
	}

	@BeforeEach
	void collect() {
		this.registry.observationConfig().observationHandler(new ObservationHandler<>() {

			@Override
			public void onStop(Observation.Context context) {
				ObservedFactoryIntegrationTests.this.stopped.add(context);
			}

			@Override
			public boolean supportsContext(Observation.Context context) {
				return true;
			}

		});
	}

	@Test
	void observesADeadLetterWithinTheRunThatFailed() throws Exception {
		try (ListenerFixture fixture = new ListenerFixture(server.url()).create()) {
			fixture.factory((factory) -> {
				factory.setObservation(this.registry, null, null);
				factory.setObservationEnabled(true);
				factory.setMaxAttempts(2);
				factory.setDeadLetter(new DeadLetterSettings(true, DeadLetterSettings.DEFAULT_SUBJECT, null, false));
			}).start(fixture.endpoint((message, acknowledgment) -> {
				throw new IllegalStateException("expected by the test");
			}).consumer("prices"));
			fixture.publish(0, 1);
			await().until(() -> this.stopped.size() == 3);
			List<Observation.Context> contexts = new ArrayList<>(this.stopped);
			assertThat(contexts.get(0)).isInstanceOf(NatsListenerContext.class);
			assertThat(contexts.get(1)).isInstanceOf(NatsListenerContext.class);
			assertThat(contexts.get(2)).isInstanceOfSatisfying(NatsPublishContext.class, (letter) -> {
				assertThat(letter.getParentObservation()).isNotNull();
				assertThat(letter.getParentObservation().getContextView()).isSameAs(contexts.get(1));
				assertThat(letter.getPublishAck()).isNotNull();
				assertThat(letter.getPublishAck().getStream()).isEqualTo(fixture.stream() + "_DLQ");
			});
			assertThat(this.registry.getCurrentObservation()).isNull();
		}
	}

	@Test
	void observesAWatchAndNoneOfItsDeletes() throws Exception {
		try (ListenerFixture fixture = new ListenerFixture(server.url())) {
			String bucket = fixture.stream();
			fixture.holder().get().keyValueManagement().create(KeyValueConfiguration.builder(bucket).build());
			Queue<String> seen = new ConcurrentLinkedQueue<>();
			fixture.factory((factory) -> {
				factory.setObservation(this.registry, null, null);
				factory.setObservationEnabled(true);
				factory.setShutdownTimeout(Duration.ofSeconds(5));
			})
				.start(NatsListenerEndpoint
					.forListener("profiles", (message, acknowledgment) -> seen.add(message.getSubject()))
					.watch(BucketWatch.keyValue(bucket, "user.{id}")));
			fixture.holder().get().keyValue(bucket).put("user.ann", "Ann");
			fixture.holder().get().keyValue(bucket).delete("user.ann");
			fixture.holder().get().keyValue(bucket).put("user.bob", "Bob");
			await().until(() -> this.stopped.size() == 2);
			assertThat(seen).hasSize(2);
			assertThat(this.stopped).allSatisfy((context) -> assertThat(((NatsListenerContext) context).getListener())
				.isEqualTo(new NatsListenerContext.Listener("profiles", "test", "$KV.%s.user.{id}".formatted(bucket),
						"KV_" + bucket, null)));
		}
	}

}
