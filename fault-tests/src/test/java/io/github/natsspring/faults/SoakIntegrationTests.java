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

package io.github.natsspring.faults;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

import io.github.natsspring.test.ApplicationProcess;
import io.github.natsspring.test.DeliveryVerdict;
import io.github.natsspring.test.NatsServer;
import io.github.natsspring.test.SeenFile;
import io.github.natsspring.test.TcpProxy;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A random fault every five seconds, for minutes.
 */
@Timeout(900)
class SoakIntegrationTests {

	private static final Log logger = LogFactory.getLog(SoakIntegrationTests.class);

	private static final Duration EVERY = Duration.ofSeconds(5);

	private static final int PER_SECOND = 1000;

	@TempDir
	private Path directory;

	@Test
	@Tag("faults")
	void losesNothingOverRandomFaults() throws Exception {
		soak("random fault every 5 s, 20 s", Duration.ofSeconds(20));
	}

	@Test
	@Tag("faults")
	@Tag("long")
	void losesNothingOverRandomFaultsForTenMinutes() throws Exception {
		soak("random fault every 5 s, 10 min", Duration.ofMinutes(10));
	}

	private void soak(String scenario, Duration duration) throws Exception {
		Path vitals = this.directory.resolve("vitals");
		long seed = System.nanoTime();
		Random random = new Random(seed);
		logger.info("%s: seed %d".formatted(scenario, seed));
		try (NatsServer server = NatsServer.builder().start();
				TcpProxy proxy = TcpProxy.to(server.url());
				Lab lab = new Lab(server.url(), "$consumer.ack-wait=5s", "nats.listener.concurrency=2",
						"nats.listener.max-in-flight=200")) {
			lab.publisher();
			ApplicationProcess application = lab.process("faults.vitals=" + vitals, "nats.servers=" + proxy.url(),
					"nats.ping-interval=1s");
			Publisher publisher = lab.publish(PER_SECOND);
			long end = System.nanoTime() + duration.toNanos();
			for (long due = System.nanoTime(); due < end; due += EVERY.toNanos()) {
				long next = due;
				await().atMost(EVERY.multipliedBy(10)).until(() -> System.nanoTime() >= next);
				Fault fault = Fault.values()[random.nextInt(Fault.values().length)];
				logger.info("Fault: " + fault);
				fault.happen(server, proxy);
			}
			publisher.stop();
			lab.awaitSettled();
			DeliveryVerdict verdict = lab.account().assertNothingLost(scenario, server.version(), Duration.ZERO);
			List<String> lines = Files.readAllLines(vitals);
			logger.info("%s: %s; heap and threads: %s".formatted(scenario, verdict, lines));
			assertThat(lines).noneMatch((line) -> line.startsWith("uncaught"));
			assertThat(application.output()).doesNotContain("Exception in thread");
			assertThat(application.isRunning()).isTrue();
			if (lines.size() >= 30) {
				assertSteady(lines);
			}
			assertThat(SeenFile.read(lab.account().file())).hasSizeGreaterThanOrEqualTo(verdict.ok());
		}
	}

	/**
	 * The last third is as the second one: the first is for warming up.
	 */
	private static void assertSteady(List<String> lines) {
		int third = lines.size() / 3;
		long heapBefore = median(lines.subList(third, 2 * third), 0);
		long heapAfter = median(lines.subList(2 * third, lines.size()), 0);
		assertThat((double) heapAfter / heapBefore).as("heap %d, later %d", heapBefore, heapAfter).isLessThan(1.1);
		long threadsBefore = median(lines.subList(third, 2 * third), 1);
		long threadsAfter = median(lines.subList(2 * third, lines.size()), 1);
		assertThat(threadsAfter).as("threads, %d before", threadsBefore).isLessThanOrEqualTo(threadsBefore + 1);
	}

	private static long median(List<String> lines, int column) {
		long[] values = lines.stream().mapToLong((line) -> Long.parseLong(line.split(" ")[column])).sorted().toArray();
		logger.info("Column %d: %s".formatted(column, Arrays.toString(values)));
		return values[values.length / 2];
	}

	/**
	 * What may happen.
	 */
	private enum Fault {

		KILL {
			@Override
			void happen(NatsServer server, TcpProxy proxy) {
				server.kill();
				server.start();
			}
		},

		STOP {
			@Override
			void happen(NatsServer server, TcpProxy proxy) {
				server.restart();
			}
		},

		PAUSE {
			@Override
			void happen(NatsServer server, TcpProxy proxy) {
				server.pause();
				hold(Duration.ofSeconds(2));
				server.resume();
			}
		},

		CUT {
			@Override
			void happen(NatsServer server, TcpProxy proxy) {
				proxy.cut();
				proxy.pass();
			}
		},

		STALL {
			@Override
			void happen(NatsServer server, TcpProxy proxy) {
				proxy.stall();
				hold(Duration.ofSeconds(4));
				proxy.pass();
			}
		},

		DELAY {
			@Override
			void happen(NatsServer server, TcpProxy proxy) {
				proxy.delay(Duration.ofMillis(100));
				hold(Duration.ofSeconds(2));
				proxy.pass();
			}
		};

		abstract void happen(NatsServer server, TcpProxy proxy);

		private static void hold(Duration duration) {
			long end = System.nanoTime() + duration.toNanos();
			await().until(() -> System.nanoTime() >= end);
		}

	}

}
