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
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.natsspring.listener.AckMessageException;
import io.github.natsspring.listener.ConsumerLag;
import io.github.natsspring.listener.Decision;
import io.github.natsspring.listener.ListenerStatistics;
import io.github.natsspring.listener.ListenerStatistics.Outcome;
import io.github.natsspring.listener.NakMessageException;
import io.github.natsspring.listener.TermMessageException;
import io.github.natsspring.test.NatsServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for the statistics of {@link JetStreamListenerContainer} and for the lag.
 */
@Timeout(60)
class StatisticsIntegrationTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(10);

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
	void countsEachRunByItsOutcome() throws Exception {
		try (PullFixture fixture = new PullFixture(server.url()).failureHandler((failure) -> (failure.attempts() > 1)
				? new Decision.Discard() : new Decision.Redeliver(Duration.ofMillis(50)))
			.create()) {
			JetStreamListenerContainer container = fixture.start(10, (message) -> {
				boolean first = message.metaData().deliveredCount() == 1;
				switch (new String(message.getData())) {
					case "0" -> throw new IllegalStateException("fails");
					case "1" -> throw new TermMessageException("enough");
					case "2" -> throw new AckMessageException("enough");
					case "3" -> {
						if (first) {
							throw new NakMessageException(Duration.ofMillis(50));
						}
					}
					default -> {
					}
				}
			});
			fixture.publish(0, 6);
			ListenerStatistics statistics = Objects.requireNonNull(container.getStatistics());
			// Two failures of the first message, and the one that was asked for
			await().untilAsserted(() -> assertThat(statistics.getRunCount()).isEqualTo(8));
			await().untilAsserted(() -> assertThat(statistics.getInFlight()).isZero());
			assertThat(statistics.getCount(Outcome.SUCCESS)).isEqualTo(4);
			assertThat(statistics.getCount(Outcome.RETRY)).isEqualTo(2);
			assertThat(statistics.getCount(Outcome.DISCARD)).isEqualTo(2);
			assertThat(statistics.getCount(Outcome.FAILURE)).isZero();
			assertThat(statistics.getRedeliveryCount()).isEqualTo(2);
			assertThat(statistics.getSettleFailureCount()).isZero();
			assertThat(statistics.getRunNanos()).isPositive();
			container.stop();
			assertThat(statistics.getRunCount()).isEqualTo(8);
		}
	}

	@Test
	void showsWhatIsHereAndWhatIsBehindIt() throws Exception {
		try (PullFixture fixture = new PullFixture(server.url()).create()) {
			fixture.publish(0, 100);
			CountDownLatch release = new CountDownLatch(1);
			JetStreamListenerContainer container = fixture.start(10, (message) -> release.await(30, TimeUnit.SECONDS));
			ListenerStatistics statistics = Objects.requireNonNull(container.getStatistics());
			await().untilAsserted(() -> assertThat(statistics.getInFlight()).isEqualTo(10));
			await().untilAsserted(() -> assertThat(statistics.getBuffered()).isEqualTo(9));
			assertThat(statistics.getBytesInFlight()).isGreaterThan(10 * fixture.stream().length());
			ConsumerLag lag = Objects.requireNonNull(container.lookUpLag(TIMEOUT));
			assertThat(lag.stream()).isEqualTo(fixture.stream());
			assertThat(lag.consumer()).isEqualTo("worker");
			assertThat(lag.pending()).isEqualTo(90).isEqualTo(fixture.consumer().getNumPending());
			assertThat(lag.ackPending()).isEqualTo(10);
			release.countDown();
			// Without another request: each message says how many are behind it
			await().untilAsserted(() -> assertThat(Objects.requireNonNull(container.getLag()).pending()).isZero());
			await().untilAsserted(() -> assertThat(statistics.getCount(Outcome.SUCCESS)).isEqualTo(100));
			assertThat(Objects.requireNonNull(container.getLag()).ackPending()).isEqualTo(10);
			assertThat(Objects.requireNonNull(container.lookUpLag(TIMEOUT)).ackPending()).isZero();
			assertThat(statistics.getBuffered()).isZero();
			assertThat(statistics.getBytesInFlight()).isZero();
			container.stop();
			assertThat(container.getLag()).isNull();
			assertThat(container.lookUpLag(TIMEOUT)).isNull();
			fixture.publish(100, 101);
			container.start();
			await().untilAsserted(() -> assertThat(statistics.getCount(Outcome.SUCCESS)).isEqualTo(101));
			// What was said before the stop is of another time
			assertThat(container.getLag()).isNull();
			assertThat(Objects.requireNonNull(container.lookUpLag(TIMEOUT)).pending()).isZero();
		}
	}

	@Test
	void countsABatchAsOneRun() throws Exception {
		try (PullFixture fixture = new PullFixture(server.url()).create()) {
			fixture.publish(0, 20);
			AtomicInteger calls = new AtomicInteger();
			JetStreamListenerContainer container = fixture.startBatch(5, Duration.ofSeconds(1),
					(messages) -> calls.incrementAndGet());
			ListenerStatistics statistics = Objects.requireNonNull(container.getStatistics());
			await().untilAsserted(() -> assertThat(statistics.getCount(Outcome.SUCCESS)).isEqualTo(20));
			assertThat(statistics.getRunCount()).isEqualTo(calls.get()).isLessThan(20);
		}
	}

	@Test
	void countsASettlementThatComesTooLate() throws Exception {
		try (PullFixture fixture = new PullFixture(server.url())
			.create((consumer) -> consumer.ackWait(Duration.ofSeconds(1)))) {
			fixture.publish(0, 1);
			AtomicInteger runs = new AtomicInteger();
			JetStreamListenerContainer container = fixture
				.start((settings) -> settings.maxInFlight(10).extendAcks(false), (message) -> {
					if (runs.incrementAndGet() == 1) {
						await().pollDelay(Duration.ofMillis(1500)).until(() -> true);
						throw new IllegalStateException("fails late");
					}
				});
			ListenerStatistics statistics = Objects.requireNonNull(container.getStatistics());
			await().untilAsserted(() -> assertThat(statistics.getSettleFailureCount()).isOne());
			await().untilAsserted(() -> assertThat(statistics.getCount(Outcome.SUCCESS)).isOne());
			assertThat(statistics.getCount(Outcome.RETRY)).isOne();
			assertThat(statistics.getRedeliveryCount()).isOne();
		}
	}

	@Test
	void countsAStallAndAsksNobodyWithoutAConnection() throws Exception {
		try (NatsServer own = NatsServer.builder().start(); PullFixture fixture = new PullFixture(own.url()).create()) {
			JetStreamListenerContainer container = fixture.start(10, (message) -> {
			});
			ListenerStatistics statistics = Objects.requireNonNull(container.getStatistics());
			await().until(() -> container.lookUpLag(TIMEOUT) != null);
			own.kill();
			await().untilAsserted(() -> assertThat(statistics.getStallCount()).isOne());
			long began = System.nanoTime();
			assertThat(container.lookUpLag(TIMEOUT)).isNull();
			assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(TIMEOUT);
			assertThat(container.getLag()).isNotNull();
		}
	}

}
