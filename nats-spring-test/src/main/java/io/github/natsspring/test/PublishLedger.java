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

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What a publisher knows of its messages: the one side of the proof that nothing is lost.
 *
 * <pre class="code">
 * ledger.sending(id);
 * try {
 * 	jetStream.publish(message);
 * 	ledger.ok(id);
 * }
 * catch (IOException ex) {
 * 	ledger.unknown(id);
 * }
 * </pre>
 * <p>
 * A message may be tried more than once. Then the answer that promises most counts: one
 * that was confirmed once is {@code ok} for good, and one whose outcome was unknown once
 * is never {@code failed} afterwards. All methods may be called by any thread.
 *
 * @see SeenFile
 * @see DeliveryVerdict
 */
public final class PublishLedger {

	private final Map<String, Outcome> outcomes = new ConcurrentHashMap<>();

	/**
	 * Record that a message is about to be sent. If nothing else is recorded for it, as
	 * when the thread is interrupted, its outcome is unknown.
	 * @param id the id of the message
	 */
	public void sending(String id) {
		record(id, Outcome.SENDING);
	}

	/**
	 * Record that the server has confirmed a message.
	 * @param id the id of the message
	 */
	public void ok(String id) {
		record(id, Outcome.OK);
	}

	/**
	 * Record that a message was certainly not stored, as when it was never sent or the
	 * server refused it.
	 * @param id the id of the message
	 */
	public void failed(String id) {
		record(id, Outcome.FAILED);
	}

	/**
	 * Record that a message may have been stored or not, as after a timeout.
	 * @param id the id of the message
	 */
	public void unknown(String id) {
		record(id, Outcome.UNKNOWN);
	}

	private void record(String id, Outcome outcome) {
		this.outcomes.merge(id, outcome, (before, now) -> (now.compareTo(before) > 0) ? now : before);
	}

	/**
	 * The messages that were confirmed.
	 * @return their ids, sorted
	 */
	public Set<String> ok() {
		return with(Outcome.OK);
	}

	/**
	 * The messages that were certainly not stored.
	 * @return their ids, sorted
	 */
	public Set<String> failed() {
		return with(Outcome.FAILED);
	}

	/**
	 * The messages of which nobody can tell.
	 * @return their ids, sorted
	 */
	public Set<String> unknown() {
		Set<String> ids = new TreeSet<>(with(Outcome.UNKNOWN));
		ids.addAll(with(Outcome.SENDING));
		return Collections.unmodifiableSet(ids);
	}

	private Set<String> with(Outcome outcome) {
		Set<String> ids = new TreeSet<>();
		this.outcomes.forEach((id, current) -> {
			if (current == outcome) {
				ids.add(id);
			}
		});
		return Collections.unmodifiableSet(ids);
	}

	@Override
	public String toString() {
		Map<Outcome, Integer> counts = new EnumMap<>(Outcome.class);
		this.outcomes.values().forEach((outcome) -> counts.merge(outcome, 1, Integer::sum));
		return "PublishLedger" + counts;
	}

	/**
	 * From what promises least to what promises most.
	 */
	private enum Outcome {

		SENDING, FAILED, UNKNOWN, OK

	}

}
