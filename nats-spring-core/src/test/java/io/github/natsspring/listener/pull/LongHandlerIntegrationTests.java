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
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import io.github.natsspring.test.NatsServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for handlers that take longer than ack-wait, or for ever.
 */
@Timeout(120)
class LongHandlerIntegrationTests {

	private static final Duration ACK_WAIT = Duration.ofSeconds(1);

	private static NatsServer server;

	@BeforeAll
	static void startServer() {
		server = NatsServer.builder().start();
	}

	@AfterAll
	static void stopServer() {
		server.close();
	}

	@Test
	void deliversNothingAgainUnderAHandlerFiveTimesLongerThanAckWait() throws Exception {
		try (Account account = new Account();
				PullFixture fixture = new PullFixture(server.url()).create((consumer) -> consumer.ackWait(ACK_WAIT))) {
			account.publish(fixture, 0, 200);
			// All of them are here at once: half of them run, half wait for five seconds
			fixture.start((settings) -> settings.concurrency(100), (message) -> {
				work(ACK_WAIT.multipliedBy(5));
				account.see(message);
			});
			await().atMost(Duration.ofSeconds(60)).until(() -> account.different() == 200);
			await().untilAsserted(() -> assertThat(fixture.consumer().getNumAckPending()).isZero());
			account.assertEachSeenOnce();
			assertThat(fixture.consumer().getDelivered().getConsumerSequence()).isEqualTo(200);
		}
	}

	@Test
	void deliversAgainUnderAHandlerLongerThanAckWaitWithoutExtension() throws Exception {
		try (Account account = new Account();
				PullFixture fixture = new PullFixture(server.url()).create((consumer) -> consumer.ackWait(ACK_WAIT))) {
			account.publish(fixture, 0, 10);
			fixture.start((settings) -> settings.concurrency(20).extendAcks(false), (message) -> {
				if (message.metaData().deliveredCount() == 1) {
					work(ACK_WAIT.multipliedBy(3));
				}
				account.see(message);
			});
			await().atMost(Duration.ofSeconds(30)).until(() -> account.different() == 10);
			assertThat(fixture.consumer().getDelivered().getConsumerSequence()).isGreaterThan(10);
		}
	}

	@Test
	void saysWhereAHandlerHangsAndGoesOnWithoutIt() throws Exception {
		CountDownLatch hangs = new CountDownLatch(1);
		try (LogCapture log = new LogCapture();
				Account account = new Account();
				PullFixture fixture = new PullFixture(server.url()).shutdownTimeout(Duration.ofMillis(100))
					.create((consumer) -> consumer.ackWait(ACK_WAIT))) {
			account.publish(fixture, 0, 400);
			fixture.start((settings) -> settings.concurrency(4)
				.orderingKey((message) -> Account.number(message) % 4)
				.longestExtension(Duration.ofSeconds(2)), (message) -> {
					if (Account.number(message) == 41) {
						hangForEver(hangs);
					}
					account.see(message);
				});
			// The other lanes do not wait for it
			await().atMost(Duration.ofSeconds(10))
				.until(() -> account.hasSeen(398) && account.hasSeen(399) && account.hasSeen(396));
			// What was behind it in its lane comes again, and is handled
			await().atMost(Duration.ofSeconds(20)).until(() -> account.different() == 399);
			assertThat(account.hasSeen(41)).isFalse();
			List<String> said = log.lines().stream().filter((line) -> line.contains("has run for more than")).toList();
			// Again for each delivery of the message that hangs again, and no more
			assertThat(said).isNotEmpty()
				.allSatisfy((line) -> assertThat(line).contains("listener0", "message 42", fixture.stream(), "PT2S",
						"LongHandlerIntegrationTests.hangForEver", "CountDownLatch.await"));
			log.assertPaced(1);
			hangs.countDown();
			await().until(() -> account.hasSeen(41));
			account.assertNothingLost();
		}
	}

	private static void hangForEver(CountDownLatch latch) throws InterruptedException {
		latch.await(100, TimeUnit.SECONDS);
	}

	private static void work(Duration duration) {
		long end = System.nanoTime() + duration.toNanos();
		for (long left = duration.toNanos(); left > 0; left = end - System.nanoTime()) {
			LockSupport.parkNanos(left);
		}
	}

}
