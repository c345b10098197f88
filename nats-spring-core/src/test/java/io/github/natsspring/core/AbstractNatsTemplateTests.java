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

import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.test.NatsServer;
import io.nats.client.Dispatcher;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/**
 * Base of the tests for {@link NatsTemplate} on a real server.
 */
abstract class AbstractNatsTemplateTests {

	static final Duration LONG = Duration.ofSeconds(30);

	static NatsServer server;

	final String subject = "test." + System.nanoTime();

	ConnectionHolder holder;

	NatsTemplate template;

	Dispatcher services;

	@BeforeAll
	static void startServer() {
		server = TestConnections.server();
	}

	@AfterAll
	static void stopServer() {
		server.close();
	}

	@BeforeEach
	void connect() {
		this.holder = TestConnections.holder(server.url());
		this.template = new NatsTemplate(this.holder, TestConnections.CONVERTER, NatsTemplateSettings.defaults());
		this.services = this.holder.get().createDispatcher();
	}

	@AfterEach
	void close() {
		this.holder.destroy();
	}

	record Order(String sku, int quantity) {
	}

}
