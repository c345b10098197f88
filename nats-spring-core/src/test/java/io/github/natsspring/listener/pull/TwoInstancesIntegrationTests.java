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
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

import io.github.natsspring.listener.DefaultFailureHandler;
import io.github.natsspring.listener.FailedRun;
import io.github.natsspring.listener.RetrySettings;
import io.github.natsspring.test.ApplicationProcess;
import io.github.natsspring.test.NatsServer;
import io.github.natsspring.test.SeenFile;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for two instances that share a durable consumer.
 */
@Timeout(120)
class TwoInstancesIntegrationTests {

	private static final Log logger = LogFactory.getLog(TwoInstancesIntegrationTests.class);

	private static final Duration LONG = Duration.ofSeconds(60);

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
	void handleEachMessageOnceWithoutFaults() throws Exception {
		int messages = 5000;
		try (Account account = new Account(); PullFixture fixture = new PullFixture(server.url()).create()) {
			try (ApplicationProcess other = instance(fixture, account, 50, 0)) {
				fixture.start(50, account::see);
				account.publish(fixture, 0, messages);
				await().atMost(LONG).until(() -> SeenFile.read(account.file()).size() >= messages);
				await().untilAsserted(() -> assertThat(fixture.consumer().getNumAckPending()).isZero());
				assertThat(other.isRunning()).isTrue();
			}
			account.assertEachSeenOnce();
			assertThat(fixture.consumer().getDelivered().getConsumerSequence()).isEqualTo(messages);
			assertThat(account.total()).isBetween(1, messages - 1);
			logger.info("Of %d messages %d were handled here".formatted(messages, account.total()));
		}
	}

	@Test
	void takeOverFromOneThatWasKilledWithinAckWait() throws Exception {
		int messages = 3000;
		int maxInFlight = 20;
		Duration ackWait = Duration.ofSeconds(3);
		AtomicLong lastTakenOver = new AtomicLong();
		try (Account account = new Account();
				PullFixture fixture = new PullFixture(server.url()).create((consumer) -> consumer.ackWait(ackWait))) {
			try (ApplicationProcess other = instance(fixture, account, maxInFlight, 2)) {
				fixture.start(maxInFlight, (message) -> {
					LockSupport.parkNanos(2_000_000);
					if (message.metaData().deliveredCount() > 1) {
						lastTakenOver.set(System.nanoTime());
					}
					account.see(message);
				});
				account.publish(fixture, 0, messages);
				await().atMost(LONG).until(() -> SeenFile.read(account.file()).size() - account.total() > 200);
				other.kill();
			}
			long killed = System.nanoTime();
			Set<String> before = ids(account);
			await().atMost(LONG).until(() -> ids(account).size() == messages);
			await().atMost(LONG).untilAsserted(() -> assertThat(fixture.consumer().getNumAckPending()).isZero());
			double seconds = (lastTakenOver.get() - killed) / 1e9;
			account.assertNothingLost();
			long redelivered = fixture.consumer().getDelivered().getConsumerSequence() - messages;
			logger.info("Killed after %d messages; %d delivered again, the last after %.1f s: %s"
				.formatted(before.size(), redelivered, seconds, account.verdict()));
			// Ack-wait, what is ahead of them in the buffer, and how often the server
			// looks
			assertThat(seconds).isLessThan(ackWait.toSeconds() + 7);
			assertThat(redelivered).isBetween(1L, (long) maxInFlight);
			assertThat(account.verdict().redeliveries()).isLessThanOrEqualTo(maxInFlight);
		}
	}

	@Test
	void deadLetterAndLoseNothingOverThreeRollingRestartsWithFullBuffers() throws Exception {
		int messages = 10_000;
		List<FailedRun> letters = new CopyOnWriteArrayList<>();
		Set<Integer> failed = ConcurrentHashMap.newKeySet();
		RetrySettings retry = RetrySettings.defaults().withMaxAttempts(5);
		try (Account account = new Account();
				PullFixture one = new PullFixture(server.url()).create();
				PullFixture two = PullFixture.of(one.stream(), (options) -> options.server(server.url()))) {
			account.publish(one, 0, messages);
			List<JetStreamListenerContainer> containers = List.of(one, two)
				.stream()
				.map((fixture) -> fixture.failureHandler(new DefaultFailureHandler(retry, null))
					.container((settings) -> settings.concurrency(20)
						.maxInFlight(200)
						.maxDeliveries(15)
						.retry(Duration.ofMillis(100), Duration.ofSeconds(1))
						.deadLetters(letters::add), (message) -> {
							LockSupport.parkNanos(20_000_000);
							// What was handed back fails at first: that is its first
							// attempt
							if (message.metaData().deliveredCount() > 1 && failed.add(Account.number(message))) {
								throw new IllegalStateException("at first");
							}
							account.see(message);
						}))
				.toList();
			containers.forEach(JetStreamListenerContainer::start);
			long handedBack = 0;
			for (int round = 0; round < 3; round++) {
				for (JetStreamListenerContainer container : containers) {
					int before = account.total();
					await().until(() -> account.total() > before + 150);
					await().until(() -> container.getStatus().inFlight() > 30);
					handedBack += container.getStatus().inFlight() - 20;
					restart(container);
				}
			}
			await().atMost(LONG).until(() -> account.different() == messages);
			await().atMost(LONG).untilAsserted(() -> assertThat(one.consumer().getNumAckPending()).isZero());
			assertThat(letters).isEmpty();
			account.assertEachSeenOnce();
			logger.info("Rolling restarts: about %d messages handed back, %d of them failed once, %d deliveries of %d"
				.formatted(handedBack, failed.size(), one.consumer().getDelivered().getConsumerSequence(), messages));
			assertThat(failed).isNotEmpty();
		}
	}

	private static void restart(JetStreamListenerContainer container) throws InterruptedException {
		CountDownLatch stopped = new CountDownLatch(1);
		container.stop(stopped::countDown);
		assertThat(stopped.await(10, TimeUnit.SECONDS)).isTrue();
		container.start();
	}

	private static Set<String> ids(Account account) {
		return SeenFile.read(account.file()).stream().map(SeenFile.Seen::id).collect(Collectors.toSet());
	}

	private static ApplicationProcess instance(PullFixture fixture, Account account, int maxInFlight, int millis) {
		return ApplicationProcess.builder(InstanceMain.class)
			.args(server.url(), fixture.stream(), account.file().toString(), String.valueOf(maxInFlight),
					String.valueOf(millis))
			.readyWhenOutput("listening")
			.start();
	}

}
