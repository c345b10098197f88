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
 * The position of an ordered listener: takes deliveries only as long as none is missing.
 */
final class OrderGuard extends OwnPosition {

	private long expected = 1;

	private long handled;

	private boolean broken;

	@Override
	void forget(long sequence) {
		this.handled = sequence;
	}

	@Override
	void begun() {
		this.expected = 1;
		this.broken = false;
	}

	@Override
	Arrival arrived(long delivery, long sequence, boolean again) {
		if (this.broken) {
			return Arrival.FOREIGN;
		}
		if (delivery != this.expected) {
			this.broken = true;
			return Arrival.GAP;
		}
		this.expected++;
		return Arrival.EXPECTED;
	}

	@Override
	boolean isHandled(long sequence) {
		return sequence <= this.handled;
	}

	@Override
	void handled(long sequence) {
		this.handled = Math.max(this.handled, sequence);
	}

	@Override
	long handledUpTo() {
		return this.handled;
	}

}
