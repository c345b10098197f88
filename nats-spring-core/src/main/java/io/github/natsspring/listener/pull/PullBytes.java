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

/**
 * The byte limit of a window: how many bytes a pull may ask for. Pure.
 */
final class PullBytes {

	// Zero for none
	private final long limit;

	private long inFlight;

	// The next message is known to be larger
	private long tooFew;

	PullBytes(long limit) {
		this.limit = limit;
	}

	boolean isLimited(long maxPullBytes) {
		return this.limit > 0 || maxPullBytes > 0;
	}

	long limitOrZero() {
		return this.limit;
	}

	void received(long size) {
		this.inFlight += size;
		this.tooFew = 0;
	}

	void settled(long size) {
		this.inFlight -= size;
	}

	/**
	 * The next message did not fit into what a pull had left.
	 */
	void tooFew(long bytes) {
		this.tooFew = Math.max(1, Math.max(this.tooFew, bytes));
	}

	void forget() {
		this.tooFew = 0;
	}

	/**
	 * Whether the next message fits into no pull with a byte limit, and may come without
	 * one: that brings it whatever its size, so it is to be the only one.
	 * @param maxPullBytes the most that one pull may ask for, or zero for any number
	 * @param others how many messages are in flight, or asked for
	 */
	boolean isForOneOnly(long maxPullBytes, int others) {
		return this.tooFew >= most(maxPullBytes) && (this.limit == 0 || others == 0);
	}

	/**
	 * How many bytes a pull may ask for.
	 * @param maxPullBytes the most that one pull may ask for, or zero for any number
	 * @param outstanding how many bytes other pulls ask for
	 * @param old how many of those in flight stay for long, when there is time to wait
	 * until a part of the others is free; else below zero
	 * @return the number, zero for no pull
	 */
	long grant(long maxPullBytes, long outstanding, long old) {
		long most = most(maxPullBytes);
		long free = (this.limit > 0) ? this.limit - this.inFlight - outstanding : Long.MAX_VALUE;
		if (this.tooFew > 0) {
			long grant = Math.min(free, most);
			// Each try costs a round trip: with a little more it would fail again
			boolean worthIt = old < 0 || grant / 2 >= this.tooFew || grant == most;
			return (grant > this.tooFew && worthIt) ? grant : 0;
		}
		if (this.limit == 0) {
			return most;
		}
		// Half of it each, so that two pulls may be under way
		long share = Math.max(1, this.limit / 2);
		long least = (old >= 0) ? Math.max(1, (this.limit - old) / 4) : 1;
		return (free >= least) ? Math.min(Math.min(free, share), most) : 0;
	}

	private long most(long maxPullBytes) {
		long most = (maxPullBytes > 0) ? maxPullBytes : Long.MAX_VALUE;
		return (this.limit > 0) ? Math.min(most, this.limit) : most;
	}

	long inFlight() {
		return this.inFlight;
	}

}
