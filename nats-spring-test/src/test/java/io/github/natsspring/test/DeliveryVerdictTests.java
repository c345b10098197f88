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

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import io.github.natsspring.test.SeenFile.Seen;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class DeliveryVerdictTests {

	private final PublishLedger ledger = new PublishLedger();

	@Test
	void findsWhatWasConfirmedAndNeverSeen() {
		this.ledger.ok("a");
		this.ledger.ok("b");
		this.ledger.ok("c");
		this.ledger.unknown("d");
		this.ledger.unknown("e");
		this.ledger.failed("f");
		DeliveryVerdict verdict = verdict("a", "d", "a");
		assertThat(verdict.lost()).containsExactly("b", "c");
		assertThat(verdict.ok()).isEqualTo(3);
		assertThat(verdict.unknown()).isEqualTo(2);
		assertThat(verdict.failed()).isEqualTo(1);
		assertThat(verdict.seen()).isEqualTo(2);
		assertThat(verdict.unexpected()).isEmpty();
	}

	@Test
	void countsHowOftenAMessageCameAgain() {
		this.ledger.ok("a");
		this.ledger.ok("b");
		this.ledger.ok("c");
		DeliveryVerdict verdict = verdict("a", "b", "a", "c", "a", "c");
		assertThat(verdict.duplicates()).isEqualTo(Map.of("a", 3, "c", 2));
		assertThat(verdict.redeliveries()).isEqualTo(3);
		assertThat(verdict.seen()).isEqualTo(3);
		assertThat(verdict.lost()).isEmpty();
	}

	@Test
	void findsWhatShouldNotBeThere() {
		this.ledger.failed("a");
		this.ledger.sending("b");
		assertThat(verdict("a", "b", "stranger").unexpected()).containsExactly("a", "stranger");
	}

	@Test
	void countsWhatCameForTheFirstTimeAfterALaterOneOfItsKey() {
		DeliveryVerdict verdict = DeliveryVerdict.of(this.ledger,
				List.of(new Seen("k1", "k", 1), new Seen("k4", "k", 4), new Seen("k2", "k", 2), new Seen("l1", "l", 1),
						new Seen("k3", "k", 3), new Seen("k5", "k", 5), new Seen("k1", "k", 1), new Seen("l2", "l", 2),
						new Seen("n9", null, 9), new Seen("n1", null, 1)));
		assertThat(verdict.disorder()).isEqualTo(Map.of("k", 2));
		assertThat(verdict.disordered()).isEqualTo(2);
		assertThat(verdict.duplicates()).isEqualTo(Map.of("k1", 2));
	}

	@Test
	void readsTheFileOfListeners(@TempDir Path directory) {
		Path file = directory.resolve("seen");
		this.ledger.ok("a");
		this.ledger.ok("b");
		assertThat(DeliveryVerdict.of(this.ledger, file).lost()).containsExactly("a", "b");
		try (SeenFile seen = SeenFile.appendTo(file)) {
			seen.append("b");
		}
		assertThat(DeliveryVerdict.of(this.ledger, file).lost()).containsExactly("a");
	}

	@Test
	void isReadable() {
		IntStream.range(10, 30).mapToObj((i) -> "m" + i).forEach(this.ledger::ok);
		this.ledger.unknown("u");
		DeliveryVerdict verdict = DeliveryVerdict.of(this.ledger, List.of(new Seen("m10", "k", 2),
				new Seen("m11", "k", 1), new Seen("m10", "k", 2), new Seen("x", null, 0)));
		assertThat(verdict).hasToString("ok 20, failed 0, unknown 1, seen 3, "
				+ "lost 18 [m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, …], "
				+ "seen more than once 1 (1 redeliveries), unexpected 1 [x], out of order 1 [k]");
		List<String> header = DeliveryVerdict.tableHeader().lines().toList();
		String row = verdict.tableRow("kill -9");
		assertThat(header).hasSize(2);
		assertThat(header.get(1)).hasSameSizeAs(row).matches("[|-]+");
		assertThat(header.get(0)).hasSameSizeAs(row);
		assertThat(row.replaceAll("\\s+", " ")).isEqualTo("| kill -9 | 20 | 0 | 1 | 3 | 18 | 1 | 1 | 1 |");
	}

	private DeliveryVerdict verdict(String... seen) {
		return DeliveryVerdict.of(this.ledger, List.of(seen).stream().map((id) -> new Seen(id, null, 0)).toList());
	}

}
