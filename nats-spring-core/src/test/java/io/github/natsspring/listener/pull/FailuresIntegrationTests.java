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

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.github.natsspring.listener.AckMode;
import io.github.natsspring.listener.DeadLetterSink;
import io.github.natsspring.listener.Decision;
import io.github.natsspring.listener.FailureHandler;
import io.github.natsspring.test.NatsServer;
import io.nats.client.Message;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for what goes wrong while a failure is handled, against a real server: no message
 * and no permit is lost, and the container goes on.
 */
@Timeout(60)
class FailuresIntegrationTests {

	private static NatsServer server;

	private final List<Integer> runs = new CopyOnWriteArrayList<>();

	@BeforeAll
	static void startServer() {
		server = NatsServer.builder().start();
	}

	@AfterAll
	static void stopServer() {
		server.close();
	}

	@Test
	void deliversAgainWhenThereIsNoDecision() throws Exception {
		deliversAgain((failure) -> null, null, new IllegalStateException("first run"));
	}

	@Test
	void deliversAgainWhenTheDecisionHasNoDelay() throws Exception {
		deliversAgain((failure) -> new Decision.Redeliver(null), null, new IllegalStateException("first run"));
	}

	@Test
	void deliversAgainWhenTheDecisionToRetryInPlaceHasNoDelay() throws Exception {
		deliversAgain((failure) -> new Decision.RetryInPlace(null), null, new IllegalStateException("first run"));
	}

	@Test
	void deliversAgainAndGoesOnWhenTheDecisionFailsWithACheckedException() throws Exception {
		deliversAgain((failure) -> {
			throw FailuresIntegrationTests.<RuntimeException>unchecked(new IOException("from another language"));
		}, null, new IllegalStateException("first run"));
	}

	@Test
	void deliversAgainAndGoesOnWhenTheDeadLetterFailsWithACheckedException() throws Exception {
		deliversAgain((failure) -> new Decision.DeadLetter(), (failure) -> {
			throw FailuresIntegrationTests.<RuntimeException>unchecked(new IOException("from another language"));
		}, new IllegalStateException("first run"));
	}

	@Test
	void deliversAgainWhenTheExceptionCannotBeDescribed() throws Exception {
		deliversAgain((failure) -> new Decision.Redeliver(Duration.ofMillis(100)), null, new ClassCastException() {

			@Override
			public String getMessage() {
				throw new IllegalStateException("no message");
			}

		});
	}

	@Test
	void countsMessagesThatCannotBeHelpedAmongThoseThatWait() throws Exception {
		try (PullFixture fixture = new PullFixture(server.url())
			.failureHandler((failure) -> (failure.exception() instanceof ClassCastException) ? new Decision.DeadLetter()
					: new Decision.Redeliver(Duration.ofMinutes(5)))
			.create((consumer) -> consumer.maxAckPending(10))) {
			fixture.publish(0, 6);
			fixture.start((settings) -> settings.maxInFlight(10).retry(Duration.ofMillis(200), Duration.ofMinutes(5)),
					(message) -> {
						if (number(message) < 5) {
							throw new ClassCastException("cannot be helped");
						}
						if (message.metaData().deliveredCount() == 1) {
							throw new IllegalStateException("first run");
						}
						this.runs.add(number(message));
					});
			await().untilAsserted(() -> assertThat(this.runs).containsExactly(5));
		}
	}

	@Test
	void doesNotStartToCountAgainWhenTheOriginalIsKept() throws Exception {
		try (PullFixture fixture = new PullFixture(server.url()).failureHandler((failure) -> {
			this.runs.add(failure.attempts());
			return new Decision.DeadLetter();
		}).create()) {
			fixture.publish(0, 1);
			fixture.start((settings) -> settings.deadLetters((failure) -> false)
				.retry(Duration.ofMillis(50), Duration.ofMillis(50)), (message) -> {
					throw new IllegalStateException("cannot be helped");
				});
			await().untilAsserted(() -> assertThat(this.runs).startsWith(1, 2, 3));
		}
	}

	private void deliversAgain(FailureHandler handler, DeadLetterSink deadLetters, RuntimeException exception)
			throws Exception {
		try (PullFixture fixture = new PullFixture(server.url()).failureHandler(handler).create()) {
			JetStreamListenerContainer container = fixture.start((settings) -> settings.ackMode(AckMode.AUTO_CONFIRMED)
				.maxInFlight(1)
				.deadLetters(deadLetters)
				.retry(Duration.ofMillis(50), Duration.ofMillis(100)), (message) -> {
					this.runs.add(number(message));
					if (message.metaData().deliveredCount() == 1 && number(message) == 0) {
						throw exception;
					}
				});
			fixture.publish(0, 2);
			await().atMost(Duration.ofSeconds(10))
				.untilAsserted(() -> assertThat(this.runs).containsExactlyInAnyOrder(0, 0, 1));
			await().untilAsserted(() -> assertThat(fixture.consumer().getNumAckPending()).isZero());
			await().until(() -> container.getStatus().inFlight() == 0);
		}
	}

	private static int number(Message message) {
		return Integer.parseInt(new String(message.getData()));
	}

	@SuppressWarnings("unchecked")
	private static <E extends Exception> E unchecked(Exception exception) throws E {
		throw (E) exception;
	}

}
