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

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.github.natsspring.deadletter.DeadLetter;
import io.github.natsspring.deadletter.DeadLetterOperations;
import io.github.natsspring.deadletter.DeadLetterQuery;
import io.github.natsspring.test.ApplicationProcess;
import io.github.natsspring.test.DeliveryVerdict;
import io.github.natsspring.test.NatsServer;
import io.github.natsspring.test.SeenFile;
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
 * Scenarios 33, 34, 35 and 43: applications in a JVM of their own that are ended, killed
 * or paused.
 */
@Timeout(400)
class ApplicationFaultsIntegrationTests {

	private static final Log logger = LogFactory.getLog(ApplicationFaultsIntegrationTests.class);

	private static final Duration LONG = Duration.ofSeconds(60);

	private static final int PER_SECOND = 2000;

	private static final int SHUTDOWN_SECONDS = 5;

	private static final int MAX_ACK_PENDING = 200;

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
	void scenario33FinishesItsWorkWhenItIsTerminated() throws Exception {
		terminate("33 SIGTERM of the application, once", 1);
	}

	@Test
	@Tag("faults")
	@Tag("long")
	void scenario33FinishesItsWorkWhenItIsTerminatedTwentyTimes() throws Exception {
		terminate("33 SIGTERM of the application, 20 times", 20);
	}

	private static void terminate(String scenario, int times) throws Exception {
		// Above any standstill of the machine: only the stop is to blame for what comes
		// again
		try (Lab lab = lab("nats.listener.shutdown-timeout=%ds".formatted(SHUTDOWN_SECONDS),
				"$consumer.ack-wait=30s")) {
			Publisher publisher = lab.publish(PER_SECOND);
			publisher.pause();
			Duration slowest = Duration.ZERO;
			for (int i = 0; i < times; i++) {
				ApplicationProcess application = lab.process();
				publisher.resume();
				awaitWork(lab);
				long started = System.nanoTime();
				int exit = application.terminate(Duration.ofSeconds(SHUTDOWN_SECONDS + 10));
				publisher.pause();
				Duration took = Duration.ofNanos(System.nanoTime() - started);
				slowest = (took.compareTo(slowest) > 0) ? took : slowest;
				assertThat(exit).isEqualTo(143);
				assertThat(application.output()).doesNotContain("ERROR");
				// What it had not started went back at once
				assertThat(took).isLessThan(Duration.ofSeconds(SHUTDOWN_SECONDS + 6));
			}
			finish(lab, publisher);
			DeliveryVerdict verdict = lab.account().assertNothingLost(scenario, server.version(), Duration.ZERO);
			logger.info("%s: ended within %s; %s".formatted(scenario, slowest, verdict));
			assertThat(verdict.duplicates()).as("finished and delivered again").isEmpty();
		}
	}

	@Test
	void scenario34LosesNothingWhenItIsKilled() throws Exception {
		kill("34 kill -9 of the application, once", 1);
	}

	@Test
	@Tag("faults")
	@Tag("long")
	void scenario34LosesNothingWhenItIsKilledTwentyTimes() throws Exception {
		kill("34 kill -9 of the application, 20 times", 20);
	}

	private static void kill(String scenario, int times) throws Exception {
		try (Lab lab = lab()) {
			Publisher publisher = lab.publish(PER_SECOND);
			publisher.pause();
			for (int i = 0; i < times; i++) {
				ApplicationProcess application = lab.process();
				publisher.resume();
				awaitWork(lab);
				application.kill();
				publisher.pause();
			}
			finish(lab, publisher);
			DeliveryVerdict verdict = lab.account().assertNothingLost(scenario, server.version(), Duration.ZERO);
			Map<String, Integer> begun = new HashMap<>();
			begun(lab).forEach((one) -> begun.merge(one.id(), 1, Integer::sum));
			int again = begun.values().stream().mapToInt((count) -> count - 1).sum();
			logger.info("%s: %d begun again; %s".formatted(scenario, again, verdict));
			assertThat(again).isLessThanOrEqualTo(times * MAX_ACK_PENDING);
			assertThat(verdict.redeliveries()).isLessThanOrEqualTo(times * MAX_ACK_PENDING);
		}
	}

	private static Lab lab(String... properties) {
		String[] all = List
			.of(List.of("$consumer.ack-wait=3s", "$consumer.max-ack-pending=" + MAX_ACK_PENDING,
					"nats.listener.concurrency=4", "nats.listener.max-in-flight=" + MAX_ACK_PENDING,
					"faults.takes=1ms"), List.of(properties))
			.stream()
			.flatMap(Collection::stream)
			.toArray(String[]::new);
		return new Lab(server.url(), all);
	}

	/**
	 * Wait until the application that was started last works at full speed.
	 */
	private static void awaitWork(Lab lab) {
		long before = size(lab.account().file());
		await().atMost(LONG)
			.pollInterval(Duration.ofMillis(20))
			.until(() -> size(lab.account().file()) > before + 6000);
	}

	private static void finish(Lab lab, Publisher publisher) throws Exception {
		publisher.stop();
		try (ApplicationProcess last = lab.process()) {
			lab.awaitSettled();
			last.terminate(LONG);
		}
	}

	private static List<SeenFile.Seen> begun(Lab lab) {
		Path file = lab.account().file();
		return SeenFile.read(file.resolveSibling(file.getFileName() + ".begun"));
	}

	private static long size(Path file) {
		try {
			return Files.size(file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Test
	@Tag("faults")
	void scenario35DeadLettersWhatKilledTheApplicationAtTheLastAttempt() throws Exception {
		try (Lab lab = new Lab(server.url(), "$consumer.ack-wait=1s", "$consumer.max-deliver=2",
				"nats.listener.dead-letter.enabled=true", "faults.fatal=0")) {
			lab.publish(0, 1);
			for (int attempt = 0; attempt < 2; attempt++) {
				ApplicationProcess application = lab.launch();
				assertThat(application.awaitEnd(LONG)).isTrue();
				assertThat(application.exitCode()).isEqualTo(7);
			}
			// The server gives it up without a word that would not be missed
			lab.publish(1, 50);
			try (ApplicationProcess application = lab.process()) {
				DeadLetterOperations letters = lab.publisher().getBean(DeadLetterOperations.class);
				await().atMost(LONG).ignoreExceptions().until(() -> !list(lab, letters).isEmpty());
				assertThat(list(lab, letters)).singleElement()
					.satisfies((letter) -> assertThat(letter.origin().sequence()).isOne());
				await().atMost(LONG).until(() -> SeenFile.read(lab.account().file()).size() == 49);
				assertThat(application.isRunning()).isTrue();
			}
			assertThat(begun(lab)).filteredOn((one) -> one.id().equals("0")).hasSize(2);
		}
	}

	private static List<DeadLetter> list(Lab lab, DeadLetterOperations letters) {
		return letters.list(DeadLetterQuery.ofStream(lab.stream()));
	}

	@Test
	@Tag("faults")
	void scenario43GoesOnAfterAPauseThatIsLongerThanAckWait() throws Exception {
		try (Lab lab = new Lab(server.url(), "$consumer.ack-wait=2s", "faults.takes=2ms", "nats.ping-interval=1s",
				"nats.listener.max-in-flight=50")) {
			ApplicationProcess paused = lab.process();
			Publisher publisher = lab.publish(200);
			awaitBytes(lab, 500);
			paused.pause();
			// Another instance takes over what it held
			ApplicationProcess other = lab.process();
			publisher.awaitOk(publisher.ok() + 1000);
			publisher.stop();
			lab.awaitSettled();
			paused.resume();
			int before = SeenFile.read(lab.account().file()).size();
			other.terminate(LONG);
			lab.template().publish(lab.subject(), Payloads.of("late"));
			lab.account().ledger().ok("late");
			await().atMost(LONG).until(() -> SeenFile.read(lab.account().file()).size() > before);
			lab.awaitSettled();
			DeliveryVerdict verdict = lab.account()
				.assertNothingLost("43 pause of the application beyond ack-wait", server.version(), Duration.ZERO);
			assertThat(verdict.redeliveries()).isLessThanOrEqualTo(50);
		}
	}

	private static void awaitBytes(Lab lab, int bytes) {
		await().atMost(LONG).until(() -> size(lab.account().file()) > bytes);
	}

}
