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

package io.github.natsspring.listener.pull;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

import io.github.natsspring.test.NatsServer;
import io.nats.client.Message;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;

/**
 * Base of the tests for {@link JetStreamListenerContainer}: a server, and the numbers
 * that its listeners have handled.
 */
@Timeout(120)
abstract class AbstractPullContainerTests {

	static NatsServer server;

	final Queue<Integer> handled = new ConcurrentLinkedQueue<>();

	@BeforeAll
	static void startServer() {
		server = NatsServer.builder().start();
	}

	@AfterAll
	static void stopServer() {
		server.close();
	}

	void handle(Message message) {
		this.handled.add(number(message));
	}

	static int number(Message message) {
		return Integer.parseInt(new String(message.getData()).strip());
	}

	static {
		// Awaitility's default is too long for a queue that fills in microseconds
		Awaitility.setDefaultPollInterval(20, TimeUnit.MILLISECONDS);
	}

}
