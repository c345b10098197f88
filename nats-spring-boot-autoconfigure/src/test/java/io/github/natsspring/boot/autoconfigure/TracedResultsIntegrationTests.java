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
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.github.natsspring.annotation.NatsKeyValueListener;
import io.github.natsspring.annotation.NatsListener;
import io.github.natsspring.annotation.NatsObjectStoreListener;
import io.github.natsspring.core.JetStreamTemplate;
import io.github.natsspring.core.NatsTemplate;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import io.nats.client.Connection;
import io.nats.client.KeyValue;
import io.nats.client.ObjectStore;
import io.nats.client.api.ObjectInfo;
import io.nats.client.impl.Headers;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.beans.factory.annotation.BeanFactoryAnnotationUtils;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.messaging.handler.annotation.SendTo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for the traces of reactive results, further connections and watched buckets, and
 * for the meters of observations.
 */
class TracedResultsIntegrationTests extends AbstractTracingTests {

	private final Tracers tracers = Tracers.openTelemetry();

	@Test
	void sendsEachElementOfAFluxInTheTraceOfItsRun() {
		traced(this.tracers).withBean(Reactive.class).run((context) -> {
			context.getBean(JetStreamTemplate.class).publish("orders.1", "tea");
			await().until(() -> this.tracers.all("process BILLS").size() == 3);
			await().until(() -> this.tracers.spans().get().size() == 8);
			Tracers.Seen run = this.tracers.named("process ORDERS");
			List<Tracers.Seen> sent = this.tracers.all("publish BILLS");
			assertThat(sent).hasSize(3).extracting(Tracers.Seen::parentId).containsOnly(run.spanId());
			assertThat(this.tracers.all("process BILLS")).extracting(Tracers.Seen::parentId)
				.containsExactlyInAnyOrderElementsOf(sent.stream().map(Tracers.Seen::spanId).toList());
			assertThat(this.tracers.spans().get()).extracting(Tracers.Seen::traceId).containsOnly(run.traceId());
			assertThat(context.getBean(Reactive.class).seen).containsExactlyInAnyOrder("tea 0", "tea 1", "tea 2");
		});
	}

	@Test
	void answersWithAMonoInTheTraceOfTheRequest() {
		traced(this.tracers).withBean(Reactive.class).run((context) -> {
			assertThat(context.getBean(NatsTemplate.class).request("mono.1", "tea", String.class)).isEqualTo("tea!");
			await().until(() -> this.tracers.spans().get().size() == 3);
			assertThat(this.tracers.named("process mono.{id}").parentId())
				.isEqualTo(this.tracers.named("request").spanId());
			assertThat(this.tracers.named("reply").parentId())
				.isEqualTo(this.tracers.named("process mono.{id}").spanId());
		});
	}

	@Test
	void continuesTheTraceOverAFurtherConnection() {
		traced(this.tracers)
			.withPropertyValues("nats.connections.eu.servers=" + server.url(),
					"nats.connections.eu.template.observation-enabled=true",
					"nats.connections.eu.jetstream.publish.observation-enabled=true")
			.withBean(Connections.class)
			.run((context) -> {
				assertThat(context).hasNotFailed();
				context.getBean(JetStreamTemplate.class).publish("orders.1", "tea");
				await().until(() -> this.tracers.spans().get().size() == 7);
				String parent = "";
				for (String name : List.of("publish ORDERS", "process ORDERS", "publish BILLS", "process BILLS",
						"request", "process there.{id}", "reply")) {
					Tracers.Seen span = this.tracers.named(name);
					assertThat(span.parentId()).as("the parent of " + name).isEqualTo(parent);
					assertThat(span.tags()).containsEntry("nats.connection",
							name.endsWith("ORDERS") ? "default" : "eu");
					parent = span.spanId();
				}
			});
	}

	@Test
	void observesNothingOfAFurtherConnectionUnlessAskedTo() {
		traced(this.tracers).withPropertyValues("nats.connections.eu.servers=" + server.url()).run((context) -> {
			JetStreamTemplate eu = BeanFactoryAnnotationUtils.qualifiedBeanOfType(context.getBeanFactory(),
					JetStreamTemplate.class, "eu");
			eu.publish("orders.1", "tea");
			assertThat(this.tracers.spans().get()).isEmpty();
		});
	}

	@Test
	void observesWhatIsSeenOfBuckets() {
		traced(this.tracers)
			.withPropertyValues("nats.key-value.profiles.history=1", "nats.object-store.invoices.description=x")
			.withBean(Watches.class)
			.run((context) -> {
				assertThat(context).hasNotFailed();
				context.getBean(KeyValue.class).put("user.ann", "Ann");
				await().until(() -> this.tracers.all("process KV_profiles").size() == 1);
				Tracers.Seen seen = this.tracers.named("process KV_profiles");
				assertThat(seen.kind()).isEqualTo("CONSUMER");
				assertThat(seen.parentId()).isEmpty();
				assertThat(seen.failed()).isFalse();
				assertThat(seen.tags()).containsEntry("messaging.destination.template", "$KV.profiles.user.{id}")
					.containsEntry("messaging.destination.name", "$KV.profiles.user.ann")
					.containsEntry("messaging.nats.stream", "KV_profiles")
					.containsEntry("messaging.consumer.group.name", "none")
					.containsEntry("nats.listener.id", "profiles");
				Headers headers = new Headers().put("traceparent",
						"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
				context.getBean(Connection.class)
					.jetStream()
					.publish("$KV.profiles.user.bad", headers, "bad".getBytes());
				await().until(() -> this.tracers.all("process KV_profiles").size() == 2);
				Tracers.Seen failed = this.tracers.all("process KV_profiles").get(1);
				assertThat(failed.parentId()).isEqualTo("b7ad6b7169203331");
				assertThat(failed.failed()).isTrue();
				context.getBean(ObjectStore.class).put("a.txt", "text".getBytes());
				await().until(() -> this.tracers.all("process OBJ_invoices").size() == 1);
				assertThat(this.tracers.named("process OBJ_invoices").tags())
					.containsEntry("messaging.destination.template", "$O.invoices.M.>")
					.containsEntry("nats.listener.id", "invoices");
			});
	}

	@Test
	void observesNothingOfAWatchThatIsSwitchedOff() {
		traced(this.tracers)
			.withPropertyValues("nats.key-value.profiles.history=1", "nats.object-store.invoices.description=x",
					"nats.listeners.profiles.observation-enabled=false")
			.withBean(Watches.class)
			.run((context) -> {
				context.getBean(KeyValue.class).put("user.ann", "Ann");
				Watches watches = context.getBean(Watches.class);
				await().until(() -> watches.seen.contains("Ann"));
				context.getBean(ObjectStore.class).put("a.txt", "text".getBytes());
				await().until(() -> this.tracers.all("process OBJ_invoices").size() == 1);
				assertThat(this.tracers.spans().get()).hasSize(1);
			});
	}

	@Test
	void makesNoMetersForSubjectsAndIdsThatOthersChoose() {
		SimpleMeterRegistry meters = new SimpleMeterRegistry();
		ObservationRegistry registry = ObservationRegistry.create();
		registry.observationConfig().observationHandler(new DefaultMeterObservationHandler(meters));
		observed().withPropertyValues("nats.key-value.profiles.history=1", "nats.object-store.invoices.description=x")
			.withBean(ObservationRegistry.class, () -> registry)
			.withBean(Reactive.class)
			.withBean(Watches.class)
			.run((context) -> {
				trade(context.getBean(JetStreamTemplate.class), context.getBean(NatsTemplate.class),
						context.getBean(KeyValue.class), context.getBean(Reactive.class), 0, 5);
				List<Meter.Id> few = meters.getMeters().stream().map(Meter::getId).toList();
				trade(context.getBean(JetStreamTemplate.class), context.getBean(NatsTemplate.class),
						context.getBean(KeyValue.class), context.getBean(Reactive.class), 5, 60);
				assertThat(meters.getMeters()).extracting(Meter::getId).containsExactlyInAnyOrderElementsOf(few);
				assertThat(few).hasSizeLessThan(100)
					.flatExtracting(Meter.Id::getTags)
					.extracting(Tag::getValue)
					.isNotEmpty()
					.noneMatch((value) -> value.contains("CHOSEN"));
			});
	}

	private void trade(JetStreamTemplate jetStream, NatsTemplate nats, KeyValue profiles, Reactive listeners, int from,
			int to) throws Exception {
		for (int i = from; i < to; i++) {
			String chosen = "CHOSEN" + i;
			jetStream.publish("orders." + chosen, chosen, (options) -> options.messageId(chosen));
			nats.publish("nobody." + chosen, chosen);
			assertThat(nats.request("mono." + chosen, chosen, String.class)).isEqualTo(chosen + "!");
			profiles.put("user." + chosen, chosen);
		}
		await().until(() -> listeners.seen.size() == 3 * to);
	}

	static class Reactive {

		final Queue<String> seen = new ConcurrentLinkedQueue<>();

		@NatsListener(id = "flux", stream = "ORDERS", consumer = "flux", subjects = "orders.>")
		@SendTo("bills.1")
		Flux<String> flux(String item) {
			return Flux.range(0, 3).delayElements(Duration.ofMillis(2)).map((number) -> item + " " + number);
		}

		@NatsListener(id = "bills", stream = "BILLS", consumer = "bills", subjects = "bills.>")
		Mono<Void> bills(String item) {
			return Mono.fromRunnable(() -> this.seen.add(item));
		}

		@NatsListener(id = "mono", subjects = "mono.{id}")
		Mono<String> mono(String item) {
			return Mono.delay(Duration.ofMillis(2)).map((zero) -> item + "!");
		}

	}

	static class Connections {

		private final JetStreamTemplate jetStream;

		private final NatsTemplate nats;

		Connections(@Qualifier("eu") JetStreamTemplate jetStream, @Qualifier("eu") NatsTemplate nats) {
			this.jetStream = jetStream;
			this.nats = nats;
		}

		@NatsListener(id = "here", stream = "ORDERS", consumer = "here", subjects = "orders.>")
		void here(String item) {
			this.jetStream.publish("bills.1", item);
		}

		@NatsListener(id = "bills", stream = "BILLS", consumer = "bills", subjects = "bills.>", connection = "eu")
		void bills(String item) {
			this.nats.request("there.1", item, String.class);
		}

		@NatsListener(id = "there", subjects = "there.{id}", connection = "eu")
		String there(String item) {
			return item;
		}

	}

	static class Watches {

		final Queue<String> seen = new ConcurrentLinkedQueue<>();

		@NatsKeyValueListener(id = "profiles", bucket = "profiles", keys = "user.{id}")
		void changed(String name) {
			this.seen.add(name);
			if (name.equals("bad")) {
				throw new IllegalStateException("bad");
			}
		}

		@NatsObjectStoreListener(id = "invoices", bucket = "invoices")
		void stored(ObjectInfo info) {
			this.seen.add(info.getObjectName());
		}

	}

}
