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
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

import io.github.natsspring.listener.Decision;
import io.github.natsspring.test.DeliveryVerdict;
import io.github.natsspring.test.NatsServer;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for lanes by key: the order of each key, and what they gain.
 */
@Timeout(180)
class KeyOrderIntegrationTests {

	private static final Log logger = LogFactory.getLog(KeyOrderIntegrationTests.class);

	private static final int KEYS = 100;

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
	void keepsTheOrderOfEachKeyOverRandomDelaysAndRetries() throws Exception {
		double alone = messagesPerSecond(1, 1000);
		double wide = messagesPerSecond(16, 5000);
		logger.info("Keyed lanes: %.0f messages/s, %.1f times concurrency 1".formatted(wide, wide / alone));
	}

	@Test
	@Tag("slow")
	void isAtLeastEightTimesAsFastWithSixteenLanesAsWithOne() throws Exception {
		double alone = messagesPerSecond(1, 10_000);
		double wide = messagesPerSecond(16, 50_000);
		logger.info("Keyed lanes: %.0f messages/s, %.1f times concurrency 1".formatted(wide, wide / alone));
		assertThat(wide / alone).isGreaterThanOrEqualTo(8);
	}

	private double messagesPerSecond(int concurrency, int messages) throws Exception {
		Set<Integer> failed = ConcurrentHashMap.newKeySet();
		try (Account account = new Account();
				PullFixture fixture = new PullFixture(server.url())
					.failureHandler((failure) -> new Decision.RetryInPlace(Duration.ofMillis(1)))
					.create()) {
			account.publish(fixture, 0, messages);
			long started = System.nanoTime();
			fixture.start((settings) -> settings.concurrency(concurrency)
				.orderingKey((message) -> Account.number(message) % KEYS), (message) -> {
					int number = Account.number(message);
					LockSupport.parkNanos(delay(number));
					if (scatter(number) % 100 == 0 && failed.add(number)) {
						throw new IllegalStateException("1 %");
					}
					account.see(message, "key" + number % KEYS);
				});
			await().atMost(Duration.ofSeconds(120)).until(() -> account.different() == messages);
			double seconds = (System.nanoTime() - started) / 1e9;
			DeliveryVerdict verdict = account.assertNothingLost();
			assertThat(verdict.disorder()).as(verdict.toString()).isEmpty();
			assertThat(verdict.duplicates()).as(verdict.toString()).isEmpty();
			assertThat(failed).hasSizeBetween(messages / 200, messages / 50);
			await().untilAsserted(() -> assertThat(fixture.consumer().getNumAckPending()).isZero());
			assertThat(fixture.consumer().getDelivered().getConsumerSequence()).isEqualTo(messages);
			return messages / seconds;
		}
	}

	// The same for each concurrency: from 0 to 2 ms
	private static long delay(int number) {
		return scatter(number * 31) % 2_000_000;
	}

	private static int scatter(int number) {
		int hash = number * 0x9E3779B9;
		return (hash ^ (hash >>> 15)) >>> 1;
	}

}
