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

package io.github.natsspring.test;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class PublishLedgerTests {

	private final PublishLedger ledger = new PublishLedger();

	@Test
	void keepsTheOutcomesApart() {
		this.ledger.ok("b");
		this.ledger.ok("a");
		this.ledger.failed("c");
		this.ledger.unknown("d");
		assertThat(this.ledger.ok()).containsExactly("a", "b");
		assertThat(this.ledger.failed()).containsExactly("c");
		assertThat(this.ledger.unknown()).containsExactly("d");
		assertThat(this.ledger).hasToString("PublishLedger{FAILED=1, UNKNOWN=1, OK=2}");
	}

	@Test
	void doesNotKnowWhatBecameOfAMessageItHeardNothingMoreOf() {
		this.ledger.sending("a");
		assertThat(this.ledger.unknown()).containsExactly("a");
		this.ledger.failed("a");
		assertThat(this.ledger.unknown()).isEmpty();
		assertThat(this.ledger.failed()).containsExactly("a");
	}

	@Test
	void neverTakesBackAConfirmation() {
		this.ledger.ok("a");
		this.ledger.sending("a");
		this.ledger.unknown("a");
		this.ledger.failed("a");
		assertThat(this.ledger.ok()).containsExactly("a");
		assertThat(this.ledger.unknown()).isEmpty();
		assertThat(this.ledger.failed()).isEmpty();
	}

	@Test
	void doesNotCallAMessageFailedThatMayHaveBeenStoredByATryBefore() {
		this.ledger.unknown("a");
		this.ledger.failed("a");
		assertThat(this.ledger.unknown()).containsExactly("a");
		this.ledger.ok("a");
		assertThat(this.ledger.ok()).containsExactly("a");
		assertThat(this.ledger.unknown()).isEmpty();
	}

	@Test
	void countsEachMessageOfManyThreadsOnce() throws Exception {
		ExecutorService threads = Executors.newFixedThreadPool(4);
		CountDownLatch go = new CountDownLatch(1);
		List<Runnable> records = List.of(() -> records(this.ledger::sending), () -> records(this.ledger::failed),
				() -> records(this.ledger::unknown), () -> records(this.ledger::ok));
		records.forEach((record) -> threads.execute(() -> {
			try {
				go.await(10, TimeUnit.SECONDS);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
			record.run();
		}));
		go.countDown();
		threads.shutdown();
		assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
		assertThat(this.ledger.ok()).hasSize(5000);
		assertThat(this.ledger.unknown()).isEmpty();
		assertThat(this.ledger.failed()).isEqualTo(Set.of());
	}

	private static void records(Consumer<String> how) {
		IntStream.range(0, 5000).mapToObj(String::valueOf).forEach(how);
	}

}
