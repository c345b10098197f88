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
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What became of the messages of a test: those the publisher knows of compared with those
 * that listeners have seen.
 *
 * <pre class="code">
 * DeliveryVerdict verdict = DeliveryVerdict.of(ledger, file);
 * assertThat(verdict.lost()).as(verdict.toString()).isEmpty();
 * </pre>
 *
 * @param ok how many messages were confirmed to the publisher
 * @param failed how many were certainly not stored
 * @param unknown how many may have been stored or not; they may be seen or not
 * @param seen how many different messages listeners have seen
 * @param lost the ids that were confirmed and never seen
 * @param duplicates the ids that were seen more than once, with how often they were seen
 * @param unexpected the ids that were seen although they failed or were never recorded by
 * the publisher
 * @param disorder the keys whose messages came out of order, with how many of them were
 * seen for the first time after one with a higher sequence
 * @see PublishLedger
 * @see SeenFile
 */
public record DeliveryVerdict(int ok, int failed, int unknown, int seen, Set<String> lost,
		Map<String, Integer> duplicates, Set<String> unexpected, Map<String, Integer> disorder) {

	private static final int EXAMPLES = 10;

	private static final String ROW = "| %-24s | %8s | %8s | %8s | %8s | %8s | %10s | %10s | %8s |";

	/**
	 * Compare a publisher with the file of its listeners.
	 * @param ledger what the publisher knows
	 * @param seenFile the file that listeners have appended to
	 * @return the verdict
	 * @throws java.io.UncheckedIOException if the file cannot be read
	 */
	public static DeliveryVerdict of(PublishLedger ledger, Path seenFile) {
		return of(ledger, SeenFile.read(seenFile));
	}

	/**
	 * Compare a publisher with its listeners.
	 * @param ledger what the publisher knows
	 * @param seen what listeners have seen, in their order
	 * @return the verdict
	 */
	public static DeliveryVerdict of(PublishLedger ledger, Collection<SeenFile.Seen> seen) {
		Map<String, Integer> times = new TreeMap<>();
		Map<String, Long> highest = new HashMap<>();
		Map<String, Integer> disorder = new TreeMap<>();
		for (SeenFile.Seen one : seen) {
			boolean first = times.merge(one.id(), 1, Integer::sum) == 1;
			// What comes again comes late; only the first time tells of the order
			if (first && one.key() != null && one.sequence() < highest.merge(one.key(), one.sequence(), Math::max)) {
				disorder.merge(one.key(), 1, Integer::sum);
			}
		}
		Set<String> ok = ledger.ok();
		Set<String> unknown = ledger.unknown();
		Set<String> lost = new TreeSet<>(ok);
		lost.removeAll(times.keySet());
		Set<String> possible = new HashSet<>(ok);
		possible.addAll(unknown);
		Set<String> unexpected = new TreeSet<>(times.keySet());
		unexpected.removeAll(possible);
		int different = times.size();
		times.values().removeIf((count) -> count == 1);
		return new DeliveryVerdict(ok.size(), ledger.failed().size(), unknown.size(), different,
				Collections.unmodifiableSet(lost), Collections.unmodifiableMap(times),
				Collections.unmodifiableSet(unexpected), Collections.unmodifiableMap(disorder));
	}

	/**
	 * How many deliveries were one too many.
	 * @return the number of times messages were seen, less the first time of each
	 */
	public int redeliveries() {
		return this.duplicates.values().stream().mapToInt((count) -> count - 1).sum();
	}

	/**
	 * How many messages came out of order.
	 * @return the sum over all keys
	 */
	public int disordered() {
		return this.disorder.values().stream().mapToInt(Integer::intValue).sum();
	}

	/**
	 * The head of a Markdown table.
	 * @return two lines
	 */
	public static String tableHeader() {
		String names = ROW.formatted("run", "ok", "failed", "unknown", "seen", "lost", "duplicates", "unexpected",
				"disorder");
		return names + System.lineSeparator() + names.replaceAll("[^|]", "-");
	}

	/**
	 * This verdict as a row of a Markdown table.
	 * @param run what the row is about
	 * @return a line; of duplicates it has the {@link #redeliveries()}
	 */
	public String tableRow(String run) {
		return ROW.formatted(run, this.ok, this.failed, this.unknown, this.seen, this.lost.size(), redeliveries(),
				this.unexpected.size(), disordered());
	}

	/**
	 * The numbers, and a few of the ids that should not be there.
	 */
	@Override
	public String toString() {
		return ("ok %s, failed %s, unknown %s, seen %s, lost %s%s, seen more than once %s (%s redeliveries), "
				+ "unexpected %s%s, out of order %s%s")
			.formatted(this.ok, this.failed, this.unknown, this.seen, this.lost.size(), examples(this.lost),
					this.duplicates.size(), redeliveries(), this.unexpected.size(), examples(this.unexpected),
					disordered(), examples(this.disorder.keySet()));
	}

	private static String examples(Set<String> ids) {
		if (ids.isEmpty()) {
			return "";
		}
		String some = String.join(", ", ids.stream().limit(EXAMPLES).toList());
		return " [" + some + ((ids.size() > EXAMPLES) ? ", …]" : "]");
	}

}
