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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

import io.github.natsspring.event.NatsBucketEvent;
import io.github.natsspring.event.NatsBucketReplacedEvent;
import io.github.natsspring.listener.MessageListenerContainer;
import io.github.natsspring.test.NatsServer;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
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
import org.junit.jupiter.api.Timeout;

import org.springframework.context.event.EventListener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Base of the tests for listeners that keep a copy of a bucket: each test has a server of
 * its own, which it may take away.
 */
@Timeout(90)
abstract class AbstractWatchFaultsTests {

	static final Duration LONG = Duration.ofSeconds(30);

	NatsServer server;

	ListenerContext context;

	String bucket;

	Connection client;

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

	KeyValue create() throws Exception {
		return create((builder) -> builder);
	}

	KeyValue create(UnaryOperator<KeyValueConfiguration.Builder> customizer) throws Exception {
		this.client.keyValueManagement().create(customizer.apply(KeyValueConfiguration.builder(this.bucket)).build());
		return keyValue();
	}

	KeyValue keyValue() throws IOException {
		return this.client.keyValue(this.bucket,
				KeyValueOptions.builder().jsRequestTimeout(Duration.ofMillis(500)).build());
	}

	<T> T start(Class<T> type) {
		this.context.bean("copy", type).start();
		return this.context.get(type);
	}

	MessageListenerContainer container() {
		return this.context.container("copy-changed");
	}

	Map<String, Long> revisions() throws Exception {
		Map<String, Long> revisions = new HashMap<>();
		KeyValue keyValue = keyValue();
		for (String key : keyValue.keys()) {
			revisions.put(key, keyValue.get(key).getRevision());
		}
		return revisions;
	}

	void awaitSame(Copy copy) throws Exception {
		Map<String, Long> expected = revisions();
		await().atMost(LONG).untilAsserted(() -> assertThat(copy.revisions).isEqualTo(expected));
		assertThat(copy.backwards).hasValue(0);
	}

	static void update(KeyValue keyValue, String key, @Nullable String value) {
		if (!tryUpdate(keyValue, key, value)) {
			await().atMost(LONG).pollInterval(Duration.ofMillis(20)).until(() -> tryUpdate(keyValue, key, value));
		}
	}

	static boolean tryUpdate(KeyValue keyValue, String key, @Nullable String value) {
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

}
