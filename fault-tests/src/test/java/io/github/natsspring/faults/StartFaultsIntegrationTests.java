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
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import io.github.natsspring.test.ApplicationProcess;
import io.github.natsspring.test.NatsServer;
import io.github.natsspring.test.SeenFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.beans.factory.SmartInitializingSingleton;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

/**
 * Scenarios 37 and 41: a start that fails midway, and a clock that is wrong.
 */
@Timeout(90)
class StartFaultsIntegrationTests {

	private static final List<Path> FAKETIME = List.of(Path.of("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"),
			Path.of("/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1"),
			Path.of("/usr/local/lib/faketime/libfaketimeMT.so.1"));

	@Test
	void scenario37WorksWithAClockThatIsDaysBehind() throws Exception {
		Path library = FAKETIME.stream().filter(Files::exists).findFirst().orElse(null);
		assumeThat(library).as("libfaketime is not installed, which sets the clock of one process").isNotNull();
		try (NatsServer server = NatsServer.builder().start();
				Lab lab = new Lab(server.url(), "$consumer.ack-wait=2s", "faults.takes=1ms")) {
			ApplicationProcess application = lab.launch(
					Map.of("LD_PRELOAD", "" + library, "FAKETIME", "-3d", "FAKETIME_DONT_FAKE_MONOTONIC", "1"), 256);
			Publisher publisher = lab.publish(500);
			await().atMost(Duration.ofSeconds(60)).until(() -> SeenFile.read(lab.account().file()).size() > 1000);
			publisher.stop();
			lab.awaitSettled();
			application.terminate(Duration.ofSeconds(20));
			assertThat(lab.account()
				.assertNothingLost("37 clock three days behind", server.version(), Duration.ZERO)
				.redeliveries()).isZero();
		}
	}

	@Test
	void scenario41LeavesNothingBehindWhenTheStartFailsMidway() throws Exception {
		try (NatsServer server = NatsServer.builder().start(); Lab lab = new Lab(server.url())) {
			lab.publish(0, 50);
			Set<Thread> before = threads();
			assertThatIllegalStateException().isThrownBy(() -> lab.run((context) -> {
				context.registerBean(Worker.class, () -> new Worker(lab.account()));
				context.registerBean("broken", SmartInitializingSingleton.class, () -> () -> {
					throw new IllegalStateException("broken");
				});
			})).withMessage("broken");
			await().untilAsserted(() -> assertThat(threads()).isSubsetOf(before));
			assertThat(lab.account().total()).isZero();
			assertThat(lab.consumer().getDelivered().getConsumerSequence()).isZero();
			assertThat(lab.consumer().getNumWaiting()).isZero();
		}
	}

	private static Set<Thread> threads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().startsWith("nats"))
			.collect(Collectors.toSet());
	}

}
