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

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.natsspring.test.NatsServer;
import io.nats.client.Message;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for acknowledgements that are written together.
 */
@Timeout(60)
class AckBundleIntegrationTests {

	private static final int QUICK = 300;

	private static NatsServer server;

	@BeforeAll
	static void startServer() {
		server = NatsServer.builder().start();
	}

	@AfterAll
	static void stopServer() {
		server.close();
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 4 })
	void acknowledgesWhatEndedAlthoughTheNextRunTakesLong(int concurrency) throws Exception {
		CountDownLatch slow = new CountDownLatch(1);
		try (Account account = new Account(); PullFixture fixture = new PullFixture(server.url()).create()) {
			account.publish(fixture, 0, QUICK + concurrency);
			fixture.start((settings) -> settings.concurrency(concurrency).maxInFlight(QUICK * 2), (message) -> {
				if (Account.number(message) >= QUICK) {
					hold(slow);
				}
				account.see(message);
			});
			await().untilAsserted(() -> assertThat(fixture.consumer().getNumAckPending()).isEqualTo(concurrency));
			assertThat(account.different()).isEqualTo(QUICK);
			slow.countDown();
			await().untilAsserted(() -> assertThat(fixture.consumer().getNumAckPending()).isZero());
			account.assertEachSeenOnce();
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void deliversNothingAgainThatEndedBeforeARunLongerThanAckWait(boolean extend) throws Exception {
		CountDownLatch slow = new CountDownLatch(1);
		AtomicInteger again = new AtomicInteger();
		Duration ackWait = Duration.ofSeconds(1);
		try (Account account = new Account();
				PullFixture fixture = new PullFixture(server.url()).create((consumer) -> consumer.ackWait(ackWait))) {
			account.publish(fixture, 0, QUICK + 1);
			fixture.start((settings) -> settings.extendAcks(extend), (message) -> {
				if (isAgain(message) && Account.number(message) < QUICK) {
					again.incrementAndGet();
				}
				if (Account.number(message) == QUICK && !isAgain(message)) {
					hold(slow);
				}
				account.see(message);
			});
			await().untilAsserted(() -> assertThat(fixture.consumer().getNumAckPending()).isLessThanOrEqualTo(1));
			await().pollDelay(ackWait.multipliedBy(2)).until(() -> true);
			slow.countDown();
			await().untilAsserted(() -> assertThat(fixture.consumer().getNumAckPending()).isZero());
			assertThat(again).hasValue(0);
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 4 })
	void leavesNothingUnacknowledgedThatEndedBeforeAStop(int concurrency) throws Exception {
		try (Account account = new Account(); PullFixture fixture = new PullFixture(server.url()).create()) {
			account.publish(fixture, 0, 20_000);
			JetStreamListenerContainer first = fixture.start((settings) -> settings.concurrency(concurrency),
					account::see);
			await().until(() -> account.different() > 2000);
			first.stop();
			fixture.start((settings) -> settings.concurrency(concurrency), account::see);
			await().until(() -> account.different() == 20_000);
			await().untilAsserted(() -> assertThat(fixture.consumer().getNumAckPending()).isZero());
			account.assertEachSeenOnce();
		}
	}

	private static boolean isAgain(Message message) {
		return message.metaData().deliveredCount() > 1;
	}

	private static void hold(CountDownLatch latch) throws InterruptedException {
		assertThat(latch.await(50, TimeUnit.SECONDS)).isTrue();
	}

}
