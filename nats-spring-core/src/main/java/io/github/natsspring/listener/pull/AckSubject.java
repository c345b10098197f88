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
 * Reads single numbers from the subject that a delivery is acknowledged on, without
 * making anything of the others: {@code $JS.ACK[.domain.account].stream.consumer
 * .delivered.sequence.consumerSequence.time.pending[.…]}. Its first form has nine tokens,
 * the other eleven or more.
 */
final class AckSubject {

	private static final int DELIVERED = 4;

	private static final int SEQUENCE = 5;

	private static final int CONSUMER_SEQUENCE = 6;

	private static final int PENDING = 8;

	// Where domain and account come before
	private static final int SHIFT = 2;

	private AckSubject() {
	}

	/**
	 * Whether the message was delivered before.
	 */
	static boolean isRedelivered(String subject) {
		int start = start(subject, DELIVERED);
		return start > 0 && !(subject.charAt(start) == '1' && subject.charAt(start + 1) == '.');
	}

	/**
	 * How many messages the server had not delivered yet.
	 * @return the number, or -1 if the subject does not tell
	 */
	static long pending(String subject) {
		return number(subject, PENDING);
	}

	/**
	 * The sequence of the message in its stream.
	 * @return the number, or -1 if the subject does not tell
	 */
	static long streamSequence(String subject) {
		return number(subject, SEQUENCE);
	}

	/**
	 * The number of the delivery, as the consumer counts them.
	 * @return the number, or -1 if the subject does not tell
	 */
	static long consumerSequence(String subject) {
		return number(subject, CONSUMER_SEQUENCE);
	}

	private static long number(String subject, int token) {
		int start = start(subject, token);
		if (start < 0) {
			return -1;
		}
		int end = subject.indexOf('.', start);
		try {
			return Long.parseLong(subject, start, (end >= 0) ? end : subject.length(), 10);
		}
		catch (NumberFormatException ex) {
			return -1;
		}
	}

	/**
	 * Where a token begins, in the counting of the first form.
	 * @return the index, or -1 if there is no such token
	 */
	private static int start(String subject, int token) {
		int start = -1;
		int shifted = -1;
		int dots = 0;
		int length = subject.length();
		for (int i = 0; i < length && dots < PENDING + SHIFT; i++) {
			if (subject.charAt(i) == '.') {
				dots++;
				if (dots == token) {
					start = i + 1;
				}
				else if (dots == token + SHIFT) {
					shifted = i + 1;
				}
			}
		}
		if (dots < PENDING) {
			return -1;
		}
		int found = (dots < PENDING + SHIFT) ? start : shifted;
		return (found < length) ? found : -1;
	}

}
