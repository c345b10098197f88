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

package io.github.natsspring.support;

import org.jspecify.annotations.Nullable;

/**
 * What subjects may be and how they relate, known before anything reaches the wire. jnats
 * by itself lets a wildcard or a NUL through to the server, which stores the message.
 */
public final class Subjects {

	/**
	 * The longest value that may become a token of a subject. The server takes 4096 bytes
	 * for the whole subject with what belongs to it.
	 */
	public static final int MAX_TOKEN_LENGTH = 256;

	private Subjects() {
	}

	/**
	 * Check a subject that something is published to.
	 * @param subject the subject
	 * @return the subject
	 * @throws IllegalArgumentException if the subject is empty, has an empty token, a
	 * wildcard, a blank or a control character; the message says what is wrong and where
	 */
	public static String requireLiteral(@Nullable String subject) {
		if (subject != null && isLiteral(subject)) {
			return subject;
		}
		throw new IllegalArgumentException(
				"Invalid subject '%s': %s".formatted(printable(subject), describeProblem(subject, false)));
	}

	/**
	 * Whether something can be published to a subject: no empty token, no wildcard, no
	 * blank, no control character.
	 * @param subject the subject
	 * @return whether it is valid
	 */
	public static boolean isLiteral(String subject) {
		int length = subject.length();
		char before = '.';
		for (int i = 0; i < length; i++) {
			char c = subject.charAt(i);
			if (c == '*' || c == '>' || isBlankOrControl(c) || (c == '.' && before == '.') || isHalfPair(subject, i)) {
				return false;
			}
			before = c;
		}
		return before != '.';
	}

	/**
	 * Whether a subject is one of the server or of a protocol on top of it, such as
	 * {@code $JS.}, {@code $SYS.} and {@code $KV.}. What others say in a message must not
	 * send anything there.
	 * @param subject the subject
	 * @return whether it begins with {@code $}
	 */
	public static boolean isReserved(String subject) {
		return subject.startsWith("$");
	}

	/**
	 * Whether there is a subject that matches both.
	 * @param first a subject, wildcards allowed
	 * @param second a subject, wildcards allowed
	 * @return whether the two overlap
	 */
	public static boolean overlap(String first, String second) {
		String[] one = first.split("\\.");
		String[] other = second.split("\\.");
		for (int i = 0; i < Math.min(one.length, other.length); i++) {
			if (one[i].equals(">") || other[i].equals(">")) {
				return true;
			}
			if (!one[i].equals("*") && !other[i].equals("*") && !one[i].equals(other[i])) {
				return false;
			}
		}
		return one.length == other.length;
	}

	/**
	 * Whether everything that matches one subject matches another, too.
	 * @param wide the subject that may match more
	 * @param narrow the subject that may match less
	 * @return whether the first covers the second
	 */
	public static boolean covers(String wide, String narrow) {
		String[] one = wide.split("\\.");
		String[] other = narrow.split("\\.");
		for (int i = 0; i < one.length; i++) {
			if (i >= other.length) {
				return false;
			}
			if (one[i].equals(">")) {
				return true;
			}
			if (other[i].equals(">") || (!one[i].equals("*") && !one[i].equals(other[i]))) {
				return false;
			}
		}
		return one.length == other.length;
	}

	/**
	 * Check a value that becomes one token of a subject, so that no value can reach into
	 * a neighbouring token or widen a pattern.
	 * @param name what the value is for, named in the message
	 * @param value the value
	 * @return the value
	 * @throws IllegalArgumentException if the value is empty, has more than
	 * {@value #MAX_TOKEN_LENGTH} characters or half a surrogate pair, or contains
	 * {@code .}, {@code *}, {@code >}, a blank or a control character
	 */
	public static String requireToken(String name, @Nullable String value) {
		if (value == null || value.isEmpty()) {
			throw new IllegalArgumentException(
					"The value of '%s' is %s; a token of a subject needs at least one character".formatted(name,
							(value != null) ? "empty" : "null"));
		}
		if (value.length() > MAX_TOKEN_LENGTH) {
			throw new IllegalArgumentException(
					"The value of '%s' has %d characters; a token of a subject has at most %d".formatted(name,
							value.length(), MAX_TOKEN_LENGTH));
		}
		for (int i = 0; i < value.length(); i++) {
			char c = value.charAt(i);
			if (c == '.' || c == '*' || c == '>' || isBlankOrControl(c) || isHalfPair(value, i)) {
				throw new IllegalArgumentException(
						"The value '%s' of '%s' is not a single token of a subject: it contains %s"
							.formatted(printable(value), name, describe(c)));
			}
		}
		return value;
	}

	/**
	 * What is wrong with a subject.
	 * @param subject the subject
	 * @param wildcards whether it may have wildcards
	 * @return the problem, or {@code null} if there is none
	 */
	static @Nullable String describeProblem(@Nullable String subject, boolean wildcards) {
		if (subject == null || subject.isEmpty()) {
			return "it is empty";
		}
		int start = 0;
		while (true) {
			int dot = subject.indexOf('.', start);
			int end = (dot < 0) ? subject.length() : dot;
			String problem = describeTokenProblem(subject.substring(start, end), dot < 0, wildcards);
			if (problem != null) {
				return problem;
			}
			if (dot < 0) {
				return null;
			}
			start = end + 1;
		}
	}

	private static @Nullable String describeTokenProblem(String token, boolean last, boolean wildcards) {
		if (token.isEmpty()) {
			return "it has an empty token; remove the superfluous '.'";
		}
		for (int i = 0; i < token.length(); i++) {
			if (isBlankOrControl(token.charAt(i)) || isHalfPair(token, i)) {
				return "it contains " + describe(token.charAt(i));
			}
		}
		boolean wildcard = token.indexOf('*') >= 0 || token.indexOf('>') >= 0;
		if (!wildcard) {
			return null;
		}
		if (!wildcards) {
			return "wildcards are for subscribers only, name the exact subject";
		}
		if (token.length() > 1) {
			return "in '%s' a wildcard must be a whole token".formatted(printable(token));
		}
		return (token.equals(">") && !last) ? "'>' must be the last token" : null;
	}

	/**
	 * Whether a character is half of one: it would travel as a question mark, and many
	 * subjects would be one.
	 */
	private static boolean isHalfPair(String text, int index) {
		char c = text.charAt(index);
		if (!Character.isSurrogate(c)) {
			return false;
		}
		boolean pair = Character.isHighSurrogate(c)
				? index + 1 < text.length() && Character.isLowSurrogate(text.charAt(index + 1))
				: index > 0 && Character.isHighSurrogate(text.charAt(index - 1));
		return !pair;
	}

	private static boolean isBlankOrControl(char c) {
		return c <= ' ' || (c >= 0x7f && (c <= 0xa0 || Character.isWhitespace(c)));
	}

	private static String describe(char c) {
		if (c == ' ') {
			return "a blank";
		}
		return (isBlankOrControl(c) || Character.isSurrogate(c)) ? "the character U+%04X".formatted((int) c)
				: "'" + c + "'";
	}

	/**
	 * A subject as it can be shown in one line of a message.
	 * @param subject the subject
	 * @return the subject with control characters written as escapes
	 */
	public static String printable(@Nullable String subject) {
		if (subject == null) {
			return "null";
		}
		StringBuilder result = new StringBuilder(subject.length());
		for (int i = 0; i < subject.length(); i++) {
			char c = subject.charAt(i);
			result.append((c != ' ' && (isBlankOrControl(c) || isHalfPair(subject, i))) ? "\\u%04x".formatted((int) c)
					: String.valueOf(c));
		}
		return result.toString();
	}

}
