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

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

import io.github.natsspring.test.DeliveryVerdict;
import io.github.natsspring.test.NatsServer;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Scenario 12: poison among good messages, while the server restarts.
 */
@Timeout(300)
class PoisonFaultsIntegrationTests {

	private static final Log logger = LogFactory.getLog(PoisonFaultsIntegrationTests.class);

	private static final int ATTEMPTS = 3;

	@Test
	void scenario12DeadLettersEachPoisonOnce() throws Exception {
		poison("12 poison, 1 % of 3,000, with a restart", 3000, 1500);
	}

	@Test
	@Tag("faults")
	@Tag("long")
	void scenario12DeadLettersEachPoisonOfAHundredThousandOnce() throws Exception {
		poison("12 poison, 1 % of 100,000, with a restart", 100_000, 3000);
	}

	private static void poison(String scenario, int messages, int perSecond) throws Exception {
		Map<String, Integer> runs = new ConcurrentHashMap<>();
		try (NatsServer server = NatsServer.builder().start();
				Lab lab = new Lab(server.url(), "nats.listener.dead-letter.enabled=true",
						"nats.listener.retry.max-attempts=" + ATTEMPTS, "nats.listener.retry.initial-interval=50ms",
						"nats.listener.concurrency=4", "$consumer.ack-wait=5s")) {
			lab.listen((message) -> {
				String id = Payloads.id(message);
				if (isPoison(id)) {
					runs.merge(id, 1, Integer::sum);
					throw new IllegalStateException("poison");
				}
				lab.account().see(id);
			}, "logging.level.io.github.natsspring=ERROR");
			lab.account().restartGap();
			Publisher publisher = lab.publish(perSecond);
			publisher.awaitOk(messages / 2);
			server.kill();
			server.start();
			publisher.awaitOk(messages);
			publisher.stop();
			Set<String> poison = new TreeSet<>(lab.account().ledger().ok());
			poison.removeIf((id) -> !isPoison(id));
			lab.awaitSettled();
			Map<String, Integer> letters = new TreeMap<>();
			String stream = lab.stream() + "_DLQ";
			await().untilAsserted(() -> assertThat(lab.messages(stream)).isGreaterThanOrEqualTo(poison.size()));
			for (long sequence = 1; sequence <= lab.messages(stream); sequence++) {
				letters.merge(new String(lab.management().getMessage(stream, sequence).getData()), 1, Integer::sum);
			}
			// With the dead letters, which were not seen by the handler of the others
			letters.keySet().forEach(lab.account()::see);
			DeliveryVerdict verdict = lab.account().assertNothingLost(scenario, server.version());
			logger.info("%s: %d dead letters; %s".formatted(scenario, letters.size(), verdict));
			assertThat(letters.keySet()).containsAll(poison).allMatch(PoisonFaultsIntegrationTests::isPoison);
			assertThat(letters.values()).allMatch((count) -> count == 1);
			// One that was settled in the last 100 ms before the kill begins anew
			assertThat(runs.values()).allMatch((count) -> count >= ATTEMPTS && count <= 2 * ATTEMPTS);
		}
	}

	private static boolean isPoison(String id) {
		return Integer.parseInt(id) % 100 == 37;
	}

}
