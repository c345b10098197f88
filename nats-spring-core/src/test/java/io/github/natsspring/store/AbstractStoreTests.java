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

package io.github.natsspring.store;

import java.time.Duration;
import java.util.List;

import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.connection.ConnectionSettings;
import io.github.natsspring.connection.StartupMode;
import io.github.natsspring.core.JetStreamTemplateSettings;
import io.github.natsspring.support.CompositeNatsMessageConverter;
import io.github.natsspring.support.JacksonNatsMessageConverter;
import io.github.natsspring.support.NatsMessageConverter;
import io.github.natsspring.test.NatsServer;
import io.nats.client.JetStreamOptions;
import io.nats.client.KeyValue;
import io.nats.client.ObjectStore;
import io.nats.client.Options;
import io.nats.client.api.KeyValueConfiguration;
import io.nats.client.api.ObjectStoreConfiguration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.json.JsonMapper;

/**
 * A server and a connection for tests of stores.
 */
@Timeout(60)
abstract class AbstractStoreTests {

	static final NatsMessageConverter CONVERTER = CompositeNatsMessageConverter.withDefaults(List.of(),
			new JacksonNatsMessageConverter(JsonMapper.shared()));

	static NatsServer server;

	final String bucket = "B" + System.nanoTime();

	ConnectionHolder holder;

	@BeforeAll
	static void startServer() {
		server = NatsServer.builder().start();
	}

	@AfterAll
	static void stopServer() {
		server.close();
	}

	@BeforeEach
	void connect() {
		this.holder = holder(server.url());
	}

	@AfterEach
	void disconnect() {
		server.resume();
		this.holder.destroy();
	}

	static ConnectionHolder holder(String url) {
		return new ConnectionHolder(new ConnectionSettings("test",
				() -> Options.builder()
					.server(url)
					.maxReconnects(-1)
					.reconnectWait(Duration.ofMillis(50))
					.connectionTimeout(Duration.ofSeconds(2)),
				StartupMode.FAIL_FAST, Duration.ofSeconds(15), Duration.ofSeconds(1), List.of(), List.of()));
	}

	KeyValueTemplates keyValues() {
		return keyValues(JetStreamTemplateSettings.defaults());
	}

	KeyValueTemplates keyValues(JetStreamTemplateSettings settings) {
		return new KeyValueTemplates(this.holder, JetStreamOptions.defaultOptions(), CONVERTER, settings);
	}

	ObjectStoreTemplates objectStores() {
		return objectStores(JetStreamTemplateSettings.defaults());
	}

	ObjectStoreTemplates objectStores(JetStreamTemplateSettings settings) {
		return new ObjectStoreTemplates(this.holder, JetStreamOptions.defaultOptions(), settings);
	}

	KeyValue createKeyValue() throws Exception {
		return createKeyValue(KeyValueConfiguration.builder().maxHistoryPerKey(5));
	}

	KeyValue createKeyValue(KeyValueConfiguration.Builder configuration) throws Exception {
		this.holder.get().keyValueManagement().create(configuration.name(this.bucket).build());
		return this.holder.get().keyValue(this.bucket);
	}

	ObjectStore createObjectStore() throws Exception {
		this.holder.get().objectStoreManagement().create(ObjectStoreConfiguration.builder(this.bucket).build());
		return this.holder.get().objectStore(this.bucket);
	}

	record Profile(String name, int age) {
	}

}
