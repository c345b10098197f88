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

import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;

/**
 * The line before a message, {@code MSG subject sid [reply] size} or
 * {@code HMSG subject sid [reply] headers size}, as far as reading on takes it.
 *
 * @param headers the length of the headers, 0 if it has none
 * @param payload the length of the payload
 * @param hasHeaders whether it is an {@code HMSG}
 */
record ControlLine(int headers, int payload, boolean hasHeaders) {

	private static final int MOST_DIGITS = 9;

	/**
	 * Read a line.
	 * @param bytes where it is
	 * @param from where it begins
	 * @param to where it ends, after its line feed
	 * @return the line, or {@code null} if it is none of a message
	 */
	static @Nullable ControlLine of(byte[] bytes, int from, int to) {
		boolean hasHeaders = (bytes[from] | 0x20) == 'h';
		int operation = hasHeaders ? from + 1 : from;
		if (to - operation < 6 || (bytes[operation] | 0x20) != 'm' || (bytes[operation + 1] | 0x20) != 's'
				|| (bytes[operation + 2] | 0x20) != 'g' || !isBlank(bytes[operation + 3])) {
			return null;
		}
		int lineEnd = to - 2;
		int total = number(bytes, operation, lineEnd);
		if (!hasHeaders) {
			return (total < 0) ? null : new ControlLine(0, total, false);
		}
		int headersEnd = tokenStart(bytes, operation, lineEnd) - 1;
		int headers = number(bytes, operation, headersEnd);
		if (total < 0 || headers < 0 || headers > total) {
			return null;
		}
		return new ControlLine(headers, total - headers, true);
	}

	private static int tokenStart(byte[] bytes, int from, int end) {
		int start = end;
		while (start > from && !isBlank(bytes[start - 1])) {
			start--;
		}
		return start;
	}

	// The last word before the end
	private static int number(byte[] bytes, int from, int end) {
		int start = tokenStart(bytes, from, end);
		if (start == from || start == end || end - start > MOST_DIGITS) {
			return -1;
		}
		int number = 0;
		for (int i = start; i < end; i++) {
			if (bytes[i] < '0' || bytes[i] > '9') {
				return -1;
			}
			number = number * 10 + bytes[i] - '0';
		}
		return number;
	}

	private static boolean isBlank(byte character) {
		return character == ' ' || character == '\t';
	}

	/**
	 * The subject in a line of a message.
	 */
	static String subject(byte[] bytes, int from, int to) {
		return new String(words(bytes, from, to)[1].getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
	}

	/**
	 * The line of the same message if it had no headers, with its end.
	 */
	byte[] withoutHeaders(byte[] bytes, int from, int to) {
		String[] words = words(bytes, from, to);
		StringBuilder line = new StringBuilder("MSG");
		for (int i = 1; i < words.length - 2; i++) {
			line.append(' ').append(words[i]);
		}
		line.append(' ').append(this.payload).append("\r\n");
		return line.toString().getBytes(StandardCharsets.ISO_8859_1);
	}

	// Whatever the bytes of the subject are, they stay
	private static String[] words(byte[] bytes, int from, int to) {
		return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1).trim().split("[ \t]");
	}

}
