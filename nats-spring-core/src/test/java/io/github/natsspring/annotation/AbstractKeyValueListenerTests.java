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

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;

import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.event.NatsBucketEvent;
import io.github.natsspring.test.NatsServer;
import io.nats.client.JetStreamApiException;
import io.nats.client.KeyValue;
import io.nats.client.api.KeyValueConfiguration;
import io.nats.client.api.KeyValueEntry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

import org.springframework.context.ApplicationListener;
import org.springframework.messaging.handler.annotation.DestinationVariable;

/**
 * Base of the tests for {@link NatsKeyValueListener} methods, against a real server: each
 * test has a bucket of its own, called <code>${test}</code>.
 */
@Timeout(60)
abstract class AbstractKeyValueListenerTests {

	static NatsServer server;

	final ListenerContext context = new ListenerContext(server.url());

	final ListenerContext other = new ListenerContext(server.url());

	KeyValue bucket;

	@BeforeAll
	static void startServer() {
		server = NatsServer.builder().start();
	}

	@AfterAll
	static void stopServer() {
		server.close();
	}

	@BeforeEach
	void createBucket() throws Exception {
		this.other.start();
		this.context.beside(this.other);
		this.bucket = bucket((builder) -> builder);
	}

	KeyValue bucket(UnaryOperator<KeyValueConfiguration.Builder> customizer) throws Exception {
		ConnectionHolder holder = this.other.get(ConnectionHolder.class);
		String name = this.other.unique();
		try {
			holder.get().keyValueManagement().delete(name);
		}
		catch (JetStreamApiException ex) {
			// The first one
		}
		holder.get()
			.keyValueManagement()
			.create(customizer.apply(KeyValueConfiguration.builder(name).maxHistoryPerKey(5)).build());
		return holder.get().keyValue(name);
	}

	@AfterEach
	void close() {
		this.context.close();
		this.other.close();
	}

	<T extends Seen> T start(Class<T> type) {
		this.context.bean("listener", type).bean("events", Events.class).start();
		return this.context.get(type);
	}

	Events events() {
		return this.context.get(Events.class);
	}

	abstract static class Seen {

		final List<String> seen = new CopyOnWriteArrayList<>();

		final List<String> threads = new CopyOnWriteArrayList<>();

		void see(Object what) {
			this.seen.add(String.valueOf(what));
			this.threads.add(Thread.currentThread().getName());
		}

	}

	static class Events implements ApplicationListener<NatsBucketEvent> {

		final List<NatsBucketEvent> seen = new CopyOnWriteArrayList<>();

		final List<Integer> sizes = new CopyOnWriteArrayList<>();

		final Seen listener;

		Events(Seen listener) {
			this.listener = listener;
		}

		@Override
		public void onApplicationEvent(NatsBucketEvent event) {
			this.sizes.add(this.listener.seen.size());
			this.seen.add(event);
		}

		List<String> names() {
			return this.seen.stream().map((event) -> event.getClass().getSimpleName()).toList();
		}

	}

	record Profile(String name) {
	}

	static class Profiles extends Seen {

		@NatsKeyValueListener(bucket = "${test}", keys = "user.{id}")
		void changed(@DestinationVariable String id, Profile profile, KeyValueEntry entry) {
			see("%s %s %d".formatted(id, profile.name(), entry.getRevision()));
		}

	}

	static class EntryOnly extends Seen {

		@NatsKeyValueListener(bucket = "${test}", includeDeletes = true)
		void on(KeyValueEntry entry) {
			see(entry.getKey());
		}

	}

}
