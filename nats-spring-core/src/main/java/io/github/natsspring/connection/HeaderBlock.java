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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import io.nats.client.support.IncomingHeadersProcessor;
import org.jspecify.annotations.Nullable;

/**
 * Makes the headers of a message readable for jnats, whose reader ends at those that are
 * not: names with other than visible ASCII characters, values with other than ASCII, line
 * ends alone, lines that are no header. The server checks none of it.
 */
final class HeaderBlock {

	private static final byte[] VERSION = "NATS/1.0".getBytes(StandardCharsets.US_ASCII);

	private static final String LINE_END = "\r\n";

	// The version, its line end and the empty line
	private static final int LEAST = VERSION.length + 4;

	private HeaderBlock() {
	}

	/**
	 * Return what has to stand in the place of the headers.
	 * @param bytes where they are
	 * @param from where they begin
	 * @param to where they end, after the empty line
	 * @return as many bytes, or none if nothing in it can be read, or {@code null} if
	 * jnats reads them as they are
	 */
	static byte @Nullable [] repair(byte[] bytes, int from, int to) {
		if (isPlain(bytes, from, to)) {
			return null;
		}
		byte[] block = Arrays.copyOfRange(bytes, from, to);
		if (isReadable(block)) {
			return null;
		}
		byte[] repaired = repair(block);
		return (repaired.length == block.length && isReadable(repaired)) ? repaired : new byte[0];
	}

	// Nearly all are, and it takes one look at each byte
	private static boolean isPlain(byte[] bytes, int from, int to) {
		int last = to - 2;
		if (to - from < LEAST || !isLineEnd(bytes, from + VERSION.length) || !isLineEnd(bytes, last)
				|| !startsWithVersion(bytes, from)) {
			return false;
		}
		int at = from + VERSION.length + 2;
		while (at < last) {
			int start = at;
			while (at < last && isName(bytes[at])) {
				at++;
			}
			if (at == start || at == last || bytes[at] != ':') {
				return false;
			}
			while (at < last && isValue(bytes[at])) {
				at++;
			}
			if (at == last || !isLineEnd(bytes, at)) {
				return false;
			}
			at += 2;
		}
		return at == last;
	}

	private static boolean startsWithVersion(byte[] bytes, int from) {
		return Arrays.equals(bytes, from, from + VERSION.length, VERSION, 0, VERSION.length);
	}

	private static boolean isLineEnd(byte[] bytes, int at) {
		return bytes[at] == '\r' && bytes[at + 1] == '\n';
	}

	private static boolean isName(int character) {
		return character > ' ' && character < 0x7f && character != ':';
	}

	private static boolean isValue(int character) {
		return character >= 0 && character <= 0x7f && character != '\r' && character != '\n';
	}

	private static boolean isReadable(byte[] block) {
		try {
			new IncomingHeadersProcessor(block);
			return true;
		}
		catch (RuntimeException ex) {
			return false;
		}
	}

	private static byte[] repair(byte[] block) {
		if (block.length < LEAST || !startsWithVersion(block, 0)) {
			return new byte[0];
		}
		String text = new String(block, StandardCharsets.UTF_8);
		List<String> lines = new ArrayList<>();
		String[] given = text.split(LINE_END, -1);
		for (int i = 1; i < given.length; i++) {
			int colon = given[i].indexOf(':');
			String name = (colon > 0) ? given[i].substring(0, colon).trim() : "";
			if (!name.isEmpty()) {
				lines.add(replace(name, true) + ":" + replace(given[i].substring(colon + 1), false));
			}
		}
		String status = given[0].matches("NATS/1\\.0 +[0-9]{1,9}( .*)?") ? replace(given[0], false) : "NATS/1.0";
		String repaired = status + LINE_END + String.join("", lines.stream().map((line) -> line + LINE_END).toList());
		int missing = block.length - repaired.length() - LINE_END.length();
		if (lines.isEmpty() || missing < 0) {
			return new byte[0];
		}
		// Blanks at the end of a value do not count; the length of the whole does
		repaired = repaired.substring(0, repaired.length() - LINE_END.length()) + " ".repeat(missing) + LINE_END
				+ LINE_END;
		return repaired.getBytes(StandardCharsets.US_ASCII);
	}

	// A character of ASCII for each, however many bytes it had
	private static String replace(String text, boolean name) {
		StringBuilder replaced = new StringBuilder(text.length());
		text.codePoints().forEach((character) -> {
			if (name) {
				replaced.append(isName(character) ? (char) character : '_');
			}
			else {
				replaced.append(isValue(character) ? (char) character : '?');
			}
		});
		return replaced.toString();
	}

}
