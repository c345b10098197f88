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

package io.github.natsspring.listener.pull;

import java.time.Duration;

import io.nats.client.JetStreamOptions;
import org.jspecify.annotations.Nullable;

/**
 * How soon to look again for a consumer that does not answer: often while it may just be
 * that the nodes of a cluster elect another leader, calmly after that. Used by tasks of
 * the container, one at a time.
 */
final class RecoveryPace {

	private static final Duration LONGEST_BACKOFF = Duration.ofMillis(1500);

	// The nodes begin an election after 4 to 9 seconds
	private static final Duration ELECTION = Duration.ofSeconds(12);

	private static final Duration ELECTION_BACKOFF = Duration.ofMillis(400);

	private static final Duration ELECTION_TIMEOUT = Duration.ofMillis(750);

	private @Nullable Long unanswered;

	/**
	 * Nobody answers for the consumer.
	 */
	void unanswered() {
		if (this.unanswered == null) {
			this.unanswered = System.nanoTime();
		}
	}

	/**
	 * Somebody has answered, be it that the consumer is gone.
	 */
	void answered() {
		this.unanswered = null;
	}

	/**
	 * How long to wait after so many failures in a row.
	 */
	Duration backoff(int failures) {
		Duration backoff = Duration.ofMillis(50L << Math.min(failures, 10));
		Duration longest = mayElect() ? ELECTION_BACKOFF : LONGEST_BACKOFF;
		return (backoff.compareTo(longest) < 0) ? backoff : longest;
	}

	/**
	 * The options for a lookup, which is answered by the next leader only if it was made
	 * after the election.
	 */
	JetStreamOptions lookUp(JetStreamOptions options) {
		Duration timeout = options.getRequestTimeout();
		return (mayElect() && (timeout == null || timeout.compareTo(ELECTION_TIMEOUT) > 0))
				? JetStreamOptions.builder(options).requestTimeout(ELECTION_TIMEOUT).build() : options;
	}

	private boolean mayElect() {
		Long since = this.unanswered;
		return since != null && System.nanoTime() - since < ELECTION.toNanos();
	}

}
