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

package io.github.natsspring.deadletter;

/**
 * Text as the value of a header. jnats refuses line breaks and what is not ASCII; neither
 * may keep a letter from being stored, and a line break must not begin another header.
 */
final class HeaderText {

	private static final String CUT = "...";

	private HeaderText() {
	}

	/**
	 * Write any text in printable ASCII, so that {@link #decode} gives it back.
	 * @param text the text
	 * @param limit the number of characters at most; what is longer ends in three dots
	 * @return the text with everything else, and the backslash, written as an escape
	 */
	static String encode(String text, int limit) {
		StringBuilder result = new StringBuilder(Math.min(text.length(), limit) + 16);
		int fitting = 0;
		for (int i = 0; i < text.length(); i++) {
			append(result, text.charAt(i), true);
			if (result.length() > limit) {
				result.setLength(fitting);
				return result.append(CUT).toString();
			}
			if (result.length() <= limit - CUT.length()) {
				fitting = result.length();
			}
		}
		return result.toString();
	}

	/**
	 * Read what {@link #encode} wrote.
	 * @param value the value of a header
	 * @return the text
	 */
	static String decode(String value) {
		int escape = value.indexOf("\\u");
		if (escape < 0) {
			return value;
		}
		StringBuilder result = new StringBuilder(value.length());
		int start = 0;
		while (escape >= 0) {
			int code = code(value, escape + 2);
			if (code >= 0) {
				result.append(value, start, escape).append((char) code);
				start = escape + 6;
			}
			escape = value.indexOf("\\u", escape + ((code >= 0) ? 6 : 2));
		}
		return result.append(value, start, value.length()).toString();
	}

	/**
	 * The value of a header of the original, as it is wherever it can be.
	 * @param value the value
	 * @return the value, with what cannot be sent written as an escape
	 */
	static String safe(String value) {
		if (value.chars().allMatch((c) -> isPrintable((char) c) || c == '\t')) {
			return value;
		}
		StringBuilder result = new StringBuilder(value.length() + 16);
		for (int i = 0; i < value.length(); i++) {
			append(result, value.charAt(i), false);
		}
		return result.toString();
	}

	/**
	 * Whether jnats sends a header of this name.
	 * @param name the name
	 * @return whether it does
	 */
	static boolean isName(String name) {
		return !name.isEmpty() && name.chars().allMatch((c) -> c > ' ' && c < 127 && c != ':');
	}

	private static void append(StringBuilder result, char c, boolean backslash) {
		if (isPrintable(c) && (c != '\\' || !backslash)) {
			result.append(c);
		}
		else {
			result.append("\\u");
			for (int shift = 12; shift >= 0; shift -= 4) {
				result.append(Character.forDigit((c >> shift) & 0xf, 16));
			}
		}
	}

	private static boolean isPrintable(char c) {
		return c >= ' ' && c < 127;
	}

	private static int code(String value, int start) {
		if (start + 4 > value.length()) {
			return -1;
		}
		int code = 0;
		for (int i = start; i < start + 4; i++) {
			int digit = Character.digit(value.charAt(i), 16);
			if (digit < 0) {
				return -1;
			}
			code = (code << 4) | digit;
		}
		return code;
	}

}
