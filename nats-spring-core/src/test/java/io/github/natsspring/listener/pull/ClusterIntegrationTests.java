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
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import io.github.natsspring.listener.ContainerStatus.State;
import io.github.natsspring.test.DeliveryVerdict;
import io.github.natsspring.test.NatsCluster;
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
 * Tests for leaders that change under a running container.
 */
@Timeout(300)
class ClusterIntegrationTests {

	private static final Log logger = LogFactory.getLog(ClusterIntegrationTests.class);

	private static final Duration LONG = Duration.ofSeconds(60);

	private static NatsCluster cluster;

	@BeforeAll
	static void startCluster() {
		cluster = NatsCluster.builder().nodes(3).start();
	}

	@AfterAll
	static void stopCluster() {
		cluster.close();
	}

	@Test
	void losesNothingWhenLeadersChange() throws Exception {
		changeLeaders(1, 1, 1000);
	}

	@Test
	@Tag("slow")
	void losesNothingWhenLeadersChangeManyTimes() throws Exception {
		changeLeaders(10, 5, 50_000);
	}

	private void changeLeaders(int stepDowns, int kills, int messages) throws Exception {
		try (LogCapture log = new LogCapture();
				Account account = new Account();
				PullFixture fixture = PullFixture.of("S" + System.nanoTime(),
						(options) -> options.servers(cluster.urls().toArray(String[]::new)))) {
			fixture.addStream(3);
			fixture.addConsumer((consumer) -> consumer.ackWait(Duration.ofSeconds(10)));
			JetStreamListenerContainer container = fixture.start((settings) -> settings.maxInFlight(100).concurrency(4),
					account::see);
			AtomicInteger published = new AtomicInteger();
			AtomicBoolean faultsAreOver = new AtomicBoolean();
			AtomicReference<Throwable> failure = new AtomicReference<>();
			Thread publisher = new Thread(() -> {
				try {
					for (int i = 0; i < messages || !faultsAreOver.get(); i += 10) {
						account.publishOverFaults(fixture, i, i + 10);
						published.set(i + 10);
					}
				}
				catch (Throwable ex) {
					failure.set(ex);
				}
			}, "publisher");
			publisher.start();
			int faults = stepDowns * 2 + kills;
			long longest = 0;
			try {
				for (int fault = 0; fault < faults; fault++) {
					longest = Math.max(longest, fault(fixture, account, fault, kills));
				}
			}
			finally {
				faultsAreOver.set(true);
			}
			publisher.join(LONG.multipliedBy(3).toMillis());
			assertThat(failure).hasValue(null);
			await().atMost(LONG).until(() -> account.different() == published.get());
			await().atMost(LONG).until(() -> container.getStatus().state() == State.RUNNING);
			await().atMost(LONG).ignoreExceptions().until(() -> fixture.consumer().getNumAckPending() == 0);
			DeliveryVerdict verdict = account.assertNothingLost();
			logger.info("%d step-downs of stream and consumer, %d leaders killed, longest gap %d ms: %s"
				.formatted(stepDowns, kills, longest, verdict));
			log.assertPaced(faults);
		}
	}

	private static long fault(PullFixture fixture, Account account, int fault, int kills) throws Exception {
		int before = account.total();
		long started = System.nanoTime();
		if (fault < kills) {
			NatsServer leader = cluster.consumerLeader(fixture.stream(), "worker");
			leader.kill();
			await().atMost(LONG).until(() -> account.total() > before + 20);
			long gap = (System.nanoTime() - started) / 1_000_000;
			leader.start();
			cluster.awaitReady();
			return gap;
		}
		if (fault % 2 == 0) {
			cluster.stepDownConsumerLeader(fixture.stream(), "worker");
		}
		else {
			cluster.stepDownStreamLeader(fixture.stream());
		}
		await().atMost(LONG).until(() -> account.total() > before + 20);
		return (System.nanoTime() - started) / 1_000_000;
	}

}
