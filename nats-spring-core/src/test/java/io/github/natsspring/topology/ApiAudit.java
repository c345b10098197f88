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

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.nats.client.Connection;
import io.nats.client.Dispatcher;
import io.nats.client.support.JsonParser;
import io.nats.client.support.JsonValueUtils;

import static org.awaitility.Awaitility.await;

/**
 * Listens to what the server itself says of the requests to its JetStream API.
 */
class ApiAudit implements AutoCloseable {

	private static final String MARK = "STREAM.INFO.AUDIT_MARK_";

	private final Connection connection;

	private final Dispatcher dispatcher;

	private final List<String> requests = new CopyOnWriteArrayList<>();

	private int marks;

	private final String about;

	/**
	 * Listen.
	 * @param connection the connection
	 * @param about what a request has in its subject to be of interest: servers send
	 * requests of their own
	 */
	ApiAudit(Connection connection, String about) throws Exception {
		this.connection = connection;
		this.about = about;
		this.dispatcher = connection.createDispatcher((message) -> this.requests
			.add(JsonValueUtils.readString(JsonParser.parseUnchecked(message.getData()), "subject")
				.replace("$JS.API.", "")));
		this.dispatcher.subscribe("$JS.EVENT.ADVISORY.API");
		connection.flush(Duration.ofSeconds(20));
	}

	/**
	 * The requests that the server has had so far.
	 * @return their subjects without prefix, in order
	 */
	List<String> requests() {
		// What comes before the mark has arrived when the mark has
		String mark = MARK + this.marks++;
		this.connection.requestWithTimeout("$JS.API." + mark, new byte[0], Duration.ofSeconds(2));
		await().until(() -> this.requests.contains(mark));
		return this.requests.stream().filter((request) -> request.contains(this.about)).toList();
	}

	/**
	 * The requests that change something.
	 */
	List<String> changes() {
		return requests().stream().filter((request) -> !request.contains(".INFO.")).toList();
	}

	@Override
	public void close() {
		this.connection.closeDispatcher(this.dispatcher);
	}

}
