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
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.nats.client.Connection;
import io.nats.client.JetStream;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.awaitility.Awaitility.await;

/**
 * Tests for the delegates that a {@link ConnectionHolder} hands out.
 */
class ConnectionDelegateIntegrationTests extends AbstractConnectionHolderTests {

	@Test
	void delegatesHaveIdentityAndSayWhatTheyAre() {
		ConnectionHolder holder = holder(StartupMode.FAIL_FAST, Duration.ofSeconds(5));
		JetStream delegate = holder.delegate(JetStream.class, Connection::jetStream);
		assertThat(delegate).isEqualTo(delegate).isNotEqualTo(holder.delegate(JetStream.class, Connection::jetStream));
		assertThat(delegate).hasToString("JetStream of connection 'test'");
		assertThat(holder.current()).isNull();
	}

	@Test
	void flushesFromManyThreadsThroughTheDelegateWithoutAReconnect() throws Exception {
		assertNoReconnect((connection) -> connection.flush(Duration.ofSeconds(5)));
	}

	@Test
	void measuresFromManyThreadsThroughTheDelegateWithoutAReconnect() throws Exception {
		assertNoReconnect((connection) -> {
			assertThat(connection.RTT()).isPositive();
			connection.flush(Duration.ofSeconds(5));
		});
	}

	@Test
	void saysThatTheServerDoesNotAnswerAMeasurementAndLaterThatItDoes() {
		ConnectionHolder holder = started();
		Connection delegate = holder.delegate(Connection.class, (connection) -> connection);
		this.server.pause();
		try {
			assertThatIOException().isThrownBy(delegate::RTT).withCauseInstanceOf(TimeoutException.class);
		}
		finally {
			this.server.resume();
		}
		await().ignoreExceptions().untilAsserted(() -> assertThat(delegate.RTT()).isPositive());
	}

	@Test
	void waitsForTheServerWithoutALimitWhenAFlushGivesNone() throws Exception {
		ConnectionHolder holder = started();
		Connection delegate = holder.delegate(Connection.class, (connection) -> connection);
		delegate.flush(null);
		delegate.flush(Duration.ZERO);
		assertThat(holder.get().getStatistics().getFlushCounter()).isEqualTo(2);
	}

	private void assertNoReconnect(Action action) throws Exception {
		ConnectionHolder holder = started();
		Connection delegate = holder.delegate(Connection.class, (connection) -> connection);
		ExecutorService threads = Executors.newFixedThreadPool(5);
		try {
			for (int round = 0; round < 100; round++) {
				CyclicBarrier together = new CyclicBarrier(5);
				List<Future<?>> actions = new ArrayList<>();
				for (int i = 0; i < 5; i++) {
					actions.add(threads.submit(() -> {
						together.await();
						action.run(delegate);
						return null;
					}));
				}
				for (Future<?> one : actions) {
					one.get(10, TimeUnit.SECONDS);
				}
			}
		}
		finally {
			threads.shutdownNow();
		}
		assertThat(holder.get().getStatistics().getReconnects()).isZero();
	}

	@FunctionalInterface
	private interface Action {

		void run(Connection connection) throws Exception;

	}

}
