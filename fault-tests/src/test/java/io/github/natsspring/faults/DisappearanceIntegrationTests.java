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

import java.time.Duration;

import io.github.natsspring.listener.ContainerStatus.State;
import io.github.natsspring.test.NatsServer;
import io.nats.client.api.ConsumerConfiguration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Scenarios 15 to 17: consumers and streams that are deleted or emptied.
 */
@Timeout(120)
@ExtendWith(OutputCaptureExtension.class)
class DisappearanceIntegrationTests {

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
	void scenario15WaitsForItsConsumer(CapturedOutput output) throws Exception {
		try (Lab lab = new Lab(server.url())) {
			ApplicationContext application = lab.listen(lab.account());
			lab.publish(0, 100);
			lab.awaitAll();
			ConsumerConfiguration configuration = lab.consumer().getConsumerConfiguration();
			lab.management().deleteConsumer(lab.stream(), "worker");
			Lab.awaitState(application, State.STALLED);
			assertThat(Lab.health(application)).isEqualTo(Status.DOWN);
			assertThat(output).contains("ERROR").contains("worker");
			lab.management().addOrUpdateConsumer(lab.stream(), configuration);
			lab.publish(100, 110);
			lab.awaitAll();
			Lab.awaitState(application, State.RUNNING);
			assertThat(Lab.health(application)).isEqualTo(Status.UP);
			lab.account().assertNothingLost("15 consumer deleted, made again by somebody", server.version());
		}
	}

	@Test
	@Tag("faults")
	void scenario15MakesItsConsumerAgainWithoutAReplay() throws Exception {
		try (Lab lab = new Lab(server.url(), "nats.listener.missing-consumer=recreate")) {
			ApplicationContext application = lab.listen(lab.account());
			lab.publish(0, 100);
			lab.awaitAll();
			// It asks for the server's floor every few seconds
			int before = lab.account().total();
			await().during(Duration.ofSeconds(6))
				.atMost(Duration.ofSeconds(11))
				.until(() -> lab.account().total() == before);
			lab.management().deleteConsumer(lab.stream(), "worker");
			lab.publish(100, 200);
			lab.awaitAll();
			Lab.awaitState(application, State.RUNNING);
			assertThat(lab.account()
				.assertNothingLost("15 consumer deleted, missing-consumer: recreate", server.version())
				.redeliveries()).isZero();
		}
	}

	@Test
	@Tag("faults")
	void scenario16SaysThatTheStreamIsGoneAndAsksCalmly(CapturedOutput output) throws Exception {
		try (Lab lab = new Lab(server.url())) {
			ApplicationContext application = lab.listen(lab.account());
			lab.publish(0, 10);
			lab.awaitAll();
			lab.management().deleteStream(lab.stream());
			await().atMost(Duration.ofSeconds(15)).until(() -> Lab.health(application).equals(Status.DOWN));
			await().atMost(Duration.ofSeconds(15)).until(() -> output.getAll().contains("ERROR"));
			long lines = lines(output);
			long sent = Lab.connection(application).getStatistics().getOutMsgs();
			Duration observed = Duration.ofSeconds(5);
			await().during(observed)
				.atMost(observed.plusSeconds(4))
				// Not its health, which asks the server, too
				.until(() -> Lab.status(application).state() == State.STALLED);
			assertThat(lines(output) - lines).isLessThanOrEqualTo(observed.toSeconds());
			assertThat(Lab.connection(application).getStatistics().getOutMsgs() - sent)
				.isLessThanOrEqualTo(3 * observed.toSeconds());
		}
	}

	private static long lines(CapturedOutput output) {
		return output.getAll()
			.lines()
			.filter((line) -> line.contains("'worker'") && (line.contains("ERROR") || line.contains("WARN")))
			.count();
	}

	@Test
	void scenario17GoesOnAfterAPurge(CapturedOutput output) throws Exception {
		try (Lab lab = new Lab(server.url())) {
			ApplicationContext application = lab.listen(lab.account());
			lab.publish(0, 100);
			lab.management().purgeStream(lab.stream());
			lab.publish(100, 200);
			await().atMost(LONG).until(() -> lab.account().hasSeen("199"));
			lab.awaitSettled();
			assertThat(Lab.status(application).state()).isEqualTo(State.RUNNING);
			// Those before may have been removed before they were delivered
			for (int number = 100; number < 200; number++) {
				assertThat(lab.account().hasSeen("" + number)).isTrue();
			}
			assertThat(output.getAll().lines()).noneMatch((line) -> line.contains(" ERROR "));
		}
	}

}
