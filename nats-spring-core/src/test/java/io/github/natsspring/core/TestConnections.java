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
import java.util.List;
import java.util.function.UnaryOperator;

import io.github.natsspring.connection.ConnectionHolder;
import io.github.natsspring.connection.ConnectionSettings;
import io.github.natsspring.connection.StartupMode;
import io.github.natsspring.support.CompositeNatsMessageConverter;
import io.github.natsspring.support.JacksonNatsMessageConverter;
import io.github.natsspring.support.NatsMessageConverter;
import io.github.natsspring.test.NatsServer;
import io.nats.client.Options;
import tools.jackson.databind.json.JsonMapper;

/**
 * Connections of tests.
 */
final class TestConnections {

	static final NatsMessageConverter CONVERTER = CompositeNatsMessageConverter.withDefaults(List.of(),
			new JacksonNatsMessageConverter(JsonMapper.shared()));

	private TestConnections() {
	}

	/**
	 * Start a server with a small maximum payload and users who may not publish, or
	 * subscribe to, all.
	 * @return the server
	 */
	static NatsServer server() {
		return NatsServer.builder()
			.config("max_payload: 64KB", "accounts: { A: { jetstream: enabled, users: [ { user: a, password: a },",
					"{ user: limited, password: l, permissions: { publish: { deny: \"secret.>\" } } },",
					"{ user: writer, password: w, permissions: { subscribe: { deny: \"*.closed\" } } } ] } }",
					"no_auth_user: a")
			.start();
	}

	static ConnectionHolder holder(String url) {
		return holder(url, UnaryOperator.identity());
	}

	static ConnectionHolder holder(String url, UnaryOperator<Options.Builder> options) {
		return new ConnectionHolder(
				new ConnectionSettings("test", () -> options.apply(new Options.Builder().server(url).maxReconnects(-1)),
						StartupMode.FAIL_FAST, Duration.ofSeconds(15), Duration.ofSeconds(2), List.of(), List.of()));
	}

}
