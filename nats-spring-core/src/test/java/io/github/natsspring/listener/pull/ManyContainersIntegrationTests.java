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
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.github.natsspring.test.NatsServer;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for what containers leave behind that start and stop again and again.
 */
@Timeout(300)
class ManyContainersIntegrationTests {

	private static final Log logger = LogFactory.getLog(ManyContainersIntegrationTests.class);

	private static final Duration LONG = Duration.ofSeconds(60);

	@Test
	void leaveNothingBehind() throws Exception {
		startAndStop(20, 10);
	}

	@Test
	@Tag("slow")
	void leaveNothingBehindWhenTheyAreManyAndOften() throws Exception {
		startAndStop(100, 50);
	}

	private void startAndStop(int containers, int rounds) throws Exception {
		int port = freePort();
		try (NatsServer server = NatsServer.builder().config("http: \"127.0.0.1:%d\"".formatted(port)).start();
				PullFixture fixture = new PullFixture(server.url()).create()) {
			AtomicInteger handled = new AtomicInteger();
			List<JetStreamListenerContainer> all = new ArrayList<>();
			for (int i = 0; i < containers; i++) {
				all.add(fixture.container(10, (message) -> handled.incrementAndGet()));
			}
			round(fixture, all, handled);
			long subscriptions = subscriptions(port);
			await().atMost(LONG).until(() -> threads("listener-").isEmpty());
			List<String> before = threads("nats:");
			long heap = heap();
			for (int round = 0; round < rounds; round++) {
				round(fixture, all, handled);
			}
			await().atMost(LONG).until(() -> subscriptions(port) == subscriptions);
			await().atMost(LONG).until(() -> threads("listener-").isEmpty());
			await().atMost(LONG)
				.untilAsserted(() -> assertThat(threads("nats:")).hasSizeLessThanOrEqualTo(before.size()));
			// The idle ones of the engine end after 10 s
			await().atMost(LONG).until(() -> threads("nats-control-").isEmpty() && threads("nats-timer-").size() <= 1);
			// A waiting pull of a container that stopped would be served for nobody
			await().atMost(LONG).until(() -> fixture.consumer().getNumWaiting() == 0);
			assertThat(fixture.consumer().getNumAckPending()).isZero();
			long growth = heap() - heap;
			logger.info("%d containers, %d rounds: %d subscriptions, threads %s, heap grew by %d KB"
				.formatted(containers, rounds, subscriptions, threads("nats"), growth / 1024));
			// 1 KB for each time that a container started would be noticed
			assertThat(growth).isLessThan(Math.max(2_000_000, containers * rounds * 1024L));
		}
	}

	private static void round(PullFixture fixture, List<JetStreamListenerContainer> containers, AtomicInteger handled)
			throws Exception {
		containers.forEach(JetStreamListenerContainer::start);
		int before = handled.get();
		fixture.publish(0, containers.size());
		await().pollInterval(Duration.ofMillis(10))
			.atMost(LONG)
			.until(() -> handled.get() >= before + containers.size());
		CountDownLatch stopped = new CountDownLatch(containers.size());
		containers.forEach((container) -> container.stop(stopped::countDown));
		assertThat(stopped.await(30, TimeUnit.SECONDS)).isTrue();
	}

	private static List<String> threads(String prefix) {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.map(Thread::getName)
			.filter((name) -> name.startsWith(prefix))
			.sorted()
			.toList();
	}

	private static long heap() {
		long least = Long.MAX_VALUE;
		for (int i = 0; i < 3; i++) {
			System.gc();
			least = Math.min(least, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
		}
		return least;
	}

	/**
	 * What the server knows of the only connection.
	 */
	private static long subscriptions(int port) throws IOException, InterruptedException {
		String answer = HttpClient.newHttpClient()
			.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d/connz".formatted(port))).build(),
					HttpResponse.BodyHandlers.ofString())
			.body();
		Matcher matcher = Pattern.compile("\"subscriptions\":\\s*(\\d+)").matcher(answer);
		assertThat(matcher.find()).as(answer).isTrue();
		long subscriptions = Long.parseLong(matcher.group(1));
		assertThat(matcher.find()).as(answer).isFalse();
		return subscriptions;
	}

	private static int freePort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			return socket.getLocalPort();
		}
	}

}
