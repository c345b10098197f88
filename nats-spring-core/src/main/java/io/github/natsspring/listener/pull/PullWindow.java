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

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Accounts for what the server was asked for and what it sent: how much may be pulled so
 * that never more than the limit is fetched and not settled. Pure: no I/O, no threads, no
 * clock; callers guard it with a lock.
 * <p>
 * The server serves the pulls of a consumer in turns and does not say which one a message
 * belongs to. The sum over all pulls is exact. Which of them are still open is
 * reconstructed by taking turns as the server does, and only bounds their number.
 */
class PullWindow {

	private static final int MAX_PULLS = 2;

	private final Deque<Pull> turns = new ArrayDeque<>();

	private int maxPulls = MAX_PULLS;

	private int limit;

	private int inFlight;

	private int outstanding;

	PullWindow(int limit) {
		this.limit = limit;
	}

	/**
	 * How many messages to ask for now.
	 * @param maxBatch the most that one pull may ask for
	 * @param patient whether to wait until half of the window is free, which saves pulls
	 * @return the number, zero for none
	 */
	int demand(int maxBatch, boolean patient) {
		if (openPulls() >= this.maxPulls) {
			return 0;
		}
		int free = this.limit - this.inFlight - this.outstanding;
		int least = (patient || this.outstanding > 0) ? Math.max(1, this.limit / 2) : 1;
		return (free >= least) ? Math.min(free, maxBatch) : 0;
	}

	/**
	 * A pull was sent.
	 */
	void requested(long id, int batch) {
		this.turns.removeIf(Pull::isOver);
		this.turns.addLast(new Pull(id, batch));
		this.outstanding += batch;
	}

	/**
	 * A message arrived for a pull of this inbox.
	 */
	void received() {
		this.inFlight++;
		if (this.outstanding > 0) {
			this.outstanding--;
		}
		for (int i = this.turns.size(); i > 0; i--) {
			Pull next = this.turns.removeFirst();
			this.turns.addLast(next);
			if (!next.isOver()) {
				next.remaining--;
				break;
			}
		}
		forgetIfNothingIsOutstanding();
	}

	/**
	 * A message arrived that no pull of this inbox asked for.
	 */
	void receivedLate() {
		this.inFlight++;
	}

	/**
	 * A message was settled, or given up.
	 */
	void settled() {
		this.inFlight--;
	}

	/**
	 * The server said something of pulls.
	 */
	void apply(PullEvent event) {
		if (event instanceof PullEvent.Ended ended) {
			ended(ended.pull(), ended.pending());
		}
		else if (event instanceof PullEvent.TooLarge tooLarge) {
			ended(tooLarge.pull(), tooLarge.pending());
		}
		else if (event instanceof PullEvent.Rejected rejected) {
			rejected(rejected.pull());
		}
		else if (event instanceof PullEvent.NoResponders noResponders) {
			rejected(noResponders.pull());
		}
		else if (event instanceof PullEvent.Unpinned unpinned) {
			if (unpinned.pending() >= 0) {
				ended(unpinned.pull(), unpinned.pending());
			}
			else {
				rejected(unpinned.pull());
			}
		}
		else if (event instanceof PullEvent.Lost) {
			forget();
		}
	}

	/**
	 * The server ended a pull of which so many messages were not sent.
	 */
	void ended(long id, int pending) {
		this.turns.removeIf((pull) -> pull.id == id);
		this.outstanding -= Math.min(pending, this.outstanding);
		forgetIfNothingIsOutstanding();
	}

	/**
	 * The server refused a pull, so that nothing of it was or will be sent.
	 */
	void rejected(long id) {
		this.turns.stream().filter((pull) -> pull.id == id).findFirst().ifPresent((pull) -> ended(id, pull.batch));
	}

	/**
	 * The server has forgotten all pulls.
	 */
	void forget() {
		this.turns.clear();
		this.outstanding = 0;
	}

	/**
	 * How many pulls the consumer lets wait. With two that we take for open, up to four
	 * wait on the server: it serves them in turns, and we close the oldest first.
	 */
	void maxPulls(int maxPulls) {
		this.maxPulls = (maxPulls < 2 * MAX_PULLS) ? 1 : MAX_PULLS;
	}

	void limit(int limit) {
		this.limit = limit;
	}

	int inFlight() {
		return this.inFlight;
	}

	int outstanding() {
		return this.outstanding;
	}

	private int openPulls() {
		int open = 0;
		for (Pull pull : this.turns) {
			if (!pull.isOver()) {
				open++;
			}
		}
		return open;
	}

	private void forgetIfNothingIsOutstanding() {
		if (this.outstanding == 0) {
			this.turns.clear();
		}
	}

	private static final class Pull {

		private final long id;

		private final int batch;

		private int remaining;

		Pull(long id, int batch) {
			this.id = id;
			this.batch = batch;
			this.remaining = batch;
		}

		boolean isOver() {
			return this.remaining == 0;
		}

	}

}
