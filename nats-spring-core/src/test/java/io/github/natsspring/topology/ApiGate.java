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

package io.github.natsspring.topology;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

import io.nats.client.Connection;
import io.nats.client.Dispatcher;
import io.nats.client.JetStreamOptions;
import io.nats.client.Message;

/**
 * Stands before the JetStream API of a server under a prefix of its own: remembers each
 * request, and holds those of a wave back until the last of them has arrived, so that who
 * waits for an answer before it asks again gets none.
 */
class ApiGate implements AutoCloseable {

	private final Connection connection;

	private final Dispatcher dispatcher;

	private final String prefix = "gate" + System.nanoTime() + ".";

	private final List<String> requests = new CopyOnWriteArrayList<>();

	private final Deque<Integer> waves;

	private final List<Message> held = new ArrayList<>();

	private volatile List<String> refused = List.of();

	private volatile Consumer<String> beforeForwarding = (request) -> {
	};

	ApiGate(Connection connection, Integer... waves) {
		this.connection = connection;
		this.waves = new ArrayDeque<>(List.of(waves));
		this.dispatcher = connection.createDispatcher(this::receive);
		this.dispatcher.subscribe(this.prefix + ">");
	}

	JetStreamOptions options() {
		return JetStreamOptions.builder().prefix(this.prefix).build();
	}

	/**
	 * The requests so far.
	 * @return their subjects without prefix, in the order in which they arrived
	 */
	List<String> requests() {
		return List.copyOf(this.requests);
	}

	void beforeForwarding(Consumer<String> action) {
		this.beforeForwarding = action;
	}

	/**
	 * Answer requests with an error.
	 */
	void refuse(String... prefixes) {
		this.refused = List.of(prefixes);
	}

	private void receive(Message message) {
		this.requests.add(message.getSubject().substring(this.prefix.length()));
		this.held.add(message);
		if (this.waves.isEmpty() || this.held.size() == this.waves.peek()) {
			this.waves.poll();
			this.held.forEach(this::forward);
			this.held.clear();
		}
	}

	private void forward(Message message) {
		String request = message.getSubject().substring(this.prefix.length());
		this.beforeForwarding.accept(request);
		if (this.refused.stream().anyMatch(request::startsWith)) {
			this.connection.publish(message.getReplyTo(), """
					{"type": "io.nats.jetstream.api.v1.response", "error": {"code": 500, "err_code": 10226, \
					"description": "stream reconfiguration already in progress"}}""".getBytes(StandardCharsets.UTF_8));
			return;
		}
		this.connection.publish("$JS.API." + request, message.getReplyTo(), message.getData());
	}

	@Override
	public void close() {
		this.connection.closeDispatcher(this.dispatcher);
	}

}
