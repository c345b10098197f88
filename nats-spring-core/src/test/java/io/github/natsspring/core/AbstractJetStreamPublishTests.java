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

package io.github.natsspring.core;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.test.NatsServer;
import io.nats.client.JetStreamManagement;
import io.nats.client.JetStreamOptions;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/**
 * Base of the tests for publishing with {@link JetStreamTemplate} on a real server.
 */
abstract class AbstractJetStreamPublishTests {

	static final Duration LONG = Duration.ofSeconds(30);

	static NatsServer server;

	final String stream = "S" + System.nanoTime();

	final String subject = this.stream + ".created";

	ConnectionHolder holder;

	JetStreamManagement management;

	JetStreamTemplate template;

	@BeforeAll
	static void startServer() {
		server = TestConnections.server();
	}

	@AfterAll
	static void stopServer() {
		server.close();
	}

	@BeforeEach
	void connect() throws Exception {
		this.holder = TestConnections.holder(server.url());
		this.template = template(JetStreamTemplateSettings.defaults());
		this.management = this.holder.get().jetStreamManagement();
		addStream();
	}

	@AfterEach
	void close() {
		server.resume();
		this.holder.destroy();
	}

	void addStream() throws Exception {
		StreamConfiguration.Builder stream = StreamConfiguration.builder()
			.name(this.stream)
			.subjects(this.stream + ".>")
			.storageType(StorageType.File)
			.allowMessageTtl();
		this.management.addStream(stream.build());
	}

	long stored() throws Exception {
		return this.management.getStreamInfo(this.stream).getStreamState().getMsgCount();
	}

	JetStreamTemplate template(JetStreamTemplateSettings settings) {
		return new JetStreamTemplate(this.holder, TestConnections.CONVERTER, JetStreamOptions.defaultOptions(),
				settings);
	}

	static <T> CompletableFuture<T> inBackground(java.util.function.Supplier<T> call) {
		return CompletableFuture.supplyAsync(call, (task) -> new Thread(task, "publisher").start());
	}

	record Order(String sku, int quantity) {
	}

}
