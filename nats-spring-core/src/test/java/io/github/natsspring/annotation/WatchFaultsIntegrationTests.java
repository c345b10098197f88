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

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

import io.github.natsspring.event.NatsBucketEvent;
import io.github.natsspring.event.NatsBucketReplacedEvent;
import io.github.natsspring.listener.ContainerStatus.State;
import io.github.natsspring.listener.MessageListenerContainer;
import io.github.natsspring.listener.NatsListenerException;
import io.github.natsspring.test.NatsServer;
import io.github.natsspring.topology.KeyValueDefinition;
import io.github.natsspring.topology.TopologyDefinition;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.KeyValue;
import io.nats.client.KeyValueOptions;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.api.KeyValueConfiguration;
import io.nats.client.api.KeyValueEntry;
import io.nats.client.api.KeyValueOperation;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.context.event.EventListener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link NatsKeyValueListener} methods when something goes wrong, against a
 * real server.
 */
@Timeout(90)
class WatchFaultsIntegrationTests {

	private static final Duration LONG = Duration.ofSeconds(30);

	private static final int UPDATES = 5000;

	private static final int WRITERS = 4;

	private NatsServer server;

	private ListenerContext context;

	private String bucket;

	private Connection client;

	@BeforeEach
	void startServer() throws Exception {
		this.server = NatsServer.builder().start();
		this.context = new ListenerContext(this.server.url())
			.factory((factory) -> factory.setStallTimeout(Duration.ofSeconds(1)));
		this.bucket = this.context.unique();
		this.client = Nats.connect(Options.builder()
			.server(this.server.url())
			.maxReconnects(-1)
			.reconnectWait(Duration.ofMillis(100))
			.build());
	}

	@AfterEach
	void stopServer() throws Exception {
		this.context.close();
		this.client.close();
		this.server.close();
	}

	private KeyValue create() throws Exception {
		return create((builder) -> builder);
	}

	private KeyValue create(UnaryOperator<KeyValueConfiguration.Builder> customizer) throws Exception {
		this.client.keyValueManagement().create(customizer.apply(KeyValueConfiguration.builder(this.bucket)).build());
		return keyValue();
	}

	private KeyValue keyValue() throws IOException {
		return this.client.keyValue(this.bucket,
				KeyValueOptions.builder().jsRequestTimeout(Duration.ofMillis(500)).build());
	}

	private <T> T start(Class<T> type) {
		this.context.bean("copy", type).start();
		return this.context.get(type);
	}

	private MessageListenerContainer container() {
		return this.context.container("copy-changed");
	}

	private Map<String, Long> revisions() throws Exception {
		Map<String, Long> revisions = new HashMap<>();
		KeyValue keyValue = keyValue();
		for (String key : keyValue.keys()) {
			revisions.put(key, keyValue.get(key).getRevision());
		}
		return revisions;
	}

	private void awaitSame(Copy copy) throws Exception {
		Map<String, Long> expected = revisions();
		await().atMost(LONG).untilAsserted(() -> assertThat(copy.revisions).isEqualTo(expected));
		assertThat(copy.backwards).hasValue(0);
	}

	@Test
	void leavesNoKeyStaleWhenTheServerIsRestartedThreeTimesDuringUpdates() throws Exception {
		KeyValue keyValue = create();
		Copy copy = start(Copy.class);
		AtomicInteger updates = new AtomicInteger();
		List<CompletableFuture<Void>> all = new ArrayList<>();
		for (int writer = 0; writer < WRITERS; writer++) {
			int first = writer;
			all.add(CompletableFuture.runAsync(() -> {
				for (int i = first; i < UPDATES; i += WRITERS) {
					update(keyValue, "k" + i % 100, (i % 17 == 0) ? null : String.valueOf(i));
					updates.incrementAndGet();
				}
			}, (task) -> new Thread(task, "writer").start()));
		}
		for (int from : new int[] { 1000, 2500, 4000 }) {
			await().atMost(LONG).pollInterval(Duration.ofMillis(1)).until(() -> updates.get() > from);
			restart(from == 2500);
		}
		for (CompletableFuture<Void> one : all) {
			one.get(30, TimeUnit.SECONDS);
		}
		Map<String, Long> expected = revisions();
		assertThat(expected.size()).isBetween(80, 100);
		awaitSame(copy);
		await().until(() -> container().getStatus().state() == State.RUNNING);
		keyValue.put("k0", "last");
		awaitSame(copy);
		assertThat(copy.events).containsExactly("NatsBucketStateReadEvent");
		// Where one revision is kept, it need not see those in between
		assertThat(copy.updates.get()).isGreaterThan(100);
	}

	private void restart(boolean kill) {
		if (kill) {
			this.server.kill();
		}
		this.server.restart();
	}

	private static void update(KeyValue keyValue, String key, @Nullable String value) {
		if (!tryUpdate(keyValue, key, value)) {
			await().atMost(LONG).pollInterval(Duration.ofMillis(20)).until(() -> tryUpdate(keyValue, key, value));
		}
	}

	private static boolean tryUpdate(KeyValue keyValue, String key, @Nullable String value) {
		try {
			if (value != null) {
				keyValue.put(key, value);
			}
			else {
				keyValue.delete(key);
			}
			return true;
		}
		catch (IOException | JetStreamApiException | IllegalStateException ex) {
			// The server is away
			return false;
		}
	}

	@Test
	void goesOnWhenItsConsumerIsDeletedAgainAndAgain() throws Exception {
		KeyValue keyValue = create();
		Copy copy = start(Copy.class);
		JetStreamManagement management = this.client.jetStreamManagement();
		for (int round = 0; round < 4; round++) {
			for (int i = 0; i < 200; i++) {
				keyValue.put("k" + i % 50, String.valueOf(i));
			}
			for (String name : management.getConsumerNames("KV_" + this.bucket)) {
				management.deleteConsumer("KV_" + this.bucket, name);
			}
		}
		keyValue.put("last", "x");
		awaitSame(copy);
		assertThat(copy.events).containsExactly("NatsBucketStateReadEvent");
	}

	@Test
	void saysThatTheStateIsReadWhenTheConsumerIsLostWhileItIsRead() throws Exception {
		KeyValue keyValue = create();
		for (int i = 0; i < 200; i++) {
			keyValue.put("k" + i, "x");
		}
		this.context.factory((factory) -> factory.setMaxInFlight(20));
		Slow copy = start(Slow.class);
		JetStreamManagement management = this.client.jetStreamManagement();
		await().until(() -> copy.updates.get() > 50);
		String name = management.getConsumerNames("KV_" + this.bucket).get(0);
		management.deleteConsumer("KV_" + this.bucket, name);
		await().atMost(LONG).until(() -> copy.events.size() == 1);
		assertThat(copy.whenRead).isEqualTo(200);
		awaitSame(copy);
	}

	@Test
	void saysThatTheStateIsReadWhenTheRestOfItExpires() throws Exception {
		KeyValue keyValue = create((builder) -> builder.ttl(Duration.ofSeconds(2)));
		for (int i = 0; i < 10; i++) {
			keyValue.put("k" + i, "x");
		}
		this.context.factory((factory) -> factory.setMaxInFlight(1));
		Held copy = start(Held.class);
		await().until(() -> copy.updates.get() == 1);
		await().atMost(LONG).until(() -> keyValue.keys().isEmpty());
		assertThat(copy.events).isEmpty();
		copy.release.countDown();
		await().atMost(LONG).untilAsserted(() -> assertThat(copy.events).containsExactly("NatsBucketStateReadEvent"));
		assertThat(copy.updates.get()).isLessThan(10);
	}

	@Test
	void readsABucketAnewThatWasDeletedAndMadeAgain() throws Exception {
		KeyValue keyValue = create();
		keyValue.put("a", "1");
		keyValue.put("b", "1");
		Copy copy = start(Copy.class);
		await().until(() -> copy.events.size() == 1);
		this.client.keyValueManagement().delete(this.bucket);
		await().atMost(LONG).until(() -> container().getStatus().state() == State.STALLED);
		assertThat(container().getStatus().detail()).contains("there is no key-value bucket of that name");
		keyValue = create();
		keyValue.put("b", "2");
		await().atMost(LONG)
			.untilAsserted(() -> assertThat(copy.events).containsExactly("NatsBucketStateReadEvent",
					"NatsBucketReplacedEvent", "NatsBucketStateReadEvent"));
		keyValue.put("c", "2");
		awaitSame(copy);
		await().until(() -> container().getStatus().state() == State.RUNNING);
		assertThat(copy.revisions).containsOnlyKeys("b", "c");
	}

	@Test
	void readsAlsoABucketAnewOfWhichItTakesUpdatesOnly() throws Exception {
		create().put("a", "1");
		UpdatesOnly copy = start(UpdatesOnly.class);
		await().until(() -> container().getStatus().state() == State.RUNNING);
		this.client.keyValueManagement().delete(this.bucket);
		KeyValue keyValue = create();
		keyValue.put("b", "2");
		await().atMost(LONG).untilAsserted(() -> assertThat(copy.values).containsExactly("2"));
		keyValue.put("c", "3");
		await().atMost(LONG).untilAsserted(() -> assertThat(copy.values).containsExactly("2", "3"));
	}

	@Test
	void readsABucketAnewThatAServerLost() throws Exception {
		KeyValue keyValue = create();
		keyValue.put("a", "1");
		Copy copy = start(Copy.class);
		await().until(() -> copy.events.size() == 1);
		this.server.restartWithoutStore();
		await().atMost(LONG).ignoreExceptions().until(() -> {
			create();
			return true;
		});
		update(keyValue, "b", "2");
		await().atMost(LONG).until(() -> copy.events.size() == 3);
		awaitSame(copy);
		assertThat(copy.revisions).containsOnlyKeys("b");
	}

	@Test
	void attachesWhenTheServerAppears() throws Exception {
		create().put("a", "1");
		this.server.stop();
		this.context.background();
		Copy copy = start(Copy.class);
		assertThat(container().isRunning()).isTrue();
		assertThat(container().getStatus().state()).isNotEqualTo(State.RUNNING);
		this.server.start();
		await().atMost(LONG).until(() -> copy.revisions.containsKey("a"));
		await().until(() -> container().getStatus().state() == State.RUNNING);
		assertThat(copy.events).containsExactly("NatsBucketStateReadEvent");
	}

	@Test
	void goesOnWhenTheServerIsSilentForLongerThanItsHeartbeats() throws Exception {
		KeyValue keyValue = create();
		keyValue.put("a", "1");
		Copy copy = start(Copy.class);
		await().until(() -> copy.events.size() == 1);
		this.server.pause();
		try {
			await().atMost(LONG).until(() -> container().getStatus().detail() != null);
		}
		finally {
			this.server.resume();
		}
		update(keyValue, "a", "2");
		update(keyValue, "b", "1");
		awaitSame(copy);
		await().atMost(LONG).until(() -> container().getStatus().state() == State.RUNNING);
		assertThat(copy.events).containsExactly("NatsBucketStateReadEvent");
	}

	@Test
	void refusesToStartWithoutTheBucketAndNamesTheDeclaredOneThatWasMeant() {
		TopologyDefinition declared = new TopologyDefinition(List.of(), List.of(),
				List.of(new KeyValueDefinition(this.bucket + "s", "nats.key-value", (builder) -> builder)), List.of());
		this.context.factory((factory) -> factory.setTopology(() -> declared));
		assertThatExceptionOfType(Exception.class).isThrownBy(() -> start(Copy.class))
			.havingRootCause()
			.isInstanceOf(NatsListenerException.class)
			.withMessageContaining("%s#changed: its attribute 'bucket' is '%s', and there is no key-value bucket",
					Copy.class.getName(), this.bucket)
			.withMessageContaining("Did you mean '%ss'? Otherwise declare it (nats.key-value.%s), create it",
					this.bucket, this.bucket);
	}

	static class Copy {

		final Map<String, Long> revisions = new ConcurrentHashMap<>();

		final List<String> events = new CopyOnWriteArrayList<>();

		final AtomicInteger updates = new AtomicInteger();

		final AtomicInteger backwards = new AtomicInteger();

		private volatile long last;

		volatile int whenRead;

		@NatsKeyValueListener(bucket = "${test}", includeDeletes = true)
		void changed(KeyValueEntry entry) throws Exception {
			this.updates.incrementAndGet();
			if (entry.getRevision() <= this.last) {
				this.backwards.incrementAndGet();
			}
			this.last = entry.getRevision();
			if (entry.getOperation() == KeyValueOperation.PUT) {
				this.revisions.put(entry.getKey(), entry.getRevision());
			}
			else {
				this.revisions.remove(entry.getKey());
			}
			handled();
		}

		void handled() throws Exception {
		}

		@EventListener
		void on(NatsBucketEvent event) {
			if (event instanceof NatsBucketReplacedEvent) {
				this.revisions.clear();
				this.last = 0;
			}
			this.whenRead = this.updates.get();
			this.events.add(event.getClass().getSimpleName());
		}

	}

	static class Slow extends Copy {

		@Override
		void handled() throws Exception {
			TimeUnit.MILLISECONDS.sleep(2);
		}

	}

	static class Held extends Copy {

		final CountDownLatch release = new CountDownLatch(1);

		@Override
		void handled() throws Exception {
			this.release.await(30, TimeUnit.SECONDS);
		}

	}

	static class UpdatesOnly {

		final List<String> values = new CopyOnWriteArrayList<>();

		@NatsKeyValueListener(bucket = "${test}", includeCurrent = false)
		void changed(String value) {
			this.values.add(value);
		}

	}

}
