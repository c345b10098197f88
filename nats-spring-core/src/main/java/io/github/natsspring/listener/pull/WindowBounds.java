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
 * How many messages may be fetched and not settled, as far as that is configured.
 *
 * @param ceiling the most
 * @param quickCeiling the most of a listener that is quick
 * @param concurrency how many handlers may run at once
 * @param batchSize how many messages each of them may have
 */
record WindowBounds(int ceiling, int quickCeiling, int concurrency, int batchSize) {

	/**
	 * The sizes of a window before its consumer is known.
	 */
	WindowSizer sizer() {
		return new WindowSizer(this.ceiling, this.ceiling, this.concurrency, this.batchSize, Long.MAX_VALUE);
	}

	/**
	 * The sizes of the window of a consumer.
	 */
	WindowSizer sizer(PullLimits limits) {
		return new WindowSizer(this.ceiling, quickCeiling(limits), this.concurrency, this.batchSize,
				limits.ackWaitNanos(1));
	}

	/**
	 * What nobody has asked for must not take what the server delivers from other
	 * instances, whose handlers go on when ours get stuck.
	 */
	private int quickCeiling(PullLimits limits) {
		long most = (limits.maxAckPending() > 0) ? limits.maxAckPending() / 2 : Long.MAX_VALUE;
		return (int) Math.max(this.ceiling, Math.min(this.quickCeiling, most));
	}

}
