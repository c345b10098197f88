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

import org.jspecify.annotations.Nullable;

/**
 * Accounts for what the server was asked for and what it sent: how much may be pulled so
 * that never more than the limits, of messages and of bytes, is fetched and not settled.
 * Pure: no I/O, no threads, no clock; callers guard it with a lock.
 * <p>
 * Pulls go out in slots, at most one pull in each: the server does not say which pull a
 * message belongs to, but each slot has a subscription of its own.
 */
class PullWindow {

	/**
	 * How many pulls may be under way.
	 */
	static final int SLOTS = 2;

	private static final int SMALL_PART = 32;

	private static final int LARGE_WINDOW = 1000;

	private final PullSlot[] slots = { new PullSlot(), new PullSlot() };

	private final PullBytes bytes;

	private final PullAges ages = new PullAges();

	private int maxPulls = SLOTS;

	private int limit;

	private int inFlight;

	/**
	 * Create a window.
	 * @param limit how many messages may be fetched and not settled
	 * @param maxBytes how many bytes may be, or zero for any number. One message may be
	 * larger, and then is the only one
	 */
	PullWindow(int limit, long maxBytes) {
		this.limit = limit;
		this.bytes = new PullBytes(maxBytes);
	}

	/**
	 * What to ask for now.
	 * @param maxBatch the most messages that one pull may ask for
	 * @param maxPullBytes the most bytes that one pull may ask for, or zero for any
	 * number
	 * @param patient whether to wait until a part of the window is free, which saves
	 * pulls
	 * @return a pull, or {@code null} for none
	 */
	@Nullable Demand demand(int maxBatch, long maxPullBytes, boolean patient) {
		int slot = freeSlot();
		if (slot < 0) {
			return null;
		}
		int outstanding = outstanding();
		int free = this.limit - this.inFlight - outstanding;
		boolean waits = patient || outstanding > 0;
		// What stays for long takes no part: it must not slow down what moves
		int least = waits ? part(this.limit - this.ages.oldCount(this.inFlight)) : 1;
		if (free < least) {
			return null;
		}
		int batch = Math.min(free, maxBatch);
		if (!this.bytes.isLimited(maxPullBytes)) {
			return new Demand(slot, batch, 0);
		}
		long outstandingBytes = outstandingBytes();
		if (this.bytes.isForOneOnly(maxPullBytes, this.inFlight + outstanding)) {
			return new Demand(slot, 1, 0);
		}
		long grant = this.bytes.grant(maxPullBytes, outstandingBytes,
				waits ? this.ages.oldBytes(this.bytes.inFlight()) : -1);
		return (grant > 0) ? new Demand(slot, batch, grant) : null;
	}

	/**
	 * How much must be free before more is asked for. Small parts keep the server sending
	 * while handlers run; each part costs a pull, and a large window lasts longer.
	 */
	private static int part(int window) {
		int part = window / ((window > LARGE_WINDOW) ? 4 : 8);
		return Math.max(1, Math.min(window / 2, Math.max(part, SMALL_PART)));
	}

	/**
	 * A pull was sent.
	 */
	void requested(long id, Demand demand) {
		// One without a byte limit may bring any number: nothing else is asked for
		this.slots[demand.slot()].open(id, demand.batch(),
				(demand.bytes() > 0) ? demand.bytes() : this.bytes.limitOrZero(), demand.bytes() > 0);
	}

	/**
	 * A message arrived.
	 * @param slot the slot of the pull that it was sent for, or -1 for one of a former
	 * inbox
	 * @param size how many bytes it has
	 */
	void received(int slot, long size) {
		this.inFlight++;
		this.bytes.received(size);
		this.ages.received(size);
		if (slot >= 0) {
			this.slots[slot].received(size);
		}
	}

	/**
	 * A message was settled, or given up.
	 * @param arrived when it arrived, as {@link #time()} was then
	 * @param size how many bytes it has
	 */
	void settled(int arrived, long size) {
		this.inFlight--;
		this.bytes.settled(size);
		this.ages.settled(arrived, size);
	}

	/**
	 * Some time has passed. What arrived before the last time but one stays for long.
	 */
	void tick() {
		this.ages.tick();
		for (PullSlot slot : this.slots) {
			slot.tick();
		}
	}

	/**
	 * Counts the calls of {@link #tick()}.
	 */
	int time() {
		return this.ages.time();
	}

	/**
	 * The server said something of pulls.
	 */
	void apply(PullEvent event) {
		if (event instanceof PullEvent.Ended ended) {
			ended(ended.pull(), ended.pending());
		}
		else if (event instanceof PullEvent.TooLarge tooLarge) {
			tooLarge(tooLarge.pull(), tooLarge.pending());
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
		PullSlot slot = find(id);
		if (slot != null) {
			slot.ended(pending);
		}
	}

	private void tooLarge(long id, int pending) {
		PullSlot slot = find(id);
		if (slot != null) {
			this.bytes.tooFew(slot.bytes());
			slot.ended(pending);
		}
	}

	/**
	 * The server refused a pull, so that nothing of it was or will be sent.
	 */
	void rejected(long id) {
		PullSlot slot = find(id);
		if (slot != null) {
			slot.forget();
		}
	}

	/**
	 * The server has forgotten all pulls.
	 */
	void forget() {
		this.bytes.forget();
		for (PullSlot slot : this.slots) {
			slot.forget();
		}
	}

	/**
	 * How many pulls the consumer lets wait, over all instances. One that has run into
	 * its expiry may wait on the server for a moment beside its successor.
	 */
	void maxPulls(int maxPulls) {
		this.maxPulls = (maxPulls < 2 * SLOTS) ? 1 : SLOTS;
	}

	void limit(int limit) {
		this.limit = limit;
	}

	int inFlight() {
		return this.inFlight;
	}

	long bytesInFlight() {
		return this.bytes.inFlight();
	}

	Level level() {
		return new Level(this.limit, this.inFlight, this.bytes.inFlight());
	}

	int outstanding() {
		return this.slots[0].remaining() + this.slots[1].remaining();
	}

	long outstandingBytes() {
		return this.slots[0].bytes() + this.slots[1].bytes();
	}

	private int freeSlot() {
		for (int slot = 0; slot < this.slots.length; slot++) {
			if (!this.slots[slot].isOpen() && openPulls() < this.maxPulls) {
				return slot;
			}
		}
		return -1;
	}

	private int openPulls() {
		return (this.slots[0].isOpen() ? 1 : 0) + (this.slots[1].isOpen() ? 1 : 0);
	}

	private @Nullable PullSlot find(long id) {
		for (PullSlot slot : this.slots) {
			if (slot.isOpen() && slot.id() == id) {
				return slot;
			}
		}
		return null;
	}

	/**
	 * A pull to send.
	 *
	 * @param slot where its messages are to arrive
	 * @param batch how many messages to ask for
	 * @param bytes how many bytes at the most, or zero for any number
	 */
	record Demand(int slot, int batch, long bytes) {
	}

	/**
	 * What is fetched and not settled, at some moment.
	 *
	 * @param limit how many messages may be
	 * @param inFlight how many are
	 * @param bytes how many bytes they have
	 */
	record Level(int limit, int inFlight, long bytes) {
	}

}
