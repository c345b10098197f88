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
 * What is left of the pull that is under way in a slot. Pure.
 */
final class PullSlot {

	// What is on its way when a pull ends arrives within this, or never
	private static final int PATIENCE = 5;

	private long id;

	private int remaining;

	private long bytes;

	private boolean limited;

	// In ticks, once the server has ended the pull; below zero before
	private int ending = -1;

	void open(long id, int batch, long bytes, boolean limited) {
		this.id = id;
		this.remaining = batch;
		this.bytes = bytes;
		this.limited = limited;
		this.ending = -1;
	}

	void received(long size) {
		if (this.remaining == 0) {
			return;
		}
		this.remaining--;
		this.bytes -= size;
		// The server ends a pull without a word when its last byte is used
		if (this.remaining == 0 || (this.limited && this.bytes == 0)) {
			forget();
		}
	}

	/**
	 * The server ended the pull. What it sent may be behind that.
	 * @param pending how much it did not send
	 */
	void ended(int pending) {
		this.remaining -= Math.min(pending, this.remaining);
		this.ending = 0;
		if (this.remaining == 0) {
			forget();
		}
	}

	void tick() {
		if (this.ending >= 0 && ++this.ending > PATIENCE) {
			forget();
		}
	}

	void forget() {
		this.remaining = 0;
		this.bytes = 0;
		this.ending = -1;
	}

	boolean isOpen() {
		return this.remaining > 0;
	}

	long id() {
		return this.id;
	}

	int remaining() {
		return this.remaining;
	}

	long bytes() {
		return Math.max(0, this.bytes);
	}

}
