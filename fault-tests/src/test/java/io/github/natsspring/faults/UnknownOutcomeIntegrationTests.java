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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import io.github.natsspring.core.NatsPublishOutcomeUnknownException;
import io.github.natsspring.test.DeliveryVerdict;
import io.github.natsspring.test.NatsServer;
import io.nats.client.api.PublishAck;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Scenarios 31 and 32: publishes of which the outcome is not known, and that are tried
 * again.
 */
@Timeout(200)
class UnknownOutcomeIntegrationTests {

	private static final int IN_FLIGHT = 20;

	@Test
	void scenario32StoresOnceWhatWasTriedAgain() throws Exception {
		stopTheServer("32 unknown outcome, 2 stops of the server", 2);
	}

	@Test
	@Tag("faults")
	@Tag("long")
	void scenario32StoresOnceWhatWasTriedAgainTenTimes() throws Exception {
		stopTheServer("32 unknown outcome, 10 stops of the server", 10);
	}

	private static void stopTheServer(String scenario, int stops) throws Exception {
		ExecutorService threads = Executors.newFixedThreadPool(IN_FLIGHT);
		try (NatsServer server = NatsServer.builder().start();
				Lab lab = new Lab(server.url(), "nats.jetstream.publish.timeout=1s")) {
			lab.listen(lab.account());
			lab.publisher();
			int unknown = 0;
			int duplicates = 0;
			for (int stop = 0; stop < stops; stop++) {
				server.pause();
				List<CompletableFuture<Boolean>> tries = new ArrayList<>();
				for (int i = 0; i < IN_FLIGHT; i++) {
					String id = stop + "-" + i;
					tries.add(CompletableFuture.supplyAsync(() -> isUnknown(lab, id), threads));
				}
				for (CompletableFuture<Boolean> one : tries) {
					unknown += one.join() ? 1 : 0;
				}
				server.resume();
				for (int i = 0; i < IN_FLIGHT; i++) {
					duplicates += publish(lab, stop + "-" + i).isDuplicate() ? 1 : 0;
				}
			}
			assertThat(unknown).isEqualTo(stops * IN_FLIGHT);
			// They had been stored, of which nobody was told
			assertThat(duplicates).isPositive();
			lab.awaitAll();
			assertThat(lab.messages(lab.stream())).isEqualTo(stops * IN_FLIGHT);
			DeliveryVerdict verdict = lab.account().assertNothingLost(scenario, server.version());
			assertThat(verdict.ok()).isEqualTo(stops * IN_FLIGHT);
			assertThat(verdict.duplicates()).isEmpty();
		}
		finally {
			threads.shutdownNow();
		}
	}

	private static boolean isUnknown(Lab lab, String id) {
		lab.account().ledger().sending(id);
		try {
			publish(lab, id);
			return false;
		}
		catch (NatsPublishOutcomeUnknownException ex) {
			lab.account().ledger().unknown(id);
			return true;
		}
	}

	private static PublishAck publish(Lab lab, String id) {
		PublishAck ack = lab.template().publish(lab.subject(), Payloads.of(id), (options) -> options.messageId(id));
		lab.account().ledger().ok(id);
		return ack;
	}

	@Test
	void scenario32TriesAgainByItselfWithinTheTimeout() throws Exception {
		try (NatsServer server = NatsServer.builder().start(); Lab lab = new Lab(server.url())) {
			lab.listen(lab.account());
			lab.publisher();
			server.pause();
			CompletableFuture<Void> publish = CompletableFuture.runAsync(() -> lab.publish(0, 1));
			assertThat(publish).isNotCompleted();
			CompletableFuture.delayedExecutor(3, java.util.concurrent.TimeUnit.SECONDS).execute(server::resume);
			publish.join();
			lab.awaitAll();
			assertThat(lab.messages(lab.stream())).isOne();
			assertThat(lab.account().verdict().duplicates()).isEmpty();
		}
	}

	@Test
	void scenario31TellsThatAMessageWasStoredBefore() throws Exception {
		try (NatsServer server = NatsServer.builder().start(); Lab lab = new Lab(server.url())) {
			lab.publish(0, 3);
			PublishAck first = publish(lab, "same");
			PublishAck second = publish(lab, "same");
			assertThat(first.isDuplicate()).isFalse();
			assertThat(second.isDuplicate()).isTrue();
			assertThat(second.getSeqno()).isEqualTo(first.getSeqno()).isEqualTo(4);
			assertThat(Duration.ofMinutes(2))
				.isEqualTo(lab.management().getStreamInfo(lab.stream()).getConfiguration().getDuplicateWindow());
		}
	}

}
