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

package io.github.natsspring.connection;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.github.natsspring.test.NatsServer;
import io.nats.client.Connection;
import io.nats.client.ConnectionListener;
import io.nats.client.Options;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/**
 * Base of the tests for {@link ConnectionHolder} against a real server.
 */
@Timeout(60)
abstract class AbstractConnectionHolderTests {

	final NatsServer server = NatsServer.builder().build();

	final List<ConnectionHolder> holders = new ArrayList<>();

	final List<ConnectionListener> listeners = new ArrayList<>();

	@AfterEach
	void close() {
		this.holders.forEach(ConnectionHolder::destroy);
		this.server.close();
	}

	ConnectionHolder started() {
		this.server.start();
		ConnectionHolder holder = holder(StartupMode.FAIL_FAST, Duration.ofSeconds(5));
		holder.start();
		return holder;
	}

	ConnectionHolder holder(StartupMode mode, Duration timeout) {
		return holder(mode, timeout, null);
	}

	ConnectionHolder holder(StartupMode mode, Duration timeout, String url) {
		ConnectionHolder holder = new ConnectionHolder(new ConnectionSettings("test",
				() -> Options.builder()
					.server((url != null) ? url : this.server.url())
					.maxReconnects(-1)
					.reconnectWait(Duration.ofMillis(100)),
				mode, timeout, Duration.ofSeconds(5), this.listeners, List.of()));
		this.holders.add(holder);
		return holder;
	}

	static ConnectionObserver connected(List<Long> epochs) {
		return new ConnectionObserver() {

			@Override
			public void connected(Connection connection, long epoch) {
				epochs.add(epoch);
			}

		};
	}

}
