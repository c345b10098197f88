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

package io.github.natsspring.connection;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * Follows what a server sends, and repairs the headers of messages on the way (see
 * {@link HeaderBlock}). A message with headers is held back until these are there in
 * full; payloads are passed by count and never looked at.
 * <p>
 * For one thread at a time.
 */
final class InboundFrames {

	/**
	 * Far more than any server has in a line; what is longer is left to jnats.
	 */
	private static final int LONGEST_LINE = 1024 * 1024;

	private static final int LINE_READ = 512;

	private static final int LARGEST_KEPT = 64 * 1024;

	private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

	private static final long LOW_BITS = 0x0101010101010101L;

	private static final long HIGH_BITS = LOW_BITS << 7;

	private static final long LINE_FEEDS = LOW_BITS * '\n';

	private final Source source;

	private final Consumer<String> repairs;

	// What has arrived of a message whose control line or headers are not complete,
	// behind
	// what is still to be handed over
	private byte[] held = new byte[LINE_READ];

	private int handedOver;

	private int passed;

	private int heldEnd;

	// How many bytes of the held message it takes at least, as far as is known
	private int needed;

	// Where the bytes end after a look at them
	private int end;

	// What is still to come of a payload, with its line end
	private long payload;

	private boolean otherLine;

	private boolean lost;

	/**
	 * Create the frames of one connection to a server.
	 * @param source where the bytes come from
	 * @param repairs told the subject of each message whose headers were repaired
	 */
	InboundFrames(Source source, Consumer<String> repairs) {
		this.source = source;
		this.repairs = repairs;
	}

	/**
	 * Read as an {@link java.io.InputStream} does.
	 */
	int read(byte[] target, int offset, int length) throws IOException {
		while (true) {
			if (this.handedOver < this.passed) {
				return handOver(target, offset, length);
			}
			if (this.heldEnd == 0) {
				int count = this.source.read(target, offset, length);
				if (count <= 0) {
					return count;
				}
				int ready = look(target, offset, offset + count);
				hold(target, ready);
				if (ready > offset) {
					return ready - offset;
				}
			}
			else {
				int count = readMore();
				if (count <= 0) {
					return count;
				}
				if (this.heldEnd >= this.needed) {
					this.passed = look(this.held, 0, this.heldEnd);
					this.heldEnd = this.end;
				}
			}
		}
	}

	private int handOver(byte[] target, int offset, int length) {
		int count = Math.min(length, this.passed - this.handedOver);
		System.arraycopy(this.held, this.handedOver, target, offset, count);
		this.handedOver += count;
		if (this.handedOver == this.passed) {
			int rest = this.heldEnd - this.passed;
			byte[] kept = (this.held.length > LARGEST_KEPT) ? new byte[Math.max(rest, LINE_READ)] : this.held;
			System.arraycopy(this.held, this.passed, kept, 0, rest);
			this.held = kept;
			this.heldEnd = rest;
			this.handedOver = 0;
			this.passed = 0;
		}
		return count;
	}

	private void hold(byte[] bytes, int from) {
		int count = this.end - from;
		if (count > 0) {
			makeRoom(count);
			System.arraycopy(bytes, from, this.held, 0, count);
			this.heldEnd = count;
		}
	}

	private int readMore() throws IOException {
		int wanted = (this.needed > this.heldEnd) ? this.needed - this.heldEnd : LINE_READ;
		makeRoom(this.heldEnd + wanted);
		int count = this.source.read(this.held, this.heldEnd, wanted);
		this.heldEnd += Math.max(count, 0);
		return count;
	}

	private void makeRoom(int size) {
		if (this.held.length < size) {
			byte[] larger = new byte[Math.max(size, this.held.length * 2)];
			System.arraycopy(this.held, 0, larger, 0, this.heldEnd);
			this.held = larger;
		}
	}

	/**
	 * Follow the protocol through bytes that begin where the last ones that passed ended.
	 * @return up to where they may pass
	 */
	private int look(byte[] bytes, int from, int to) {
		this.end = to;
		this.needed = 0;
		int at = from;
		while (at < this.end && !this.lost) {
			if (this.payload > 0) {
				int skipped = (int) Math.min(this.payload, this.end - at);
				this.payload -= skipped;
				at += skipped;
				continue;
			}
			int lineEnd = lineEnd(bytes, at);
			if (this.otherLine || !mayBeMessage(bytes[at])) {
				this.otherLine = lineEnd < 0;
				at = (this.otherLine) ? this.end : lineEnd;
				continue;
			}
			if (lineEnd < 0) {
				this.lost = this.end - at > LONGEST_LINE;
				break;
			}
			ControlLine line = ControlLine.of(bytes, at, lineEnd);
			if (line == null) {
				// Neither MSG nor HMSG, or none that jnats reads
				at = lineEnd;
				continue;
			}
			if (this.end - lineEnd < line.headers()) {
				this.needed = lineEnd - at + line.headers();
				break;
			}
			at = line.hasHeaders() ? message(bytes, at, lineEnd, line) : lineEnd;
			this.payload = line.payload() + 2L;
		}
		return (this.lost) ? this.end : at;
	}

	private int lineEnd(byte[] bytes, int from) {
		int end = this.end;
		int i = from;
		// Eight bytes at once, since this is done for each message
		for (; i <= end - Long.BYTES; i += Long.BYTES) {
			long zeros = (long) LONGS.get(bytes, i) ^ LINE_FEEDS;
			long found = (zeros - LOW_BITS) & ~zeros & HIGH_BITS;
			if (found != 0) {
				return i + (Long.numberOfTrailingZeros(found) >>> 3) + 1;
			}
		}
		for (; i < end; i++) {
			if (bytes[i] == '\n') {
				return i + 1;
			}
		}
		return -1;
	}

	private static boolean mayBeMessage(byte first) {
		return first == 'M' || first == 'H' || first == 'm' || first == 'h';
	}

	/**
	 * Repair the headers of a message.
	 * @return where its payload begins
	 */
	private int message(byte[] bytes, int at, int lineEnd, ControlLine line) {
		int headersEnd = lineEnd + line.headers();
		byte @Nullable [] repaired = HeaderBlock.repair(bytes, lineEnd, headersEnd);
		if (repaired == null) {
			return headersEnd;
		}
		this.repairs.accept(ControlLine.subject(bytes, at, lineEnd));
		if (repaired.length > 0) {
			System.arraycopy(repaired, 0, bytes, lineEnd, repaired.length);
			return headersEnd;
		}
		// A message without headers, and always shorter
		byte[] plain = line.withoutHeaders(bytes, at, lineEnd);
		System.arraycopy(plain, 0, bytes, at, plain.length);
		int begin = at + plain.length;
		System.arraycopy(bytes, headersEnd, bytes, begin, this.end - headersEnd);
		this.end -= headersEnd - begin;
		return begin;
	}

	/**
	 * Where the bytes come from.
	 */
	@FunctionalInterface
	interface Source {

		/**
		 * Read as an {@link java.io.InputStream} does.
		 */
		int read(byte[] target, int offset, int length) throws IOException;

	}

}
